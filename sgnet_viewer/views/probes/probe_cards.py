"""The cards of all probes, one below the other."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.panels import ProbeCard
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.probes.probe_card import CardWidget

CARD_LINES = 25  # of text: the height of an open card with twelve layers
STALE = 0.4  # opacity of cards of the frame before
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
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(STEP, STEP // 2, STEP, STEP)
        self._column.setSpacing(STEP)
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._faint = QGraphicsOpacityEffect(self._content)
        self._faint.setOpacity(STALE)
        self._faint.setEnabled(False)
        self._content.setGraphicsEffect(self._faint)
        self.setWidget(self._content)
        self.cards: list[CardWidget] = []
        self._active = 0
        self._folded = False
        self._layer = ""

    def set_cards(self, cards: tuple[ProbeCard, ...], active: int) -> None:
        """Cards are reused: a moving probe only changes texts."""
        while len(self.cards) < len(cards):
            self._add()
        for widget, card in zip(self.cards, cards, strict=False):
            widget.set_card(card, card.number == active)
            widget.show()
        for widget in self.cards[len(cards) :]:
            widget.hide()
        self._empty.setVisible(not cards)
        self._show_active(active if cards else 0)

    def set_layer(self, layer: str) -> None:
        """Mark the layer whose taps are drawn, in every table."""
        self._layer = layer
        for widget in self.cards:
            widget.table.set_layer(layer)

    def set_stale(self, stale: bool) -> None:
        """Whether the cards are of the frame before."""
        self._faint.setEnabled(stale and bool(self.cards))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for a card with all its layers, two of them share a row."""
        super().resizeEvent(event)
        folded = self.viewport().height() < CARD_LINES * self.fontMetrics().height()
        if folded is not self._folded:
            QTimer.singleShot(0, self, self._scroll_to_active)
        self._folded = folded
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
                self.verticalScrollBar().setValue(max(widget.y() - STEP, 0))

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
        self._column.insertWidget(len(self.cards) + 1, widget)
        self.cards.append(widget)
