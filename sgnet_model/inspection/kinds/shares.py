"""shares: colour or depth, who decided?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sgnet_model.inspection.finding import Check, Finding, Grid, Pixel, TwoHueMap
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, UInt8Array
from sgnet_model.upsampling import enlarged_at, planes

if TYPE_CHECKING:
    from sgnet_model.config import SGNetConfig
    from sgnet_model.inspection.subject import Subject

PASSES = 4
Indices = NDArray[np.intp]


class Shares(Inspection):
    """The Shapley values of two players, colour and depth: F(r, d) = z, where r0 is the frame's
    mean colour everywhere and d0 a plane at its median depth."""

    name, title = "shares", "Colour or depth: who decided?"
    needs, cost = Need.NETWORK, Cost.EXPENSIVE
    passes = 3
    choices = frozenset({Choice.CLASS})

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """`phi_depth`, `phi_rgb` and the four `values`; the map has for every pixel its own winner
        and runner-up: (2, H, W), colour first."""
        score = subject.score(pixel, options.class_name)
        passes = _passes(subject)
        z = {name: score.read(one.logits_at(*pixel)) for name, one in passes.items()}
        phi_depth = ((z["rgb_depth"] - z["rgb_flat"]) + (z["grey_depth"] - z["grey_flat"])) / 2
        phi_rgb = ((z["rgb_depth"] - z["grey_depth"]) + (z["rgb_flat"] - z["grey_flat"])) / 2
        maps, together = share_maps(subject.plain, passes)
        scale = float(np.abs(together).max()) or 1.0
        check = Check(
            "phi_depth + phi_rgb against F(r, d) - F(r0, d0), here and over the map",
            max(
                abs(phi_depth + phi_rgb - (z["rgb_depth"] - z["grey_flat"])),
                float(np.abs(maps.sum(0) - together).max()) / scale,
            ),
        )
        part = TwoHueMap(
            "shares",
            "Decided by colour or by depth",
            maps,
            Grid(),
            "logit",
            ("colour", "depth"),
        )
        values = {"phi_depth": phi_depth, "phi_rgb": phi_rgb, "values": z}
        return Finding(self.name, pixel, score, (check,), (part,), values)

    def refusal(self, config: SGNetConfig) -> str | None:
        """It needs two players."""
        if config.reads_depth:
            return None
        return "This network sees no depth, so there is nothing to share out."


INSPECTION = Shares()


def mean_colour(rgb: UInt8Array) -> UInt8Array:
    """(H, W, 3): the mean colour everywhere."""
    mean = np.rint(rgb.reshape(-1, 3).mean(0)).astype(np.uint8)
    return np.broadcast_to(mean, rgb.shape).copy()


def median_plane(depth_m: FloatArray) -> FloatArray:
    """(H, W): the median of the valid depth everywhere."""
    return np.full(depth_m.shape, np.median(depth_m[depth_m > 0]), np.float32)


def _passes(subject: Subject) -> dict[str, Prediction]:
    grey, flat = mean_colour(subject.shown.rgb), median_plane(subject.depth_m)
    found = {"rgb_depth": subject.prediction}
    asked = {
        "rgb_flat": (None, flat),
        "grey_depth": (grey, None),
        "grey_flat": (grey, flat),
    }
    for done, (name, (rgb, depth_m)) in enumerate(asked.items(), 1):
        subject.progress(done, PASSES)
        found[name] = subject.predict(rgb, depth_m)
    return found


def share_maps(plain: Prediction, passes: dict[str, Prediction]) -> tuple[FloatArray, FloatArray]:
    """(2, H, W) float32, phi_rgb and phi_depth of each pixel's own margin; and (H, W), what they
    should add up to. Upsampling is linear, so the logits are shared out before it.
    """
    both, flat, grey, neither = (
        passes[name].logits for name in ("rgb_depth", "rgb_flat", "grey_depth", "grey_flat")
    )
    shared = (
        ((both - grey) + (flat - neither)) / 2,
        ((both - flat) + (grey - neither)) / 2,
        both - neither,
    )
    maps = np.stack(shared, -1).astype(np.float32)  # (C, h, w, 3)
    best, second = best_two(planes(plain.logits, plain.network_size, plain.size))
    margins = enlarged_at(maps, best, plain.network_size)
    margins -= enlarged_at(maps, second, plain.network_size)
    return np.ascontiguousarray(np.moveaxis(margins[..., :2], 2, 0)), margins[..., 2]


def best_two(logits: Iterable[FloatArray]) -> tuple[Indices, Indices]:
    """Logits class by class, each (H, W) -> the indices of the largest and the second largest,
    (H, W) each: the first of those that are alike."""
    classes = iter(logits)
    best = next(classes).copy()
    second = np.full_like(best, -np.inf)
    winner, other = np.zeros(best.shape, np.uint8), np.zeros(best.shape, np.uint8)
    for index, value in enumerate(classes, 1):
        wins, follows = value > best, value > second
        np.copyto(other, np.uint8(index), where=follows)
        np.copyto(other, winner, where=wins)
        np.copyto(winner, np.uint8(index), where=wins)
        np.maximum(second, np.minimum(best, value), out=second)
        np.maximum(best, value, out=best)
    return winner.astype(np.intp), other.astype(np.intp)
