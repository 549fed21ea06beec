"""What is put on the clipboard: the pixel, its values, a probe's layers, the classes, paths."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_model.resources import default_checkpoint
from sgnet_viewer.contract.panels import ProbeCard
from sgnet_viewer.contract.window import Readout, WindowView
from sgnet_viewer.render.comparison import with_other
from sgnet_viewer.render.copied import classes_text, layers_text, values_text
from sgnet_viewer.render.finding import with_overlays
from sgnet_viewer.render.parts import CardsPart, Pixel
from sgnet_viewer.render.readout import readout_at
from sgnet_viewer.render.shown import NOWHERE
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session

from .screen import Screen

NOTHING = "There is nothing to copy: use the tool first."


class CopyController:
    """Of the pixel under the cursor, or that the menu was opened on; else of the active probe.

    `parts`: by the name of the part of the window that has the keyboard, what Copy copies there.
    """

    def __init__(
        self, window: WindowView, session: Session, probes: Probes, screen: Screen
    ) -> None:
        self._window = window
        self._session = session
        self._probes = probes
        self._screen = screen
        self._cursor = NOWHERE
        self.parts: dict[str, Callable[[], str]] = {
            "classes": self.classes,
            "frames": self.path,
            "table": self.layers,
            "card": self.values,
        }
        window.picture.hovered.connect(self._hover)
        window.picture.menu_opened.connect(self._hover)
        window.cloud.menu_opened.connect(self._hover_point)

    def copy_picture(self) -> None:
        """As it is shown, with what is laid over it and B, without marks; nothing without one."""
        shown = self._screen.current()
        if shown.picture is not None:
            picture = with_overlays(shown.picture.make(), shown.overlays)
            self._window.copy_image(with_other(picture, shown.other, shown.overlays).image)

    def pixel(self) -> Pixel | None:
        """(u, v); None where no frame is open, or nothing is pointed at."""
        frame, (u, v) = self._session.frame, self._cursor
        if frame is None:
            return None
        if frame.holds(u, v):
            return u, v
        active = self._probes.active
        return None if active is None else (active.u, active.v)

    def pixel_text(self) -> str:
        """ "u, v"."""
        pixel = self.pixel()
        return "" if pixel is None else f"{pixel[0]}, {pixel[1]}"

    def position(self) -> tuple[float, float, float] | None:
        """x, y, z in metres, camera frame; None where no depth is known."""
        readout = self._readout()
        return None if readout is None else readout.xyz_m

    def position_text(self) -> str:
        """ "x, y, z" in metres, to the millimetre."""
        return ", ".join(f"{value:.3f}" for value in self.position() or ())

    def values(self) -> str:
        """What is known of the pixel."""
        readout = self._readout()
        return "" if readout is None else values_text(readout)

    def layers(self) -> str:
        """The table of the active probe's card."""
        part = self._screen.current().cards
        card = None if part is None else _active_card(part)
        return "" if card is None else layers_text(card.layers)

    def classes(self) -> str:
        """The list of classes, as it is sorted on the screen."""
        return classes_text(self._window.legend.listed())

    def path(self) -> str:
        """Of the frame's file; "" for one that has none."""
        frame = self._session.frame
        return "" if frame is None else frame.path

    def checkpoint(self) -> str:
        """Path of the weights."""
        return str(self._session.choice.checkpoint or default_checkpoint())

    def _readout(self) -> Readout | None:
        frame, pixel = self._session.frame, self.pixel()
        if frame is None or pixel is None:
            return None
        settings = self._session.document.value.view
        return readout_at(frame, self._session.prediction, settings, *pixel)

    def _hover(self, u: int, v: int) -> None:
        self._cursor = (u, v)

    def _hover_point(self, source_index: int) -> None:
        self._cursor = self._session.pixel_of(source_index) or NOWHERE


def _active_card(part: CardsPart) -> ProbeCard | None:
    return next((card for card in part.make() if card.number == part.active), None)
