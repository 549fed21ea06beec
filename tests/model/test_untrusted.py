"""What is wrong with a file ends as one sentence that names it, before memory is taken for it."""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sgnet_model.types import UserError
from sgnet_model.untrusted import (
    number,
    parse_json,
    read_bytes,
    read_json,
    read_text,
    reading,
    reason,
    unpacked,
    whole,
)


@pytest.mark.parametrize(
    "error", [ValueError("bad"), RuntimeError("x"), StopIteration(), RecursionError(), KeyError(1)]
)
def test_whatever_is_raised_becomes_the_readers_sentence(error: Exception) -> None:
    with (
        pytest.raises(UserError, match=r"^thing\.x is damaged\.$") as caught,
        reading("thing.x", "thing.x is damaged."),
    ):
        raise error
    assert caught.value.details.startswith(type(error).__name__)
    assert caught.value.__cause__ is error


def test_the_sentence_may_say_what_was_raised() -> None:
    with (
        pytest.raises(UserError, match=r"a\.b is bad \('fx' is missing\)"),
        reading("a.b", lambda error: f"a.b is bad ({reason(error)})."),
    ):
        raise KeyError("fx")


def test_a_user_error_passes_and_an_interrupt_is_none() -> None:
    first = UserError("as it is")
    with pytest.raises(UserError) as caught, reading("x", "other"):
        raise first
    assert caught.value is first
    with pytest.raises(KeyboardInterrupt), reading("x", "other"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "h5py's own long text"), r"^/a/b does not exist: check the path"),
        (PermissionError(13, "long"), r"^/a/b cannot be read \(Permission denied\)"),
        (MemoryError(), r"^/a/b asks for more memory than there is"),
    ],
)
def test_what_the_system_refuses_is_told_as_such(error: Exception, words: str) -> None:
    with pytest.raises(UserError, match=words), reading("/a/b", "damaged"):
        raise error


def test_an_endless_reason_is_cut() -> None:
    assert len(reason(ValueError("x" * 10**6))) <= 300
    assert reason(ValueError("first\nsecond")) == "first"
    assert reason(ValueError()) == "ValueError"


def test_bytes_are_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbfhello")
    assert read_bytes(path, 8) == b"\xef\xbb\xbfhello"
    assert read_text(path) == "hello"
    with pytest.raises(UserError, match=r"list\.txt is larger than"):
        read_bytes(path, 7)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"list\.txt is not text"):
        read_text(path)


def test_folders_and_pipes_are_refused_at_once(tmp_path: Path) -> None:
    """Opening the pipe would wait for a writer."""
    os.mkfifo(tmp_path / "camera.json")
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "camera.json", "not a regular")):
        with pytest.raises(UserError, match=words):
            read_bytes(path, 100)
    with pytest.raises(UserError, match="does not exist"):
        read_bytes(tmp_path / "absent", 100)
    assert read_bytes(Path("/dev/null"), 100) == b""
    with pytest.raises(UserError, match="larger than"):
        read_bytes(Path("/dev/zero"), 100)


@pytest.mark.parametrize(
    "text",
    [
        '{"fx": NaN}',
        "[Infinity]",
        "[1e999]",
        f"[{2**63}]",
        "[" * 102 + "]" * 102,
        "[" * 100_000,
        '{"a":' * 5000 + "1" + "}" * 5000,
        "9" * 5000,
        "",
        "{",
    ],
    ids=lambda text: text[:8] or "empty",
)
def test_json_is_bounded(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each kind has words of its own
        parse_json(text)
    path = tmp_path / "values.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"^values\.json is no camera\.$"):
        read_json(path, "values.json is no camera.")


def test_good_json_is_what_json_says(tmp_path: Path) -> None:
    values = {"a": [1, -2.5, None, True, "\ud800", {"b": [[[2**63 - 1]]]}]}
    path = tmp_path / "values.json"
    path.write_text(json.dumps(values))
    assert read_json(path, "") == values
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    assert parse_json(json.dumps(deep)) == deep


@pytest.mark.parametrize("check", [number, whole])
@pytest.mark.parametrize(
    "value", [math.nan, math.inf, "nan", "x", None, [], {}, True, 10**400, "1e400", [1, 2]]
)
def test_what_is_no_number(check: Callable[[Any], float], value: Any) -> None:
    with pytest.raises(ValueError, match="where a"):
        check(value)


def test_numbers_in_their_range() -> None:
    assert number("525.5") == 525.5
    assert number(3) == 3.0
    assert whole("640") == 640
    assert whole(640.0) == 640
    assert whole(2**63 - 1) == 2**63 - 1
    for call in (lambda: number(0, 1), lambda: whole(7, 1, 6), lambda: whole(1.5)):
        with pytest.raises(ValueError, match="where a"):
            call()


def test_unpacking_stops_at_the_limit() -> None:
    content = bytes(10_000)
    packed = zlib.compress(content)
    assert unpacked(packed, 10_000) == content
    for data, most in ((packed, 9_999), (packed[:-6], 10_000), (b"nothing", 10)):
        with pytest.raises(ValueError):  # noqa: PT011
            unpacked(data, most)
