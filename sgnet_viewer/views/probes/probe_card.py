"""One probe's card: a heading that stays, and a body that is open while the probe is active."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgnet_viewer.contract.certainty import is_unsure
from sgnet_viewer.contract.panels import ProbeCard
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.render.probe_colours import probe_colour
from sgnet_viewer.views.kit.elided_label import ElidedLabel
from sgnet_viewer.views.kit.icons import IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, scaled
from sgnet_viewer.views.probes.class_bars import ClassBars, probability_text
from sgnet_viewer.views.probes.heading_labels import NameLabel, YieldingLabel
from sgnet_viewer.views.probes.layer_table import LayerTable

PIN = "Pin: it stays where it is, and the next click places another probe"
UNPIN = "Unpin: a click and the arrow keys move this probe again"
BADGE_STYLE = (
    "background: rgb({}, {}, {}); color: black; border: 1px solid #404040; border-radius: 3px; "
    "padding: 0 3px;"
)
SWATCH_STYLE = "background: rgb({}, {}, {}); border-radius: 2px;"


class CardWidget(QFrame):
    """Reused for whatever probe stands at its place."""

    activated: Signal = intent(int)
    removed: Signal = intent(int)
    pinned: Signal = intent()
    layer_chosen: Signal = intent(str)
    menu_requested: Signal = intent(str, QPoint)  # for the window alone
    card_menu_requested: Signal = intent(QPoint)  # likewise: of the whole card

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.number = 0
        self._swatch = QLabel()
        self._swatch.setFixedSize(12, 12)
        self._badge, self._probability = QLabel(), QLabel()
        self._title, self._pixel = NameLabel(), YieldingLabel()
        self._badge.setFont(scaled(self.font(), 1.0, bold=True))
        for label in (self._title, self._probability):
            label.setFont(scaled(self.font(), 1.0, bold=True))
        self._pixel.setProperty("muted", True)
        self.check = QLabel()
        self.check.setProperty("check", "good")
        self.pin_button = IconButton("pin", PIN)
        self.pin_button.setCheckable(True)
        self.remove_button = IconButton("close", "Remove this probe")
        self.body = QWidget()
        self._where, self._remark, self._truth = QLabel(), ElidedLabel(), ElidedLabel()
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bars, self.table = ClassBars(), LayerTable()
        self._lay_out()
        self.pin_button.clicked.connect(self._turn_pin)
        self.remove_button.clicked.connect(lambda: self.removed.emit(self.number))
        self.table.layer_chosen.connect(self.layer_chosen.emit)
        self.table.menu_requested.connect(self.menu_requested.emit)

    def set_card(self, card: ProbeCard, active: bool, opened: bool | None = None) -> None:
        """Shows a probe; the body only where it is `opened`: as a rule where it is active."""
        opened = active if opened is None else opened
        self.number = card.number
        name, colour, probability = card.classes[0] if card.classes else ("–", (0, 0, 0), 0.0)
        self._badge.setText(str(card.number))
        _set_style(self._badge, BADGE_STYLE.format(*probe_colour(card.number)))
        _set_style(self._swatch, SWATCH_STYLE.format(*colour))
        self._title.setText(name)
        self._show_probability(card, probability)
        self._pixel.setText(f"({card.u}, {card.v})")
        self.setAccessibleName(f"Probe {card.number} at {card.u}, {card.v}: {name}")
        self.setToolTip("" if active else "Click to make this the active probe")
        self._show_check(card)
        self.pin_button.setVisible(active or card.pinned)
        self.pin_button.setEnabled(active)
        self.pin_button.setChecked(card.pinned)
        self.pin_button.setToolTip(UNPIN if card.pinned else PIN)
        self.body.setVisible(opened)
        if opened:
            self._fill(card)
        if self.property("active") is not active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the heading makes the probe the active one."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.activated.emit(self.number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the probe: it becomes the active one first."""
        self.activated.emit(self.number)
        self.card_menu_requested.emit(event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates, Delete removes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.number)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.number)
        else:
            super().keyPressEvent(event)

    def _show_probability(self, card: ProbeCard, probability: float) -> None:
        """A label that may well be another comes with that hint."""
        unsure = bool(card.classes) and is_unsure(probability)
        text = probability_text(probability) if card.classes else ""
        self._probability.setText(f"{text} unsure" if unsure else text)
        self._probability.setToolTip(unsure_text(card) if unsure else "")
        if bool(self._probability.property("unsure")) is not unsure:
            self._probability.setProperty("unsure", unsure)
            self._probability.style().unpolish(self._probability)
            self._probability.style().polish(self._probability)

    def _turn_pin(self) -> None:
        """A click sets the mark by itself: it follows the probe instead."""
        self.pin_button.setChecked(not self.pin_button.isChecked())
        self.pinned.emit()

    def _show_check(self, card: ProbeCard) -> None:
        check = card.check
        self.check.setVisible(check is not None)
        if check is None:
            return
        self.check.setText(check.text)
        self.check.setToolTip(check.tip)
        self.check.setAccessibleName(check.tip)
        state = "good" if check.good else "bad"
        if self.check.property("check") != state:
            self.check.setProperty("check", state)
            self.check.style().unpolish(self.check)
            self.check.style().polish(self.check)

    def _fill(self, card: ProbeCard) -> None:
        self._where.setText(where_text(card))
        words = ["truth ✓"] if card.right else []
        if card.flips_per_s is not None:
            words.append(f"{card.flips_per_s:.1f} flips/s")
        self._remark.setText(" · ".join(words))
        self._remark.setVisible(bool(words))
        self._truth.setText(truth_text(card))
        self._truth.setVisible(bool(truth_text(card)))
        self.bars.set_classes(card.classes)
        self.table.set_rows(card.layers)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(STEP)
        heading.addWidget(self._badge)
        heading.addWidget(self._swatch)
        heading.addWidget(self._title)
        heading.addWidget(self._probability)
        heading.addStretch(1)
        heading.addWidget(self.check)
        heading.addWidget(self._pixel)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.addWidget(self.pin_button)
        buttons.addWidget(self.remove_button)
        heading.addLayout(buttons)
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(STEP // 2)
        facts = QHBoxLayout()
        facts.setSpacing(STEP)
        facts.addWidget(self._where)
        facts.addStretch(1)
        facts.addWidget(self._remark)
        inside.addLayout(facts)
        inside.addWidget(self._truth)
        inside.addWidget(self.bars)
        inside.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP // 2, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addLayout(heading)
        layout.addWidget(self.body)


def truth_text(card: ProbeCard) -> str:
    """The true class, where it is another than the network's, or where that cannot be said."""
    if not card.truth or card.right:
        return ""
    return f"truth: {card.truth}" if card.right is None else f"truth: {card.truth} ✗"


def unsure_text(card: ProbeCard) -> str:
    """What the hint at a label of low confidence means."""
    named = [f"{probability_text(value)} to {name}" for name, _, value in card.classes[:2]]
    return f"The network gives {' and '.join(named)}: the label may well be wrong."


def _set_style(label: QLabel, style: str) -> None:
    """Setting it costs a millisecond."""
    if label.styleSheet() != style:
        label.setStyleSheet(style)


def where_text(card: ProbeCard) -> str:
    """Depth and position in words."""
    if card.depth_m is None or card.xyz_m is None:
        return "no depth here"
    x, y, z = card.xyz_m
    text = f"depth {card.depth_m:.3f} m   x {x:z.3f}  y {y:z.3f}  z {z:.3f} m"
    return text.replace("-", "−")
