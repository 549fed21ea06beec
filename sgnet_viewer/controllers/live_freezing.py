"""FreezeController a stream, stepping through it and seeking in it."""

from __future__ import annotations

from sgnet_viewer.live.stream import Stream

from .live_frames import LiveFrames
from .live_pace import LivePace
from .live_parts import LiveParts


class FreezeController:
    """Frozen, the last frame is one like any other. Without a stream nothing happens."""

    def __init__(self, parts: LiveParts, frames: LiveFrames, pace: LivePace) -> None:
        self._session = parts.session
        self._network = parts.network
        self._showing = parts.showing
        self._frames = frames
        self._pace = pace

    def toggle(self) -> None:
        """Freeze the picture, or resume."""
        stream = self._showing.stream
        if stream is None:
            return
        if self._showing.frozen:
            self._showing.frozen = False
            self._session.streaming = True
            self._network.request()  # gives up what the frozen frame was asked
            stream.resume(self._showing.index)
        else:
            self._freeze(stream)
        self._pace.show_bar()
        self._frames.take()

    def seek(self, index: int) -> None:
        """Go on from that frame of a recording; frozen, it alone is shown."""
        stream = self._showing.stream
        if stream is not None:
            stream.seek(index)
            self._frames.take()

    def step(self, by: int) -> None:
        """Show one more frame and stay frozen; of a recording also one before."""
        stream, index = self._showing.stream, self._showing.index
        if stream is None:
            return
        if not self._showing.frozen:
            self._freeze(stream)
        if stream.playhead is not None and index is not None:
            self.seek(index + by)
            self._pace.show_bar()
            return
        if by < 0:
            return
        self._frames.allow_one()
        stream.step()
        self._pace.show_bar()
        self._frames.take()

    def hold(self) -> None:
        """Show nothing new, as for taking a picture of the window."""
        stream = self._showing.stream
        if stream is not None and not self._showing.frozen:
            self._showing.held = True
            stream.freeze()
            self._pace.settle()

    def _freeze(self, stream: Stream) -> None:
        self._showing.frozen = True
        stream.freeze()
        self._session.streaming = False
        self._frames.settle(self._showing.waiting)
