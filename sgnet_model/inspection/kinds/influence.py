"""influence: which taps mattered?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sgnet_model.inspection.finding import (
    Check,
    Finding,
    Pixel,
    Score,
    SignedMap,
    Taps,
    output_grid,
)
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.inspection.receptive_field import taps_at
from sgnet_model.types import FloatArray, LayerTrace

if TYPE_CHECKING:
    from sgnet_model.inspection.inputs import Inputs
    from sgnet_model.inspection.subject import Subject

UNIT = "logit"


class Influence(Inspection):
    """I_k(q) = m_k dz/dm_k: to first order what z would lose if tap k of output q were silenced."""

    name, title = "influence", "Which taps mattered?"
    needs, cost = Need.GRADIENT, Cost.EXPENSIVE
    passes = 5
    choices = frozenset({Choice.CLASS})

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """For each layer the clicked output's taps with their influence, and a map of the sum over
        the taps of every output.

        `layers`: `taps` with `influence` and `modulation`, and `total`, the sum of sizes over the
        layer. `silenced`: the strongest tap of the clicked outputs, and the change of z `predicted`
        and `true` when it is silenced.
        """
        from sgnet_model.inspection.backward import backward
        from sgnet_model.inspection.inputs import Inputs

        score = subject.score(pixel, options.class_name)
        config = subject.network.network.config
        inputs = Inputs.of(subject.shown, subject.prediction.network_size, config)
        subject.progress(0, 2)
        found = backward(subject, pixel, score, inputs)
        parts: list[Taps | SignedMap] = []
        rows: list[dict[str, Any]] = []
        for trace in subject.traces(options.layer):
            taps, of_outputs = _of_layer(subject, pixel, trace, found.influence[trace.name])
            parts += [taps, of_outputs]
            rows.append(_row(taps, found.influence[trace.name]))
        subject.progress(1, 2)
        silenced = _silenced(subject, pixel, found.score, score, inputs, rows)
        error = abs(silenced["true"] - silenced["predicted"])
        checks = (
            Check("predicted against true change of z with the strongest tap silenced", error),
            Check("the score of the pass that was differentiated", abs(found.score - score.value)),
        )
        values = {"layers": rows, "silenced": silenced}
        return Finding(self.name, pixel, score, checks, tuple(parts), values)


INSPECTION = Influence()


def _of_layer(
    subject: Subject, pixel: Pixel, trace: LayerTrace, influence: FloatArray
) -> tuple[Taps, SignedMap]:
    """`influence`: (9, h, w), of every tap of the layer."""
    prediction, shown, name = subject.prediction, subject.shown, trace.name
    sizes = prediction.network_size, prediction.size
    layer = taps_at(trace, *pixel, *sizes, shown.depth_m, shown.intrinsics)
    here = influence[:, layer.index[0], layer.index[1]].astype(np.float64)
    return (
        Taps(f"influence_taps_{name}", f"{name}: influence of the taps", layer, here, UNIT),
        SignedMap(
            f"influence_{name}",
            f"{name}: influence, summed over taps",
            influence.sum(0, dtype=np.float64),
            output_grid(trace, *sizes),
            UNIT,
            name,
        ),
    )


def _row(taps: Taps, influence: FloatArray) -> dict[str, Any]:
    layer, here = taps.layer, taps.values
    return {
        "name": layer.name,
        "index": list(layer.index),
        "taps": [
            {"influence": float(one), "modulation": float(weight)}
            for one, weight in zip(here, layer.modulation, strict=True)
        ],
        "strongest": float(here[np.abs(here).argmax()]),
        "total": float(np.abs(influence).sum(dtype=np.float64)),
    }


def _silenced(
    subject: Subject,
    pixel: Pixel,
    before: float,
    score: Score,
    inputs: Inputs,
    rows: list[dict[str, Any]],
) -> dict[str, Any]:
    """The strongest tap of the clicked outputs put out, and the network run again.

    `before`: z of the same network with every tap: a prediction may be rounded to bfloat16.
    """
    import torch

    from sgnet_model.inspection.backward import Scored, gains_of

    row = max(rows, key=lambda row: abs(row["strongest"]))
    sizes = [abs(tap["influence"]) for tap in row["taps"]]
    tap = int(np.argmax(sizes))
    device = subject.network.device
    scored = Scored.of(subject.network.differentiable(), subject.prediction, pixel, score)
    rgb = inputs.rgb.to(device, memory_format=torch.channels_last)
    spatial = None if inputs.spatial is None else inputs.spatial.to(device)
    gains = gains_of(subject.prediction, device)
    with torch.no_grad():
        gain = gains[row["name"]].detach().clone()
        gain[0, tap, row["index"][0], row["index"][1]] = 0
        after = float(scored(rgb, spatial, {row["name"]: gain}))
    return {
        "layer": row["name"],
        "tap": tap,
        "predicted": -row["taps"][tap]["influence"],
        "true": after - before,
    }
