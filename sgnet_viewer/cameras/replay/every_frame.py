"""Frames on disk as a camera that leaves none out: it waits for its reader."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace

from sgnet_model.types import UserError
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import CameraOptions, LiveFrame, StreamEnded
from sgnet_viewer.runtime.cores import give_way
from sgnet_viewer.runtime.importing import computing

from .replay_damage import Damage, with_notes
from .replay_frames import ReplaySource
from .timeline import paced

AHEAD = 6  # frames that are decoded before they are asked for
CLOSE_S = 1.5


class EveryFrame:
    """See `Camera`. Frames are read ahead in a thread, and handed out as soon as they are read.

    `playhead`: what the window asks of it; its speed is that of the reader.
    """

    serial = ""
    finite = True

    def __init__(self, source: ReplaySource, options: CameraOptions) -> None:
        self.title = source.frames.name
        self._source = source
        self._count = len(source.frames)
        self._loop = options.loop
        gaps_s = paced(source.times_s, self._count, options.fps).gaps_s
        self.playhead = Playhead(gaps_s)
        self._seen = 0  # of what the playhead was asked
        self._play = self.playhead.play
        self._owes = False  # what was sought while it is paused
        self._number = -1  # of the frame that was handed out last
        self._changed = threading.Condition()
        self._next = 0  # place of the frame to be read next; one too many at the end
        self._turn = 0  # how often it was sent elsewhere
        self._ahead: deque[LiveFrame] = deque()
        self._end: Exception | None = None  # what is raised after the frames that are left
        self._damage = Damage(source)
        self._thread = threading.Thread(target=self._run, name="sgnet-replay", daemon=True)
        self._thread.start()

    @property
    def damaged(self) -> tuple[str, ...]:
        """A sentence for each frame that was left out."""
        return self._damage.sentences

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        self._obey()
        if self._waits():
            self.playhead.wait(timeout_s, self._seen)
            self._obey()
            if self._waits():
                self._raise_end()
                return None
        with self._changed:
            self._changed.wait_for(self._has_something, timeout_s)
            if not self._ahead:
                self._raise_end()
                if self._next >= self._count:
                    raise StreamEnded
                return None
            live = self._ahead.popleft()
            self._changed.notify_all()
        self._owes = False
        self._number += 1
        live = with_notes(live, self._damage.take_news())
        return replace(live, number=self._number, asked=self._seen, captured_s=time.monotonic())

    def close(self) -> None:
        """See `Camera`."""
        self.playhead.close()
        with self._changed:
            self._end = StreamEnded()
            self._ahead.clear()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_S)

    def _obey(self) -> None:
        """Take up what was asked of the playhead; what was read ahead may be for nothing then."""
        asked = self.playhead.take(self._seen)
        if asked is None:
            return
        before = self._play
        play, self._seen = asked
        self._play = play
        self._owes = play.sought is not None
        if play.sought is not None:
            self._go_to(play.sought)
        elif play.after is not None:
            self._go_to(play.after + 1)
        elif (before.first, before.last) != (play.first, play.last):
            with self._changed:
                ahead = [live.index for live in self._ahead if live.index is not None]
            self._go_to(ahead[0] if ahead else self._next)

    def _go_to(self, place: int) -> None:
        with self._changed:
            self._ahead.clear()
            self._next = place
            self._turn += 1
            self._wrap()
            self._changed.notify_all()

    def _wrap(self) -> None:
        """At the end of the range back to its beginning; played once, the end is the end."""
        play = self._play
        whole = play.last - play.first + 1 == self._count
        if not play.first <= self._next <= play.last and (self._loop or not whole):
            self._next = play.first

    def _waits(self) -> bool:
        return self._play.paused and not self._owes

    def _has_something(self) -> bool:
        return bool(self._ahead) or self._end is not None or self._next >= self._count

    def _raise_end(self) -> None:
        if self._end is not None:
            raise self._end

    # the thread that reads ahead

    def _run(self) -> None:
        try:
            give_way()
            self._read_ahead()
        except Exception as error:  # raised where frames are read
            self._finish(error)

    def _read_ahead(self) -> None:
        while (claimed := self._claim()) is not None:
            place, turn = claimed
            try:
                with computing():
                    live = self._source.load(place)
                self._put(replace(live, index=place), turn)
            except UserError as error:
                self._damage.note(place, error)
                if self._damage.lost is not None:
                    self._finish(self._damage.lost)
                self._pass_by(turn)

    def _claim(self) -> tuple[int, int] | None:
        """Waits for room and a frame to read; None when nothing more is wanted."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._end is not None or (len(self._ahead) < AHEAD and self._next < self._count)
                )
            )
            return None if self._end is not None else (self._next, self._turn)

    def _put(self, live: LiveFrame, turn: int) -> None:
        with self._changed:
            if self._end is None and turn == self._turn:
                self._ahead.append(live)
        self._pass_by(turn)

    def _pass_by(self, turn: int) -> None:
        with self._changed:
            if turn == self._turn:
                self._next += 1
                self._wrap()
            self._changed.notify_all()

    def _finish(self, end: Exception) -> None:
        with self._changed:
            self._end = self._end or end
            self._changed.notify_all()
