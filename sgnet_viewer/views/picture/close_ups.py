"""Both pictures looked at closely: the window's own answer's, and the second one's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from sgnet_viewer.contract.picture import OtherPicture, PictureModel, ProbeMarks, TapNote
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.views.picture.close_up import NONE, CloseUp, Tap, box_around
from sgnet_viewer.views.picture.picture_canvas import PictureCanvas
from sgnet_viewer.views.picture.picture_labels import plate


class CloseUps(QObject):
    """`first`: of the canvas that is always there; `second`: of the one beside it.

    Taps, notes, numbers of pixels and loupe are those of the answer that is seen at their place.
    """

    def __init__(
        self,
        canvas: PictureCanvas,
        second: PictureCanvas,
        pointed: Callable[[int, str, int, bool], object],
        claims: Callable[[Tap], bool],
    ) -> None:
        """`pointed` hears of the tap under the cursor, `claims` is asked at a click on it."""
        super().__init__(canvas)
        self._canvas = canvas
        self.first, self.second = (CloseUp(one, plate(one), pointed) for one in (canvas, second))
        for one, close_up in ((canvas, self.first), (second, self.second)):
            claim = partial(self._claim, close_up, claims)
            one.claims_click = claim  # type: ignore[method-assign]
        self.first.loupe.link(self.second.loupe)
        self._probes: tuple[ProbeMarks, ...] = ()
        self._other: OtherPicture | None = None

    def set_picture(self, model: PictureModel | None) -> None:
        """Another picture of A; the numbers of its pixels are its depth."""
        pixels = (None, None) if model is None else (model.image, model.depth_m)
        self.first.grid.set_pixels(*pixels)

    def set_probes(self, probes: tuple[ProbeMarks, ...]) -> None:
        """A's taps."""
        self._probes = probes
        self._offer()

    def set_other(self, other: OtherPicture | None) -> None:
        """B, as it is looked at; None where there is none."""
        self._other = other
        self._offer()
        self._show_pixels(0.0 if other is None else other.wipe)

    def set_wipe(self, wipe: float) -> None:
        """The handle moved; a share of the picture's width."""
        self._show_pixels(wipe)

    def set_note(self, note: TapNote | None) -> None:
        """What is said of a tap, in the picture that it is drawn in."""
        beside = note is not None and note.other and self._layout is Layout.SIDE
        self.first.set_note(None if beside else note)
        self.second.set_note(note if beside else None)

    def zoom_to_taps(self) -> bool:
        """Let the active probe's taps, B's among them, fill the view; False where it has none."""
        box = box_around((*self._probes, *self._others))
        if box is None:
            return False
        self._canvas.show_box(box)
        return True

    def magnify(self, held: bool) -> None:
        """The loupe: at the cursor, and at the same place of the picture beside."""
        for one in (self.first.loupe, self.second.loupe):
            one.hide()
        if held and not self.first.loupe.show_at_cursor():
            self.second.loupe.show_at_cursor()

    @property
    def _layout(self) -> Layout:
        other = self._other
        return Layout.A if other is None or other.image is None else other.layout

    @property
    def _others(self) -> tuple[ProbeMarks, ...]:
        return () if self._other is None else self._other.marks

    def _offer(self) -> None:
        """What can be pointed at is what is seen."""
        layout, others = self._layout, self._others
        beside = layout is Layout.SIDE
        self.first.set_probes(() if layout is Layout.B else self._probes, () if beside else others)
        self.second.set_probes((), others if beside else ())

    def _show_pixels(self, wipe: float) -> None:
        other, layout = self._other, self._layout
        over = other if layout in (Layout.B, Layout.WIPE) else None
        if over is None or over.image is None:
            self.first.grid.set_other(0, None, None)
        else:
            width = over.image.shape[1]
            first = min(max(round(wipe * width), 0), width - 1) if layout is Layout.WIPE else 0
            self.first.grid.set_other(first, over.image, over.depth_m)
        beside = other if layout is Layout.SIDE else None
        self.second.grid.set_pixels(
            *((None, None) if beside is None else (beside.image, beside.depth_m))
        )

    def _claim(self, close_up: CloseUp, claims: Callable[[Tap], bool]) -> bool:
        return close_up.tap != NONE and claims(close_up.tap)
