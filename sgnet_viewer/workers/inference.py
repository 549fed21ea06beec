"""The network's thread: the sole owner of the `Predictor`. torch is imported here, on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from sgnet_model.prediction import Prediction
from sgnet_model.resources import default_checkpoint, verify
from sgnet_model.types import FloatArray, Frame, Intrinsics, UInt8Array, UserError
from sgnet_viewer.runtime.cores import share_cores
from sgnet_viewer.runtime.importing import import_torch
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.session import NetworkChoice, NetworkInfo, Result


class PredictorLike(Protocol):
    """What the engine uses of `sgnet_model.predictor.Predictor`."""

    device: Any
    network: Any  # a torch.nn.Module with `config`
    notice: str | None
    precision: Any
    size: tuple[int, int] | None

    def predict(
        self, rgb: UInt8Array, depth_m: FloatArray, intrinsics: Intrinsics | None = None
    ) -> Prediction: ...


@dataclass(frozen=True, slots=True, eq=False)
class InferenceRequest:
    """Built on the GUI thread; carries all that is needed."""

    frame: Frame
    network: NetworkChoice


@dataclass(frozen=True, slots=True, eq=False)
class InferenceAnswer:
    """`notice`: a sentence where the network computes elsewhere than was wished; None else."""

    result: Result
    notice: str | None


BLOCK = 3  # level of a network's parts: "backbone.blocks.7"
Key = tuple[Path, str, str]  # checkpoint, device, precision
Load = Callable[[Path, str, str], PredictorLike]  # of such a key


def load_predictor(checkpoint: Path, device: str, precision: str) -> PredictorLike:
    """Import torch and load; the bundled checkpoint is held against its manifest."""
    verify(checkpoint)
    import_torch()
    from sgnet_model.predictor import Predictor

    return Predictor.load(checkpoint, device=device, precision=cast(Any, precision))


class InferenceEngine:
    """Keeps the network of the last request. Used by one thread alone.

    `automatic`: the precision to load with where the request leaves it open.
    """

    def __init__(self, load: Load = load_predictor, automatic: str = "fp32") -> None:
        self._load = load
        self._automatic = automatic
        self._key: tuple[Path, str, str] | None = None
        self._predictor: PredictorLike | None = None

    def run(self, request: InferenceRequest, task: Task) -> InferenceAnswer:
        """Raises UserError for what cannot be used, `Cancelled` when nobody wants it any more."""
        if request.frame.depth_m is None:
            raise UserError(f"{request.frame.name} has no usable depth: the network needs it.")
        predictor, fresh = self._predictor_for(request.network, task)
        share_cores(1)
        result = segmented(predictor, request, task)
        return InferenceAnswer(result, predictor.notice if fresh else None)

    def load(self, choice: NetworkChoice, task: Task) -> str | None:
        """Ahead of any frame; a notice like an answer's. UserError for what cannot be used."""
        predictor, fresh = self._predictor_for(choice, task)
        return predictor.notice if fresh else None

    def _predictor_for(self, choice: NetworkChoice, task: Task) -> tuple[PredictorLike, bool]:
        key = key_of(choice, self._automatic)
        if self._predictor is not None and key == self._key:
            return self._predictor, False
        task.report(loading(key))
        predictor = self._load(*key)
        self._key, self._predictor = key, predictor
        return predictor, True


def key_of(choice: NetworkChoice, automatic: str) -> Key:
    """What has to be loaded; `automatic`: the precision where the choice leaves it open."""
    precision = automatic if choice.precision == "auto" else choice.precision
    return choice.checkpoint or default_checkpoint(), choice.device, precision


def loading(key: Key) -> str:
    """What is being done, in words."""
    return f"Loading {key[0].name}"


def segmented(predictor: PredictorLike, request: InferenceRequest, task: Task) -> Result:
    """One frame, which has depth. Several threads may do this with one predictor on a CPU.

    Raises `Cancelled` when nobody wants the result any more.
    """
    frame, own = request.frame, copy(predictor)  # the size is this call's own
    assert frame.depth_m is not None
    own.size = request.network.size
    task.report("Segmenting")
    with watched(own.network, task):
        prediction = own.predict(frame.rgb, frame.depth_m, frame.intrinsics)
    return Result(frame, prediction, _info(own))


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
