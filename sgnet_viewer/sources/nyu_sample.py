"""The real NYU pair that Open3D's sample downloader brings: from its cache, or downloaded.

The download runs in a process of its own: Open3D's downloader can be neither interrupted nor asked
how far it is, but a process can be killed and the file it writes can be watched.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from sgnet_model.files import expanded
from sgnet_model.types import UserError
from sgnet_viewer.runtime.task import Task

DATASET = "SampleNYURGBDImage"
COLOUR, DEPTH = "NYU_color.ppm", "NYU_depth.pgm"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal
POLL_S = 0.1
END_S = 2.0  # what a killed process may take to be gone


def data_root() -> Path:
    """Open3D's cache: the variable OPEN3D_DATA_ROOT, or open3d_data in the home folder."""
    given = os.environ.get("OPEN3D_DATA_ROOT")
    return expanded(given) if given else expanded("~/open3d_data")


def nyu_pair(task: Task, command: tuple[str, ...] = ()) -> tuple[Path, Path]:
    """The colour and the depth file, downloaded if need be.

    `command` replaces the downloading process in tests. UserError without a network, and whatever
    `task` raises to call it off; the process is gone in every case.
    """
    cached = cached_pair()
    if cached is not None:
        return cached
    task.report("Downloading the NYU sample")
    _download(task, command or (sys.executable, "-m", "sgnet_viewer.sources.nyu_download"))
    arrived = cached_pair()
    if arrived is None:
        raise UserError(
            f"The downloaded NYU sample has no {COLOUR} and {DEPTH} in {_folders()[0]}: "
            "delete that folder and try again."
        )
    return arrived


def cached_pair() -> tuple[Path, Path] | None:
    """The pair, where an earlier download left it."""
    for folder in _folders():
        pair = folder / COLOUR, folder / DEPTH
        if all(path.is_file() for path in pair):
            return pair
    return None


def _folders() -> tuple[Path, ...]:
    """Where the pair can lie: unpacked by Open3D, or beside the archive, unpacked by hand."""
    root = data_root()
    return root / "extract" / DATASET, root / "download" / DATASET


def _download(task: Task, command: tuple[str, ...]) -> None:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        no_console = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # none flashes up on Windows
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, creationflags=no_console
        )
        try:
            code = _wait(process, task)
        finally:
            _end(process)
        if code != 0:
            raise UserError(
                "The NYU sample could not be downloaded: connect this machine to the network, or "
                f"put {COLOUR} and {DEPTH} of Open3D's {DATASET} into {_folders()[0]}.",
                details=_text(output),
            )


def _wait(process: subprocess.Popen[bytes], task: Task) -> int:
    archive = data_root() / "download" / DATASET / f"{DATASET}.zip"
    while True:
        try:
            return process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            task.report(f"Downloading the NYU sample{_size(archive)}")


def _size(path: Path) -> str:
    try:
        return f", {path.stat().st_size / 1e6:.1f} MB"
    except OSError:
        return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait(END_S)


def _text(output: IO[str]) -> str:
    output.seek(0)
    return _COLOURS.sub("", output.read())[-4000:]
