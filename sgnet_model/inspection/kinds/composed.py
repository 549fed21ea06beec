"""composed: where, through all layers together, could this pixel look?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

import numpy as np

from sgnet_model.geometry import depth_to_points, point_at
from sgnet_model.inspection.contours import contours_of
from sgnet_model.inspection.finding import (
    Check,
    Finding,
    Grid,
    HeatMap,
    Pixel,
    Score,
    Values,
)
from sgnet_model.inspection.protocol import Cost, Inspection, Need, Options
from sgnet_model.inspection.pull_back import PullBack, Pulled, start_at
from sgnet_model.inspection.receptive_field.grids import Size, network_from_picture
from sgnet_model.inspection.transposed_convolution import Measure
from sgnet_model.plan import PICTURE, Plan
from sgnet_model.prediction import Prediction
from sgnet_model.resize import resize_nearest
from sgnet_model.types import Frame, UserError

if TYPE_CHECKING:
    from sgnet_model.config import SGNetConfig
    from sgnet_model.inspection.subject import Subject

UNIT = "share of the view per pixel"
AVERAGED = (
    "A path leads through the mean of a whole map, so every pixel has some mass: read the "
    "contours, not the support."
)
MOVED = (
    "The taps of this network follow its features: colours outside the support can move them, and "
    "so change the answer."
)


class Composed(Inspection):
    """A measure of one pulled back from the pixel's logits to the network's input; see
    `pull_back`."""

    name, title = "composed", "Where, through all layers together, could this pixel look?"
    needs, cost = Need.TRACES, Cost.CHEAP

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """A heat map on the network's input; with a layer, on the map that its block reads.

        `steps`: the maps after each layer, from the last one down, for a slider. The values are in
        the network's pixels, of which a cell of a layer's map has several: `support_px`, the area
        with mass, `radius_px` and `radius_m`, the root-mean-square distance of the mass from the
        pixel, `contours`, the area that holds each share of the mass; `regular`: the same without
        offsets and modulation. A further check changes colours outside the support.
        """
        prediction = subject.prediction
        plan = plan_of(prediction)
        subject.traces(options.layer)  # is there such a layer?
        start = start_at(*prediction.weights_at(*pixel))
        pulled = _of_prediction(prediction).pull(start)
        still = _regular(plan, prediction.network_size).pull(start)
        where = PICTURE if options.layer is None else plan.inputs[options.layer]
        main, regular = (
            replace(part, contours=contours_of(part.values))
            for part in (
                _map(prediction, "composed", pulled, where),
                _map(prediction, "regular", still, where),
            )
        )
        distances = _Distances.of(subject.shown, prediction, pixel, main.values.shape)
        values = {
            **_values(distances, plan, pulled, main),
            "regular": _values(distances, plan, still, regular),
        }
        steps = tuple(
            _map(prediction, f"composed_{layer}", pulled, source, layer)
            for layer, source in reversed(plan.inputs.items())
            if source in pulled.measures
        )
        notes = (
            *((AVERAGED,) if plan.averages else ()),
            *((MOVED,) if plan.colours_move_taps else ()),
        )
        checks = [_adds_up(pulled, plan)]
        score = subject.score(pixel, options.class_name)
        if options.check and not notes:  # where a note says so the support says nothing
            checks.append(_contained(subject, pixel, score))
        return Finding(self.name, pixel, score, tuple(checks), (main,), values, notes, steps)

    def refusal(self, config: SGNetConfig) -> str | None:  # noqa: ARG002 - regular taps compose too
        """It means something for every network."""
        return None


INSPECTION = Composed()


def plan_of(prediction: Prediction) -> Plan:
    """The plan of the network that made it; UserError where that was left out."""
    if prediction.plan is None:
        raise UserError("This prediction does not say what network made it: predict again.")
    return prediction.plan


_OF_PREDICTIONS: WeakKeyDictionary[Prediction, PullBack] = WeakKeyDictionary()


def _of_prediction(prediction: Prediction) -> PullBack:
    """Kept while the prediction is: the next click finds what does not depend on the pixel."""
    if prediction not in _OF_PREDICTIONS:
        traces = {trace.name: trace for trace in prediction.traces}
        _OF_PREDICTIONS[prediction] = PullBack(plan_of(prediction), prediction.network_size, traces)
    return _OF_PREDICTIONS[prediction]


@lru_cache(maxsize=2)
def _regular(plan: Plan, size: Size) -> PullBack:
    return PullBack(plan, size, {})


def measure_of(prediction: Prediction, pixel: Pixel) -> Measure:
    """(h, w) float64 on the network's input: `composed.npy`."""
    pulled = _of_prediction(prediction).pull(start_at(*prediction.weights_at(*pixel)))
    return _reached(pulled, PICTURE, prediction)


def _reached(pulled: Pulled, where: str, prediction: Prediction) -> Measure:
    """On a map; on the input with what a second stream reads."""
    plan = plan_of(prediction)
    measure = pulled.measures.get(where)
    if measure is None:
        measure = np.zeros(plan.sizes(prediction.network_size)[where])
    return measure + pulled.measures[plan.second] if where == PICTURE and plan.second else measure


def _map(prediction: Prediction, name: str, pulled: Pulled, where: str, layer: str = "") -> HeatMap:
    measure = _reached(pulled, where, prediction)
    stride = _stride(prediction, measure.shape)
    grid = Grid.of_stride(stride, prediction.network_size, prediction.size)
    title = f"Where it could look, after {layer}" if layer else "Where it could look"
    return HeatMap(name, title, measure, grid, UNIT, (), layer, root=True)


def _stride(prediction: Prediction, shape: tuple[int, ...]) -> int:
    """Of a map of that shape, in pixels of the network's input: 1, 2, 4, 8 or 16."""
    fed = prediction.network_size
    return next(
        stride
        for stride in (1, 2, 4, 8, 16)
        if tuple(-(-length // stride) for length in fed) == tuple(shape)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Distances:
    """From the pixel to the cells of a map, `stride` pixels of the network apart: squared, of rows
    and of columns in those pixels, and between 3D points in metres, 0 where it is not `known`, 0 or
    1. Both are None where the pixel has no depth.
    """

    stride: int
    rows: Measure
    columns: Measure
    metres: Measure | None
    known: Measure | None

    @classmethod
    def of(cls, frame: Frame, prediction: Prediction, pixel: Pixel, shape: tuple[int, ...]) -> Self:
        stride = _stride(prediction, shape)
        x, y = (
            network_from_picture(float(at), network, picture)
            for at, network, picture in zip(
                pixel, prediction.network_size[::-1], prediction.size[::-1], strict=True
            )
        )
        point = point_at(frame.depth_m, frame.intrinsics, *pixel)
        metres = known = None
        if frame.depth_m is not None and np.isfinite(point).all():
            depth_m = resize_nearest(frame.depth_m, prediction.network_size)
            points = depth_to_points(depth_m, frame.intrinsics, stride)
            points = points[: shape[0], : shape[1]] - point.astype(np.float32)
            distance2 = np.einsum("hwc,hwc->hw", points, points).ravel()
            known = np.isfinite(distance2).astype(np.float64)
            metres = np.nan_to_num(distance2).astype(np.float64)
        rows = (np.arange(shape[0], dtype=np.float64) * stride - y) ** 2
        columns = (np.arange(shape[1], dtype=np.float64) * stride - x) ** 2
        return cls(stride, rows, columns, metres, known)

    def radius_px(self, measure: Values) -> float | None:
        """The root-mean-square distance of the mass."""
        rows, columns = measure.sum(1), measure.sum(0)
        total = float(rows.sum())
        if total <= 0:
            return None
        return math.sqrt(float(rows @ self.rows + columns @ self.columns) / total)

    def radius_m(self, measure: Values) -> float | None:
        """The same in metres, of the mass where there is depth."""
        if self.metres is None or self.known is None:
            return None
        weights = measure.ravel()
        # Not by BLAS: its threads wait for one another longer than they count.
        total, moment = (float(np.einsum("i,i", weights, of)) for of in (self.known, self.metres))
        return math.sqrt(moment / total) if total > 0 else None


def _values(distances: _Distances, plan: Plan, pulled: Pulled, part: HeatMap) -> dict[str, Any]:
    measure, cell_px = part.values, distances.stride**2
    return {
        "mass_inside": _inside(pulled, plan),
        "mass_outside": {"beyond": pulled.beyond, "modulation": pulled.modulated},
        "support_px": cell_px * int(np.count_nonzero(measure)),
        "radius_px": distances.radius_px(measure),
        "radius_m": distances.radius_m(measure),
        "contours": {str(one.share): cell_px * one.cells for one in part.contours},
    }


def _inside(pulled: Pulled, plan: Plan) -> float:
    """What reached the pictures."""
    pictures = [PICTURE, *([plan.second] if plan.second else [])]
    return float(sum(pulled.measures[name].sum() for name in pictures))


def _contained(subject: Subject, pixel: Pixel, score: Score) -> Check:
    """Two passes of the network, with all colours outside the support inverted in one."""
    import torch

    from sgnet_model.inspection.inputs import Inputs

    prediction, network = subject.prediction, subject.network.network
    size, device = prediction.network_size, subject.network.device
    inputs = Inputs.of(subject.shown, size, network.config)
    outside = torch.from_numpy(measure_of(prediction, pixel) == 0)
    spatial = None if inputs.spatial is None else inputs.spatial.to(device)
    scores = []
    with torch.inference_mode():
        for rgb in (inputs.rgb, torch.where(outside, -inputs.rgb, inputs.rgb)):
            logits = network(rgb.to(device), spatial, prediction.switches).logits[0]
            read = replace(prediction, logits=logits.cpu().numpy()).logits_at(*pixel)
            scores.append(score.read(read))
    off = abs(scores[1] - scores[0])
    return Check("the score with the colours outside the support inverted less that before", off)


def _adds_up(pulled: Pulled, plan: Plan) -> Check:
    error = abs(_inside(pulled, plan) + pulled.beyond + pulled.modulated - 1)
    return Check("the mass inside, beyond the maps and taken by modulation adds up to 1", error)
