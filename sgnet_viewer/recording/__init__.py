"""Recording what a live source captures."""

from .entry import Colour
from .recorder import Recorder, RecordingStatus
from .writer import new_folder

__all__ = ["Colour", "Recorder", "RecordingStatus", "new_folder"]
