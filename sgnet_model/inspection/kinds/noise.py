"""noise: would it say the same tomorrow?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.config import SGNetConfig
from sgnet_model.inspection.finding import Check, Finding, Grid, HeatMap, Pixel
from sgnet_model.inspection.noise import Noise, noise_for
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.inspection.receptive_field.grids import output_index
from sgnet_model.prediction import Prediction
from sgnet_model.types import LayerTrace, UserError

if TYPE_CHECKING:
    from sgnet_model.inspection.subject import Subject

FEWEST = 2
Sums = NDArray[np.float64]


class NoiseOfDepth(Inspection):
    """Seeded copies of the depth with a sensor's noise, each segmented."""

    name, title = "noise", "Would it say the same tomorrow?"
    needs, cost = Need.NETWORK, Cost.EXPENSIVE
    passes = 17
    choices = frozenset({Choice.NOISE})

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """`flips`: the share of copies in which a pixel has another class than without noise, and
        its standard error. `jitter`: by layer the deviation of a tap over the copies, in pixels of
        the picture: over the whole layer and at the pixel."""
        if options.count < FEWEST:
            raise UserError(f"{options.count} noisy copies say nothing: give at least {FEWEST}.")
        if options.seed < 0:
            raise UserError(f"A seed of {options.seed} cannot be taken: give a number from 0 on.")
        noise = noise_for(options.noise, subject.shown, subject.depth_m)
        copies = _run(subject, noise, options)
        rate, error = copies.rate(), copies.standard_error()
        u, v = pixel
        values = {
            "count": options.count,
            "noise": options.noise,
            "flip_rate": float(rate.mean()),
            "flip_rate_here": float(rate[v, u]),
            "flip_rate_here_error": float(error[v, u]),
            "jitter": [
                _jitter(trace, copies.moments[trace.name], options.count, subject, pixel)
                for trace in subject.traces(options.layer)
            ],
        }
        first, second = copies.halves()
        checks = [Check("flip rate of one half of the copies less the other's", first - second)]
        if options.check:
            still = Noise(np.zeros_like(noise.sigma_m), wander=0)
            checks.append(_zeros(_run(subject, still, options)))
        parts = (
            HeatMap("flips", "Share of copies with another class", rate, Grid(), "share"),
            HeatMap("flips_error", "Its standard error", error, Grid(), "share"),
        )
        checks[0] = Check(checks[0].what, abs(checks[0].error))
        score = subject.score(pixel, options.class_name)
        return Finding(self.name, pixel, score, tuple(checks), parts, values)

    def refusal(self, config: SGNetConfig) -> str | None:
        """It needs a network that sees depth."""
        if config.reads_depth:
            return None
        return "This network sees no depth, so noise in depth changes nothing."


INSPECTION = NoiseOfDepth()


@dataclass(slots=True, eq=False)
class _Moments:
    """Of the offsets of one layer, (18, h, w): sums less the unnoised, and of their squares."""

    first: Sums
    second: Sums


@dataclass(slots=True, eq=False)
class _Copies:
    """What was counted over the copies."""

    plain: Prediction
    flipped: list[NDArray[np.bool_]] = field(default_factory=list)
    moments: dict[str, _Moments] = field(default_factory=dict)

    def add(self, prediction: Prediction) -> None:
        self.flipped.append(prediction.labels != self.plain.labels)
        for trace, still in zip(prediction.traces, self.plain.traces, strict=True):
            change = trace.offsets.astype(np.float64) - still.offsets
            moments = self.moments.setdefault(
                trace.name, _Moments(np.zeros_like(change), np.zeros_like(change))
            )
            moments.first += change
            moments.second += change**2

    def rate(self) -> Sums:
        return np.asarray(np.mean(self.flipped, 0), np.float64)

    def standard_error(self) -> Sums:
        rate = self.rate()
        return np.asarray(np.sqrt(rate * (1 - rate) / len(self.flipped)))

    def halves(self) -> tuple[float, float]:
        middle = len(self.flipped) // 2
        return float(np.mean(self.flipped[:middle])), float(np.mean(self.flipped[middle:]))


def _run(subject: Subject, noise: Noise, options: Options) -> _Copies:
    copies = _Copies(subject.prediction)
    for done in range(options.count):
        subject.progress(done, options.count)
        random = np.random.default_rng(options.seed + done)
        copies.add(subject.predict(depth_m=noise.copy_of(subject.depth_m, random)))
    return copies


def _jitter(
    trace: LayerTrace, moments: _Moments, count: int, subject: Subject, pixel: Pixel
) -> dict[str, Any]:
    variance = np.maximum(moments.second - moments.first**2 / count, 0) / (count - 1)
    prediction = subject.prediction
    tall, wide = (  # a cell, in pixels of the picture, which may be fed at another aspect
        trace.stride_in * shown / fed
        for shown, fed in zip(prediction.size, prediction.network_size, strict=True)
    )
    of_taps = variance[0::2] * tall**2 + variance[1::2] * wide**2  # (9, h, w)
    row, column = output_index(trace, *pixel, prediction.network_size, prediction.size)
    return {
        "name": trace.name,
        "px": float(np.sqrt(of_taps.mean())),
        "px_here": float(np.sqrt(of_taps[:, row, column].mean())),
    }


def _zeros(copies: _Copies) -> Check:
    """Without noise nothing may change."""
    moved = max((float(one.second.max()) for one in copies.moments.values()), default=0.0)
    return Check("without noise no pixel flips and no tap moves", max(copies.rate().max(), moved))
