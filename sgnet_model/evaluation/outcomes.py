"""What becomes of one frame: counted, skipped, or the end of the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from sgnet_model.data.frames import FrameSet
from sgnet_model.data.labels import why_no_truth
from sgnet_model.types import Frame, LabelScheme, UInt8Array, UserError

from .confusion import Counts, confusion
from .depth_doubts import check_guessed_depth, guessed_unit
from .extra_counts import ExtraCounts

Classify = Callable[[Frame], "UInt8Array | Classified"]  # class indices at the frame's own size
Keep = Callable[[str, Frame, UInt8Array], None]  # what to do with a frame's name and labels
OnError = Literal["stop", "skip"]


@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """`labels`: (H, W) class indices. `logits`: (C, H, W), for what is counted beside labels."""

    labels: UInt8Array
    logits: Tensor


def labels_of(said: UInt8Array | Classified) -> UInt8Array:
    """(H, W) class indices."""
    return said.labels if isinstance(said, Classified) else said


class FrameError(UserError):
    """A frame that stopped an evaluation. `reason`: what is wrong with it, without its name."""

    def __init__(self, frame: str, reason: str, details: str = "") -> None:
        super().__init__(
            f"Frame {frame} cannot be scored (--on-error skip goes on without it): {reason}",
            details,
        )
        self.frame = frame
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A frame's own (C, C) counts. `unit`: of its depth, where it was guessed. `notes`: its own."""

    frame: str
    counts: Counts
    unit: str | None = None
    notes: tuple[str, ...] = ()
    more: ExtraCounts | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A frame that could not be scored."""

    frame: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the evaluation ends here. `frame`: the one at fault; None where it is not the frame's."""

    frame: str | None
    reason: str
    details: str = ""

    def error(self) -> UserError:
        """To be raised."""
        if self.frame is None:
            return UserError(self.reason, self.details)
        return FrameError(self.frame, self.reason, self.details)


Outcome = Scored | Skipped | Stopped


class _NotKept(Exception):
    """A prediction could not be written: no fault of the frame, so nothing is skipped for it."""


@dataclass(frozen=True, slots=True)
class FrameScorer:
    """Loads a frame, classifies it and counts its pixels against its ground truth.

    `scheme`: the classes of `classify`. `keep` is given every prediction, also of frames without
    ground truth.
    """

    frames: FrameSet
    classify: Classify
    scheme: LabelScheme
    keep: Keep | None = None
    on_error: OnError = "stop"

    def outcome(self, index: int, name: str) -> Outcome:
        """The frame at `index`, called `name`."""
        try:
            return self._scored(index, name)
        except _NotKept as error:
            return Stopped(None, str(error))
        except UserError as error:
            if self.on_error == "skip":
                return Skipped(name, str(error))
            return Stopped(name, str(error), error.details)

    def until_stopped(self, todo: list[tuple[int, str]]) -> list[Outcome]:
        """What became of these frames (index, name), in order; none after one that stops."""
        outcomes: list[Outcome] = []
        for index, name in todo:
            outcomes.append(self.outcome(index, name))
            if isinstance(outcomes[-1], Stopped):
                break
        return outcomes

    def _scored(self, index: int, name: str) -> Scored:
        frame = self.frames.load(index)
        check_guessed_depth(frame)
        if self.keep is None:
            self._truth(frame)  # before the network's work is spent on it
        said = self.classify(frame)
        labels = labels_of(said)
        if self.keep is not None:
            _keep(self.keep, name, frame, labels)
        truth = self._truth(frame)
        counts = confusion(truth, labels, len(self.scheme.classes))
        more = None
        if isinstance(said, Classified):
            more = ExtraCounts.of(frame, truth, labels, said.logits)
        return Scored(name, counts, guessed_unit(frame), frame.notes, more)

    def _truth(self, frame: Frame) -> UInt8Array:
        """The ground truth, in the network's classes."""
        if frame.labels is None or frame.label_scheme is None:
            why = why_no_truth(frame.notes)
            raise UserError(why or "It has no ground truth: scores need labels.")
        count, wanted = len(frame.label_scheme.classes), len(self.scheme.classes)
        if count != wanted:
            raise UserError(
                f"Its labels are {frame.label_scheme.name} with {count} classes and the network "
                f"knows {wanted}: choose a checkpoint trained on these classes, or other labels."
            )
        return frame.labels


def _keep(keep: Keep, name: str, frame: Frame, labels: UInt8Array) -> None:
    try:
        keep(name, frame, labels)
    except UserError as error:
        raise _NotKept(str(error)) from error
