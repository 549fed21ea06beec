"""Scores over a set of frames: the one loop, for data sets and rendered scenes alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from sgnet_model.data.frames import FrameSet
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import Frame, LabelScheme, UInt8Array, UserError

from .confusion import Counts, confusion
from .frame_scores import FrameScore, frame_score

Classify = Callable[[Frame], UInt8Array]  # (H, W) class indices at the frame's own size
Keep = Callable[[str, Frame, UInt8Array], None]  # what to do with a frame's name and labels
OnError = Literal["stop", "skip"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A frame that could not be scored."""

    frame: str
    reason: str


@dataclass(slots=True, eq=False)
class Tally:
    """What was counted so far. `matrix`: (C, C) int64, rows = truth. `frames`: those in it."""

    matrix: Counts
    frames: dict[str, FrameScore] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    @classmethod
    def empty(cls, classes: int) -> Tally:
        """Nothing counted."""
        return cls(np.zeros((classes, classes), np.int64))


class Journal(Protocol):
    """Told after every frame, and once more at the end, however it comes."""

    def note(self, tally: Tally) -> None:
        """Another frame is in."""

    def close(self, tally: Tally) -> None:
        """The loop has ended, or was stopped."""


class _NotKept(Exception):
    """A prediction could not be written: no fault of the frame, so nothing is skipped for it."""


def evaluate_frames(
    frames: FrameSet,
    classify: Classify,
    scheme: LabelScheme,
    *,
    on_error: OnError = "stop",
    tally: Tally | None = None,
    keep: Keep | None = None,
    journal: Journal | None = None,
    progress: Progress = no_progress,
) -> Tally:
    """Classifies and counts every frame that `tally` (an earlier, unfinished one) does not hold.

    `scheme`: the classes of `classify`. `keep` is given every prediction, also of frames without
    ground truth. A frame that cannot be scored stops with a UserError that names it, or is skipped
    and listed; a prediction that `keep` cannot write always stops. Raises UserError where not one
    frame could be scored.
    """
    tally = tally or Tally.empty(len(scheme.classes))
    names, known = unique_names(frames), tally.frames
    todo = [index for index, name in enumerate(names) if name not in known]
    try:
        for count, index in enumerate(todo, 1):
            try:
                counts = _score(frames, index, names[index], classify, scheme, keep)
                tally.matrix += counts
                tally.frames[names[index]] = frame_score(counts)
            except _NotKept as error:
                raise UserError(str(error)) from error
            except UserError as error:
                if on_error == "stop":
                    raise _named(names[index], error) from error
                tally.skipped.append(Skipped(names[index], str(error)))
            if journal is not None:
                journal.note(tally)
            progress(count, len(todo))
    finally:
        if journal is not None:
            journal.close(tally)
    if not tally.frames:
        raise _nothing(frames, tally)
    return tally


def unique_names(frames: FrameSet) -> list[str]:
    """The frames' names; where two are equal, with the index behind each of them."""
    names = [frames.frame_name(index) for index in range(len(frames))]
    counts = Counter(names)
    return [name if counts[name] == 1 else f"{name}#{at}" for at, name in enumerate(names)]


def _score(
    frames: FrameSet,
    index: int,
    name: str,
    classify: Classify,
    scheme: LabelScheme,
    keep: Keep | None,
) -> Counts:
    """(C, C) counts of one frame."""
    frame = frames.load(index)
    if keep is None:
        _truth(frame, scheme)  # before the network's work is spent on it
    labels = classify(frame)
    if keep is not None:
        _keep(keep, name, frame, labels)
    return confusion(_truth(frame, scheme), labels, len(scheme.classes))


def _keep(keep: Keep, name: str, frame: Frame, labels: UInt8Array) -> None:
    try:
        keep(name, frame, labels)
    except UserError as error:
        raise _NotKept(str(error)) from error


def _truth(frame: Frame, scheme: LabelScheme) -> UInt8Array:
    """The ground truth, in the network's classes."""
    if frame.labels is None or frame.label_scheme is None:
        told = [note for note in frame.notes if note.startswith("No ground truth")]
        raise UserError(told[0] if told else "It has no ground truth: scores need labels.")
    count, wanted = len(frame.label_scheme.classes), len(scheme.classes)
    if count != wanted:
        raise UserError(
            f"Its labels are {frame.label_scheme.name} with {count} classes and the network knows "
            f"{wanted}: choose a checkpoint trained on these classes, or other labels."
        )
    return frame.labels


def _named(name: str, error: UserError) -> UserError:
    return UserError(
        f"Frame {name} cannot be scored (--on-error skip goes on without it): {error}",
        error.details,
    )


def _nothing(frames: FrameSet, tally: Tally) -> UserError:
    if not tally.skipped:
        return UserError(f"{frames.name} has no frames to score: choose another set or split.")
    first = tally.skipped[0]
    return UserError(
        f"None of the {len(tally.skipped)} frames of {frames.name} could be scored; the first, "
        f"{first.frame}: {first.reason}"
    )
