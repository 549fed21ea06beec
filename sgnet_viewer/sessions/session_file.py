"""Reading and writing a session file.

{"format": "sgnet-viewer session", "version": 1, "frame": name, "checkpoint_sha256": hex or null,
"document": {...}, "cloud_camera": {...} or null, "docks": [...]}; see `state/document_json.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sgnet_model.files import write_atomically
from sgnet_model.types import UserError
from sgnet_model.untrusted import number, read_json
from sgnet_viewer.contract.cloud import SENSOR_DOWN, CloudCamera
from sgnet_viewer.contract.window import DockState
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json

FORMAT, VERSION = "sgnet-viewer session", 1
SUFFIX = ".sgnet.json"
PATTERNS = "Sessions (*.sgnet.json)"
MOST_DOCKS = 50
LARGEST_SIDE = 1 << 15  # pixels of a dock
AREAS = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True)
class SavedSession:
    """`frame`: the name of the frame shown. `checkpoint_sha256`: None where it was not asked.

    `remarks`: sentences about what could not be read.
    """

    value: DocumentValue
    frame: str = ""
    checkpoint_sha256: str | None = None
    cloud_camera: CloudCamera | None = None
    docks: tuple[DockState, ...] = ()
    remarks: tuple[str, ...] = ()


def write_session(path: Path, session: SavedSession) -> None:
    """UserError where the file cannot be written; the old one survives then."""
    camera = session.cloud_camera
    data = {
        "format": FORMAT,
        "version": VERSION,
        "frame": session.frame,
        "checkpoint_sha256": session.checkpoint_sha256,
        "document": document_to_json(session.value, path.parent.absolute()),
        "cloud_camera": None if camera is None else asdict(camera),
        "docks": [asdict(dock) for dock in session.docks],
    }
    write_atomically(path, (json.dumps(data, indent=2) + "\n").encode())


def read_session(path: Path) -> SavedSession:
    """UserError where it is no session of a version known here; parts that cannot be read are
    left as they are, and named in the remarks."""
    sentence = f"{path.name} is no session of sgnet-viewer: open a {SUFFIX} file."
    data = read_json(path, sentence)
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise UserError(sentence)
    if data.get("version") != VERSION:
        raise UserError(
            f"{path.name} is a session of version {str(data.get('version'))[:40]}; this program "
            f"reads version {VERSION}: update it, or save the session again."
        )
    value, remarks = document_from_json(data.get("document"), path.parent.absolute())
    camera, said = _part(data, "cloud_camera", _camera)
    docks, said_too = _part(data, "docks", _docks)
    sha256 = data.get("checkpoint_sha256")
    return SavedSession(
        value,
        str(data.get("frame", "")),
        sha256 if isinstance(sha256, str) else None,
        camera,
        docks or (),
        (*remarks, *said, *said_too),
    )


def is_session(path: str | Path) -> bool:
    """By its name."""
    return Path(path).name.lower().endswith(SUFFIX)


def _part(data: Mapping[str, Any], key: str, parse: Any) -> tuple[Any, tuple[str, ...]]:
    """A part, or None and a remark."""
    if data.get(key) is None:
        return None, ()
    try:
        return parse(data[key]), ()
    except Exception:  # of whatever kind: the other parts open
        return None, (f"The session's {key} cannot be read: left as it is.",)


def _camera(part: Any) -> CloudCamera:
    x, y, z = (number(value, -1e6, 1e6) for value in part["target"])
    return CloudCamera(
        (x, y, z),
        number(part["distance"], 0.01, 1e4),
        number(part["yaw"], -10, 10),
        number(part["pitch"], -10, 10),
        _down(part.get("down", SENSOR_DOWN)),
    )


def _down(part: Any) -> tuple[float, float, float]:
    """A unit vector; sessions of older versions have none."""
    x, y, z = (number(value, -1, 1) for value in part)
    length = math.hypot(x, y, z)
    if not 0.9 < length < 1.1:
        raise ValueError(part)
    return x / length, y / length, z / length


def _docks(part: Any) -> tuple[DockState, ...]:
    if not isinstance(part, list) or len(part) > MOST_DOCKS:
        raise ValueError(part)
    return tuple(_dock(dock) for dock in part)


def _dock(part: Any) -> DockState:
    name, area = part["name"], part["area"]
    flags = part["shown"], part["floating"]
    if not isinstance(name, str) or area not in AREAS:
        raise ValueError(part)
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError(part)
    sides = (int(number(part[side], 0, LARGEST_SIDE)) for side in ("width", "height"))
    return DockState(name, area, *flags, *sides)
