"""A box for metres that may be negative."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox

MINUS, HYPHEN = "−", "-"


class MetresBox(QDoubleSpinBox):
    """Shows a true minus, as every other number of the window; both signs can be typed."""

    def textFromValue(self, value: float) -> str:
        """Qt's name."""
        return super().textFromValue(value).replace(HYPHEN, MINUS)

    def valueFromText(self, text: str) -> float:
        """Qt's name."""
        return super().valueFromText(text.replace(MINUS, HYPHEN))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Qt's name."""
        state, plain, at = super().validate(text.replace(MINUS, HYPHEN), place)
        return state, plain.replace(HYPHEN, MINUS), at
