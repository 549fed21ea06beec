"""Where a recording is, and what is asked of it: shared by the window and the camera's thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)  # that the window offers
SLOWEST, FASTEST = 0.05, 20.0


@dataclass(frozen=True, slots=True)
class Play:
    """How it is played. `first`, `last`: the range that comes round again and again, inclusive.

    `sought`: the frame to go on from; None for the one after the last. `after`: where none may be
    left out, the frame that was seen last, after which it goes on.
    """

    first: int
    last: int
    speed: float = 1.0
    paused: bool = False
    sought: int | None = None
    after: int | None = None


class Playhead:
    """Any thread. The window seeks, pauses and sets range and speed; the camera obeys.

    `gaps_s`: the time from each of the frames to the next, the last one to the first again. Every
    change has a number, counted from 1.
    """

    def __init__(self, gaps_s: Sequence[float]) -> None:
        self.gaps_s = tuple(gaps_s)
        self.starts_s = (0.0, *accumulate(self.gaps_s[:-1]))
        self._changed = threading.Condition()
        self._play = Play(0, len(self.gaps_s) - 1)
        self._asked = 0  # how many changes there were
        self._closed = False

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self.gaps_s)

    @property
    def play(self) -> Play:
        """How it is played now."""
        return self._play

    # the window

    def seek(self, index: int) -> int:
        """Go on from that frame; paused, it alone comes. Outside the range, the range is all.
        Returns the change's number."""
        index = min(max(index, 0), len(self) - 1)
        play = self._play
        if not play.first <= index <= play.last:
            play = replace(play, first=0, last=len(self) - 1)
        return self._ask(replace(play, sought=index, after=None))

    def set_range(self, first: int, last: int) -> None:
        """What comes round again and again; both ends belong to it."""
        first, last = sorted(min(max(index, 0), len(self) - 1) for index in (first, last))
        self._ask(replace(self._play, first=first, last=last))

    def set_speed(self, speed: float) -> None:
        """1 is the pace at which it was taken."""
        self._ask(replace(self._play, speed=min(max(speed, SLOWEST), FASTEST)))

    def pause(self) -> int:
        """Nothing comes but what is sought. Returns the change's number."""
        return self._ask(replace(self._play, paused=True))

    def resume(self, after: int | None = None) -> int:
        """Go on with the frame after the last one; where none may be left out, after that one.
        Returns the change's number."""
        return self._ask(replace(self._play, paused=False, after=after))

    def play_as(self, before: Playhead) -> None:
        """As the same recording was played before it was opened again: range, speed, pause."""
        play, whole = before.play, (0, len(before) - 1)
        if (play.first, play.last) != whole:  # else it may have more frames by now
            self.set_range(play.first, play.last)
        self.set_speed(play.speed)
        if play.paused:
            self.pause()

    # the camera

    def take(self, seen: int) -> tuple[Play, int] | None:
        """What was asked since change number `seen`, with the newest number; None for nothing.

        What was sought, or is to be gone on after, is handed out once.
        """
        with self._changed:
            if self._asked == seen:
                return None
            play, self._play = self._play, replace(self._play, sought=None, after=None)
            return play, self._asked

    def has_news(self, seen: int) -> bool:
        """Whether something was asked after change number `seen`."""
        return self._asked != seen

    def wait(self, timeout_s: float, seen: int) -> bool:
        """Until something is asked that is newer than `seen`, or `timeout_s`; True once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._asked != seen, timeout_s)
            return self._closed

    def end_at(self, count: int) -> None:
        """So many frames, at least one, there are after all: a file promised more."""
        with self._changed:
            self.gaps_s, last = self.gaps_s[:count], count - 1
            self.starts_s = self.starts_s[:count]
            play = self._play
            sought = None if play.sought is None else min(play.sought, last)
            first, last = min(play.first, last), min(play.last, last)
            self._play = replace(play, first=first, last=last, sought=sought)

    def close(self) -> None:
        """Nothing is played any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _ask(self, play: Play) -> int:
        with self._changed:
            self._play = play
            self._asked += 1
            self._changed.notify_all()
            return self._asked
