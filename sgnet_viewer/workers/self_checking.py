"""Checking the taps that are drawn against what the layers put out, in a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

from sgnet_model.prediction import Prediction
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.runtime.cores import share_cores
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import Result

from .networks import LoadedNetworks, key_of

if TYPE_CHECKING:  # they import torch
    from sgnet_model.inspection.tap_check import LayerMaps, SelfCheck

Found = Mapping[Pixel, "SelfCheck"]
Check = Callable[["CheckRequest", Task], Found]


@dataclass(frozen=True, slots=True, eq=False)
class CheckRequest:
    """`network`: who answered. `pixels`: (u, v) of the probes."""

    result: Result
    network: NetworkChoice
    pixels: tuple[Pixel, ...]


class SelfChecker:
    """Runs the network once more for each result, and keeps the maps of the last: another probe
    costs no pass. Used by one thread alone."""

    def __init__(self, networks: LoadedNetworks) -> None:
        self._networks = networks
        self._maps: tuple[ReferenceType[Prediction], LayerMaps] | None = None

    def run(self, request: CheckRequest, task: Task) -> Found:
        """By pixel. `Cancelled` when it is not wanted any more."""
        prediction = request.result.prediction
        maps = self._of(request, task)
        found = {}
        for pixel in request.pixels:
            task.check()
            found[pixel] = maps.check(prediction, pixel)
        return found

    def _of(self, request: CheckRequest, task: Task) -> LayerMaps:
        from sgnet_model.inspection.tap_check import LayerMaps

        prediction = request.result.prediction
        if self._maps is not None and self._maps[0]() is prediction:
            return self._maps[1]
        self._maps = None  # before the next are made: they are large
        loaded = self._networks.get(key_of(request.network, request.result.network.precision))
        share_cores(2)
        with loaded.turn:
            predictor = loaded.predictor
            frame = request.result.frame
            made = LayerMaps.of(predictor, frame, prediction, lambda *_: task.check())  # type: ignore[arg-type]
        self._maps = ref(prediction), made
        return made
