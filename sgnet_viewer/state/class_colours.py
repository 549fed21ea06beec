"""Colours that the user gave to classes, by the classes' names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Rgb = tuple[int, int, int]
OwnColours = tuple[tuple[str, Rgb], ...]  # (name of a class, RGB 0..255), sorted by name
MOST = 1000
LONGEST = 200  # letters of a name
HEX = re.compile(r"#([0-9a-fA-F]{6})")


def with_colour(own: OwnColours, name: str, rgb: Rgb | None) -> OwnColours:
    """With another colour for that class; None gives it the palette's back."""
    others = {key: value for key, value in own if key != name}
    return tuple(sorted({**others, **({} if rgb is None else {name: rgb})}.items()))


def colours_to_json(own: OwnColours) -> dict[str, str]:
    """{"wall": "#aabbcc", ...}"""
    return {name: "#" + bytes(rgb).hex() for name, rgb in own}


def colours_from_json(data: Any) -> OwnColours:
    """The inverse of `colours_to_json`; ValueError for anything else."""
    if not isinstance(data, Mapping) or len(data) > MOST:
        raise ValueError("no object of class names and colours")
    return tuple(sorted((_name(name), _rgb(text)) for name, text in data.items()))


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or "\0" in value:
        raise ValueError("a class name is no text")
    return value


def _rgb(value: Any) -> Rgb:
    match = HEX.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{str(value)[:20]!r} is no colour like #1f77b4")
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue
