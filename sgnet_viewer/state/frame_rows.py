"""What is known of the frames of the open set, and which of them are listed in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .event import Event


@dataclass(frozen=True, slots=True)
class RowScore:
    """Of one frame by itself, fractions of 1; None where none of its pixels has a known class."""

    miou: float | None
    acc: float | None


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One frame of the open set. `split`, `scene`: "" where not known, or not yet.

    `score`: of an evaluation's file. `own`: of the network in the window, once it has been asked.
    `differ`: the share of its pixels in which two answers differ, once both are there.
    """

    index: int
    name: str
    split: str = ""
    scene: str = ""
    score: RowScore | None = None
    own: RowScore | None = None
    differ: float | None = None

    @property
    def miou(self) -> float | None:
        """What the frame is sorted by: the file's score, else the window's."""
        known = self.score or self.own
        return None if known is None else known.miou


class Order(StrEnum):
    """How frames are listed."""

    SET = "set"  # as the data set has them
    WORST = "worst"  # lowest mean IoU first
    BEST = "best"
    DIFFER = "differ"  # most disagreement of two answers first


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `text`: a part of the name or the scene. "" is any."""

    text: str = ""
    split: str = ""
    scene: str = ""
    order: Order = Order.SET


def arranged(rows: tuple[FrameRow, ...], query: Query) -> tuple[FrameRow, ...]:
    """The rows that are looked for, in order; those without a score come last."""
    text = query.text.strip().lower()
    found = [
        row
        for row in rows
        if (not query.split or row.split == query.split)
        and (not query.scene or row.scene == query.scene)
        and (not text or text in row.name.lower() or text in row.scene.lower())
    ]
    if query.order is Order.DIFFER:
        found.sort(key=lambda row: (row.differ is None, -(row.differ or 0.0)))
    elif query.order is not Order.SET:
        sign = 1 if query.order is Order.WORST else -1
        found.sort(key=lambda row: (row.miou is None, sign * (row.miou or 0.0)))
    return tuple(found)


class FrameRows:
    """Evented. `replaced`: another set; `changed`: more is known of the same frames.

    `number` counts the sets: what was asked about an earlier one is stale. `query`: what is listed,
    and so what the next frame is.
    """

    def __init__(self) -> None:
        self.replaced: Event[[]] = Event()
        self.changed: Event[[]] = Event()
        self.number = 0
        self.query = Query()
        self._rows: tuple[FrameRow, ...] = ()

    @property
    def rows(self) -> tuple[FrameRow, ...]:
        """Row i is frame i of the set."""
        return self._rows

    def beside(self, index: int, by: int) -> int | None:
        """The frame that is listed `by` places after frame `index`; None beyond the ends.

        From a frame that is not listed the first one follows, and the last one precedes.
        """
        listed = [row.index for row in arranged(self._rows, self.query)]
        without = 0 if by > 0 else len(listed) - 1
        place = listed.index(index) + by if index in listed else without
        return listed[place] if 0 <= place < len(listed) else None

    def begin(self, names: list[str]) -> None:
        """The frames of another set, of which nothing else is known yet; all are listed."""
        self.number += 1
        self.query = Query()
        self._rows = tuple(FrameRow(index, name) for index, name in enumerate(names))
        self.replaced.emit()

    def place(self, splits: tuple[str, ...], scenes: tuple[str, ...]) -> None:
        """Where each frame belongs; an empty tuple leaves what is known."""
        self._rows = tuple(
            replace(
                row,
                split=splits[row.index] if splits else row.split,
                scene=scenes[row.index] if scenes else row.scene,
            )
            for row in self._rows
        )
        self.changed.emit()

    def grade(self, scores: Mapping[int, RowScore]) -> None:
        """The scores of an evaluation by frame; those of an earlier one are forgotten."""
        self._rows = tuple(replace(row, score=scores.get(row.index)) for row in self._rows)
        self.changed.emit()

    def grade_own(self, index: int, score: RowScore) -> None:
        """What the network in the window scores on a frame."""
        self._note(index, own=score)

    def differ(self, index: int, share: float) -> None:
        """In how much of a frame the two answers differ."""
        self._note(index, differ=share)

    def forget_differences(self) -> None:
        """Another pair of answers."""
        self._forget("differ")

    def forget_own(self) -> None:
        """Another network: what the last one scored says nothing of it."""
        self._forget("own")

    def _note(self, index: int, **values: Any) -> None:
        """Of one frame; silent where nothing differs, and of frames of another set."""
        if index >= len(self._rows):
            return
        row = replace(self._rows[index], **values)
        if row != self._rows[index]:
            self._rows = (*self._rows[:index], row, *self._rows[index + 1 :])
            self.changed.emit()

    def _forget(self, field: str) -> None:
        """Of every frame; silent, and at once, where it is known of none."""
        if any(getattr(row, field) is not None for row in self._rows):
            nothing: dict[str, Any] = {field: None}
            self._rows = tuple(replace(row, **nothing) for row in self._rows)
            self.changed.emit()
