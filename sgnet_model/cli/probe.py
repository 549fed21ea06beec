"""`sgnet-model probe`: where each S-Conv looked for one pixel."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sgnet_model.inspection.result_json import frame_json
from sgnet_model.types import UserError

from .console import Console
from .inputs import (
    answer_of,
    asked_text,
    edits_of,
    frame_text,
    load_frame,
    load_predictor,
    network_text,
    notes_of,
    predictor_json,
    switches_of,
)
from .parser import (
    Commands,
    add_answer_options,
    add_command,
    add_pixel_options,
)
from .text import decimal, table

if TYPE_CHECKING:
    from sgnet_model.inspection.probe import Probe
    from sgnet_model.inspection.receptive_field import LayerTaps

_TEXT = """\
Ask where each S-Conv looked for one pixel. Prints its classes, depth and, for every S-Conv, the
output index that the pixel picks and the nine taps that were summed there.

x, y      position of a tap in pixels of the original picture, sub-pixel, centres at integers
dx, dy    its learned offset, in cells of the layer's input grid
spread    root-mean-square distance of the taps from their weighted mean, in pixels and (through
          depth) in metres; no metres where fewer than five of the nine taps have depth
outside   the tap lies beyond the layer's map and contributes nothing; partly_outside: some of the
          four corners that it is interpolated from do
guided by the place whose depth steered the layer there: depth is resized corner to corner, so it
          is not quite the place that the index stands for"""

_EPILOG = """\
examples:
  sgnet-model probe --rgb rgb.png --depth depth.png --pixel 200,300
  sgnet-model probe --rgb rgb.png --depth depth.png --pixel 200,300 --layer layer2.0
  sgnet-model probe --rgb rgb.png --depth depth.png --pixel 200,300 --json"""

NO_LAYERS = "This network has no layer with taps."


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "probe", _TEXT, _EPILOG)
    add_answer_options(parser)
    add_pixel_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Reads, predicts once, reports."""
    from sgnet_model.inspection.probe import check_pixel, probe, probe_json

    frame = load_frame(args)
    u, v = args.pixel
    check_pixel(u, v, frame.size)
    switches_of(args), edits_of(args)  # what is not of the form is refused before a network loads
    predictor = load_predictor(args)
    answer = answer_of(args, frame, predictor)
    frame, prediction = answer.frame, answer.prediction
    found = _chosen(probe(prediction, u, v, frame.depth_m, frame.intrinsics), args.layer)
    notes = notes_of(frame, predictor)
    if args.json:
        console.say_json(
            {
                **probe_json(found),
                "network": predictor_json(predictor, prediction.network_size),
                "frame": frame_json(frame),
                **answer.asked,
                "notes": notes,
            }
        )
        return
    console.say(frame_text(frame))
    console.say(network_text(predictor, prediction.network_size, prediction.milliseconds))
    if asked := asked_text(answer.asked):
        console.say(asked)
    console.say("\n" + _pixel_text(found))
    console.say("\n" + (_layers_text(found.layers) if found.layers else NO_LAYERS))
    if args.layer:
        console.say("\n" + _taps_text(found.layers[0]))
    for note in notes:
        console.say(f"note: {note}")


def _chosen(found: Probe, layer: str | None) -> Probe:
    """All layers, or the one named."""
    if layer is None:
        return found
    layers = tuple(taps for taps in found.layers if taps.name == layer)
    if not found.layers:
        raise UserError(f"This network has no layer with taps: leave --layer {layer} out.")
    if not layers:
        names = ", ".join(taps.name for taps in found.layers)
        raise UserError(
            f"This network has no layer with taps called {layer!r}: choose one of {names}."
        )
    return replace(found, layers=layers)


def _pixel_text(found: Probe) -> str:
    lines = [f"pixel {found.u},{found.v} is {found.label_name}"]
    if found.xyz_m is None:
        lines.append("it has no depth")
    else:
        x, y, z = found.xyz_m
        lines.append(f"it lies {z:.3f} m away, at x {x:+.3f} y {y:+.3f} z {z:.3f} m")
    rows = [(score.name, f"{score.probability:.3f}") for score in found.top]
    return "\n".join([*lines, "", table(("class", "probability"), rows)])


def _layers_text(layers: tuple[LayerTaps, ...]) -> str:
    header = (
        *("layer", "strides", "index", "stands for", "guided by"),
        *("spread px", "spread m", "moved px", "outside", "partly"),
    )
    return table(header, [_layer_row(layer) for layer in layers])


def _layer_row(layer: LayerTaps) -> tuple[str, ...]:
    return (
        layer.name,
        f"{layer.stride_in} to {layer.stride_out}",
        f"{layer.index[0]},{layer.index[1]}",
        _place(layer.stands_for),
        _place(layer.depth_from),
        decimal(layer.spread_px),
        decimal(layer.spread_m, 3),
        decimal(float(np.mean(layer.displacement_px))),
        f"{layer.outside.sum()} of 9",
        f"{layer.partly_outside.sum()} of 9",
    )


def _taps_text(layer: LayerTaps) -> str:
    state = np.where(layer.outside, "outside", np.where(layer.partly_outside, "partly", "inside"))
    rows = [
        (
            str(tap),
            decimal(layer.x[tap]),
            decimal(layer.y[tap]),
            decimal(layer.dx[tap], 3),
            decimal(layer.dy[tap], 3),
            decimal(layer.modulation[tap], 3),
            str(state[tap]),
        )
        for tap in range(len(layer.x))
    ]
    return table(("tap", "x", "y", "dx", "dy", "modulation", "map"), rows)


def _place(place: tuple[float, float]) -> str:
    return f"{place[0]:.1f},{place[1]:.1f}"
