"""Frames and predictions with known content, and stand-ins for the views."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.data.frames import FramePaths, FrameSet
from sgnet_model.prediction import Prediction
from sgnet_model.types import DepthInfo, Frame, Intrinsics, LabelScheme, LayerTrace, Origin
from sgnet_viewer.controllers.screen import DrawingRunners, Screen
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.result import NetworkInfo, Result
from sgnet_viewer.state.session import Session

HEIGHT, WIDTH = 96, 128
CAMERA = Intrinsics(100.0, 100.0, 63.5, 47.5, WIDTH, HEIGHT, Origin.GIVEN)
SCHEME = LabelScheme(
    "test", ("wall", "floor", "chair"), np.array([[9, 0, 0], [0, 9, 0], [0, 0, 9]], np.uint8)
)
LAYERS = (("layer1.2", 4, 4), ("layer2.0", 4, 8), ("layer2.3", 8, 8))


def make_frame(name: str = "frame", depth: bool = True, labels: bool = False) -> Frame:
    """A ramp of grey, 2 m deep on the left and 3 m on the right; one hole."""
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8) + np.arange(WIDTH, dtype=np.uint8)[None, :, None]
    depth_m = np.full((HEIGHT, WIDTH), 2.0, np.float32)
    depth_m[:, WIDTH // 2 :] = 3.0
    depth_m[0, 0] = 0.0
    truth = np.ones((HEIGHT, WIDTH), np.uint8)
    return Frame(
        name=name,
        rgb=rgb,
        depth_m=depth_m if depth else None,
        intrinsics=CAMERA,
        depth_info=DepthInfo("mm", Origin.GUESS, 2.0, 0.99) if depth else None,
        labels=truth if labels else None,
        label_scheme=SCHEME if labels else None,
        notes=() if depth else ("depth.png holds 8-bit depth: give the original.",),
    )


def make_prediction(seed: int = 0) -> Prediction:
    """Wall on top, floor below, a chair in the middle; offsets of random numbers."""
    random = np.random.default_rng(seed)
    logits = np.zeros((3, HEIGHT // 4, WIDTH // 4), np.float32)
    logits[0, :12], logits[1, 12:], logits[2, 8:16, 8:24] = 3, 3, 6
    labels = np.repeat(np.repeat(logits.argmax(0).astype(np.uint8), 4, 0), 4, 1)
    return Prediction(
        labels=labels,
        confidence=np.full((HEIGHT, WIDTH), 0.9, np.float32),
        logits=logits,
        traces=tuple(make_trace(random, *layer) for layer in LAYERS),
        network_size=(HEIGHT, WIDTH),
        scheme=SCHEME,
        milliseconds=12.0,
    )


def make_trace(
    random: np.random.Generator, name: str, stride_in: int, stride_out: int
) -> LayerTrace:
    """Offsets of about half a cell."""
    size = (HEIGHT // stride_out, WIDTH // stride_out)
    return LayerTrace(
        name,
        random.normal(0, 0.5, (18, *size)).astype(np.float32),
        random.uniform(0.2, 0.8, (9, *size)).astype(np.float32),
        stride_in,
        stride_out,
        (HEIGHT // stride_in, WIDTH // stride_in),
    )


def make_result(frame: Frame | None = None, seed: int = 0) -> Result:
    """What the network said."""
    network = NetworkInfo("sgnet-test", "cpu", "fp32")
    return Result(frame or make_frame(), make_prediction(seed), network)


class FakeFrames(FrameSet):
    """In memory. `files`: where each frame lies, if anywhere."""

    def __init__(self, *frames: Frame) -> None:
        super().__init__("test set")
        self.frames = frames or (make_frame(),)
        self.files: tuple[FramePaths, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def frame_name(self, index: int) -> str:
        return self.frames[index].name

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        return self.frames[index]

    def paths(self, index: int) -> FramePaths | None:
        return self.files[index] if self.files else None

    def lie_in(self, folder: Path, rgb: str = "rgb.png", depth: str = "depth.png") -> None:
        """Each of two (empty) files of that folder."""
        files = folder / rgb, folder / depth
        for file in files:
            file.touch()
        self.files = tuple(FramePaths(frame.name, *files) for frame in self.frames)


class FakeSignal:
    """A Qt signal's stand-in."""

    def __init__(self) -> None:
        self._slots: list[Callable[..., object]] = []

    def connect(self, slot: Callable[..., object]) -> None:
        self._slots.append(slot)

    def emit(self, *values: Any) -> None:
        for slot in self._slots:
            slot(*values)


class FakeView:
    """Any view: attributes named in `signals` are signals, methods record their last arguments.

    `shown["set_picture"]` holds the arguments of the last call of `set_picture`, `calls` all of
    them in order. `answers` gives what an `ask_` method returns.
    """

    PARTS = ("picture", "legend", "layers", "card", "frames", "cloud", "notices")

    def __init__(self, parts: bool = False) -> None:
        self.shown: dict[str, tuple[Any, ...]] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: dict[str, Any] = {}
        if parts:
            for part in self.PARTS:
                setattr(self, part, FakeView())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name.startswith(
            (
                *("set_", "show_", "ask_", "reset_", "clear", "withdraw", "toggle_", "zoom"),
                *("close", "confirm", "copy_", "picture", "carry_", "look_", "centre_"),
            )
        ):
            return lambda *values: self._record(name, values)
        signal = FakeSignal()
        setattr(self, name, signal)
        return signal

    def _record(self, name: str, values: tuple[Any, ...]) -> Any:
        self.shown[name] = values
        self.calls.append((name, values))
        return self.answers.get(name)

    def called(self, name: str) -> int:
        return sum(call == name for call, _ in self.calls)


class InlineRunner:
    """Does the work at once, in the calling thread."""

    def __init__(self) -> None:
        self.cancelled = 0

    def submit(
        self,
        work: Callable[[Task], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        try:
            value = work(Task(lambda _: None))
        except Exception as error:
            failed(error)
        else:
            done(value)

    def cancel(self) -> bool:
        self.cancelled += 1
        return False


class HeldRunner(InlineRunner):
    """Keeps the work until the test lets it go; the newest alone, like a worker, unless `all`."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Any, Any, Any]] = []

    def submit(self, work: Any, done: Any, failed: Any) -> None:
        self.waiting.append((work, done, failed))

    def let_go(self, index: int = 0) -> None:
        super().submit(*self.waiting.pop(index))


def make_screen(
    window: Any,
    session: Session,
    findings: Callable[[], Findings] = Findings,
    picture: InlineRunner | None = None,
) -> Screen:
    """Draws at once, except what `picture` does."""
    runners = [InlineRunner() for _ in range(3)]
    return Screen(
        window, session, Notices(), DrawingRunners(picture or InlineRunner(), *runners), findings
    )
