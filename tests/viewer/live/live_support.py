"""Streams for tests: scripted sources, a network that needs no torch, a hand-driven GUI thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scripted import ScriptedKind, Step
from session_support import SCHEME, make_trace

from sgnet_model.prediction import Prediction
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import Camera, CameraOptions
from sgnet_viewer.live.capture import CaptureTimeouts

PATIENCE_S = 60.0  # for what takes milliseconds on an idle machine
QUICK = CaptureTimeouts(
    read_s=0.02, silent_reads=3, hung_s=0.2, back_off_s=(0.01, 0.02, 0.04), close_s=0.1
)
STEADY = replace(QUICK, silent_reads=10**6)  # a script that is over is no fault
LAYERS = (("layer1.2", 4, 4), ("layer2.0", 4, 8))


def until(reached: Callable[[], bool]) -> None:
    """Wait for other threads."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.002)


class ScriptedSource:
    """A `Source` over a scripted kind; `reopened` holds the serials that were asked for.

    `given_up`: nobody waits for an `open` any more.
    """

    title, note = "a script", ""
    open_s = PATIENCE_S

    def __init__(self, *scripts: Sequence[Step] | Exception, **settings: Any) -> None:
        self.kind = ScriptedKind(scripts, settings)
        self.reopened: list[str] = []
        self.given_up = False

    def open(self) -> Camera:
        return self.kind.open("", CameraOptions())

    def reopen(self, serial: str) -> Camera:
        self.reopened.append(serial)
        return self.kind.open(serial, CameraOptions())

    def give_up(self) -> None:
        self.given_up = True


class RecordingSource(ScriptedSource):
    """Its cameras have a playhead each, of `COUNT` frames, and send what the script says."""

    COUNT = 4

    def open(self) -> Camera:
        return self._with_playhead(super().open())

    def reopen(self, serial: str) -> Camera:
        return self._with_playhead(super().reopen(serial))

    def _with_playhead(self, camera: Any) -> Camera:
        camera.playhead = Playhead([0.1] * self.COUNT)
        return camera


class FakeModule:
    """A torch module as far as hooks go."""

    class config:
        variant = "sgnet-test"

    def __init__(self, *children: FakeModule) -> None:
        self._children = children
        self._hooks: list[Any] = []

    def named_modules(self, name: str = "") -> list[tuple[str, FakeModule]]:
        below = enumerate(self._children)
        named = ((f"{name}.{number}".strip("."), child) for number, child in below)
        return [(name, self), *(one for part, child in named for one in child.named_modules(part))]

    def modules(self) -> list[FakeModule]:
        return [self, *(module for child in self._children for module in child.modules())]

    def register_forward_pre_hook(self, hook: Any) -> Any:
        self._hooks.append(hook)

        class Handle:
            def remove(handle) -> None:
                self._hooks.remove(hook)

        return Handle()

    def run(self) -> None:
        for hook in list(self._hooks):
            hook(self, ())
        for child in self._children:
            child.run()


class FakePredictor:
    """Labels every pixel by its column's half. `gate`: where set, each run waits for a release."""

    notice, device, precision = None, "cpu", "fp32"

    def __init__(self, gate: threading.Semaphore | None = None) -> None:
        self.network = FakeModule(FakeModule(), FakeModule())
        self.size: tuple[int, int] | None = None
        self.seen: list[tuple[int, tuple[int, int] | None]] = []  # grey of the picture, size
        self._gate = gate

    def predict(self, rgb: Any, depth_m: Any, _: Any = None, **__: Any) -> Prediction:
        assert np.isfinite(depth_m).all()
        while self._gate is not None and not self._gate.acquire(timeout=0.005):
            self.network.run()  # heeds a cancelled task
        self.network.run()
        self.seen.append((int(rgb[0, 0, 0]), self.size))
        return prediction_of(rgb.shape[0], rgb.shape[1])


class FakeLoader:
    """A `Load`; the checkpoint called `broken` cannot be loaded. `gate`: see `FakePredictor`."""

    def __init__(self, predictor: FakePredictor | None = None) -> None:
        self.predictor = predictor or FakePredictor()
        self.loaded: list[Path] = []
        self.gate: threading.Semaphore | None = None
        self.broken = "broken"

    def __call__(self, checkpoint: Path, device: str, precision: str) -> Any:  # noqa: ARG002
        self.loaded.append(checkpoint)
        assert self.gate is None or self.gate.acquire(timeout=PATIENCE_S)
        if checkpoint.name == self.broken:
            raise ValueError("no weights in it")
        return self.predictor


def prediction_of(height: int, width: int) -> Prediction:
    """Wall on the left, floor on the right; offsets of random numbers."""
    random = np.random.default_rng(0)
    labels = np.zeros((height, width), np.uint8)
    labels[:, width // 2 :] = 1
    logits = np.zeros((3, -(-height // 4), -(-width // 4)), np.float32)
    return Prediction(
        labels=labels,
        confidence=np.full((height, width), 0.9, np.float32),
        logits=logits,
        traces=tuple(make_trace(random, *layer) for layer in LAYERS),
        network_size=(height, width),
        scheme=SCHEME,
        milliseconds=1.0,
    )


class Desk:
    """Stands in for the GUI thread: what was posted runs when the test says so."""

    def __init__(self) -> None:
        self._posted: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def __call__(self, function: Callable[[], None]) -> None:
        with self._lock:
            self._posted.append(function)

    @property
    def waiting(self) -> int:
        with self._lock:
            return len(self._posted)

    def run(self) -> None:
        """All that is there, and what that posts."""
        while self.waiting:
            with self._lock:
                function = self._posted.pop(0)
            function()
