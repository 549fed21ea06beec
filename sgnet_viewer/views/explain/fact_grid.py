"""Names at the left, their values at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.value_label import value_label


class FactGrid(QWidget):
    """Values can be selected by the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._labels: list[QLabel] = []  # name, value, name, value ...

    def set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """The same names get their new values in place."""
        if [name for name, _ in facts] != [name for name, _ in self._shown]:
            for label in self._labels:
                label.hide()
                label.deleteLater()
            self._labels = [
                label for name, value in facts for label in (_label(name), value_label(value))
            ]
            for place, label in enumerate(self._labels):
                self._grid.addWidget(label, place // 2, place % 2)
        else:
            for label, (_, value) in zip(self._labels[1::2], facts, strict=True):
                label.setText(value)
        self._shown = facts


def _label(text: str) -> QLabel:
    label = ElidedLabel()
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    label.setText(text)
    label.setProperty("muted", True)
    return label
