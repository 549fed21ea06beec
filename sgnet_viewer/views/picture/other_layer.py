"""The second answer, B, over the picture or beside it: wiped, alone, or in a canvas of its own."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from sgnet_viewer.contract.picture import MapOverlay, OtherPicture
from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.view_settings import TapWeight
from sgnet_viewer.views.picture.contours_item import ContoursItem
from sgnet_viewer.views.picture.crisp_image import CrispImage
from sgnet_viewer.views.picture.marks_item import MarksItem
from sgnet_viewer.views.picture.other_items import HandleItem, OtherTapsItem
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas
from sgnet_viewer.views.picture.region_names import RegionNamesItem
from sgnet_viewer.views.picture.tool_item import ToolItem

OVER_MARKS = 20.0  # above all that the canvas has


class OtherLayer:
    """`second`: the canvas beside, hidden until both are looked at side by side."""

    def __init__(self, canvas: PictureCanvas, marks: MarksItem) -> None:
        """`canvas`, `marks`: those of A."""
        self._canvas, self._marks = canvas, marks
        self.second = PictureCanvas()
        self.second.setAccessibleName("Picture of B")
        self.second.hide()
        self._image, self._map = (
            CrispImage(axisOrder="row-major"),
            CrispImage(axisOrder="row-major"),
        )
        self._contours = ContoursItem()
        self._own_marks, self._second_marks = MarksItem(), MarksItem()
        self.taps, self.handle, self._name = OtherTapsItem(), HandleItem(), HandleItem()
        self._drawn, self._said = ToolItem(), ToolItem(texts=True)
        self.regions = RegionNamesItem()  # of B, in the canvas beside
        self._other: OtherPicture | None = None
        self._style = (TapWeight.SIZE, True)
        for item in (self._own_marks, self.taps, self.handle):
            item.setZValue(OVER_MARKS)
        for item in (self._image, self._own_marks, self.taps, self.handle):
            canvas.box.addItem(item, ignoreBounds=True)
        beside = (self._map, self._contours, self.regions, self._drawn, self._second_marks)
        for item in (*beside, self._name, self._said):
            self.second.box.addItem(item, ignoreBounds=True)
        canvas.view_changed.connect(lambda: self._link(canvas, self.second))
        self.second.view_changed.connect(lambda: self._link(self.second, canvas))
        self._show()

    def set_other(self, other: OtherPicture | None) -> None:
        """None where there is nothing to compare with."""
        if other is not self._other:
            self._other = other
            self._show()

    def set_wipe(self, wipe: float) -> None:
        """Move the handle; a share of the picture's width."""
        if self._layout is Layout.WIPE:
            self._show_wipe(wipe)

    def set_map(self, overlay: MapOverlay | None) -> None:
        """The map lies over both pictures."""
        self._contours.set_map(overlay)
        if overlay is None:
            self._map.clear()
        else:
            _set_image(self._map, overlay.image, 0)

    def set_style(self, weight: TapWeight, grid: bool) -> None:
        """How B's taps are drawn, where they are drawn as A's are."""
        if (weight, grid) != self._style:
            self._style = (weight, grid)
            self._show_marks()

    def set_tool_overlay(self, overlay: ToolOverlay) -> None:
        """The tool is drawn in both pictures."""
        self._drawn.set_overlay(overlay)
        self._said.set_overlay(overlay)

    @property
    def _layout(self) -> Layout:
        other = self._other
        return Layout.A if other is None or other.image is None else other.layout

    def _show(self) -> None:
        other, layout = self._other, self._layout
        image = None if other is None else other.image
        self._image.setVisible(layout in (Layout.B, Layout.WIPE))
        self.handle.setVisible(layout in (Layout.B, Layout.WIPE))
        if other is not None and image is not None:
            if layout is Layout.WIPE:
                self._show_wipe(other.wipe)
            elif layout is Layout.B:
                _set_image(self._image, image, 0)
                self.handle.show_name(f"B: {other.names[1]}")
            else:
                self.second.set_image(image)
                self._name.show_name(f"B: {other.names[1]}")
        if layout is Layout.SIDE and other is not None:
            self.handle.show_name(f"A: {other.names[0]}")
        beside = other if layout is Layout.SIDE else None
        self.regions.set_names(() if beside is None else beside.regions)
        self.second.setVisible(layout is Layout.SIDE)
        self._show_marks()
        if layout is Layout.SIDE:
            self._link(self._canvas, self.second)

    def _show_wipe(self, wipe: float) -> None:
        other = self._other
        assert other is not None
        image = other.image
        assert image is not None
        height, width = image.shape[:2]
        first = min(max(round(wipe * width), 0), width - 1)
        _set_image(self._image, image, first)
        names = f"A: {other.names[0]}", f"B: {other.names[1]}"
        self.handle.show_line(first - 0.5, height, names)

    def _show_marks(self) -> None:
        """B's taps: diamonds beside A's, dots where B is seen alone."""
        layout = self._layout
        marks = () if self._other is None else self._other.marks
        self._marks.setVisible(layout is not Layout.B)
        self._own_marks.set_marks(marks if layout is Layout.B else (), *self._style)
        self._second_marks.set_marks(marks if layout is Layout.SIDE else (), *self._style)
        self.taps.set_marks(marks if layout in (Layout.A, Layout.WIPE) else ())

    def _link(self, source: PictureCanvas, target: PictureCanvas) -> None:
        """Both show the same place at the same magnification."""
        if self._layout is Layout.SIDE:
            target.look_as(source)


def _set_image(item: CrispImage, image: object, first: int) -> None:
    """The columns from `first` on."""
    shown = image[:, first:]  # type: ignore[index]
    item.setImage(shown, autoLevels=False, levels=(0, 255))
    item.setRect(QRectF(first - 0.5, -0.5, shown.shape[1], shown.shape[0]))
