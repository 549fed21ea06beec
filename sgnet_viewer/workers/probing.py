"""Reading the taps of probes from a result, and choosing where the first probe goes."""

from __future__ import annotations

from sgnet_model.inspection.first_probe import first_probe
from sgnet_model.inspection.probe import Probe, probe
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.result import Result

Pixel = tuple[int, int]  # (u, v)


def read_all(result: Result, places: tuple[Pixel, ...], _: Task) -> dict[Pixel, Probe]:
    """What is known at the probes."""
    return {place: read_at(result, *place) for place in places}


def read_at(result: Result, u: int, v: int) -> Probe:
    """All that is known at a pixel."""
    frame = result.frame
    return probe(result.prediction, u, v, depth_m=frame.depth_m, intrinsics=frame.intrinsics)


def find_first(result: Result, _: Task) -> Pixel | None:
    """Where the first probe goes; None without depth."""
    depth_m = result.frame.depth_m
    return None if depth_m is None else first_probe(result.prediction, depth_m)
