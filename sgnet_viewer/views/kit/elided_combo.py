"""A combo box that shortens its choice where there is little room, and shows all of it on hover."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

PADDING = 12  # pixels that the style sheet leaves around the text


class ElidedCombo(QComboBox):
    """As narrow as its panel: Qt alone cuts the text in the middle of a letter."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name`: what is chosen, for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)

    def shown_text(self) -> str:
        """What there is room for."""
        return self._option().currentText

    def event(self, event: QEvent) -> bool:
        """Hovered, it says the whole choice."""
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self.currentText())
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's name."""
        painter, option = QStylePainter(self), self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width() - PADDING
        )
        return option
