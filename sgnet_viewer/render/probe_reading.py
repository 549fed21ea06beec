"""Probes read from a result: the taps at a pixel, and where the first probe goes."""

from __future__ import annotations

from collections.abc import Iterable

from sgnet_model.inspection.first_probe import first_probe
from sgnet_model.inspection.probe import Probe, probe
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.state.result import Result


def read_at(result: Result, u: int, v: int) -> Probe:
    """All that is known at a pixel; about 2 ms with twelve layers."""
    frame = result.frame
    return probe(result.prediction, u, v, depth_m=frame.depth_m, intrinsics=frame.intrinsics)


def read_probes(result: Result, pixels: Iterable[Pixel]) -> dict[Pixel, Probe]:
    """The same of each pixel of the picture."""
    return {pixel: read_at(result, *pixel) for pixel in pixels if result.frame.holds(*pixel)}


def find_first(result: Result) -> Pixel | None:
    """Where the first probe goes; None without depth."""
    depth_m = result.frame.depth_m
    return None if depth_m is None else first_probe(result.prediction, depth_m)
