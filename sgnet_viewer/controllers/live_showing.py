"""What is streamed and what of it is shown, for the controllers of live mode to share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sgnet_model.types import Frame
from sgnet_viewer.contract.live import RecordingModel
from sgnet_viewer.live.stream import FinishedFrame, Stream
from sgnet_viewer.state.live_samples import ProbeSamples, Sample, Steadiness


@dataclass(slots=True)
class Showing:
    """`frozen`: by the user. `held`: a picture of the window is being taken.

    `frame`: the stream's last one on the screen; `index`: its place in a recording; `remark`:
    why it was not segmented, or what its source says of it.
    `waiting`: that frame came before the network was loaded.
    `unpainted`: set, and not on the screen yet.
    """

    stream: Stream | None = None
    frozen: bool = False
    held: bool = False
    frame: Frame | None = None
    index: int | None = None
    remark: str = ""
    waiting: bool = False
    unpainted: FinishedFrame | None = None
    recording: RecordingModel | None = None
    samples: ProbeSamples = field(default_factory=ProbeSamples)
    steadiness: dict[tuple[int, int], Steadiness] = field(default_factory=dict)  # as it is shown

    def clear(self) -> None:
        """No stream any more."""
        self.stream = self.frame = self.unpainted = self.recording = None
        self.frozen = self.held = self.waiting = False
        self.index = None
        self.remark = ""
        self.samples.clear()
        self.steadiness = {}

    def measure(self, numbers: dict[tuple[int, int], int]) -> None:
        """How still the probes are now: pixel to number."""
        self.samples.keep(set(numbers.values()))
        found = {at: self.samples.steadiness(number, at) for at, number in numbers.items()}
        self.steadiness = {pixel: one for pixel, one in found.items() if one is not None}

    def note_probes(self, finished: FinishedFrame, numbers: dict[tuple[int, int], int]) -> None:
        """Keep what was read at the probes: pixel to number."""
        for pixel, read in finished.drawing.probes.items():
            if pixel in numbers:
                names = tuple(layer.name for layer in read.layers)
                spreads = tuple(layer.spread_px for layer in read.layers)
                taps = np.array([(layer.x, layer.y) for layer in read.layers], np.float32)
                sample = Sample(finished.live.captured_s, spreads, taps, read.label)
                self.samples.add(numbers[pixel], pixel, names, sample)
