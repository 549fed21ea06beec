"""What is open: the frames, the current one, the network chosen and what it said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame

from .event import Event

if TYPE_CHECKING:  # state names it, and reads no files
    from sgnet_model.data.frames import FrameSet

NYU_SAMPLE = "nyu-sample"  # a name beside those of the bundled samples
PAPER_SIZE = (480, 640)  # (height, width): the network's input in the paper's test protocol
PRECISIONS = ("auto", "fp32", "bf16")


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Which network computes where, and how large a picture it is fed.

    `checkpoint`: None is the bundled one. `size`: (height, width), None is each picture's own.
    `precision`: "fp32", "bf16", or "auto": fp32 for frames that stay, so that their taps are those
    of `sgnet-model probe`, and for streams bf16 where the processor computes in it.
    """

    checkpoint: Path | None = None
    device: str = "auto"
    size: tuple[int, int] | None = PAPER_SIZE
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class Target:
    """What to open. `paths`: one file or folder, or a picture and its depth.

    `sample`: instead of paths, a sample's name; "" is the first one, None is no sample.
    `unit`, `intrinsics` ("fx,fy,cx,cy" or a file): "" is guessed.
    """

    paths: tuple[str, ...] = ()
    sample: str | None = None
    unit: str = ""
    intrinsics: str = ""

    @property
    def title(self) -> str:
        """For progress and titles."""
        if self.sample is not None:
            return self.sample or "the sample"
        return Path(self.paths[0]).name if self.paths else "nothing"


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """The network that computed, as the status line names it."""

    name: str  # "sgnet-compact"
    device: str  # "cpu"
    precision: str  # "fp32"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A frame and what the network said of it; everything that is drawn or saved comes from it."""

    frame: Frame
    prediction: Prediction
    network: NetworkInfo


class Session:
    """Evented. `generation` numbers the requests: an answer to an older one is stale."""

    def __init__(self, choice: NetworkChoice | None = None) -> None:
        self.frames_changed: Event[[]] = Event()
        self.frame_changed: Event[[]] = Event()  # another picture, or the same read otherwise
        self.result_changed: Event[[]] = Event()
        self.choice_changed: Event[[]] = Event()
        self.streamed: Event[[]] = Event()  # a live frame came, with its result or without
        self.streaming = False  # live frames come by themselves, and are not asked for
        self.choice = choice or NetworkChoice()
        self.target = Target()
        self.generation = 0
        self._frames: FrameSet | None = None
        self._index = 0
        self._frame: Frame | None = None
        self._result: Result | None = None

    @property
    def frames(self) -> FrameSet | None:
        """The open set."""
        return self._frames

    @property
    def index(self) -> int:
        """Of the current frame in the set, 0-based."""
        return self._index

    @property
    def frame(self) -> Frame | None:
        """What is shown."""
        return self._frame

    @property
    def result(self) -> Result | None:
        """Of the current frame; None until it is there."""
        return self._result

    @property
    def prediction(self) -> Prediction | None:
        """Of the current frame; None until it is there."""
        return self._result.prediction if self._result else None

    def choose(self, choice: NetworkChoice) -> None:
        """Another network, device or size from now on."""
        if choice != self.choice:
            self.choice = choice
            self.choice_changed.emit()

    def next_generation(self) -> int:
        """The number of a new request; every earlier one is stale from now on."""
        self.generation += 1
        return self.generation

    def begin_stream(self) -> None:
        """No set is open: frames will come from a camera."""
        self._frames, self.target, self._index = None, Target(), 0
        self.next_generation()
        self.streaming = True
        self.frames_changed.emit()

    def stream(self, frame: Frame, result: Result | None) -> None:
        """A live frame, in the place of the last one."""
        self._frame, self._result = frame, result
        self.streamed.emit()

    def set_frames(self, frames: FrameSet, target: Target) -> None:
        """Another set is open; its first frame is still to come."""
        self.streaming = False
        self._frames, self.target, self._index = frames, target, 0
        self.frames_changed.emit()

    def replace_frames(self, frames: FrameSet, target: Target) -> None:
        """The same set, read otherwise (another unit, say)."""
        self._frames, self.target = frames, target

    def set_frame(self, index: int, frame: Frame) -> None:
        """Show a frame that has no result yet."""
        self._index, self._frame, self._result = index, frame, None
        self.frame_changed.emit()

    def set_result(self, result: Result) -> None:
        """What the network said of the current frame."""
        self._result = result
        self.result_changed.emit()
