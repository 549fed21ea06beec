"""Scores over a set of frames: the one loop, for data sets and rendered scenes alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sgnet_model.data.frames import FrameSet
from sgnet_model.progress import Progress, no_progress
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.types import LabelScheme, UserError

from .confusion import Counts
from .depth_doubts import Remark, odd_units
from .extra_counts import ExtraCounts
from .frame_scores import FrameScore, frame_score
from .outcomes import Classify, FrameScorer, Keep, OnError, Outcome, Scored, Skipped

FRAMES_A_ROUND = 4  # of each process, before they share what they found


@dataclass(slots=True, eq=False)
class Tally:
    """What was counted so far. `matrix`: (C, C) int64, rows = truth. `frames`: those in it.

    `more`: what is counted beside it; None where some frame gave no logits.
    `noted`: what their readers had to say. `units`: guessed unit of depth -> frames.
    """

    matrix: Counts
    frames: dict[str, FrameScore] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    noted: list[Remark] = field(default_factory=list)
    units: dict[str, list[str]] = field(default_factory=dict)
    more: ExtraCounts | None = None

    @classmethod
    def empty(cls, classes: int) -> Tally:
        """Nothing counted."""
        return cls(np.zeros((classes, classes), np.int64), more=ExtraCounts.empty(classes))

    def add(self, outcomes: list[Outcome]) -> None:
        """In order; raises UserError at one that stops the evaluation."""
        for outcome in outcomes:
            if isinstance(outcome, Scored):
                self.matrix += outcome.counts
                if outcome.more is None:
                    self.more = None
                elif self.more is not None:
                    self.more.add(outcome.more)
                self.frames[outcome.frame] = frame_score(outcome.counts)
                self.noted += [Remark(outcome.frame, note) for note in outcome.notes]
                if outcome.unit is not None:
                    self.units.setdefault(outcome.unit, []).append(outcome.frame)
            elif isinstance(outcome, Skipped):
                self.skipped.append(outcome)
            else:
                raise outcome.error()

    def remarks(self) -> tuple[Remark, ...]:
        """On the frames scored, those guessed unlike the others first."""
        return (*odd_units(self.units), *self.noted)


class Journal(Protocol):
    """Called after every frame, and once more at the end, however it comes."""

    def note(self, tally: Tally) -> None:
        """Another frame is in."""

    def close(self, tally: Tally) -> None:
        """The loop has ended, or was stopped."""


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
    ranks: Ranks = ALONE,
) -> Tally:
    """Classifies and counts every frame that `tally` (an earlier, unfinished one) does not hold.

    `scheme`, `keep`: see `FrameScorer`. A frame that cannot be scored stops with a FrameError that
    names it, or is skipped and listed; a prediction that `keep` cannot write always stops. `tally`
    is added to, and holds what was counted also where the evaluation stops. Raises UserError where
    not one frame could be scored.

    Several processes (`ranks`) share the frames out and all return the tally that one would;
    `tally` must be equal in all. Only the leader calls `journal` and `progress`.
    """
    tally = tally or Tally.empty(len(scheme.classes))
    scorer = FrameScorer(frames, classify, scheme, keep, on_error)
    names = enumerate(unique_names(frames))
    todo = [(index, name) for index, name in names if name not in tally.frames]
    share = 1 if ranks.world == 1 else FRAMES_A_ROUND
    journal = journal if ranks.leads else None
    try:
        for first in range(0, len(todo), share * ranks.world):
            start = first + ranks.rank * share
            own = scorer.until_stopped(todo[start : start + share])
            for outcomes in ranks.gathered(own):
                tally.add(outcomes)
            ranks.attempt(lambda: journal.note(tally) if journal else None)
            if ranks.leads:
                progress(min(first + share * ranks.world, len(todo)), len(todo))
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


def _nothing(frames: FrameSet, tally: Tally) -> UserError:
    if not tally.skipped:
        return UserError(f"{frames.name} has no frames to score: choose another set or split.")
    first = tally.skipped[0]
    return UserError(
        f"None of the {len(tally.skipped)} frames of {frames.name} could be scored; the first, "
        f"{first.frame}: {first.reason}"
    )
