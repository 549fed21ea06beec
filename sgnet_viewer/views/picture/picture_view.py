"""The picture with its probes, colour bar, notes and hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sgnet_viewer.contract.commands import MARKS_KEY
from sgnet_viewer.contract.picture import (
    ColourBar,
    MapOverlay,
    OtherPicture,
    PictureModel,
    ProbeMarks,
    TapNote,
)
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.tools import ToolModel, ToolOverlay
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.picture.brush_bar import BrushBar
from sgnet_viewer.views.picture.close_up import Tap
from sgnet_viewer.views.picture.close_ups import CloseUps
from sgnet_viewer.views.picture.contours_item import ContoursItem
from sgnet_viewer.views.picture.corners import tap_places
from sgnet_viewer.views.picture.crisp_image import CrispImage
from sgnet_viewer.views.picture.marks_item import MarksItem
from sgnet_viewer.views.picture.other_layer import OtherLayer
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas
from sgnet_viewer.views.picture.picture_labels import PictureLabels
from sgnet_viewer.views.picture.pointer_item import PointerItem
from sgnet_viewer.views.picture.region_names import RegionNamesItem
from sgnet_viewer.views.picture.tool_buttons import ToolButtons
from sgnet_viewer.views.picture.tool_item import ToolItem

ABOVE_MARKS = 30.0  # of what the canvas draws
BAR_PADDING = 28  # pixels: above and below the line of a bar


class PictureWidget(QWidget):
    """Implements `contract.picture.PictureView`."""

    clicked: Signal = intent(int, int)
    grip_pressed: Signal = intent(int)
    grip_dragged: Signal = intent(int, int, int)
    grip_released: Signal = intent(int)
    stroke_begun: Signal = intent(int, int)
    stroke_extended: Signal = intent(int, int)
    stroke_ended: Signal = intent()
    wheel_turned: Signal = intent(int, bool)
    tool_chosen: Signal = intent(str)  # for the window alone: a command's key
    tap_pointed: Signal = intent(int, str, int, bool)
    tap_clicked: Signal = intent(int, str, int, bool)
    hovered: Signal = intent(int, int)
    menu_opened: Signal = intent(int, int)
    menu_requested: Signal = intent(QPoint)  # for the window alone
    painted: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = PictureCanvas(self)
        self.canvas.setAccessibleName("Picture")
        self.canvas.setAccessibleDescription(
            "Wheel zooms, drag pans, a click probes; arrow keys move the active probe."
        )
        self._marks = MarksItem()
        self._other = OtherLayer(self.canvas, self._marks)  # right above the picture
        self._map = CrispImage(axisOrder="row-major")
        self.canvas.box.addItem(self._map, ignoreBounds=True)
        self._overlay: MapOverlay | None = None
        self._contours = ContoursItem()
        self.canvas.box.addItem(self._contours, ignoreBounds=True)
        self._names = RegionNamesItem()
        self.canvas.box.addItem(self._names, ignoreBounds=True)
        self._drawn = ToolItem()
        self.canvas.box.addItem(self._drawn, ignoreBounds=True)
        self.canvas.box.addItem(self._marks, ignoreBounds=True)
        self._said = ToolItem(texts=True)
        self._said.setZValue(ABOVE_MARKS)
        self.canvas.box.addItem(self._said, ignoreBounds=True)
        self._pointer = PointerItem()
        self._pointer.setZValue(ABOVE_MARKS)
        self.canvas.box.addItem(self._pointer, ignoreBounds=True)
        self.tools = ToolButtons()
        self.tools.chosen.connect(self.tool_chosen.emit)
        self.brush = BrushBar()
        self.brush.chosen.connect(self.tool_chosen.emit)
        layout, column, pictures = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addLayout(column, 1)
        column.addWidget(self.brush)
        column.addLayout(pictures, 1)
        pictures.addWidget(self.canvas, 1)
        pictures.addWidget(self._other.second, 1)
        self.labels = PictureLabels(self.canvas)
        second = self._other.second
        self._room: QWidget | None = None
        self._above: Callable[[], int] = lambda: 0
        for canvas in (self.canvas, second):
            canvas.covered = self._bars_height
            canvas.room_for_bar = self.fontMetrics().height() + BAR_PADDING
        self.close_ups = CloseUps(self.canvas, second, self.tap_pointed.emit, self._click_tap)
        self._model: PictureModel | None = None
        self._second: OtherPicture | None = None
        self._tool = ToolModel()
        self._probes: tuple[ProbeMarks, ...] = ()
        self.close_ups.first.key.closed.connect(lambda: self.tool_chosen.emit(MARKS_KEY))
        self.canvas.view_changed.connect(self._make_way)
        for canvas in (self.canvas, self._other.second):
            self._listen_to(canvas)
        self.canvas.painted.connect(self.painted.emit)
        self.canvas.installEventFilter(self)
        self.setFocusProxy(self.canvas)
        self._arrange()

    def set_room(self, room: QWidget, above: Callable[[], int]) -> None:
        """What the picture and the bars above it share: while they come and go it stays. `above`:
        pixels that have been taken of the room itself for a while."""
        self._room, self._above = room, above

    def _bars_height(self) -> int:
        """Of the bars above the canvas that come and go, in pixels: also of the brush's own."""
        room = self._room
        if room is None or not room.isAncestorOf(self):
            return int(self.canvas.y())
        return int(self.canvas.mapTo(room, QPoint()).y()) + self._above()

    def _listen_to(self, canvas: PictureCanvas) -> None:
        """Both pictures take the same gestures."""
        canvas.clicked.connect(self._on_click)
        canvas.menu_requested.connect(self._ask_menu)
        canvas.hovered.connect(self.hovered.emit)
        canvas.grip_pressed.connect(self.grip_pressed.emit)
        canvas.grip_dragged.connect(self.grip_dragged.emit)
        canvas.grip_released.connect(self.grip_released.emit)
        canvas.stroke_begun.connect(self._begin_stroke)
        canvas.stroke_extended.connect(self.stroke_extended.emit)
        canvas.stroke_ended.connect(self.stroke_ended.emit)
        canvas.wheel_turned.connect(self.wheel_turned.emit)

    def set_picture(self, model: PictureModel | None) -> None:
        """Shows a picture, or the invitation to open one."""
        self._model = model
        self.canvas.set_image(None if model is None else model.image)
        self.close_ups.set_picture(model)
        self._show_names()
        self._show_bar()
        self.labels.set_empty(model is None)
        self._arrange()

    def set_pointer(self, pixel: tuple[int, int] | None) -> None:
        """The pixel that the cursor is on in another view; None for none."""
        self._pointer.set_pixel(pixel)

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether the picture is an old one that stands in for a new one."""
        self.canvas.set_dimmed(dimmed)

    def set_message(self, text: str) -> None:
        """A sentence in the middle, over the picture where there is one; "" takes it away."""
        if self.labels.set_message(text):
            self._arrange()

    def set_probes(self, probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> None:
        """Crosses, ghosts, arrows and taps."""
        self._probes = probes
        self._marks.set_marks(probes, weight, grid)
        self.close_ups.set_probes(probes)
        self._other.set_style(weight, grid)
        self._make_way()

    def set_tap_note(self, note: TapNote | None) -> None:
        """What is said of a tap, beside it."""
        self.close_ups.set_note(note)

    def set_other(self, other: OtherPicture | None) -> None:
        """The second answer: over the picture, in its place or beside it."""
        self._second = other
        self._other.set_other(other)
        self.close_ups.set_other(other)
        self._show_names()

    def set_wipe(self, wipe: float) -> None:
        """Move the handle between the two answers."""
        self._other.set_wipe(wipe)
        self.close_ups.set_wipe(wipe)
        if self._second is not None:
            self._second = replace(self._second, wipe=wipe)
            self._show_names()

    def set_map(self, overlay: MapOverlay | None) -> None:
        """A map over the picture; its colour bar stands in the place of the picture's."""
        if overlay is self._overlay:
            return
        self._overlay = overlay
        self._other.set_map(overlay)
        self._contours.set_map(overlay)
        if overlay is None:
            self._map.clear()
        else:
            height, width = overlay.image.shape[:2]
            self._map.setImage(overlay.image, autoLevels=False, levels=(0, 255))
            self._map.setRect(QRectF(-0.5, -0.5, width, height))
        self._show_bar()
        self._arrange()

    def set_tap_bar(self, bar: ColourBar | None) -> None:
        """The scale of the taps' colours, above the picture's own."""
        self.labels.tap_bar.set_bar(bar)
        self._arrange()

    def _show_names(self) -> None:
        """Names and note are those of the answer that is seen."""
        model, other = self._model, self._second
        names, note = ((), "") if model is None else (model.names, model.note)
        if other is not None:
            names, note = other.regions_seen(names, other.wipe), other.note_seen(note)
        self._names.set_names(names)
        self.labels.set_note(note)

    def _show_bar(self) -> None:
        model = self._model
        own = None if model is None else model.bar
        self.labels.bar.set_bar(own if self._overlay is None else self._overlay.bar)

    def set_tool(self, model: ToolModel) -> None:
        """What the cursor is, and what can be dragged."""
        self._tool = model
        self.canvas.set_tool(model)
        self.brush.set_tool(model)
        self._other.second.set_tool(model)

    def set_tool_overlay(self, overlay: ToolOverlay) -> None:
        """What the tool draws."""
        self._drawn.set_overlay(overlay)
        self._said.set_overlay(overlay)
        self._other.set_tool_overlay(overlay)

    def reset_view(self) -> None:
        """The whole picture, as large as it goes."""
        self.canvas.fit()

    def show_hint(self, text: str) -> None:
        """A line at the bottom that fades after the first click."""
        self.labels.show_hint(text)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the plates in their corners."""
        if watched is self.canvas and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._arrange()
        return super().eventFilter(watched, event)

    def _ask_menu(self, u: int, v: int, at: QPoint) -> None:
        self.menu_opened.emit(u, v)
        self.menu_requested.emit(at)

    def _click_tap(self, tap: Tap) -> bool:
        """Under the probe a click on a tap is about the tap."""
        if self._tool.cursor != "cross":
            return False
        self.tap_clicked.emit(*tap)
        return True

    def _on_click(self, u: int, v: int) -> None:
        self.labels.fade_hint()
        self.clicked.emit(u, v)

    def _begin_stroke(self, u: int, v: int) -> None:
        self.labels.fade_hint()
        self.stroke_begun.emit(u, v)

    def _arrange(self) -> None:
        self.labels.arrange(tap_places(self.canvas, self._probes))
        self.close_ups.first.arrange(self.labels.taken())

    def _make_way(self) -> None:
        """What lies over the picture leaves the taps free, wherever they are now."""
        plates = (self.labels.bar, self.labels.tap_bar, self.close_ups.first.key)
        if not all(plate.isHidden() for plate in plates):
            self._arrange()
