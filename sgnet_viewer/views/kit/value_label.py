"""A label for a number or word that belongs to a name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from sgnet_viewer.views.kit.theme import STEP

FARTHEST = 56 * STEP  # pixels from the names' left end to the values' right end


def together(facts: QWidget) -> QHBoxLayout:
    """Names and their values in a row that a wide panel does not draw apart."""
    facts.setMaximumWidth(FARTHEST)
    row = QHBoxLayout()
    row.addWidget(facts, 1)
    row.addStretch(0)
    return row


def value_label(text: str) -> QLabel:
    """At the right end of its row; the mouse can select it."""
    label = QLabel(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
