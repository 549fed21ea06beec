"""Values of a JSON document, each as it should be or a ValueError or TypeError."""

from __future__ import annotations

from typing import Any

from sgnet_model.untrusted import number

MOST_PIXELS = 1 << 20  # of a side


def text(value: Any, longest: int = 4096) -> str:
    """A text of at most `longest` characters without a zero byte."""
    if not isinstance(value, str) or "\0" in value or len(value) > longest:
        raise ValueError(value)
    return value


def items(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def count(value: Any) -> int:
    """A whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 31:
        raise ValueError(value)
    return value


def pixel(value: Any) -> int:
    """A column or row of a picture."""
    if count(value) >= MOST_PIXELS:
        raise ValueError(value)
    return int(value)


def fraction(value: Any) -> float:
    """0..1."""
    return number(value, 0.0, 1.0)
