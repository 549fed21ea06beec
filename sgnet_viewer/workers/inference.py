"""The network's thread: the sole owner of the `Predictor`. torch is imported here, on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from sgnet_model.prediction import Prediction
from sgnet_model.resources import default_checkpoint, verify
from sgnet_model.types import FloatArray, Frame, Intrinsics, UInt8Array, UserError
from sgnet_viewer.state.session import NetworkChoice, NetworkInfo, Result

from .quiet_import import import_torch
from .task import Task


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
Load = Callable[[Path, str, str], PredictorLike]  # checkpoint, device, precision


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
        frame = request.frame
        if frame.depth_m is None:
            raise UserError(f"{frame.name} has no usable depth: the network needs it.")
        predictor, fresh = self._predictor_for(request.network, task)
        predictor.size = request.network.size
        task.report("Segmenting")
        with watched(predictor.network, task):
            prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        result = Result(frame, prediction, _info(predictor))
        return InferenceAnswer(result, predictor.notice if fresh else None)

    def _predictor_for(self, choice: NetworkChoice, task: Task) -> tuple[PredictorLike, bool]:
        checkpoint = choice.checkpoint or default_checkpoint()
        precision = self._automatic if choice.precision == "auto" else choice.precision
        key = (checkpoint, choice.device, precision)
        if self._predictor is not None and key == self._key:
            return self._predictor, False
        task.report(f"Loading {checkpoint.name}")
        predictor = self._load(*key)
        self._key, self._predictor = key, predictor
        return predictor, True


@contextmanager
def watched(network: Any, task: Task) -> Iterator[None]:
    """While the network runs, each of its blocks reports progress and heeds `task.cancel`.

    Blocks, not all modules: a call of Python's for each of those would cost a live frame dearly.
    """
    modules = [module for name, module in network.named_modules() if name and _level(name) <= BLOCK]
    passed = 0

    def step(*_: Any) -> None:
        nonlocal passed
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
