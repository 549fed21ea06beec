"""How classes are drawn: their colours, and the confidence below which labels are hatched."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.types import LabelScheme, UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.class_colours import class_rgb
from sgnet_viewer.sessions.colour_file import PATTERNS, read_colours, write_colours
from sgnet_viewer.state.class_colours import Rgb, with_colour
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState


class ClassLookController:
    """Intent to the view's settings."""

    def __init__(
        self, window: WindowView, session: Session, view: ViewState, notices: Notices
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._notices = notices
        window.legend.colour_requested.connect(self.ask_colour)
        window.class_coloured.connect(self.colour)
        window.confidence_entered.connect(
            lambda least: view.change(least_confidence=min(max(float(least), 0.0), 1.0))
        )

    def ask_confidence(self) -> None:
        """Have the threshold set by a slider."""
        self._window.ask_confidence(self._view.settings.least_confidence)

    def ask_colour(self, index: int) -> None:
        """Have a colour chosen for a class of the network."""
        scheme = self._scheme()
        if scheme is not None and index < len(scheme.classes):
            rgb = class_rgb(scheme, self._view.settings, index)
            self._window.ask_colour(scheme.classes[index], rgb)

    def colour(self, name: str, rgb: Rgb | None) -> None:
        """Give a class another colour; None gives it the palette's back."""
        own = self._view.settings.own_colours
        self._view.change(own_colours=with_colour(own, name, rgb))

    def forget(self) -> None:
        """Every class in the palette's colour."""
        self._view.change(own_colours=())

    def load(self) -> None:
        """Own colours out of a file, in the place of those there are."""
        answer = self._window.ask_file("Load class colours", PATTERNS)
        if not answer:
            return
        try:
            self._view.change(own_colours=read_colours(Path(answer)))
        except UserError as error:
            self._notices.fail(error)

    def save(self) -> None:
        """The colour of every class as it is now: a file to be edited, shared and loaded."""
        scheme = self._scheme()
        if scheme is None:
            return
        answer = self._window.ask_save("Save class colours", "class-colours.json", PATTERNS)
        if not answer:
            return
        path = Path(answer)
        settings = self._view.settings
        colours = (
            (name, class_rgb(scheme, settings, index)) for index, name in enumerate(scheme.classes)
        )
        try:
            write_colours(path, tuple(colours))
            self._notices.tell(f"Saved the colours of {len(scheme.classes)} classes as {path}.")
        except UserError as error:
            self._notices.fail(error)

    def _scheme(self) -> LabelScheme | None:
        prediction = self._session.prediction
        return None if prediction is None else prediction.scheme
