"""Lists of files as people and their editors leave them.

A spreadsheet or an editor adds a byte order mark, turns commas into semicolons, writes UTF-16, or
turns the slashes of paths around; none of this changes what a list says.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from sgnet_model.untrusted import TEXT_BYTES, read_bytes, reading

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ("\t", ";", ",")  # in this order: a file name may hold a comma, hardly a tab


def text_of(path: Path) -> str:
    """The text of a list file, in UTF-8, UTF-16 where its first bytes say so, else Latin-1.

    Raises UserError for what cannot be read or is no text.
    """
    stored = read_bytes(path, TEXT_BYTES)
    with reading(path, f"The list {path} cannot be read (it is not text)."):
        return decoded(stored)


def lines_of(path: Path) -> list[str]:
    """The lines of a list file that are not empty, backslashes as slashes; raises UserError."""
    lines = text_of(path).replace("\\", "/").splitlines()
    return [line.strip() for line in lines if line.strip()]


def decoded(stored: bytes) -> str:
    """Text in one of these encodings; ValueError for what is none."""
    if stored.startswith(_UTF_16):
        return stored.decode("utf-16")
    try:
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in stored:  # no text in any encoding of one byte a character
            raise
        return stored.decode("latin-1")


def cells_of(line: str) -> list[str]:
    """The columns of a line: parted by tabs, else semicolons, else commas, else blanks.

    Quotes around a cell are taken off.
    """
    separator = next((mark for mark in _SEPARATORS if mark in line), None)
    cells = line.split() if separator is None else line.split(separator)
    cells = [cell.strip().strip('"').strip() for cell in cells]
    while cells and not cells[-1]:  # "a.png; b.png;" has two columns
        cells.pop()
    return cells


def delimiter_of(header: str) -> str:
    """What parts the columns of a table with this first line: a comma where nothing tells."""
    return max((",", ";", "\t"), key=header.count)


def decimal(text: str) -> float:
    """A number as a table holds it, with a decimal comma or point; raises ValueError."""
    return float(re.sub(r"(?<=\d),(?=\d)", ".", text.strip()))
