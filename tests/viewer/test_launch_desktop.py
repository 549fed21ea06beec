"""--install-desktop and --uninstall-desktop: what lies in the user's folders afterwards."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtSvg import QSvgRenderer

from sgnet_model.data.bags.bag import SUFFIXES as BAG_SUFFIXES
from sgnet_model.data.layouts.record3d import SUFFIX as RECORD3D_SUFFIX
from sgnet_model.types import UserError
from sgnet_viewer.cli.entry import main, parse
from sgnet_viewer.launch import desktop
from sgnet_viewer.sessions.session_file import SUFFIX

WORDS = ("/some place/bin/sgnet-viewer",)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder


def read_entry(path: Path) -> configparser.SectionProxy:
    read = configparser.RawConfigParser()
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(path, encoding="utf-8")
    return read["Desktop Entry"]


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_installed_and_removed_by_the_command(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)  # no caches of the desktop's own
    with pytest.raises(SystemExit) as left:
        main(["--install-desktop"])
    assert left.value.code == 0
    written = files_below(home)
    said = {Path(line.removeprefix("Wrote ")) for line in capsys.readouterr().out.splitlines()}
    assert written == said == set(desktop.places(home))
    with pytest.raises(SystemExit):
        main(["--uninstall-desktop"])
    assert files_below(home) == set()
    with pytest.raises(SystemExit):
        main(["--uninstall-desktop"])
    assert capsys.readouterr().out.endswith("There was nothing to remove.\n")


def test_menu_entry_starts_this_copy(home: Path) -> None:
    desktop.install(home, WORDS)
    menu = read_entry(home / "applications" / "sgnet-viewer.desktop")
    assert menu["Exec"] == '"/some place/bin/sgnet-viewer"'
    assert menu["TryExec"] == "/some place/bin/sgnet-viewer"
    assert "MimeType" not in menu
    assert Path(desktop.command()[0]).is_file()


def test_files_open_in_the_entry_that_takes_one(home: Path) -> None:
    desktop.install(home, WORDS)
    opening = read_entry(home / "applications" / "sgnet-viewer-open.desktop")
    assert opening["Exec"] == '"/some place/bin/sgnet-viewer" open %f'
    assert opening["NoDisplay"] == "true"
    assert opening["MimeType"].split(";")[:-1] == list(desktop.FILE_TYPES)


def test_characters_with_a_meaning_are_quoted() -> None:
    line = read_line(desktop.entry(('/a"b$c\\d`e%f/sgnet-viewer', "-P")))
    assert line == r'"/a\\"b\\$c\\\\d\\`e%%f/sgnet-viewer" "-P"'


def read_line(content: bytes) -> str:
    (line,) = (li for li in content.decode().split("\n") if li.startswith("Exec="))
    return line.removeprefix("Exec=")


def test_sessions_have_a_type_and_the_icon_is_a_picture(home: Path) -> None:
    desktop.install(home, WORDS)
    types = ElementTree.parse(home / "mime" / "packages" / "sgnet-viewer.xml").getroot()
    patterns = {
        kind.attrib["type"]: [glob.attrib["pattern"] for glob in kind.iterfind("{*}glob")]
        for kind in types
    }
    assert patterns[desktop.SESSION] == [f"*{SUFFIX}"]
    assert patterns[desktop.RECORD3D] == [f"*{RECORD3D_SUFFIX}"]
    assert {pattern[1:] for pattern in patterns[desktop.BAG]} <= set(BAG_SUFFIXES)
    icon = home / "icons" / "hicolor" / "scalable" / "apps" / "sgnet-viewer.svg"
    assert QSvgRenderer(str(icon)).isValid()


@pytest.mark.skipif(
    shutil.which("update-mime-database") is None, reason="update-mime-database is not installed"
)
def test_mime_database_takes_the_types(home: Path) -> None:
    desktop.install(home, WORDS)
    globs = (home / "mime" / "globs2").read_text(encoding="utf-8")
    assert f"50:{desktop.SESSION}:*.sgnet.json" in globs
    desktop.uninstall(home)
    assert desktop.SESSION not in (home / "mime" / "globs2").read_text(encoding="utf-8")


def test_a_relative_data_home_is_passed_over() -> None:
    assert desktop.data_home({"XDG_DATA_HOME": "data"}) == Path("~/.local/share").expanduser()
    assert desktop.data_home({"XDG_DATA_HOME": "/data"}) == Path("/data")


def test_folder_that_cannot_be_made_is_a_sentence(home: Path) -> None:
    home.write_text("a file")
    with pytest.raises(UserError, match="cannot be made"):
        parse(["--install-desktop"])


def test_other_systems_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(UserError, match="for Linux"):
        desktop.data_home({})


def test_a_tool_that_hangs_or_fails_is_no_fault(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tool", 1)

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", slow)
    assert all(path.is_file() for path in desktop.install(home, WORDS))
