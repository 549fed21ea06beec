"""The cards of all probes: one below the other, two side by side where there is room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QGridLayout,
    QLabel,
    QScrollArea,
    QWidget,
)

from sgnet_viewer.contract.panels import ProbeCard
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.probes.probe_card import CardWidget

CARD_LINES = 27  # of text: the height of an open card with twelve layers
HEADING_LINES = 3  # likewise: of a card that is not open
STALE = 0.4  # opacity of cards of the frame before
TWO, TWO_FOLDED = 720, 760  # pixels: room for two open cards side by side
SPARE_MS = 200  # after the cards' place is first seen, which is to be painted before
EMPTY = "Click a pixel of the picture or the cloud to see where the network looked for it."


class ProbeCards(QScrollArea):
    """Implements `contract.panels.ProbeCardView`."""

    activated: Signal = intent(int)
    removed: Signal = intent(int)
    pinned: Signal = intent()
    layer_chosen: Signal = intent(str)
    menu_requested: Signal = intent(str, QPoint)  # for the window alone
    card_menu_requested: Signal = intent(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        self._grid.setSpacing(STEP)
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._grid.addWidget(self._empty, 0, 0, 1, 2)
        self._faint = QGraphicsOpacityEffect(self._content)
        self._faint.setOpacity(STALE)
        self._faint.setEnabled(False)
        self._content.setGraphicsEffect(self._faint)
        self.setWidget(self._content)
        self.cards: list[CardWidget] = []
        self._active = 0
        self._folded = False
        self._layer = ""
        self._shown: tuple[ProbeCard, ...] = ()
        self._beside = 0  # number of the probe that was active before
        self._placed: tuple[object, ...] = ()
        self._has_spare = False

    def set_cards(self, cards: tuple[ProbeCard, ...], active: int) -> None:
        """Cards are reused: a moving probe only changes texts."""
        while len(self.cards) < len(cards):
            self._add()
        self._shown = cards
        self._fold()
        if active != self._active:
            self._beside = self._active
        opened = self._opened(active)
        self._place(opened)
        for widget, card in zip(self.cards, cards, strict=False):
            widget.set_card(card, card.number == active, card.number in opened)
            widget.show()
        for widget in self.cards[len(cards) :]:
            widget.hide()
        self._empty.setVisible(not cards)
        self._show_active(active if cards else 0)

    def set_no_result(self, reason: str) -> None:
        """Why there are no cards; "" where a click would make one."""
        self._empty.setText(reason or EMPTY)

    def _opened(self, active: int) -> tuple[int, ...]:
        """The active one; where there is room for two side by side, the one before it, too."""
        numbers = [card.number for card in self._shown]
        others = [number for number in numbers if number != active]
        needed = TWO_FOLDED if self._folded else TWO
        if not others or active not in numbers or self.viewport().width() < needed:
            return (active,)
        beside = self._beside if self._beside in others else others[-1]
        return tuple(sorted((active, beside)))

    def _place(self, opened: tuple[int, ...]) -> None:
        """Two open ones in a row, by number, above the others; else one below the other."""
        placed = (tuple(card.number for card in self._shown), opened)
        if placed == self._placed:
            return
        self._placed = placed
        for widget in self.cards:
            self._grid.removeWidget(widget)
        pair = opened if len(opened) > 1 else ()
        for row, (widget, card) in enumerate(zip(self.cards, self._shown, strict=False)):
            if card.number in pair:
                at = pair.index(card.number)
                self._grid.addWidget(widget, 1, at, Qt.AlignmentFlag.AlignTop)
            else:
                self._grid.addWidget(widget, row + 2, 0, 1, 2)
            self._grid.setRowStretch(row + 2, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if pair else 0)
        self._grid.setRowStretch(len(self.cards) + 2, 1)

    def set_layer(self, layer: str) -> None:
        """Mark the layer whose taps are drawn, in every table."""
        self._layer = layer
        for widget in self.cards:
            widget.table.set_layer(layer)

    def set_stale(self, stale: bool) -> None:
        """Whether the cards are of the frame before."""
        self._faint.setEnabled(stale and bool(self._shown))

    def showEvent(self, event: QShowEvent) -> None:
        """Have the first probe's card made before there is one: it would make a click wait."""
        super().showEvent(event)
        if not self._has_spare:
            self._has_spare = True
            QTimer.singleShot(SPARE_MS, self, self._make_spare)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room, another arrangement."""
        super().resizeEvent(event)
        self._fold()
        if self._placed and self._opened(self._active) != self._placed[1]:
            self.set_cards(self._shown, self._active)

    def _fold(self) -> None:
        """Two layers share a row where there is no room for all, with the headings of the others:
        an answer is read beside another.
        """
        abreast = 2 if self.viewport().width() >= TWO else 1
        lines = CARD_LINES + HEADING_LINES * max(len(self._shown) - abreast, 0)
        folded = self.viewport().height() < lines * self.fontMetrics().height()
        if folded is self._folded:
            return
        self._folded = folded
        QTimer.singleShot(0, self, self._scroll_to_active)
        for widget in self.cards:
            widget.table.set_folded(self._folded)

    def _show_active(self, active: int) -> None:
        """Brings another probe's card into sight; a card that only moves stays where it is."""
        if active == self._active:
            return
        self._active = active
        QTimer.singleShot(0, self, self._scroll_to_active)  # once the cards have their heights

    def _scroll_to_active(self) -> None:
        for widget in self.cards:
            if widget.number == self._active and not widget.isHidden():
                bar, top = self.verticalScrollBar(), max(widget.y() - STEP, 0)
                least = widget.geometry().bottom() + STEP - self.viewport().height()
                bar.setValue(min(max(bar.value(), least), top))  # no further than it must

    def _make_spare(self) -> None:
        if not self.cards:
            self._add()
            self.cards[0].hide()

    def _add(self) -> None:
        widget = CardWidget(self._content)
        widget.table.set_folded(self._folded)
        widget.table.set_layer(self._layer)
        widget.activated.connect(self.activated.emit)
        widget.removed.connect(self.removed.emit)
        widget.pinned.connect(self.pinned.emit)
        widget.layer_chosen.connect(self.layer_chosen.emit)
        widget.menu_requested.connect(self.menu_requested.emit)
        widget.card_menu_requested.connect(self.card_menu_requested.emit)
        self.cards.append(widget)
