"""What the network said of a frame, and what is known of the frame that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_model.edits import NO_EDITS, Edits
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame

from .view_settings import Limits


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """The network that computed, as the status line names it."""

    name: str  # "sgnet-compact"
    device: str  # "cpu"
    precision: str  # "fp32"


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A frame and what the network said of it; everything that is drawn or saved comes from it.

    `frame`: after `edits`; `source`: as it was read, where that is another one.
    """

    frame: Frame
    prediction: Prediction
    network: NetworkInfo
    edits: Edits = NO_EDITS
    source: Frame | None = None

    @property
    def as_read(self) -> Frame:
        """The frame before the edits."""
        return self.frame if self.source is None else self.source


@dataclass(frozen=True, slots=True)
class FrameAnswers:
    """The frame that is looked at and what was said of it, at one moment.

    `result`: None until it is there. `live`: frames stream in by themselves. `stream`: number of
    the stream the frame came from, 0 for a frame of a set. `set_name`, `set_size`: of the open
    set, "" and 0 for none. `opening`: the stream that is being opened, "" for none.
    `depth_limits`: what the colours of a live frame's depth span; None for its own range.
    `awaited`: the network will say something of the frame that it has not said yet.
    """

    frame: Frame | None = None
    result: Result | None = None
    live: bool = False
    stream: int = 0
    set_name: str = ""
    set_size: int = 0
    opening: str = ""
    depth_limits: Limits | None = None
    awaited: bool = False

    @property
    def prediction(self) -> Prediction | None:
        """Of the frame; None until it is there."""
        return self.result.prediction if self.result else None
