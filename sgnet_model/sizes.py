"""Sizes and pixels as people write them: HEIGHTxWIDTH, as in the paper, and U,V."""

from __future__ import annotations

import re

from .types import UserError

NATIVE = "native"
SMALLEST_SIDE, LARGEST_SIDE = 32, 4096  # pixels, of what a network is fed

_SIDES = re.compile(r"\s*(\d{1,5})\s*[xX×]\s*(\d{1,5})\s*")
_PIXEL = re.compile(r"\s*(-?\d{1,9})\s*,\s*(-?\d{1,9})\s*")


def two_sides(text: str) -> tuple[int, int]:
    """ "480x640" -> (480, 640), in the order they stand; (0, 0) for what is of another form."""
    found = _SIDES.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def parse_size(
    text: str, sides: tuple[int, int] = (SMALLEST_SIDE, LARGEST_SIDE), word: str = ""
) -> tuple[int, int]:
    """(height, width), each within `sides`; UserError, which names `word` as the other choice."""
    size = two_sides(text)
    if not all(sides[0] <= side <= sides[1] for side in size):
        raise UserError(
            f"The size {text!r} cannot be used: write HEIGHTxWIDTH with {sides[0]} to {sides[1]} "
            f"pixels a side, like 480x640{word and ', or '}{word}."
        )
    return size


def parse_network_size(text: str) -> tuple[int, int] | None:
    """What a network is fed, (height, width); None for "native": each picture's own. UserError."""
    return None if text.strip().lower() == NATIVE else parse_size(text, word=NATIVE)


def format_size(size: tuple[int, int] | None) -> str:
    """The inverse of `parse_network_size`."""
    return NATIVE if size is None else f"{size[0]}x{size[1]}"


def parse_pixel(text: str) -> tuple[int, int]:
    """(u, v), column and row, of "200,300"; UserError. Whether the picture has it is not known
    here: `inspection.probe.check_pixel` says that."""
    found = _PIXEL.fullmatch(text)
    if found is None:
        raise UserError(
            f"The pixel {text!r} is not U,V: write two whole numbers, column and row, like 200,300."
        )
    return int(found[1]), int(found[2])
