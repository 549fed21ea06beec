"""The commands of the Taps menu, and one for each layer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.commands import MARKS_KEY
from sgnet_viewer.state.view_settings import ALL_LAYERS, TapColour, TapWeight

from .command import Command
from .parts import Parts
from .view_options import choice_of, flag_of

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
    yield from _looks(parts)
    yield from _additions(parts)
    for name, title, key, by in (
        ("previous", "&Previous layer", "[", -1),
        ("next", "&Next layer", "]", 1),
    ):
        yield Command(
            f"taps.{name}_layer",
            title,
            partial(parts.probe.step_layer, by),
            TAPS,
            key,
            parts.needs_result,
            after_line=name == "previous",
        )


def _looks(parts: Parts) -> Iterator[Command]:
    """What a tap's size and colour say."""
    for weight, title in WEIGHTS:
        key, menu = f"taps.weight.{weight.value}", f"{TAPS}/&Modulation"
        yield choice_of(parts.view, "tap_weight", weight, key, title, menu, group="tap weight")
    for colour, title in COLOURS:
        key, menu = f"taps.colour.{colour.value}", f"{TAPS}/&Colour"
        yield choice_of(parts.view, "tap_colour", colour, key, title, menu, group="tap colour")


def _additions(parts: Parts) -> Iterator[Command]:
    """What is drawn beside the taps: the grid, the layer's map, the key to the marks."""
    view = parts.view
    yield flag_of(view, "show_grid", "taps.grid", "Regular &grid and arrows", TAPS, shortcut="G")
    yield flag_of(
        view,
        "show_field",
        "taps.field",
        "&Map of the layer over the picture",
        TAPS,
        shortcut="Shift+M",
        refusal=lambda: parts.needs_result() or ("" if view.settings.layer else NO_LAYER),
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


def layer_commands(parts: Parts) -> Iterator[Command]:
    """The taps of one layer, or of all: in the palette."""
    prediction = parts.session.prediction
    if prediction is None:
        return
    for layer in (ALL_LAYERS, *(trace.name for trace in prediction.traces)):
        key, title = layer or "all", f"Taps of {layer or 'all layers'}"
        yield choice_of(parts.view, "layer", layer, f"layer.{key}", title, "")
