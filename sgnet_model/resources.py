"""Where the bundled files lie: the checkpoints and the assets (samples, palettes, icons).

In a source tree they are folders at the root; a built wheel carries them inside `sgnet_model`.
These paths are spelled nowhere else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from .types import UserError
from .untrusted import read_json, reading, reason

DEFAULT_CHECKPOINT = "sgnet-compact.safetensors"
MANIFEST = "manifest.json"
SAMPLE_FILES = ("rgb.png", "depth.png")

_PACKAGE = Path(__file__).resolve().parent


def checkpoint_dir() -> Path:
    """The folder of the bundled checkpoints and their manifest."""
    return _bundled("checkpoints")


def asset_dir() -> Path:
    """The folder of the bundled assets."""
    return _bundled("assets")


def default_checkpoint() -> Path:
    """The checkpoint used where none is named; UserError where this copy came without it."""
    path = checkpoint_dir() / DEFAULT_CHECKPOINT
    if not path.is_file():
        raise UserError(
            f"The bundled checkpoint {path} is missing: reinstall, or name one with --checkpoint."
        )
    return path


@cache
def other_checkpoints() -> dict[str, Path]:
    """The bundled checkpoints beside the default: what stands behind "the bundled network" of
    each in the manifest ("begun with ..."), and its file.

    None where the manifest cannot be read, which `verify` says of the default.
    """
    folder = checkpoint_dir()
    try:
        entries = read_manifest(folder).items()
    except UserError:
        return {}
    return {
        str(entry.get("title", name)): folder / name
        for name, entry in entries
        if name != DEFAULT_CHECKPOINT and (folder / name).is_file()
    }


def source_file(name: str) -> Path | None:
    """A file at the root of the source tree; None in an installed copy, or where there is none."""
    path = _PACKAGE.parent / name
    return path if path.is_file() and (_PACKAGE.parent / "pyproject.toml").is_file() else None


def samples() -> tuple[str, ...]:
    """Names of the bundled frames, sorted; empty where this copy came without them."""
    root = asset_dir() / "samples"
    if not root.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in root.iterdir() if _is_sample(folder)))


def sample_dir(name: str) -> Path:
    """The folder of one bundled frame: rgb.png, depth.png, labels.png, camera_intrinsic.json."""
    known = samples()
    if name not in known:
        choice = f"choose from {', '.join(known)}" if known else "none is bundled here, reinstall"
        raise UserError(f"There is no bundled sample named {name!r}: {choice}.")
    return asset_dir() / "samples" / name


def verify(path: Path | str) -> None:
    """Holds a checkpoint against the SHA-256 in the manifest of its folder.

    A file that no manifest lists has nothing to be held against and passes; so does one beside a
    manifest.json of another program. UserError where the file is missing, differs from what the
    manifest says, or the manifest of the bundled files cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no checkpoint file {path}: check the name.")
    expected = _expected(path)
    if expected is None:
        return
    found = sha256(path)
    if found != expected:
        raise UserError(
            f"{path} is damaged or was changed (SHA-256 {found[:12]}..., the manifest says "
            f"{expected[:12]}...): reinstall, or fetch the file again.",
            details=f"found    {found}\nexpected {expected}",
        )


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifest of a folder: file name -> {"sha256": hex, "bytes": int, ...}; {} without one."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    content = read_json(
        path, lambda error: f"The manifest {path} cannot be read ({reason(error)}): reinstall."
    )
    if not isinstance(content, dict) or not all(isinstance(e, dict) for e in content.values()):
        raise UserError(f"The manifest {path} does not map file names to entries: reinstall.")
    return content


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, read in blocks. Raises UserError."""
    with reading(path, f"{path} cannot be read."), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expected(path: Path) -> str | None:
    """The SHA-256 that the manifest of its folder lists."""
    ours = path.parent.resolve() == checkpoint_dir().resolve()
    try:
        entry = read_manifest(path.parent).get(path.name)
    except UserError:
        if ours:
            raise
        return None
    if entry is None or ("sha256" not in entry and not ours):
        return None
    return str(entry.get("sha256"))


def _bundled(name: str) -> Path:
    """A source tree is recognised by the pyproject.toml beside the package."""
    root = _PACKAGE.parent
    return (root if (root / "pyproject.toml").is_file() else _PACKAGE) / name


def _is_sample(folder: Path) -> bool:
    return all((folder / name).is_file() for name in SAMPLE_FILES)
