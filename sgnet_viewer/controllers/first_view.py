"""What is shown first: the pixel and layer that were asked for, else the program's own choice."""

from __future__ import annotations

import numpy as np

from sgnet_model.inspection.probe import Probe, check_pixel
from sgnet_model.prediction import Prediction
from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ALL_LAYERS

HINT = "Click any pixel to see where each S-Conv looked; [ and ] change the layer."


class FirstView:
    """Sets the first probe and layer, each once: from then on they are the user's."""

    def __init__(
        self, window: WindowView, view: ViewState, probes: Probes, notices: Notices
    ) -> None:
        self._window = window
        self._view = view
        self._probes = probes
        self._notices = notices
        self._asked_pixel: Pixel | None = None
        self._asked_layer: str | None = None
        self._hinted = False
        self._layer_is_ours = True  # the user has chosen none yet

    def ask(self, pixel: Pixel | None, layer: str | None) -> None:
        """The probe and the layer to begin with, as soon as there is a result."""
        self._asked_pixel, self._asked_layer = pixel, layer
        self._layer_is_ours = pixel is None and layer is None

    def place(self, pixel: Pixel, read: Probe | None) -> None:
        """The program's own first probe. `read`: what is known there."""
        self._choose_widest(read)
        self._probes.place_first(*pixel)
        self._hint_once()

    def grant(self, prediction: Prediction) -> None:
        """What was asked for before there was a result."""
        self._grant_layer(prediction)
        self._grant_pixel(prediction)

    def _grant_layer(self, prediction: Prediction) -> None:
        """The layer asked for; all of them where another network has no such layer."""
        names = [trace.name for trace in prediction.traces]
        asked, self._asked_layer = self._asked_layer, None
        if asked is not None and asked not in (ALL_LAYERS, *names):
            known = ", ".join(names)
            error = UserError(f"There is no S-Conv called {asked!r} here: use {known}.")
            self._notices.fail(error, subject=Subject.FRAME)
        elif asked is not None:
            self._view.amend(layer=asked)
        elif self._view.settings.layer not in (ALL_LAYERS, *names):
            self._view.amend(layer=ALL_LAYERS)

    def _grant_pixel(self, prediction: Prediction) -> None:
        """The pixel asked for, once."""
        asked, self._asked_pixel = self._asked_pixel, None
        if asked is None:
            return
        try:
            check_pixel(*asked, prediction.size)
            self._probes.place_first(*asked)
        except UserError as error:
            self._notices.fail(error, subject=Subject.FRAME)

    def _hint_once(self) -> None:
        """Not for every set that is opened."""
        if not self._hinted:
            self._window.show_hint(HINT)
        self._hinted = True

    def _choose_widest(self, read: Probe | None) -> None:
        """At the first start one layer shows the point better than all: of those whose taps are all
        in sight, else of those that lose the fewest, the one that spreads most.

        From then on the layer is the user's business.
        """
        if read is not None and self._layer_is_ours:
            widest = max(
                read.layers,
                key=lambda layer: (-int(np.count_nonzero(layer.outside)), layer.spread_px),
            )
            self._view.amend(layer=widest.name)
        self._layer_is_ours = False
