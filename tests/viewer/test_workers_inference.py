"""Still frames through a network: progress and cancelling between its modules."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from session_support import make_frame, make_prediction

from sgnet_model.prediction import Prediction
from sgnet_model.types import UserError
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.activity import Step
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.workers.inference import (
    InferenceEngine,
    InferenceRequest,
    segmented,
    watched,
)
from sgnet_viewer.workers.networks import LoadedNetwork, LoadedNetworks, load_predictor

CHECKPOINT = Path("weights.safetensors")


class FakeModule:
    """A torch module as far as hooks go."""

    class config:
        variant = "sgnet-test"

    def __init__(self, *children: FakeModule) -> None:
        self._children = children
        self.hooks: dict[int, Any] = {}

    def named_modules(self, name: str = "") -> list[tuple[str, FakeModule]]:
        below = enumerate(self._children)
        named = ((f"{name}.{number}".strip("."), child) for number, child in below)
        return [(name, self), *(one for part, child in named for one in child.named_modules(part))]

    def modules(self) -> list[FakeModule]:
        return [self, *(module for child in self._children for module in child.modules())]

    def register_forward_pre_hook(self, hook: Any) -> Any:
        key = len(self.hooks)
        self.hooks[key] = hook

        class Handle:
            def remove(handle) -> None:
                del self.hooks[key]

        return Handle()

    def run(self) -> None:
        for hook in self.hooks.values():
            hook(self, ())
        for child in self._children:
            child.run()


class FakePredictor:
    """Runs its modules, and says what it was given."""

    notice: str | None = "No usable CUDA device was found, so the CPU computes instead."
    device, precision = "cpu", "fp32"

    def __init__(self) -> None:
        self.network = FakeModule(*(FakeModule() for _ in range(4)))
        self.size: tuple[int, int] | None = None
        self.sizes: list[tuple[int, int] | None] = []

    def predict(self, *_: Any, **__: Any) -> Prediction:
        self.sizes.append(self.size)
        self.network.run()
        return make_prediction()


class Loader:
    """Counts what is loaded."""

    def __init__(self) -> None:
        self.loaded: list[tuple[Path, str, str]] = []
        self.predictor = FakePredictor()

    def __call__(self, checkpoint: Path, device: str, precision: str) -> FakePredictor:
        self.loaded.append((checkpoint, device, precision))
        return self.predictor


def request(**choice: Any) -> InferenceRequest:
    return InferenceRequest(make_frame(), NetworkChoice(**{"checkpoint": CHECKPOINT, **choice}))


def test_a_network_is_loaded_once_and_its_notice_told_once() -> None:
    loader = Loader()
    engine = InferenceEngine(LoadedNetworks(loader))
    first = engine.run(request(), Task(lambda _: None))
    second = engine.run(request(size=None), Task(lambda _: None))
    assert loader.loaded == [(CHECKPOINT, "auto", "fp32")]
    assert (first.notice, second.notice) == (FakePredictor.notice, None)
    assert loader.predictor.sizes == [(480, 640), None]
    assert first.result.network.name == "sgnet-test"


def test_a_network_loaded_ahead_is_the_one_that_runs() -> None:
    loader = Loader()
    engine = InferenceEngine(LoadedNetworks(loader))
    choice = request().network
    assert engine.load(choice, Task(lambda _: None)) == FakePredictor.notice
    assert engine.load(choice, Task(lambda _: None)) is None
    assert engine.run(request(), Task(lambda _: None)).notice is None
    assert loader.loaded == [(CHECKPOINT, "auto", "fp32")]


def test_another_device_or_checkpoint_is_loaded_anew() -> None:
    loader = Loader()
    engine = InferenceEngine(LoadedNetworks(loader))
    for choice in ({}, {"device": "cpu"}, {"checkpoint": Path("other.safetensors")}):
        engine.run(request(**choice), Task(lambda _: None))
    assert [device for _, device, _ in loader.loaded] == ["auto", "cpu", "auto"]
    assert loader.loaded[2][0].name == "other.safetensors"


def test_precision_is_fp32_where_it_is_left_open() -> None:
    loader = Loader()
    engine = InferenceEngine(LoadedNetworks(loader))
    engine.run(request(), Task(lambda _: None))
    engine.run(request(precision="bf16"), Task(lambda _: None))
    assert [precision for _, _, precision in loader.loaded] == ["fp32", "bf16"]


class Steps(Task):
    """Keeps how far it was."""

    def __init__(self, show: Any) -> None:
        super().__init__(show)
        self.seen: list[float | None] = []

    def report(self, text: str, fraction: float | None = None) -> None:
        self.seen.append(fraction)
        super().report(text, fraction)


def test_progress_counts_the_modules() -> None:
    shown: list[Step] = []

    class Plain(Task):
        def report(self, text: str, fraction: float | None = None) -> None:
            shown.append(Step(text, fraction))

    InferenceEngine(LoadedNetworks(Loader())).run(request(), Plain(lambda _: None))
    assert [step.fraction for step in shown if step.fraction] == [0.25, 0.5, 0.75, 1.0]
    assert shown[0] == Step("Loading weights.safetensors")


def test_cancelling_stops_between_two_modules_and_leaves_no_hooks() -> None:
    loader = Loader()
    passed: list[float] = []

    class Stopped(Task):
        def report(self, text: str, fraction: float | None = None) -> None:
            super().report(text, fraction)
            if fraction:
                passed.append(fraction)
                self.cancel()

    with pytest.raises(Cancelled):
        InferenceEngine(LoadedNetworks(loader)).run(request(), Stopped(lambda _: None))
    assert passed == [0.25]
    assert not any(module.hooks for module in loader.predictor.network.modules())


def test_another_threads_pass_through_the_network_is_its_own_business() -> None:
    network, steps = FakeModule(FakeModule(), FakeModule()), Steps(lambda _: None)
    with watched(network, steps):
        steps.cancel()
        other = threading.Thread(target=network.run)
        other.start()
        other.join()
        assert steps.seen == []  # and nothing was raised there
        with pytest.raises(Cancelled):
            network.run()


def test_each_frame_is_fed_at_its_own_size() -> None:
    predictor = FakePredictor()
    for size in ((48, 64), None):
        segmented(LoadedNetwork(predictor), request(size=size), Task(lambda _: None))
    assert predictor.sizes == [(48, 64), None]
    assert predictor.size is None  # the one that threads share is left alone


def test_a_frame_without_depth_is_refused() -> None:
    wanted = InferenceRequest(make_frame(depth=False), NetworkChoice(CHECKPOINT))
    with pytest.raises(UserError, match="no usable depth"):
        InferenceEngine(LoadedNetworks(Loader())).run(wanted, Task(lambda _: None))


def test_a_missing_checkpoint_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.safetensors"):
        load_predictor(tmp_path / "gone.safetensors", "cpu", "fp32")
