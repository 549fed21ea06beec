"""Prints the Debian packages whose file is not on this system, for the needs named.

Usage: missing_packages.py run window test
Files are looked for, not package names: names differ between releases, file names do not.
Runs before anything is installed: standard library only.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from pathlib import Path

TABLE = Path(__file__).with_name("system-libraries.txt")


def missing_packages(needs: set[str], table: str) -> list[str]:
    """Packages whose file is absent, among rows (need, file, package) of the needs asked for."""
    rows = (line.split() for line in table.splitlines() if line and not line.startswith("#"))
    return [package for need, file, package in rows if need in needs and not is_present(file)]


def is_present(file: str) -> bool:
    """A shared library that loads, or a program on the path."""
    if ".so" not in file:
        return shutil.which(file) is not None
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(*missing_packages(set(sys.argv[1:]), TABLE.read_text(encoding="utf-8")))
