"""Strings and numeric arrays out of MATLAB 5 files.

Strings are those of a cell, or of one text field in an array of structures: that and plain arrays
are all our data sets need of the format; what is not asked for is stepped over unread. Format:
"MAT-File Format", The MathWorks. After a header of 128 bytes come elements of a tag (type, length)
and data padded to 8 bytes; an element of up to 4 bytes may stand inside its own tag.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError
from sgnet_model.untrusted import read_bytes, reading, unpacked

MAX_BYTES = 1 << 30  # of a file, and of what it packs
HEADER = 128
_COMPRESSED, _MATRIX = 15, 14  # types of elements
_CELL, _STRUCT, _CHAR = 1, 2, 4  # classes of arrays
_NUMBERS = dict(enumerate(("f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"), 6))
# How their numbers may be stored: MATLAB takes the smallest type that holds them.
_STORED = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
MAX_ARRAY_BYTES = 1 << 29
MAX_VALUES = 64_000_000  # of an array: the pixels of the largest picture
_ENCODINGS = {2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16"}  # of characters, by type


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    data: memoryview


def read_strings(path: Path, variable: str, field: str | None = None) -> list[str]:
    """The strings of a cell array, or of `field` in an array of structures, in column order.

    Raises UserError where the file is damaged, is no MATLAB 5 file, or has no such strings.
    """
    content = read_bytes(path, MAX_BYTES)
    with reading(path, f"{path.name} is damaged or cut off: download it again."):
        order = _byte_order(content, path)
        array = _variable(content, order, variable)
        if array is not None:
            strings = _strings(array, order, field)
            if strings is not None:
                return strings
    what = f"{variable}.{field}" if field else variable
    raise UserError(f"{path.name} has no strings called {what}: it is another file than expected.")


def read_arrays(path: Path) -> list[tuple[str, NDArray[Any]]]:
    """The real numeric arrays of a file by name, in their MATLAB shapes and types.

    Raises UserError where it is damaged or no MATLAB 5 file.
    """
    content = read_bytes(path, MAX_ARRAY_BYTES)
    sentence = f"{path.name} is damaged or cut off: save it again."
    with reading(path, sentence):
        order = _byte_order(content, path)
        found: list[tuple[str, NDArray[Any]]] = []
        for element in _elements(memoryview(content)[HEADER:], order):
            if element.kind == _COMPRESSED:
                whole = unpacked(element.data, MAX_ARRAY_BYTES)
                element = next(_elements(memoryview(whole), order))
            if element.kind == _MATRIX:
                found += _numeric(element, order)
        return found


def _numeric(array: _Element, order: str) -> list[tuple[str, NDArray[Any]]]:
    """The array in a list of one; empty where it is a structure, text, sparse or complex."""
    inside = _elements(array.data, order)
    flags = struct.unpack(order + "I", next(inside).data[:4])[0]
    dimensions = next(inside).data
    shape = struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions)
    name = bytes(next(inside).data).decode("ascii", "replace")
    if flags & 0xFF not in _NUMBERS or flags & 0x800 or min(shape, default=0) < 1:
        return []
    if math.prod(shape) > 4 * MAX_VALUES:
        raise ValueError(f"an array of {shape}")
    stored = next(inside)
    values = np.frombuffer(stored.data, np.dtype(order + _STORED[stored.kind]))
    typed = values.astype(_NUMBERS[flags & 0xFF], copy=False)
    return [(name, typed.reshape(shape, order="F"))]


def _byte_order(content: bytes, path: Path) -> str:
    order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
    if order is None or not content.startswith(b"MATLAB 5.0"):
        raise UserError(
            f"{path.name} is not a MATLAB 5 file: take the file the data set comes with."
        )
    return order


def _variable(content: bytes, order: str, name: str) -> _Element | None:
    for element in _elements(memoryview(content)[HEADER:], order):
        if element.kind == _COMPRESSED:
            element = next(_elements(memoryview(unpacked(element.data, MAX_BYTES)), order))
        if element.kind == _MATRIX and _header(element, order)[2] == name:
            return element
    return None


def _strings(array: _Element, order: str, field: str | None) -> list[str] | None:
    kind, count, _, rest = _header(array, order)
    if field is None and kind == _CELL:
        return [_text(next(rest), order) for _ in range(count)]
    if field is None or kind != _STRUCT:
        return None
    width = struct.unpack(order + "i", next(rest).data[:4])[0]
    names = _field_names(bytes(next(rest).data), width)
    if field not in names:
        return None
    wanted, strings = names.index(field), []
    for _ in range(count):
        members = [next(rest) for _ in names]  # all fields of one structure, then the next one
        strings.append(_text(members[wanted], order))
    return strings


def _field_names(data: bytes, width: int) -> list[str]:
    starts = range(0, len(data), width)
    return [data[at : at + width].split(b"\0")[0].decode("ascii", "replace") for at in starts]


def _header(array: _Element, order: str) -> tuple[int, int, str, Iterator[_Element]]:
    """Class, number of members, name, and the elements that follow."""
    inside = _elements(array.data, order)
    flags = struct.unpack(order + "I", next(inside).data[:4])[0]
    dimensions = next(inside).data
    sizes = struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions)
    name = bytes(next(inside).data).decode("ascii", "replace")
    return flags & 0xFF, math.prod(sizes), name, inside


def _text(array: _Element, order: str) -> str:
    """A row of characters; an empty array gives an empty string."""
    if not array.data:
        return ""
    kind, count, _, rest = _header(array, order)
    if not count:
        return ""
    if kind != _CHAR:
        raise ValueError("a string was expected")
    characters = next(rest)
    encoding = _ENCODINGS.get(characters.kind, "latin-1")
    if encoding == "utf-16":
        encoding += "-le" if order == "<" else "-be"
    return bytes(characters.data).decode(encoding)


def _elements(data: memoryview, order: str) -> Iterator[_Element]:
    """Every element; ValueError where one ends beyond the data."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from(order + "II", data, at)
        start = at + 8
        if kind >> 16:  # the small form: length and type share the first four bytes
            kind, length, start = kind & 0xFFFF, kind >> 16, at + 4
        if start + length > len(data):
            raise ValueError("an element ends beyond the file")
        yield _Element(kind, data[start : start + length])
        at = start + 4 if start == at + 4 else start + length
        if kind != _COMPRESSED and start != at and at % 8:
            at += 8 - at % 8
