"""gradient: what did it respond to, in colour and in metres of depth?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sgnet_model.inspection.finding import (
    Check,
    Finding,
    Grid,
    HeatMap,
    Pixel,
    Score,
    SignedMap,
    Values,
)
from sgnet_model.inspection.kinds.composed import measure_of
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options

if TYPE_CHECKING:
    from sgnet_model.config import SGNetConfig
    from sgnet_model.inspection.backward import Backward
    from sgnet_model.inspection.inputs import Inputs
    from sgnet_model.inspection.subject import Subject

BLOCK = 16  # pixels: the stride of the deepest maps
DIRECTIONS = 20
# Of the check's differences, in grey levels and metres. Beside a kink of the network the larger one
# is off; of a wrong derivative both are.
STEPS = (1e-6, 1e-8)
AGREE = 1e-5  # relative: the smaller step is left out
NOTHING = "This network sees no depth: its derivative is 0 everywhere."
LATTICE = (
    "Deep layers read depth at few pixels, as it is resized to their maps without smoothing: the "
    "map by depth is a lattice of dots, and gradient_depth_blocks sums it over blocks."
)


class Gradient(Inspection):
    """dz/dRGB and dz/dD by autograd, through offsets and modulation as well as through features."""

    name, title = "gradient", "What did it respond to, in colour and in metres of depth?"
    needs, cost = Need.GRADIENT, Cost.EXPENSIVE
    passes = 5
    choices = frozenset({Choice.CLASS})

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """Maps at the picture's resolution: the 2-norm over channels, and dz/dD with its sign.

        `radius_rgb_px`, `radius_depth_px`: root-mean-square distance from the pixel, weighted by
        the size of the derivative. `sum_depth`: logit per metre if everything moved away.
        """
        from sgnet_model.inspection.backward import backward
        from sgnet_model.inspection.inputs import Inputs

        score = subject.score(pixel, options.class_name)
        config = subject.network.network.config
        inputs = Inputs.of(subject.shown, subject.prediction.network_size, config)
        subject.progress(0, 1)
        found = backward(subject, pixel, score, inputs)
        by_rgb = np.sqrt((inputs.to_picture(found.rgb) ** 2).sum(2))
        parts: list[HeatMap | SignedMap] = [
            HeatMap("gradient_rgb", "By colour", by_rgb, Grid(), "logit per grey level")
        ]
        values: dict[str, Any] = {"radius_rgb_px": radius(by_rgb, pixel)}
        notes = _notes(config)
        if inputs.sees_depth and found.spatial is not None:
            by_depth = inputs.to_depth(found.spatial)
            parts += depth_maps(by_depth)
            values["radius_depth_px"] = radius(np.abs(by_depth), pixel)
            values["sum_depth"] = float(by_depth.sum())
        checks = self._checks(subject, pixel, score, found)
        if options.check:
            checks += by_differences(subject, pixel, score, inputs, values.get("sum_depth"))
        return Finding(self.name, pixel, score, tuple(checks), tuple(parts), values, tuple(notes))

    def refusal(self, config: SGNetConfig) -> str | None:  # noqa: ARG002 - all have derivatives
        """It means something for every network."""
        return None

    def _checks(self, subject: Subject, pixel: Pixel, score: Score, found: Backward) -> list[Check]:
        agree = Check(
            "the score of the pass that was differentiated", abs(found.score - score.value)
        )
        if subject.network.network.config.taps_follow_features:  # what moves them reaches further
            return [agree]
        outside = measure_of(subject.prediction, pixel) == 0
        size = found.rgb[0].abs().amax(0).cpu().numpy()
        largest = float(size[outside].max(initial=0.0))
        return [Check("dz/dRGB outside the support of composed", largest), agree]


INSPECTION = Gradient()


def _notes(config: SGNetConfig) -> list[str]:
    """What should be known of the map by depth."""
    from sgnet_model.inspection.inputs import NO_DEPTH

    if config.spatial in NO_DEPTH:
        return [NO_DEPTH[config.spatial]]
    if not config.reads_depth:
        return [NOTHING]
    return [LATTICE] if config.placed_operators else []  # a stem reads every pixel


def depth_maps(by_depth: Values) -> list[HeatMap | SignedMap]:
    """Raw, and summed over blocks of the picture."""
    rows, columns = (-(-length // BLOCK) for length in by_depth.shape)
    padded = np.zeros((rows * BLOCK, columns * BLOCK))
    padded[: by_depth.shape[0], : by_depth.shape[1]] = by_depth
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).sum((1, 3))
    middle = (BLOCK - 1) / 2
    return [
        SignedMap("gradient_depth", "By depth", by_depth, Grid(), "logit per metre"),
        SignedMap(
            "gradient_depth_blocks",
            f"By depth, over blocks of {BLOCK} px",
            blocks,
            Grid(middle, middle, BLOCK, BLOCK),
            "logit per metre",
        ),
    ]


def radius(weights: Values, pixel: Pixel) -> float | None:
    """Root-mean-square distance from the pixel, in pixels of the picture; None without weight."""
    total = float(weights.sum())
    if total <= 0:
        return None
    rows = (np.arange(weights.shape[0]) - pixel[1]) ** 2
    columns = (np.arange(weights.shape[1]) - pixel[0]) ** 2
    return float(np.sqrt((weights.sum(1) @ rows + weights.sum(0) @ columns) / total))


def by_differences(
    subject: Subject, pixel: Pixel, score: Score, inputs: Inputs, sum_depth: float | None
) -> list[Check]:
    """In float64: random directions of the whole input, and everything moved away, held against
    `sum_depth` where there is one."""
    import torch

    from sgnet_model.inspection.backward import Scored, in_double

    scored = Scored.of(
        in_double(subject.network.differentiable()), subject.prediction, pixel, score
    )
    rgb = inputs.rgb.double().requires_grad_()
    spatial = None if inputs.spatial is None else inputs.spatial.double().requires_grad_()
    of = [rgb, *([] if spatial is None else [spatial])]
    # Of what the network does not read: 0.
    gradients = torch.autograd.grad(scored(rgb, spatial), of, materialize_grads=True)
    random = torch.Generator().manual_seed(0)
    size = float(sum(one.pow(2).sum() for one in gradients)) ** 0.5 or 1.0
    worst = 0.0
    with torch.no_grad():
        for done in range(DIRECTIONS):
            subject.progress(done, DIRECTIONS + 1)
            way = [torch.randn(one.shape, generator=random).double() for one in of]
            expected = sum(float((one * by).sum()) for one, by in zip(gradients, way, strict=True))
            worst = max(worst, _off(scored, of, way, expected, size) / size)
        checks = [Check(f"{DIRECTIONS} directional derivatives in float64", worst)]
        if sum_depth is not None and spatial is not None:
            depth_m = spatial[:, -1:]  # of points, too: what they are at one metre
            a_metre = torch.where(depth_m > 0, spatial / depth_m, 0.0)
            away = [torch.zeros_like(rgb), a_metre]
            off = _off(scored, of, away, sum_depth, max(abs(sum_depth), 1.0))
            checks.append(Check("sum_depth against z(D + e)", off))
    return checks


def _off(scored: Any, at: list[Any], way: list[Any], expected: float, scale: float) -> float:
    """How far the difference of z along a way lies from its derivative, at the better step."""
    best = float("inf")
    for step in STEPS:
        best = min(best, abs(_difference(scored, at, way, step) - expected))
        if best <= AGREE * scale:
            break
    return best


def _difference(scored: Any, at: list[Any], way: list[Any], step: float) -> float:
    """The central difference of z along a way."""
    up, down = (
        float(scored(*_padded([one + sign * step * by for one, by in zip(at, way, strict=True)])))
        for sign in (1, -1)
    )
    return (up - down) / (2 * step)


def _padded(inputs: list[Any]) -> list[Any]:
    """Colours and spatial information, None where the network reads none."""
    return inputs if len(inputs) == 2 else [*inputs, None]
