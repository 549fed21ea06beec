"""The picture with everything over it as a page: what is saved is what the window shows.

The page is painted by the code that paints the screen (`painting/`), step by step; each step has a
name, which an SVG's groups carry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTransform

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.picture import (
    ColourBar,
    MapContour,
    OtherPicture,
    PictureModel,
    ProbeMarks,
)
from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.painting.contours import paint_contours, path_of
from sgnet_viewer.painting.images import image_from_array
from sgnet_viewer.painting.marks import Draw, ShapeStamps, Step, mark_steps, marks_of
from sgnet_viewer.painting.other_answer import paint_handle, paint_name, paint_other_taps
from sgnet_viewer.painting.region_names import paint_names
from sgnet_viewer.painting.tool_overlay import paint_tool
from sgnet_viewer.render.bar_text import number
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.view_settings import TapWeight

from .figure_keys import KeyItem, PlacedItem, layer_items, legend_items, paint_items, placed

LEAST_WIDTH = 1280  # a smaller picture is enlarged by a whole factor
BAR_WIDTH, BAR_ROOM = 16, 96
BAR_TOP, BAR_ENDS, BAR_GAP = 40, 64, 6  # above the ramp; above and below together; to its numbers
WIDE_ROOM = 150  # of a bar that says more
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
REACH = 16  # room for a mark around its position
NUMBER_PX, TEXT_PX, KEY_PX = 13, 14, 18  # letters: of numbers of probes, of bars, of keys
SMALL_PX = 11  # of what would not fit beside a bar
CLOUD_GAP = 16  # between the picture and the cloud
INK = QColor(0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything a figure shows. `tap_bar`: the scale of taps that an answer colours.

    `tool`: what the tool draws. `legend`: the classes that are named below; `key`: so are layers
    and marks. `cloud`: (h, w, 3) uint8, beside it, no larger than the picture. `other`: the second
    answer: its taps, and the names of both.
    """

    picture: PictureModel
    probes: tuple[ProbeMarks, ...]
    weight: TapWeight
    grid: bool  # the regular grid and the arrows from it
    tap_bar: ColourBar | None = None
    tool: ToolOverlay = ToolOverlay()  # noqa: RUF009  # frozen
    legend: tuple[LegendRow, ...] = ()
    key: bool = False
    cloud: UInt8Array | None = None
    other: OtherPicture | None = None
    contours: tuple[MapContour, ...] = ()  # of the map that lies over the picture

    @property
    def bars(self) -> tuple[ColourBar, ...]:
        """From left to right, beside the picture."""
        return tuple(bar for bar in (self.picture.bar, self.tap_bar) if bar is not None)


@dataclass(frozen=True, slots=True)
class Page:
    """Where the picture lies: `scale` times enlarged, its corner at (left, top), in a whole page.

    There is room around it for taps that lie beyond it: they are part of what is shown.
    """

    scale: int
    left: int
    top: int
    width: int
    height: int
    keys: tuple[PlacedItem, ...] = ()
    cloud: QRectF | None = None
    bars_right: int = 0  # where the room of the colour bars ends

    @property
    def transform(self) -> QTransform:
        """Picture to page. A pixel's centre lies at its index: half a pixel from its corner."""
        moved = QTransform.fromTranslate(self.left, self.top).scale(self.scale, self.scale)
        return moved.translate(0.5, 0.5)


def page_of(figure: Figure) -> Page:
    """As large as it has to be, in pixels."""
    height, width = figure.picture.image.shape[:2]
    scale = _scale(figure.picture.image)
    x = [value for probe in figure.probes for taps in probe.taps for value in taps.x.tolist()]
    y = [value for probe in figure.probes for taps in probe.taps for value in taps.y.tolist()]
    left, right = _overhang(x, width, scale)
    top, bottom = _overhang(y, height, scale)
    right += sum(map(_room, figure.bars))
    bars_right = across = left + width * scale + right
    cloud = None
    if figure.cloud is not None:
        cloud = _cloud_box(figure, figure.cloud, across + CLOUD_GAP, top)
        across += CLOUD_GAP + round(cloud.width())
    groups = legend_items(figure.legend), _layer_items(figure)
    below = top + height * scale + bottom
    keys, end = placed(groups, left, below, across - left - REACH, font(KEY_PX))
    return Page(scale, left, top, across, math.ceil(end), keys, cloud, bars_right)


def cloud_size(picture: UInt8Array, width: int, height: int) -> QSizeF:
    """Of a cloud of these proportions, in pixels of the page: no larger than the picture."""
    scale = _scale(picture)
    room = QSizeF(picture.shape[1] * scale, picture.shape[0] * scale)
    return QSizeF(width, height).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)


def _cloud_box(figure: Figure, cloud: UInt8Array, left: float, top: float) -> QRectF:
    """In the middle of the picture's height."""
    picture = figure.picture.image
    size = cloud_size(picture, cloud.shape[1], cloud.shape[0])
    above = (picture.shape[0] * _scale(picture) - size.height()) / 2
    return QRectF(QPointF(left, top + above), size)


def _scale(picture: UInt8Array) -> int:
    width: int = picture.shape[1]
    return max(1, math.ceil(LEAST_WIDTH / width))


def _layer_items(figure: Figure) -> tuple[KeyItem, ...]:
    return layer_items(figure.probes, figure.weight, figure.grid) if figure.key else ()


def steps_of(figure: Figure, page: Page) -> Iterator[Step]:
    """What is painted, in the order of the screen. Each begins with the painter as it was made."""
    height, width = figure.picture.image.shape[:2]
    box = QRectF(page.left, page.top, width * page.scale, height * page.scale)
    yield Step("picture", _image(figure.picture.image, box))
    if figure.contours:
        yield Step("contours", _contours(figure.contours))
    if figure.picture.names:
        yield Step("names", lambda painter, at: paint_names(painter, figure.picture.names, at))
    if figure.tool != ToolOverlay():
        # The painter's own viewport counts device pixels, of which a page has more or fewer.
        whole = QRectF(0, 0, page.width, page.height)
        yield Step("tool", lambda painter, at: paint_tool(painter, figure.tool, at, whole))
    stamps = ShapeStamps(font(NUMBER_PX, bold=True))
    yield from mark_steps(marks_of(figure.probes, figure.weight, figure.grid), stamps)
    if figure.other is not None:
        yield Step("other-answer", _other(figure.other, box, width, height))
    for place, bar in enumerate(figure.bars):
        left = page.bars_right - sum(map(_room, figure.bars[place:]))
        yield Step(f"colour-bar-{place + 1}", _bar(bar, left, page.top, box.height()))
    if figure.cloud is not None and page.cloud is not None:
        yield Step("cloud", _image(figure.cloud, page.cloud, smooth=True))
    if page.keys:
        yield Step("keys", lambda painter, _: paint_items(painter, page.keys, font(KEY_PX)))


def _contours(contours: tuple[MapContour, ...]) -> Draw:
    paths = tuple(map(path_of, contours))
    return lambda painter, at: paint_contours(painter, contours, paths, at)


def _other(other: OtherPicture, box: QRectF, width: int, height: int) -> Draw:
    """B's taps beside A's, the handle of a wipe, and the names of what is seen."""
    a, b = (f"{letter}: {name}" for letter, name in zip("AB", other.names, strict=True))

    def draw(painter: QPainter, transform: QTransform) -> None:
        painter.setFont(font(NUMBER_PX))
        if other.layout in (Layout.A, Layout.WIPE):
            paint_other_taps(painter, other.marks, transform)
        if other.layout is Layout.WIPE:
            x = round(other.wipe * width) - 0.5
            paint_handle(painter, x, height, (a, b), transform, box)
        elif other.layout is Layout.SIDE:
            paint_name(painter, a, box.left() + box.width() / 4, box)
            paint_name(painter, b, box.left() + 3 * box.width() / 4, box)
        elif other.layout is Layout.B:
            paint_name(painter, b, box.center().x(), box)

    return draw


def paint_step(painter: QPainter, step: Step, page: Page) -> None:
    """One step by itself, opaque."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(TEXT_PX))
    step.draw(painter, page.transform)
    painter.restore()


def font(pixels: int, bold: bool = False) -> QFont:
    """The figure's own, whatever the window's is."""
    made = QFont("sans-serif")
    made.setStyleHint(QFont.StyleHint.SansSerif)
    made.setPixelSize(pixels)
    made.setBold(bold)
    return made


def _overhang(positions: list[float], length: int, scale: int) -> tuple[int, int]:
    """How far the marks reach beyond the picture at either end, in whole pixels of the page."""
    before = [-(position + 0.5) * scale for position in positions if position < -0.5]
    after = [(position - length + 0.5) * scale for position in positions if position > length - 0.5]
    return (
        math.ceil(max(before) + REACH) if before else 0,
        math.ceil(max(after) + REACH) if after else 0,
    )


def _image(array: UInt8Array, box: QRectF, smooth: bool = False) -> Draw:
    """Not `smooth` each pixel is a square."""

    def draw(painter: QPainter, _: QTransform) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(box, image_from_array(array))

    return draw


def _bar(bar: ColourBar, room: int, above: int, tall: float) -> Draw:
    """The scale beside the picture, high on top; `room`: where its part of the page begins."""

    def draw(painter: QPainter, _: QTransform) -> None:
        left, top = room + 12, above + BAR_TOP
        ramp = QRectF(left, top, BAR_WIDTH, tall - BAR_ENDS)
        painter.setPen(INK)
        _write_title(painter, bar, left, above)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(ramp, image_from_array(bar.colours[::-1, None, :]))
        unit = f" {bar.unit}" if bar.unit else ""
        rise = QFontMetricsF(painter.font()).capHeight() / 2
        for share in (0.0, 0.5, 1.0) if not (bar.labels or bar.ends) else ():
            value = bar.low + share * (bar.high - bar.low)
            y = ramp.bottom() - share * ramp.height() + rise
            painter.drawText(QPointF(ramp.right() + BAR_GAP, y), f"{number(value)}{unit}")
        for place, label in enumerate(bar.labels):
            y = ramp.bottom() - (place + 0.5) / len(bar.labels) * ramp.height() + rise
            painter.drawText(QPointF(ramp.right() + BAR_GAP, y), label)
        painter.setFont(font(SMALL_PX))
        space = QRectF(ramp.right() + BAR_GAP, ramp.top() - rise, _room(bar) - 36, ramp.height())
        space.setHeight(space.height() + 2 * rise)
        for place, end in enumerate(bar.ends):
            painter.drawText(space, WRAPPED | _side(place, len(bar.ends)), end)

    return draw


def _side(place: int, count: int) -> Qt.AlignmentFlag:
    """Of one of the words beside a ramp, from its lower end to its upper one."""
    if place == 0:
        return Qt.AlignmentFlag.AlignBottom
    return Qt.AlignmentFlag.AlignTop if place == count - 1 else Qt.AlignmentFlag.AlignVCenter


def _room(bar: ColourBar) -> int:
    """On the page, in width: more where words would not fit beside the ramp."""
    metrics = QFontMetricsF(font(SMALL_PX))
    longest = max((metrics.horizontalAdvance(end) for end in bar.ends), default=0.0)
    titled = metrics.horizontalAdvance(_titled(bar))
    return WIDE_ROOM if max(longest, titled / 2) > BAR_ROOM - 12 else BAR_ROOM


def _titled(bar: ColourBar) -> str:
    """With the unit, where it does not stand at the numbers."""
    return f"{bar.title} [{bar.unit}]" if bar.ends and bar.unit else bar.title


def _write_title(painter: QPainter, bar: ColourBar, left: float, above: float) -> None:
    """On one line where it fits into the bar's room, else small on a few."""
    room = _room(bar) - 12
    if QFontMetricsF(painter.font()).horizontalAdvance(_titled(bar)) <= room:
        painter.drawText(QPointF(left, above + BAR_TOP - BAR_TOP / 2.5), _titled(bar))
        return
    own = painter.font()
    painter.setFont(font(SMALL_PX))
    box = QRectF(left, above, room, BAR_TOP - 6)
    painter.drawText(box, WRAPPED | Qt.AlignmentFlag.AlignBottom, _titled(bar))
    painter.setFont(own)
