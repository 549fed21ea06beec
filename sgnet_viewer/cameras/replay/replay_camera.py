"""Frames on disk as a camera: whatever `sgnet_model.data` opens, at the pace it was taken."""

from __future__ import annotations

import time
from dataclasses import replace

from sgnet_model.types import UserError
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import (
    Camera,
    CameraOptions,
    Found,
    LaterFrame,
    LiveFrame,
    StreamEnded,
)

from .every_frame import EveryFrame
from .replay_damage import Damage, with_notes
from .replay_frames import ReplaySource, open_source
from .timeline import LONGEST_GAP_S, Timeline, paced


class ReplayKind:
    """Recordings, data sets and folders of pairs."""

    name = "replay"
    title = "Recording or data set"

    def find(self) -> Found:
        """Nothing: what is to be replayed is named by its path."""
        return Found()

    def open(self, address: str, options: CameraOptions) -> Camera:
        """See `CameraKind`; `address` is a path that `sgnet_model.data.open_frames` accepts.

        A frame that cannot be read is left out; the next one says so in its notes.
        """
        if not address:
            raise UserError(
                "A replay was asked for without a path: name a recording, a data set or a folder "
                "of RGB and depth files."
            )
        source = open_source(address, options.unit, options.intrinsics)
        if options.every_frame:
            return EveryFrame(source, options)
        camera = PacedReplay(source, options)
        camera.look()
        return camera


class PacedReplay:
    """See `Camera`. A frame is there when it is due, and of those that are due only the newest.

    `grab` decodes nothing: of the frames of a camera most are replaced before anyone looks at
    them, and to decode them all would take the processor away from the network. `playhead`: what
    the window asks of it.
    """

    serial = ""
    finite = True

    def __init__(self, source: ReplaySource, options: CameraOptions) -> None:
        self.title = source.frames.name
        self._source = source
        self._count = len(source.frames)
        self._timeline = paced(source.times_s, self._count, options.fps)  # of the range, as played
        self.playhead = Playhead(self._timeline.gaps_s)
        self._seen = 0  # of what the playhead was asked
        self._play = self.playhead.play
        self._loop = options.loop
        self._began_s: float | None = None  # time.monotonic() of place 0: set by the first read
        self._place = -1  # of the last frame that was handed out, in the timeline
        self._number = -1  # of that frame among all that were due
        self._damage = Damage(source)
        self._broken: Exception | None = None  # what is no damage, and ends the stream
        self._closed = False

    @property
    def damaged(self) -> tuple[str, ...]:
        """A sentence for each frame that was left out."""
        return self._damage.sentences

    def look(self) -> None:
        """Raises CameraLost where no frame can be read: none is decoded before it is shown."""
        for place in range(self._count):
            try:
                self._source.load(place)
            except UserError as error:
                self._damage.note(place, error)
            else:
                return
        if self._damage.lost is not None:
            raise self._damage.lost

    def grab(self, timeout_s: float) -> LaterFrame | None:
        """See `Camera`."""
        deadline = time.monotonic() + timeout_s
        later = self._grab(timeout_s)
        while later is None and self.playhead.has_news(self._seen):
            later = self._grab(max(deadline - time.monotonic(), 0.0))
        return later

    def _grab(self, timeout_s: float) -> LaterFrame | None:
        end = self._broken or self._damage.lost
        if end is not None:
            raise end
        sought = self._obey()
        if self._has_ended():
            raise StreamEnded
        if self._began_s is None:
            self._began_s = time.monotonic()
        wait_s = self._began_s + self._timeline.due_s(self._place + 1) - time.monotonic()
        if self._play.paused and not sought:
            wait_s = timeout_s
        if self._closed or self.playhead.wait(min(max(wait_s, 0.0), timeout_s), self._seen):
            raise StreamEnded
        if self._play.paused and not sought:
            return None
        return self._newest(time.monotonic(), sought)

    def read(self, timeout_s: float) -> LiveFrame | None:
        """See `Camera`."""
        deadline = time.monotonic() + timeout_s
        while (later := self.grab(max(deadline - time.monotonic(), 0.0))) is not None:
            try:
                return later.decoded()
            except UserError:
                continue  # it is noted
        return None

    def close(self) -> None:
        """See `Camera`."""
        self._closed = True
        self.playhead.close()

    def _obey(self) -> bool:
        """Take up what was asked of the playhead; whether that is a frame to be shown now."""
        asked = self.playhead.take(self._seen)
        if asked is None:
            return False
        before = self._play.first + max(self._place, 0) % len(self._timeline)
        self._play, self._seen = asked
        play, now = self._play, time.monotonic()
        gaps_s = self.playhead.gaps_s[play.first : play.last + 1]
        # Slow, a gap is longer than it was taken: it must not be taken for silence.
        self._timeline = Timeline([min(gap / play.speed, LONGEST_GAP_S) for gap in gaps_s])
        at = min(max(before if play.sought is None else play.sought, play.first), play.last)
        self._place = at - play.first
        self._began_s = now - self._timeline.due_s(self._place)
        if play.sought is None:
            return False
        self._place -= 1  # so that it is due now
        return True

    def _has_ended(self) -> bool:
        """Played once, and nothing more is asked."""
        whole = len(self._timeline) == self._count
        done = not self._loop and whole and self._place + 1 >= self._count
        return done and not self._play.paused

    def _newest(self, now: float, sought: bool) -> LaterFrame | None:
        newest = self._timeline.place_at(now - (self._began_s or now))
        if sought:
            newest = self._place + 1
        if newest <= self._place:
            return None
        if not self._loop and len(self._timeline) == self._count:
            newest = min(newest, self._count - 1)
        self._number += newest - self._place
        self._place = newest
        number, index = self._number, self._play.first + newest % len(self._timeline)
        return LaterFrame(number, now, lambda: self._decoded(index, number, now))

    def _decoded(self, index: int, number: int, captured_s: float) -> LiveFrame:
        """In whatever thread looks at the frame."""
        try:
            live = self._source.load(index)
        except UserError as error:
            self._damage.note(index, error)
            raise
        except Exception as error:
            self._broken = error
            raise
        noted = with_notes(live, self._damage.take_news())
        return replace(noted, number=number, index=index, captured_s=captured_s)
