"""Notices above the picture: sentences that never take the focus."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.window import Notice, Severity
from sgnet_viewer.views.kit.icons import IconButton, icon_pixmap
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP

MOST = 50  # notices at a time; what was said before them is in the history
LARGEST_SHARE, LEAST_HEIGHT = 0.2, 72  # of the window's height; pixels: beyond them they scroll
INFO_MS = 12_000  # an information without an action goes by itself
DETAILS_HEIGHT = 160  # at most
ICON_SIDE = 16  # pixels
ROLES = {
    Severity.INFO: QPalette.ColorRole.Highlight,
    Severity.WARNING: QPalette.ColorRole.Link,
    Severity.ERROR: QPalette.ColorRole.BrightText,
}


class NoticeWidget(QFrame):
    """One sentence with its buttons, and the details below when asked for."""

    acted: Signal = intent(str)
    closed: Signal = intent()
    resized: Signal = intent()

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("notice", notice.severity.value)
        self.setAccessibleName(f"{notice.severity.value}: {notice.text}")
        self._icon = QLabel()
        self._icon.setContentsMargins(0, 5, 0, 0)  # level with the first line
        self._text = QLabel(notice.text)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action_button = _button(notice.action)
        self.choice_buttons = [_button(text) for _, text in notice.choices]
        self.details_button = _button("Details" if notice.details else "")
        self.details_button.setCheckable(True)
        self.close_button = IconButton("close", "Close this notice")
        self.details = QPlainTextEdit(notice.details)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("Details")
        self.details.setFixedHeight(_details_height(self.details))
        self.details.hide()
        self._lay_out()
        self._colour_icon()
        self.action_button.clicked.connect(lambda: self.acted.emit(notice.key))
        for button, (key, _) in zip(self.choice_buttons, notice.choices, strict=True):
            button.clicked.connect(partial(self.acted.emit, key))
        self.details_button.toggled.connect(self._show_details)
        self.close_button.clicked.connect(lambda: self.closed.emit())

    def changeEvent(self, event: QEvent) -> None:
        """Follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_icon()

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.resized.emit()

    def _colour_icon(self) -> None:
        severity = self.notice.severity
        self._icon.setPixmap(icon_pixmap(severity.value, self.palette().color(ROLES[severity])))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(STEP)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._text, 1)
        for button in (self.action_button, self.details_button, self.close_button):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        choices = QHBoxLayout()  # below: several beside the text would leave it no room
        choices.setContentsMargins(ICON_SIDE + STEP, 0, 0, 0)
        choices.setSpacing(STEP)
        for button in self.choice_buttons:
            choices.addWidget(button)
        choices.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP // 2, STEP // 2)
        layout.addLayout(line)
        if self.choice_buttons:
            layout.addLayout(choices)
        layout.addWidget(self.details)


class NoticeStripWidget(QWidget):
    """Implements `contract.window.NoticeStrip`: beside the picture, never over it.

    The newest is shown, so that the picture keeps its room; a button beside it opens the others,
    up to a share of the window, beyond which they scroll. Open, a line above them dismisses all.
    """

    action_chosen: Signal = intent(str)
    history_requested: Signal = intent()  # for the window alone

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notices: list[NoticeWidget] = []  # newest first
        self._is_open = False
        self._count = QLabel()
        self._count.setProperty("muted", True)
        self.history_button = _flat_button("History", "What was said since the start")
        self.dismiss_button = _flat_button("Dismiss all", "Close all notices  (Esc)")
        self.more_button = _flat_button("more", "Show the other notices too")
        self.fewer_button = _flat_button("Newest only", "Show the newest notice alone")
        self._head = QWidget()
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP // 2)
        self._scroll = QScrollArea()
        self._lay_out()
        self.dismiss_button.clicked.connect(self.clear)
        self.more_button.clicked.connect(lambda: self._open(True))
        self.fewer_button.clicked.connect(lambda: self._open(False))
        self.history_button.clicked.connect(lambda: self.history_requested.emit())
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """On top of the others; the same sentence again only moves up."""
        self.withdraw(notice.text)
        widget = NoticeWidget(notice, self._content)
        widget.acted.connect(lambda key: self._act(widget, key))
        widget.closed.connect(lambda: self._remove(widget))
        widget.resized.connect(self._arrange)
        self.notices.insert(0, widget)
        self._column.insertWidget(0, widget)
        for old in self.notices[MOST:]:
            self._remove(old)
        if notice.severity is Severity.INFO and not (notice.action or notice.choices):
            self._close_later(widget)
        self._scroll.verticalScrollBar().setValue(0)
        self._arrange()

    def withdraw(self, text: str) -> None:
        """Take away the notice of this text, if it is there."""
        for old in [widget for widget in self.notices if widget.notice.text == text]:
            self._remove(old)

    def clear(self) -> None:
        """No notices."""
        for widget in list(self.notices):
            self._remove(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sentences break into other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def follow_window(self) -> None:
        """The window has another height: the share of it is another."""
        self._arrange()

    def _open(self, opened: bool) -> None:
        """All, or the newest alone."""
        self._is_open = opened
        self._arrange()

    def _act(self, widget: NoticeWidget, key: str) -> None:
        self._remove(widget)
        self.action_chosen.emit(key)

    def _close_later(self, widget: NoticeWidget) -> None:
        timer = QTimer(widget)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._remove_unread(widget))
        timer.start(INFO_MS)

    def _remove_unread(self, widget: NoticeWidget) -> None:
        if not widget.details_button.isChecked():
            self._remove(widget)

    def _remove(self, widget: NoticeWidget) -> None:
        if widget not in self.notices:
            return
        self.notices.remove(widget)
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        others = len(self.notices) - 1
        self._is_open = self._is_open and others > 0
        self._head.setVisible(self._is_open)
        self._count.setText(f"{len(self.notices)} notices")
        self.more_button.setVisible(others > 0 and not self._is_open)
        self.more_button.setText(f"+{others} more")
        for number, widget in enumerate(self.notices):
            widget.setVisible(self._is_open or number == 0)
        was_shown = self.isVisible()
        self.setVisible(bool(self.notices))
        if not self.notices:
            return
        window, above = self.window(), self.parentWidget()
        most = max(round(LARGEST_SHARE * window.height()), LEAST_HEIGHT)
        width = (self.width() if was_shown or above is None else above.width()) - 2 * STEP
        if others > 0 and not self._is_open:
            width -= self.more_button.sizeHint().width() + STEP // 2
        self._column.invalidate()
        needed = self._column.totalHeightForWidth(width)
        if needed > most:
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            needed = self._column.totalHeightForWidth(width - bar)
        self._scroll.setFixedHeight(min(needed, most))

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._count, 1)
        head.addWidget(self.history_button)
        head.addWidget(self.dismiss_button)
        head.addWidget(self.fewer_button)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._head)
        line = QHBoxLayout()
        line.setSpacing(STEP // 2)
        line.addWidget(self._scroll, 1)
        line.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(line)


def _details_height(details: QPlainTextEdit) -> int:
    """As high as the lines, up to a limit where it scrolls."""
    lines = details.blockCount() * details.fontMetrics().lineSpacing()
    return min(lines + 3 * STEP, DETAILS_HEIGHT)


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setVisible(bool(text))
    return button


def _flat_button(text: str, tip: str) -> QPushButton:
    button = _button(text)
    button.setProperty("flat", True)
    button.setToolTip(tip)
    return button
