"""Reading files that anyone may have written: whatever is wrong with one is a UserError.

Libraries raise what they like over a damaged file, and numbers of a file may be anything. A reader
puts `reading` around all that takes a file's content apart, takes its bytes through `read_bytes`,
JSON through `read_json`, and numbers through `number` and `whole`: no reader lists exceptions.
"""

from __future__ import annotations

import errno
import json
import math
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .types import UserError

JSON_BYTES = 32 << 20
JSON_DEPTH = 100
TEXT_BYTES = 64 << 20  # lists of frames: hundreds of thousands of lines
LARGEST_WHOLE = 2**63 - 1  # what an int64 array holds
REASON_CHARACTERS = 300

_OURS = (NameError, AssertionError, ImportError)  # no file brings these about

Sentence = str | Callable[[Exception], str]


@contextmanager
def reading(path: Path | str, sentence: Sentence) -> Iterator[None]:
    """Whatever a block that reads `path` raises becomes one UserError.

    `sentence`: for a file that is not what was expected: text, or a function of the exception
    (`reason` puts it in words). A file that is missing or may not be read, and one that asks for
    more memory than there is, get sentences of their own. A UserError passes as it is.
    """
    try:
        yield
    except (UserError, *_OURS):
        raise
    except Exception as error:
        text = _of_the_system(path, error) or (
            sentence if isinstance(sentence, str) else sentence(error)
        )
        raise UserError(text, f"{type(error).__name__}: {reason(error)}") from error


def reason(error: Exception) -> str:
    """An exception in a few words: a file may make its own arbitrarily long."""
    if isinstance(error, KeyError):
        return f"{str(error)[:REASON_CHARACTERS]} is missing"
    text = str(error)[:REASON_CHARACTERS].strip().rstrip(".")
    return text.partition("\n")[0] or type(error).__name__


def read_bytes(path: Path, most: int) -> bytes:
    """The whole file. UserError where it is missing, unreadable, or larger than `most` bytes.

    What is no regular file is refused unless it was named in /dev (a shell's `<(...)`, say):
    opening a pipe that lies in a folder would wait for ever.
    """
    with reading(path, f"{path} cannot be read: check the path."):
        if not stat.S_ISREG(path.stat().st_mode) and path.parts[1:2] != ("dev",):
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise UserError(f"{path} is {kind}: name a file.")
        with path.open("rb") as file:
            content = file.read(most + 1)
    if len(content) > most:
        raise UserError(
            f"{path.name} is larger than {most / 1e6:.0f} MB, more than any file of its kind: "
            "check that it is the right one."
        )
    return content


def read_head(path: Path, count: int) -> bytes:
    """The first bytes of a file, to see what it is: at most `count`.

    OSError where it cannot be read or is no regular file: opening a pipe would wait for ever.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with path.open("rb") as file:
        return file.read(count)


def read_text(path: Path, most: int = TEXT_BYTES, *, errors: str = "strict") -> str:
    """The whole file as UTF-8, a byte order mark left out. Raises UserError, see `read_bytes`."""
    content = read_bytes(path, most)
    with reading(path, f"{path} is not text in UTF-8: check that it is the right file."):
        return content.decode("utf-8-sig", errors)


def read_json(path: Path, sentence: Sentence, most: int = JSON_BYTES) -> Any:
    """The values of a JSON file, checked as `parse_json` says; `sentence` as in `reading`."""
    content = read_bytes(path, most)
    with reading(path, sentence):
        return parse_json(content.decode("utf-8-sig"))


def parse_json(text: str, *, nan_as_none: bool = False) -> Any:
    """The values in a JSON text: at most 100 levels deep, numbers finite and within 64 bits.

    Raises ValueError for anything else. NaN and Infinity are no JSON, though Python writes them:
    `nan_as_none` reads them as null.
    """
    try:
        values = json.loads(text, parse_constant=_none if nan_as_none else _no_number)
    except RecursionError:
        raise ValueError(f"nested deeper than {JSON_DEPTH} levels") from None
    _check_values(values)
    return values


def number(value: Any, low: float = -sys.float_info.max, high: float = sys.float_info.max) -> float:
    """A finite number of low..high from a number or its text; ValueError for anything else."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not low <= found <= high:
        limits = "" if high == sys.float_info.max else f" of {low:g} to {high:g}"
        raise ValueError(f"{str(value)[:40]!r} where a number{limits} was expected")
    return found


def whole(value: Any, low: int = -LARGEST_WHOLE, high: int = LARGEST_WHOLE) -> int:
    """A whole number of low..high from a number or its text; ValueError for anything else."""
    found = value if isinstance(value, int) else number(value)
    if isinstance(value, bool) or found != int(found) or not low <= found <= high:
        raise ValueError(
            f"{str(value)[:40]!r} where a whole number of {low} to {high} was expected"
        )
    return int(found)


def unpacked(data: bytes | memoryview, most: int) -> bytes:
    """What a zlib stream holds. ValueError where it is damaged or more than `most` bytes."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(content) > most:
        raise ValueError(f"more than {most} bytes packed into {len(data)}")
    if not stream.eof:
        raise ValueError("a packed part that is cut off")
    return content


def _of_the_system(path: Path | str, error: Exception) -> str | None:
    """The sentence for what the operating system refused; None where the content is at fault."""
    if isinstance(error, OSError) and isinstance(error.filename, str):
        path = error.filename  # one that the file named, say
    if isinstance(error, FileNotFoundError):
        return f"{_short(path)} does not exist: check the path."
    if isinstance(error, OSError) and error.errno:
        return f"{_short(path)} cannot be read ({os.strerror(error.errno)}): check the path."
    if isinstance(error, MemoryError):
        return (
            f"{_short(path)} asks for more memory than there is: check that it is the right file."
        )
    return None


def _short(path: Path | str) -> str:
    """A name out of a file may be as long as the file."""
    text = str(path)
    return text if len(text) <= 500 else f"{text[:200]}...{text[-100:]}"


def _none(_name: str) -> None:
    return None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _check_values(values: Any) -> None:
    """A level at a time: a nested value cannot exhaust the stack."""
    level, depth = [values], 0
    while level:
        if depth > JSON_DEPTH:
            raise ValueError(f"nested deeper than {JSON_DEPTH} levels")
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, int) and abs(value) > LARGEST_WHOLE:
                raise ValueError("a whole number of more than 64 bits")
            elif isinstance(value, float) and not math.isfinite(value):
                raise ValueError("a number beyond the range of floating point")
        level, depth = below, depth + 1
