"""The fields of the status line that can be clicked, and how its parts share the room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

GUESS = " This one is a guess."
Part = tuple[int, int]  # pixels: of the whole text, and the least it is shortened to


def make_clickable(button: QPushButton, tip: str = "") -> QPushButton:
    """A button that looks like text."""
    button.setProperty("flat", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(tip)
    return button


def show_field(button: QPushButton, text: str, guessed: bool, doubt: str = "") -> None:
    """A guess is said in words and marked in colour; why a unit is doubted, in the tip."""
    button.setText(text + origin_word(guessed, doubt))
    button.setVisible(bool(text))
    tip = button.toolTip().split("\n")[0].removesuffix(GUESS)
    lines = [tip + GUESS if guessed else tip, *([doubt] if doubt else [])]
    button.setToolTip("\n".join(lines))
    mark_guess(button, guessed or bool(doubt))


def origin_word(guessed: bool, doubt: str = "") -> str:
    """Behind the text."""
    words = [*(["doubtful"] if doubt else []), *(["guess"] if guessed else [])]
    return f"  ({' '.join(words)})" if words else ""


def mark_guess(button: QPushButton, guessed: bool) -> None:
    """Amber, or as text."""
    if button.property("guess") is guessed:
        return  # polishing it again costs a millisecond
    button.setProperty("guess", guessed)
    button.setProperty("flat", not guessed)
    button.style().unpolish(button)
    button.style().polish(button)


def widths_within(room: int, parts: Sequence[Part]) -> list[int]:
    """Pixels of each part: the first gives way first, down to its least, then the next."""
    over, widths = sum(whole for whole, _ in parts) - room, []
    for whole, least in parts:
        given = min(max(over, 0), max(whole - least, 0))
        over -= given
        widths.append(whole - given)
    return widths
