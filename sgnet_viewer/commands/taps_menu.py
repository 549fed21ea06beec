"""The commands of the Taps menu, and one for each layer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.commands import MARKS_KEY
from sgnet_viewer.state.view_settings import ALL_LAYERS, TapColour, TapWeight

from .command import Command, marked
from .parts import Parts

TAPS = "&Taps"
NO_LAYER = "All layers are chosen: choose one first, by [ and ] or in the strip."
WEIGHTS = (
    (TapWeight.SIZE, "Modulation as size"),
    (TapWeight.OPACITY, "Modulation as opacity"),
)
COLOURS = (
    (TapColour.LAYER, "By layer"),
    (TapColour.ANSWER, "By what the answer says of each"),
)


def taps_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    view = parts.view
    for weight, title in WEIGHTS:
        yield Command(
            f"taps.weight.{weight.value}",
            title,
            partial(view.change, tap_weight=weight),
            f"{TAPS}/&Modulation",
            checked=marked(lambda: view.settings.tap_weight, weight),
            group="tap weight",
        )
    for colour, title in COLOURS:
        yield Command(
            f"taps.colour.{colour.value}",
            title,
            partial(view.change, tap_colour=colour),
            f"{TAPS}/&Colour",
            checked=marked(lambda: view.settings.tap_colour, colour),
            group="tap colour",
        )
    yield Command(
        "taps.grid",
        "Regular &grid and arrows",
        lambda: view.change(show_grid=not view.settings.show_grid),
        TAPS,
        "G",
        checked=lambda: view.settings.show_grid,
    )
    yield Command(
        "taps.field",
        "&Map of the layer over the picture",
        lambda: view.change(show_field=not view.settings.show_field),
        TAPS,
        "Shift+M",
        lambda: parts.needs_result() or ("" if view.settings.layer else NO_LAYER),
        checked=lambda: view.settings.show_field,
        tip="The relative receptive field of the layer that is chosen, as large as the picture",
    )
    yield Command(
        MARKS_KEY,
        "&Key to the marks",
        parts.window.toggle_marks_key,
        TAPS,
        "K",
        checked=parts.window.is_marks_key_shown,
        tip="What dots, squares, arrows and rings mean, at the picture",
    )
    yield Command(
        "taps.previous_layer",
        "&Previous layer",
        partial(parts.probe.step_layer, -1),
        TAPS,
        "[",
        parts.needs_result,
        after_line=True,
    )
    yield Command(
        "taps.next_layer",
        "&Next layer",
        partial(parts.probe.step_layer, 1),
        TAPS,
        "]",
        parts.needs_result,
    )


def layer_commands(parts: Parts) -> Iterator[Command]:
    """The taps of one layer, or of all: in the palette."""
    prediction, view = parts.session.prediction, parts.view
    if prediction is None:
        return
    for layer in (ALL_LAYERS, *(trace.name for trace in prediction.traces)):
        yield Command(
            f"layer.{layer or 'all'}",
            f"Taps of {layer}" if layer else "Taps of all layers",
            partial(view.change, layer=layer),
            checked=marked(lambda: view.settings.layer, layer),
        )
