"""A frame segmented by a loaded network, in steps that can be followed and given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UserError
from sgnet_viewer.runtime.cores import share_cores
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.result import NetworkInfo, Result

from .networks import Key, LoadedNetwork, LoadedNetworks, PredictorLike, key_of


@dataclass(frozen=True, slots=True, eq=False)
class InferenceRequest:
    """Built on the GUI thread; carries all that is needed."""

    frame: Frame
    network: NetworkChoice
    edits: Edits = NO_EDITS  # of the frame's depth, before it is looked at


@dataclass(frozen=True, slots=True, eq=False)
class InferenceAnswer:
    """`notice`: a sentence where the network computes elsewhere than was asked; None else."""

    result: Result
    notice: str | None


BLOCK = 3  # level of a network's parts: "backbone.blocks.7"


class InferenceEngine:
    """Has still frames segmented. Used by one thread alone."""

    def __init__(self, networks: LoadedNetworks) -> None:
        self._networks = networks
        self._key: Key | None = None  # of the last request

    def run(self, request: InferenceRequest, task: Task) -> InferenceAnswer:
        """Raises UserError for what cannot be used, `Cancelled` when it is not wanted any more."""
        if request.frame.depth_m is None:
            raise UserError(f"{request.frame.name} has no usable depth: the network needs it.")
        loaded, notice = self._loaded(request.network, task)
        share_cores(1)
        return InferenceAnswer(segmented(loaded, request, task), notice)

    def load(self, choice: NetworkChoice, task: Task) -> str | None:
        """Ahead of any frame; a notice like an answer's. UserError for what cannot be used."""
        return self._loaded(choice, task)[1]

    def _loaded(self, choice: NetworkChoice, task: Task) -> tuple[LoadedNetwork, str | None]:
        """And its notice, where the request before was another network's."""
        key = key_of(choice, "fp32")
        loaded = self._networks.get(key, lambda: task.report(loading(key)))
        known, self._key = self._key == key, key
        return loaded, None if known else loaded.predictor.notice


@dataclass(frozen=True, slots=True, eq=False)
class Segmenter:
    """A loaded network as a function of a frame, for work on many of them; and what it is."""

    predict: Callable[[Frame], Prediction]
    checkpoint: Path
    precision: str


LoadSegmenter = Callable[[NetworkChoice, Task], Segmenter]


def segmenter(networks: LoadedNetworks, choice: NetworkChoice, task: Task) -> Segmenter:
    """Loads the network of `choice` where it is not there. For any thread; raises as loading."""
    key = key_of(choice, "fp32")
    loaded = networks.get(key, lambda: task.report(loading(key)))
    own = copy(loaded.predictor)
    own.size = choice.size

    def predict(frame: Frame) -> Prediction:
        if frame.depth_m is None:
            raise UserError(f"{frame.name} has no usable depth: the network needs it.")
        with loaded.turn:
            return own.predict(frame.rgb, frame.depth_m, frame.intrinsics, switches=choice.switches)

    return Segmenter(predict, key[0], str(own.precision))


def loading(key: Key) -> str:
    """What is being done, in words."""
    return f"Loading {key[0].name}"


def segmented(loaded: LoadedNetwork, request: InferenceRequest, task: Task) -> Result:
    """One frame, which has depth. Several threads may do this with one network.

    Raises `Cancelled` when the result is not wanted any more.
    """
    read = request.frame
    frame, own = request.edits.applied(read), copy(loaded.predictor)  # the size is this call's own
    assert frame.depth_m is not None
    own.size = request.network.size
    task.report("Segmenting")
    with loaded.turn, watched(own.network, task):
        prediction = own.predict(
            frame.rgb, frame.depth_m, frame.intrinsics, switches=request.network.switches
        )
    source = None if frame is read else read
    return Result(frame, prediction, _info(own), request.edits, source)


@contextmanager
def watched(network: Any, task: Task) -> Iterator[None]:
    """While this thread runs the network, each block reports progress and heeds `task.cancel`.

    Blocks, not all modules: a call of Python's for each of those would cost a live frame dearly.
    """
    modules = [module for name, module in network.named_modules() if name and _level(name) <= BLOCK]
    thread, passed = threading.get_ident(), 0

    def step(*_: Any) -> None:
        nonlocal passed
        if threading.get_ident() != thread:  # another frame's pass through the same network
            return
        passed += 1
        task.report("Segmenting", min(passed / len(modules), 1.0))

    handles = [module.register_forward_pre_hook(step) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _level(name: str) -> int:
    return name.count(".") + 1


def _info(predictor: PredictorLike) -> NetworkInfo:
    config = predictor.network.config
    return NetworkInfo(config.variant, str(predictor.device), str(predictor.precision))
