"""Frames of a replay that cannot be read: left out, named once, and too many at last."""

from __future__ import annotations

import threading
from dataclasses import replace

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraLost, LiveFrame

from .replay_frames import ReplaySource


class Damage:
    """Any thread notes and asks."""

    def __init__(self, source: ReplaySource) -> None:
        self._frames = source.frames
        self._lock = threading.Lock()
        self._sentences: dict[int, str] = {}  # by the frame's number in a round
        self._news: list[str] = []
        self._lost: CameraLost | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each frame that was left out; once, however often the replay loops."""
        with self._lock:
            return tuple(self._sentences.values())

    @property
    def lost(self) -> CameraLost | None:
        """Set when there is no frame that can be read."""
        return self._lost

    def note(self, place: int, error: UserError) -> None:
        """The frame at `place` of the endless sequence of rounds is left out."""
        with self._lock:
            number = place % len(self._frames)
            if number in self._sentences:
                return
            name = self._frames.frame_name(number)
            self._sentences[number] = f"{name} was left out of the replay: {error}"
            self._news.append(self._sentences[number])
            if len(self._sentences) == len(self._frames):
                said = f"No frame of {self._frames.name} can be read: {error}"
                self._lost = CameraLost(said)

    def take_news(self) -> tuple[str, ...]:
        """What the next frame has to say."""
        with self._lock:
            news, self._news = tuple(self._news), []
            return news


def with_notes(live: LiveFrame, notes: tuple[str, ...]) -> LiveFrame:
    """The frame, saying this too."""
    if not notes:
        return live
    return replace(live, frame=replace(live.frame, notes=(*live.frame.notes, *notes)))
