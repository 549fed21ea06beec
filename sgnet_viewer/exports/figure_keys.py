"""What stands below a figure: its classes, its layers, and what each mark means."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.painting.shapes import draw_shapes
from sgnet_viewer.render.bar_text import percent_text
from sgnet_viewer.render.mark_shapes import (
    LEVELS,
    Shape,
    TapKind,
    TapStyle,
    ghost_shapes,
    tap_shapes,
)
from sgnet_viewer.state.view_settings import TapWeight

SWATCH, GAP, APART, LINE, ABOVE = 16, 8, 26, 32, 14  # pixels of the page
NEUTRAL = (120, 120, 120)  # of the marks that are explained
KINDS = (
    (TapKind.INSIDE, "tap: where the layer read"),
    (TapKind.PARTLY, "partly beyond its map"),
    (TapKind.OUTSIDE, "beyond: adds nothing"),
)
GHOST = "plain 3x3 convolution"


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A text, and before it a coloured square (`colour`) or a mark (`shapes`)."""

    text: str
    colour: tuple[int, int, int] | None = None
    shapes: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item and its left middle on the page."""

    item: KeyItem
    left: float
    middle: float


def legend_items(rows: tuple[LegendRow, ...]) -> tuple[KeyItem, ...]:
    """The classes that are shown, with their share of the picture."""
    return tuple(
        KeyItem(f"{row.name} {percent_text(row.share)} %", row.colour) for row in rows if row.shown
    )


def layer_items(
    probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool
) -> tuple[KeyItem, ...]:
    """The layers whose taps are drawn, then the kinds of marks that are."""
    taps = [one for probe in probes for one in probe.taps]
    colours = {one.layer: one.colour for one in taps}
    layers = [
        KeyItem(layer, shapes=tap_shapes(_style(TapKind.INSIDE, colour, weight)))
        for layer, colour in colours.items()
    ]
    drawn = {
        TapKind.INSIDE: bool(taps),
        TapKind.PARTLY: any((one.partly_outside & ~one.outside).any() for one in taps),
        TapKind.OUTSIDE: any(one.outside.any() for one in taps),
    }
    marks = [
        KeyItem(text, shapes=tap_shapes(_style(kind, NEUTRAL, weight)))
        for kind, text in KINDS
        if drawn[kind]
    ]
    if grid and taps:
        marks.append(KeyItem(GHOST, shapes=ghost_shapes(tight=False)))
    return (*layers, *marks)


def placed(
    groups: tuple[tuple[KeyItem, ...], ...], left: float, top: float, room: float, font: QFont
) -> tuple[tuple[PlacedItem, ...], float]:
    """The items in lines no longer than `room`, each group on lines of its own; and the bottom."""
    metrics = QFontMetricsF(font)
    found: list[PlacedItem] = []
    y = top + ABOVE
    for group in groups:
        x = left
        for item in group:
            width = SWATCH + GAP + metrics.horizontalAdvance(item.text)
            if x > left and x + width > left + room:
                x, y = left, y + LINE
            found.append(PlacedItem(item, x, y + LINE / 2))
            x += width + APART
        y += LINE if group else 0
    return tuple(found), y if found else top


def paint_items(painter: QPainter, items: tuple[PlacedItem, ...], font: QFont) -> None:
    """Squares and marks, and the texts behind them; `font` as in `placed`."""
    painter.setFont(font)
    rise = QFontMetricsF(painter.font()).capHeight() / 2
    for one in items:
        centre = QPointF(one.left + SWATCH / 2, one.middle)
        if one.item.colour is not None:
            painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
            painter.setBrush(QColor(*one.item.colour))
            painter.drawRect(QRectF(one.left, one.middle - SWATCH / 2, SWATCH, SWATCH))
        painter.translate(centre)
        draw_shapes(painter, one.item.shapes)
        painter.translate(-centre)
        painter.setPen(Qt.GlobalColor.black)
        painter.drawText(QPointF(one.left + SWATCH + GAP, one.middle + rise), one.item.text)


def _style(kind: TapKind, colour: tuple[int, int, int], weight: TapWeight) -> TapStyle:
    return TapStyle(kind, colour, LEVELS - 1, weight)
