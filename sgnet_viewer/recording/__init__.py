"""Recording what a live source captures."""

from .entry import Colour
from .recorder import Recorder, RecordingStatus

__all__ = ["Colour", "Recorder", "RecordingStatus"]
