"""The timeline of a recording: seek, step back, range, speed."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.cameras.playhead import SPEEDS, Playhead
from sgnet_viewer.contract.live import TimelineModel
from sgnet_viewer.contract.window import WindowView

from .live_showing import Showing

Seek = Callable[[int], None]


class TimelineController:
    """Intent to the stream's playhead, and what is shown of it to the view."""

    def __init__(self, window: WindowView, showing: Showing, seek: Seek, step: Seek) -> None:
        """`seek`: go to a frame; `step`: by so many frames, and freeze."""
        self._window = window
        self._showing = showing
        self._shown: TimelineModel | None = None
        view = window.timeline
        view.sought.connect(seek)
        view.stepped_back.connect(lambda: step(-1))
        view.range_chosen.connect(self.set_range)
        view.speed_chosen.connect(self.set_speed)

    @property
    def playhead(self) -> Playhead | None:
        """Of what is streamed; None where it is no recording."""
        stream = self._showing.stream
        return None if stream is None else stream.playhead

    @property
    def is_paced(self) -> bool:
        """Whether it is played at a speed: where every frame is seen, it waits for the network."""
        stream = self._showing.stream
        return stream is not None and not stream.every_frame

    def show(self) -> None:
        """Where the recording is."""
        model = self._model()
        if model != self._shown:
            self._shown = model
            self._window.timeline.set_model(model)

    def set_range(self, first: int, last: int) -> None:
        """What comes round again and again."""
        if self.playhead is not None:
            self.playhead.set_range(first, last)
            self.show()

    def begin_range(self) -> None:
        """From the frame that is shown."""
        playhead = self.playhead
        if playhead is not None and self._showing.index is not None:
            index = self._showing.index
            self.set_range(index, max(playhead.play.last, index))

    def end_range(self) -> None:
        """Up to the frame that is shown."""
        playhead = self.playhead
        if playhead is not None and self._showing.index is not None:
            index = self._showing.index
            self.set_range(min(playhead.play.first, index), index)

    def play_all(self) -> None:
        """No range."""
        if self.playhead is not None:
            self.set_range(0, len(self.playhead) - 1)

    def set_speed(self, speed: float) -> None:
        """1 is the pace at which it was taken. Of every frame it is the network's."""
        if self.playhead is not None and self.is_paced:
            self.playhead.set_speed(speed)
            self.show()

    def change_speed(self, by: int) -> None:
        """To the next slower or faster of those offered."""
        playhead = self.playhead
        if playhead is None:
            return
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - playhead.play.speed))
        self.set_speed(SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def _model(self) -> TimelineModel | None:
        playhead, index = self.playhead, self._showing.index
        if playhead is None or index is None or len(playhead) < 2:
            return None
        play = playhead.play
        return TimelineModel(
            index=min(index, len(playhead) - 1),
            count=len(playhead),
            first=play.first,
            last=play.last,
            time_s=playhead.starts_s[min(index, len(playhead) - 1)],
            duration_s=playhead.starts_s[-1],
            speed=play.speed if self.is_paced else None,
        )
