"""The size a network is fed, as the user writes it."""

from __future__ import annotations

import re

from sgnet_model.types import UserError

NATIVE = "native"
SMALLEST, LARGEST = 32, 4096  # pixels a side


def parse_size(text: str) -> tuple[int, int] | None:
    """ "480x640" -> (480, 640), height first; "native" -> None: each picture's own. UserError."""
    if text.strip().lower() == NATIVE:
        return None
    found = re.fullmatch(r"\s*(\d+)\s*[xX×]\s*(\d+)\s*", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise UserError(
            f"The size {text!r} cannot be used: write HEIGHTxWIDTH with {SMALLEST} to {LARGEST} "
            f"pixels a side, such as 480x640, or {NATIVE}."
        )
    return size


def format_size(size: tuple[int, int] | None) -> str:
    """The inverse of `parse_size`."""
    return NATIVE if size is None else f"{size[0]}x{size[1]}"
