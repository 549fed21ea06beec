"""The files of a recording; `sgnet_model.data.recording_format` describes them."""

from __future__ import annotations

import csv
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from sgnet_model.data.recording_format import COLUMNS, INDEX, NOTE_END
from sgnet_model.files import make_folder
from sgnet_model.types import UserError

from .entry import Colour, Entry, camera_json, encoded_colour, encoded_depth

_BINARY = getattr(os, "O_BINARY", 0)  # of Windows


class RecordingWriter:
    """Writes frame after frame; used by one thread."""

    def __init__(self, folder: Path, title: str, colour: Colour) -> None:
        """Makes the folder; UserError where there is something in it, or it cannot be made."""
        self.folder = folder
        self._colour = colour
        self._began_s: float | None = None
        self._count = 0
        self._number = -1  # of the last line
        self._before = 0  # what is added to the source's numbers
        self._index = _begun(folder, title, colour)
        self._rows = csv.writer(self._index, lineterminator="\n")

    def write(self, entry: Entry) -> int:
        """The frame's pictures, then its line; returns the bytes written. Raises OSError."""
        if self._began_s is None:
            self._began_s = entry.captured_s
            text = camera_json(entry.camera, entry.unit_m)
            (self.folder / "camera.json").write_text(text, encoding="utf-8")
        rgb, depth = self._names(entry)
        written = _write(self.folder / rgb, encoded_colour(entry.rgb, self._colour))
        if entry.depth is not None:
            written += _write(self.folder / depth, encoded_depth(entry.depth, entry.unit_m))
        time_s = entry.captured_s - self._began_s
        self._rows.writerow(_line(entry, self._numbered(entry.number), time_s, rgb, depth))
        self._index.flush()  # the line outlives a crash of this program
        self._count += 1
        return written

    def close(self) -> None:
        """Nothing more is written; what was is on the disk, for good. Raises OSError."""
        try:
            self._index.close()
        finally:
            sync_tree(self.folder)

    def _numbered(self, number: int) -> int:
        """Numbers rise, also where a source that was lost counts from 0 again."""
        if number + self._before <= self._number:
            self._before = self._number + 1 - number
        self._number = number + self._before
        return self._number

    def _names(self, entry: Entry) -> tuple[str, str]:
        """Paths of colour and depth inside the folder; the depth's is empty without depth."""
        stem = f"{self._count:06d}"
        depth = "" if entry.depth is None else f"depth/{stem}.png"
        return f"rgb/{stem}.{self._colour.value}", depth


def _begun(folder: Path, title: str, colour: Colour) -> IO[str]:
    """The open index of a new recording."""
    began = datetime.now().astimezone().isoformat(timespec="seconds")
    about = json.dumps({"title": title, "began": began, "colour": colour.value}, indent=1) + "\n"
    new = not folder.exists()
    make_folder(folder)
    try:
        _require_empty(folder)
        return _made(folder, about)
    except OSError as error:
        if new:
            with suppress(OSError):
                folder.rmdir()
        raise UserError(
            f"The recording {folder} cannot be started ({error.strerror}): choose another folder "
            "or make room."
        ) from error


def _made(folder: Path, about: str) -> IO[str]:
    """Fills an empty folder; where not all fits, nothing stays: the next try needs it empty."""
    files = {"recording.json": about, INDEX: ",".join(COLUMNS) + "\n"}
    try:
        for name in ("rgb", "depth"):
            (folder / name).mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return (folder / INDEX).open("a", encoding="utf-8", newline="")
    except OSError:
        for name in ("rgb", "depth"):
            with suppress(OSError):
                (folder / name).rmdir()
        for name in files:
            with suppress(OSError):
                (folder / name).unlink()
        raise


def _require_empty(folder: Path) -> None:
    if any(folder.iterdir()):
        raise UserError(
            f"The folder {folder} is not empty: choose a new or an empty folder to record into."
        )


def _line(entry: Entry, number: int, time_s: float, rgb: str, depth: str) -> tuple[object, ...]:
    """In the order of `COLUMNS`; numbers so that they read back as they are."""
    camera = entry.camera
    device = "" if entry.device_s is None else repr(float(entry.device_s))
    lens = (repr(float(value)) for value in (camera.fx, camera.fy, camera.cx, camera.cy))
    unit = repr(float(entry.unit_m))
    size = camera.width, camera.height
    notes = NOTE_END.join(" ".join(note.split()) for note in entry.notes)
    about = camera.origin.value, notes
    return (number, f"{time_s:.6f}", device, rgb, depth, unit, *size, *lens, *about)


def _write(path: Path, data: bytes) -> int:
    path.write_bytes(data)
    return len(data)


def sync_tree(folder: Path) -> None:
    """Waits until the disk holds every file in `folder`, and their names. Raises OSError."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                _sync(path, os.O_RDWR | _BINARY)
        _sync_names(Path(place))
    _sync_names(folder.absolute().parent)


def _sync_names(folder: Path) -> None:
    """Where the system can: Windows opens no folder, and some network drives sync none."""
    with suppress(OSError):
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
