"""Runs a pip of this Python with its output in a file and one bar on the terminal.

Usage: with_bar.py LOG pip install ...
Prints what pip reports as an error, and ends with pip's exit code. Without a terminal there is no
bar. Runs before anything is installed: standard library only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

TOTAL = 130  # packages that pip collects for the program, with what they need; the bar's length
CELLS = 24
COLLECTED = re.compile(r"Collecting ([\w.\[\]-]+)")
FETCHED = re.compile(r"\s*(?:Downloading|Using cached) \S*?([\w.]+-[\w.+]+)-\S+(?: \((.+)\))?")
BUILDING = re.compile(r"Installing collected packages: (.*)")
SAID = ("ERROR", "error:")  # what the user is to see too


class Bar:
    """What pip is doing, on one line that is drawn over; nothing where `out` is no terminal."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out if out.isatty() else None
        self._collected = 0

    def heed(self, line: str) -> None:
        """Moves on by what a line of pip's says."""
        if found := COLLECTED.match(line):
            self._collected += 1
            self._draw(min(self._collected / TOTAL, 1) * 0.8, found[1])
        elif found := FETCHED.match(line):
            size = f" ({found[2]})" if found[2] else ""
            self._draw(min(self._collected / TOTAL, 1) * 0.8, f"{found[1]}{size}")
        elif found := BUILDING.match(line):
            self._draw(0.9, f"unpacking {found[1].count(',') + 1} packages")

    def end(self) -> None:
        """Takes the line away."""
        if self._out:
            self._out.write("\r\033[K")
            self._out.flush()

    def _draw(self, share: float, words: str) -> None:
        if not self._out:
            return
        done = round(share * CELLS)
        line = f"[{'#' * done}{'.' * (CELLS - done)}] {words}"
        self._out.write(f"\r\033[K{line[: shutil.get_terminal_size().columns - 1]}")
        self._out.flush()


def follow(lines: Iterable[str], log: IO[str], out: IO[str]) -> None:
    """Every line goes to `log`, errors to `out` too."""
    bar = Bar(out)
    for line in lines:
        log.write(line)
        log.flush()
        if line.startswith(SAID):
            bar.end()
            out.write(line)
        else:
            bar.heed(line)
    bar.end()


def main(log: Path, words: list[str]) -> int:
    """Runs `python -m WORDS`."""
    command = [sys.executable, "-m", *words]
    with (
        log.open("a", encoding="utf-8") as written,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        assert process.stdout is not None
        follow(process.stdout, written, sys.stderr)
    return process.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
