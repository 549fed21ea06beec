"""The program in the desktop's menus on Linux: entries, icon and file types of one user.

After the freedesktop.org specifications of desktop entries, icon themes and shared MIME types.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sgnet_model.files import make_folder, write_atomically
from sgnet_model.resources import asset_dir
from sgnet_model.types import UserError

NAME = "sgnet-viewer"
SESSION, RECORD3D, BAG = (
    "application/x-sgnet-session+json",
    "application/x-record3d",
    "application/x-robot-bag",
)
FILE_TYPES = {
    SESSION: ("sgnet-viewer session", ("*.sgnet.json",)),
    RECORD3D: ("Record3D recording", ("*.r3d",)),
    BAG: ("Robot recording", ("*.mcap", "*.bag")),
}
CACHE_S = 60  # the longest that a tool may take to read the folders again

# Of the menu, and, hidden, of "Open with": the first opens the bundled sample, the second a file.
ENTRY = """[Desktop Entry]
Type=Application
Name=sgnet-viewer
GenericName=RGBD segmentation viewer
Comment=See an RGBD frame segmented, and where each S-Conv looked for a pixel
Icon=sgnet-viewer
Exec={command}
TryExec={program}
Terminal=false
Categories=Science;ArtificialIntelligence;Graphics;Viewer;
Keywords=RGBD;depth;segmentation;point cloud;
StartupNotify=true
StartupWMClass=sgnet-viewer
"""


class DesktopAction(argparse.Action):
    """`--install-desktop` and `--uninstall-desktop`: done while the command line is read."""

    def __init__(self, option_strings: Sequence[str], dest: str, **settings: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **settings)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        _values: object,
        option: str | None = None,
    ) -> None:
        """Prints the files that were written or removed, and exits 0. Raises UserError."""
        root = data_home(os.environ)
        if option == "--uninstall-desktop":
            paths, done = uninstall(root), "Removed"
        else:
            paths, done = install(root, command()), "Wrote"
        for path in paths:
            print(f"{done} {path}")
        if not paths:
            print("There was nothing to remove.")
        parser.exit()


def data_home(environment: Mapping[str, str]) -> Path:
    """The user's folder of data: XDG_DATA_HOME where it is absolute, as the specification has it.

    UserError on systems whose menus are made otherwise.
    """
    if sys.platform in ("win32", "darwin"):
        raise UserError(
            "Desktop entries are for Linux: on this system make a shortcut to sgnet-viewer-window."
        )
    given = Path(environment.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else Path("~/.local/share").expanduser()


def command() -> tuple[str, ...]:
    """What starts this copy of the program, wherever it is called from."""
    beside = Path(sys.executable).with_name(NAME)
    if beside.is_file():
        return (str(beside),)
    return (sys.executable, "-P", "-m", "sgnet_viewer")  # -P: no modules of the current folder


def install(root: Path, words: Sequence[str]) -> list[Path]:
    """Writes the entries, the icon and the file types below `root`; returns their paths.

    `words`: the command that starts the program. Raises UserError where a file cannot be written.
    """
    contents = (
        entry(words),
        open_entry(words),
        (asset_dir() / "icons" / "app.svg").read_bytes(),
        file_types().encode(),
    )
    paths = places(root)
    for path, content in zip(paths, contents, strict=True):
        make_folder(path.parent)
        write_atomically(path, content)
    update_caches(root)
    return paths


def uninstall(root: Path) -> list[Path]:
    """Removes what `install` wrote; returns what was there. Raises UserError."""
    found = [path for path in places(root) if path.is_file()]
    for path in found:
        try:
            path.unlink()
        except OSError as error:
            raise UserError(
                f"{path} cannot be removed ({error.strerror}): check its folder's rights."
            ) from error
    if found:
        update_caches(root)
    return found


def places(root: Path) -> list[Path]:
    """Of the menu's entry, of the one for files, of the icon, and of the file types."""
    return [
        root / "applications" / f"{NAME}.desktop",
        root / "applications" / f"{NAME}-open.desktop",
        root / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg",
        root / "mime" / "packages" / f"{NAME}.xml",
    ]


def entry(words: Sequence[str]) -> bytes:
    """The entry of the menu."""
    return ENTRY.format(command=_command_line(words), program=_escaped(words[0])).encode()


def open_entry(words: Sequence[str]) -> bytes:
    """The entry that opens a file, which no menu shows."""
    line = f"{_command_line(words)} open %f"
    text = ENTRY.format(command=line, program=_escaped(words[0]))
    return f"{text}NoDisplay=true\nMimeType={';'.join(FILE_TYPES)};\n".encode()


def file_types() -> str:
    """The shared MIME types: names of files to types."""
    types = "".join(
        f'  <mime-type type="{name}">\n    <comment>{comment}</comment>\n'
        + "".join(f'    <glob pattern="{pattern}"/>\n' for pattern in patterns)
        + f'    <icon name="{NAME}"/>\n  </mime-type>\n'
        for name, (comment, patterns) in FILE_TYPES.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">\n{types}'
        "</mime-info>\n"
    )


def update_caches(root: Path) -> None:
    """Tells the desktop. Where a tool is missing or fails, it finds out at the next login."""
    for tool, folder in (
        ("update-mime-database", root / "mime"),
        ("update-desktop-database", root / "applications"),
    ):
        found = shutil.which(tool)
        if found is None:
            continue
        try:
            subprocess.run([found, str(folder)], capture_output=True, check=False, timeout=CACHE_S)
        except (OSError, subprocess.TimeoutExpired):
            continue


def _command_line(words: Sequence[str]) -> str:
    """The key Exec: each word quoted, then the whole escaped as any value is."""
    quoted = []
    for word in words:
        for character in '\\"`$':
            word = word.replace(character, f"\\{character}")
        quoted.append(f'"{word}"')
    return _escaped(" ".join(quoted)).replace("%", "%%")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
