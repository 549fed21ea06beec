"""Float and Close of a dock: Qt draws them 10 pixels wide and says nothing of what they do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QAbstractButton, QDockWidget

from sgnet_viewer.views.kit.icons import SIDE, icon_pixmap

BUTTONS = {  # Qt's names: drawing, tip
    "qt_dockwidget_floatbutton": ("float", "Float, or dock again"),
    "qt_dockwidget_closebutton": ("close", "Close; View > Panels opens it again"),
}
ROOM = SIDE + 2  # pixels


class TitleButtons(QObject):
    """Draws both with the icons of the window."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        for name, (_, tip) in BUTTONS.items():
            button = dock.findChild(QAbstractButton, name)
            if button is not None:
                button.setToolTip(tip)
                button.setMinimumSize(ROOM, ROOM)
                button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the place of Qt's painting."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QAbstractButton):
            _paint(watched)
            return True
        return super().eventFilter(watched, event)


def _paint(button: QAbstractButton) -> None:
    roles, palette = QPalette.ColorRole, button.palette()
    painter = QPainter(button)
    if button.underMouse():
        painter.fillRect(button.rect(), palette.color(roles.Midlight))
    role = roles.WindowText if button.underMouse() else roles.PlaceholderText
    place = QRect(0, 0, SIDE, SIDE)
    place.moveCenter(button.rect().center())
    painter.drawPixmap(place, icon_pixmap(BUTTONS[button.objectName()][0], palette.color(role)))
