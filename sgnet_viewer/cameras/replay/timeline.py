"""When the frames of a recording are due."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

LONGEST_GAP_S = 1.0  # a subset may leave out minutes; after 1.5 s of silence it would be lost


class Timeline:
    """Frames that come round again and again; a place is (round) * n + (index in the round)."""

    def __init__(self, gaps_s: Sequence[float]) -> None:
        """`gaps_s`: the n times from each frame to the next, the last one to the first again."""
        self.gaps_s = tuple(gaps_s)
        self._starts = [0.0, *accumulate(gaps_s[:-1])]
        self.round_s = math.fsum(gaps_s)

    def __len__(self) -> int:
        return len(self._starts)

    def due_s(self, place: int) -> float:
        """Seconds from the start of the first round."""
        rounds, index = divmod(place, len(self))
        return rounds * self.round_s + self._starts[index]

    def place_at(self, elapsed_s: float) -> int:
        """The last place that is due after `elapsed_s` >= 0 seconds."""
        rounds = int(elapsed_s // self.round_s)
        rest = elapsed_s - rounds * self.round_s
        return rounds * len(self) + max(0, bisect_right(self._starts, rest) - 1)


def paced(times_s: Sequence[float] | None, count: int, fps: float) -> Timeline:
    """A round of `count` frames taken at `times_s`, or `fps` a second where that is None.

    A step back or a standstill in time counts as one frame at `fps`, a long gap as 1 s; the round
    closes with the usual step.
    """
    step = 1 / fps
    if times_s is None or count < 2:
        return Timeline([step] * count)
    raw = [after - before for before, after in pairwise(times_s)]
    gaps = [min(gap, LONGEST_GAP_S) if gap > 0 and math.isfinite(gap) else step for gap in raw]
    return Timeline([*gaps, sorted(gaps)[len(gaps) // 2]])
