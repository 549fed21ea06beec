"""What is open: the frames, the current one, the network chosen and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame

from .choices import NetworkChoice, Target
from .document import Document, DocumentValue
from .event import Event
from .frame_edits import FrameEdits
from .question import Answers, Question
from .result import FrameAnswers, Result
from .view_settings import Limits

if TYPE_CHECKING:  # state names it, and reads no files
    from sgnet_model.data.frames import FrameSet

NYU_SAMPLE = "nyu-sample"  # a name beside those of the bundled samples


class Session:
    """Evented. `answers`: of the network, to questions asked lately."""

    def __init__(
        self, choice: NetworkChoice | None = None, document: Document | None = None
    ) -> None:
        self.frames_changed: Event[[]] = Event()
        self.reread: Event[[]] = Event()  # the same set, with another unit or camera
        self.frame_changed: Event[[]] = Event()  # another picture, or the same read otherwise
        self.result_changed: Event[[]] = Event()
        self.choice_changed: Event[[]] = Event()
        self.edits_changed: Event[[]] = Event()  # of the current frame, which stays
        self.settled: Event[[]] = Event()  # the stream's last frame stays, frozen or at its end
        self.streamed: Event[[]] = Event()  # a live frame came, with its result or without
        self.streaming = False  # live frames come by themselves, and are not asked for
        self.answers = Answers()
        self.document = document or Document()
        if choice is not None:
            self.document.amend(network=choice)
        self.document.changed.connect(self._follow)
        self._frames: FrameSet | None = None
        self._frame: Frame | None = None
        self._result: Result | None = None
        self._given_up = False  # the network cannot answer, or was stopped
        self._answered: Question | None = None  # by the result; None for those of a stream
        self._streamed_by = self.choice  # the network that was chosen when the last live frame came
        self._depth_limits: Limits | None = None
        self._streams = 0  # that were begun
        self._stream = 0  # number of the one that the frame came from
        self._opening = ""

    @property
    def known(self) -> FrameAnswers:
        """The frame and the answers of this moment."""
        frames = self._frames
        return FrameAnswers(
            self.frame,
            self._result,
            self.streaming,
            self._stream,
            "" if frames is None else frames.name,
            0 if frames is None else len(frames),
            self._opening,
            self._depth_limits,
            self.awaited,
        )

    @property
    def frames(self) -> FrameSet | None:
        """The open set."""
        return self._frames

    @property
    def index(self) -> int:
        """Of the current frame in the set, 0-based."""
        return self.document.value.index

    @property
    def target(self) -> Target:
        """What was named to open the set, and how its files are read."""
        return self.document.value.target

    @property
    def choice(self) -> NetworkChoice:
        """The network that is to look at it."""
        return self.document.value.network

    @property
    def frame(self) -> Frame | None:
        """What is shown: after the edits that the result was asked with."""
        return self._frame if self._result is None else self._result.frame

    @property
    def frame_as_read(self) -> Frame | None:
        """The current one, without edits."""
        return self._frame

    @property
    def edits(self) -> Edits:
        """Of the current frame's depth; none of a stream's frames, which come and go."""
        value = self.document.value
        return NO_EDITS if self.streaming else value.edits.of(value.index)

    @property
    def result(self) -> Result | None:
        """Of the current frame; None until it is there."""
        return self._result

    @property
    def prediction(self) -> Prediction | None:
        """Of the current frame; None until it is there."""
        return self._result.prediction if self._result else None

    @property
    def awaited(self) -> bool:
        """Whether an answer on the current frame is to come: what is shown is of the last one."""
        return self._result is None and not self._given_up and self.question is not None

    @property
    def question(self) -> Question | None:
        """What the network is asked now; None while frames stream in, and without depth."""
        frame = self._frame
        if self.streaming or frame is None or frame.depth_m is None:
            return None
        return Question(frame, self.choice, self.edits)

    @property
    def depth_limits(self) -> Limits | None:
        """What the colours of a live frame's depth span; None for a frame's own range."""
        return self._depth_limits

    @property
    def is_answered(self) -> bool:
        """The result is the answer to the question that is asked now."""
        return self._result is not None and self._answered == self.question

    @property
    def is_of_stream(self) -> bool:
        """The result came with a frame of a stream, and was not asked for."""
        return self._result is not None and self._answered is None

    @property
    def answered_by(self) -> NetworkChoice:
        """The network that the result is of: another one may be chosen, and not have answered."""
        return self._streamed_by if self._answered is None else self._answered.network

    def pixel_of(self, source_index: int) -> tuple[int, int] | None:
        """(u, v) of the frame's pixel that a point of the cloud came from, by its v W + u; None
        for no point, and for one of another frame that shares the cloud."""
        frame = self.frame
        if frame is None or not 0 <= source_index < frame.size[0] * frame.size[1]:
            return None
        v, u = divmod(source_index, frame.size[1])
        return u, v

    def choose(self, choice: NetworkChoice) -> None:
        """Another network, device or size from now on."""
        self.document.amend(network=choice)

    def is_fresh(self, result: Result) -> bool:
        """Whether what was made of `result` may be shown: of a stream the last but one may."""
        return self.streaming or result is self._result

    def begin_stream(self, title: str = "") -> None:
        """No set is open: frames will come from a camera."""
        self._frames = None
        self._streams += 1
        self._opening = title
        self.streaming = True
        self.document.amend(target=Target(), index=0, edits=FrameEdits())
        self.document.forget_steps()
        self.answers.clear()
        self.frames_changed.emit()

    def stream(
        self, frame: Frame, result: Result | None, depth_limits: Limits | None = None
    ) -> None:
        """A live frame, in the place of the last one, whose edits go with it.

        `depth_limits`: see the property.
        """
        if self.document.value.edits:
            self._frame = self._result = None  # nothing is asked about it any more
            self.document.amend(edits=FrameEdits())
        self.document.forget_edits()
        self._frame, self._result, self._depth_limits = frame, result, depth_limits
        self._stream, self._opening = self._streams, ""
        self._answered, self._streamed_by = None, self.choice
        self.streamed.emit()

    def end_stream(self) -> None:
        """Its last frame stays, as one like any other."""
        self.streaming = False
        self._opening = ""

    def set_frames(self, frames: FrameSet, target: Target) -> None:
        """Another set is open; its first frame is still to come."""
        self.end_stream()
        self._frames = frames
        self.answers.clear()
        self.document.amend(target=target, index=0, edits=FrameEdits())
        self.document.forget_steps()
        self.frames_changed.emit()

    def replace_frames(self, frames: FrameSet, target: Target) -> None:
        """The same set, read otherwise (another unit, say), as the user asked."""
        self._frames = frames
        self.document.change("reading of the depth and camera", target=target)
        self.reread.emit()

    def edit(self, title: str, edits: Edits, *, step: bool = True) -> None:
        """Other edits of the current frame. `step`: one that can be undone by itself; else it goes
        on with the step before."""
        value = self.document.value
        changed = value.edits.replaced(value.index, edits)
        if step:
            self.document.change(title, edits=changed)
        else:
            self.document.amend(edits=changed)

    def set_frame(self, index: int, frame: Frame) -> None:
        """Show a frame that has no result yet."""
        self.document.amend(index=index)
        self._frame, self._result, self._given_up = frame, None, False
        self._depth_limits, self._stream = None, 0
        self.frame_changed.emit()

    def set_result(self, result: Result) -> None:
        """What the network said of the current frame."""
        self._result, self._answered = result, self.question
        self._given_up = False
        self.result_changed.emit()

    def give_up(self) -> None:
        """There will be no answer on the current frame; silent where there is one."""
        if self.awaited:
            self._given_up = True
            self.result_changed.emit()

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.network != new.network:
            self.choice_changed.emit()
        same = (old.target, old.index) == (new.target, new.index)
        if same and old.edits.of(old.index) != new.edits.of(new.index):
            self.edits_changed.emit()
