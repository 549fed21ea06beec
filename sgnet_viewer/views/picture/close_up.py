"""Looking closely at the picture: the tap under the cursor, loupe, pixel grid, key to the marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QLabel

from sgnet_viewer.contract.picture import ProbeMarks, TapNote
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.picture.corners import Corner, free_corner, tap_places
from sgnet_viewer.views.picture.loupe import Loupe
from sgnet_viewer.views.picture.marks_key import MarksKey
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas
from sgnet_viewer.views.picture.pixel_grid_item import PixelGridItem

KEY_CORNERS = (Corner.TOP_RIGHT, Corner.TOP_LEFT, Corner.BOTTOM_RIGHT, Corner.BOTTOM_LEFT)
REACH_PX = 7.0  # of a tap, on the screen
ROOM = 1.35  # around the taps that are zoomed to
LEAST_PX = 24.0  # of the picture: no closer, however near to each other the taps are

Tap = tuple[int, str, int, bool]  # probe's number, layer, 0..8, whether it is B's
NONE: Tap = (0, "", -1, False)


class CloseUp(QObject):
    """Belongs to one canvas. `pointed` is called with the tap under the cursor, NONE for none."""

    def __init__(
        self, canvas: PictureCanvas, plate: QLabel, pointed: Callable[[int, str, int, bool], object]
    ) -> None:
        """`plate`: the label over the picture that a tap's note is written on."""
        super().__init__(canvas)
        self._canvas, self._plate, self._pointed = canvas, plate, pointed
        plate.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._tap = NONE
        self._note: TapNote | None = None
        self._probes: tuple[ProbeMarks, ...] = ()
        self._others: tuple[ProbeMarks, ...] = ()
        self._taken: Sequence[QRect] = ()
        self.grid = PixelGridItem()
        canvas.box.addItem(self.grid, ignoreBounds=True)
        self.loupe, self.key = Loupe(canvas), MarksKey(canvas)
        canvas.moved.connect(self._move)
        canvas.view_changed.connect(self._place_note)

    @property
    def tap(self) -> Tap:
        """The one under the cursor."""
        return self._tap

    def set_probes(self, probes: tuple[ProbeMarks, ...], others: tuple[ProbeMarks, ...]) -> None:
        """Other taps; `others`: of the second answer, B."""
        self._probes, self._others = probes, others

    def set_note(self, note: TapNote | None) -> None:
        """What is said of a tap, beside it; None for nothing."""
        self._note = note
        self._plate.setText("" if note is None else note.text)
        self._plate.setVisible(note is not None)
        if note is not None:
            self._plate.setProperty("held", note.held)
            self._plate.style().unpolish(self._plate)
            self._plate.style().polish(self._plate)
            self._plate.adjustSize()
        self._place_note()

    def toggle_key(self) -> None:
        """Show what the marks mean, or hide it."""
        self.key.setVisible(self.key.isHidden())
        self.arrange()

    def arrange(self, taken: Sequence[QRect] | None = None) -> None:
        """The key stands in the upper right corner, or in another where it covers no tap.

        `taken`: where other plates lie; None: where they lay before.
        """
        if taken is not None:
            self._taken = taken
        if self.key.isHidden():
            return
        room = self._canvas.size()
        size = self.key.sizeHint().boundedTo(room)
        taps = tap_places(self._canvas, (*self._probes, *self._others))
        self.key.place(free_corner(KEY_CORNERS, room, size, taps, self._taken))

    def _move(self, position: QPointF) -> None:
        tap = self._tap_at(position)
        if tap != self._tap:
            self._tap = tap
            self._pointed(*tap)

    def _tap_at(self, position: QPointF) -> Tap:
        """The nearest within reach; of the active probe before others."""
        at, reach = self._canvas.to_picture(position), REACH_PX / self._canvas.scale_px
        found: list[tuple[bool, float, Tap]] = []
        for of_b, probes in ((False, self._probes), (True, self._others)):
            for probe in probes:
                for taps in probe.taps:
                    distances = np.hypot(taps.x - at.x(), taps.y - at.y())
                    index = int(distances.argmin())
                    if distances[index] <= reach:
                        tap = (probe.number, taps.layer, index, of_b)
                        found.append((not probe.active, float(distances[index]), tap))
        return min(found)[2] if found else NONE

    def _place_note(self) -> None:
        """Beside the tap, on the side where there is room."""
        if self._note is None:
            return
        at = self._canvas.to_viewport(self._note.x, self._note.y).toPoint()
        self._plate.setVisible(self._canvas.rect().contains(at))
        width, height = self._plate.width(), self._plate.height()
        gap = 2 * STEP
        x = at.x() + gap if at.x() + gap + width <= self._canvas.width() else at.x() - gap - width
        y = min(max(at.y() + gap, 0), max(self._canvas.height() - height, 0))
        self._plate.move(max(x, 0), y)
        self._plate.raise_()


def box_around(probes: tuple[ProbeMarks, ...]) -> QRectF | None:
    """A square around the active probe and its taps, with room; None where it has none."""
    active = [probe for probe in probes if probe.active and probe.taps]
    if not active:
        return None
    taps = [one for probe in active for one in probe.taps]
    xs = np.concatenate([[probe.u for probe in active], *(one.x for one in taps)])
    ys = np.concatenate([[probe.v for probe in active], *(one.y for one in taps)])
    side = max(float(np.ptp(xs)), float(np.ptp(ys)), LEAST_PX) * ROOM
    box = QRectF(0, 0, side, side)
    box.moveCenter(QPointF(float(xs.min() + xs.max()) / 2, float(ys.min() + ys.max()) / 2))
    return box
