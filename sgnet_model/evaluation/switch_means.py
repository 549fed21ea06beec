"""What each layer infers in the mean over a whole data set, for switches to that mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.frames import FrameSet
from sgnet_model.predictor import Predictor
from sgnet_model.progress import Progress, no_progress
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.switches import LayerMeans, Switches
from sgnet_model.types import LayerTrace, UserError

Sums = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class MeanOfLayers:
    """Sums over positions, by layer: (27,) of 18 offsets and 9 modulations, and their number."""

    sums: dict[str, Sums] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, trace: LayerTrace) -> None:
        """Every position of one picture's layer."""
        both = np.concatenate((trace.offsets, trace.modulation))  # (27, h, w)
        self._add(trace.name, both.sum((1, 2), dtype=np.float64), both[0].size)

    def join(self, other: MeanOfLayers) -> None:
        """What another process summed."""
        for name, sums in other.sums.items():
            self._add(name, sums, other.counts[name])

    def means(self) -> tuple[LayerMeans, ...]:
        """One of each layer."""
        found = []
        for name, sums in self.sums.items():
            mean = (sums / self.counts[name]).tolist()
            found.append(LayerMeans(name, tuple(mean[:18]), tuple(mean[18:])))
        return tuple(found)

    def _add(self, name: str, sums: Sums, count: int) -> None:
        self.sums[name] = self.sums.get(name, 0) + sums
        self.counts[name] = self.counts.get(name, 0) + count


def with_means(
    switches: Switches,
    predictor: Predictor,
    frames: FrameSet,
    ranks: Ranks = ALONE,
    progress: Progress = no_progress,
) -> Switches:
    """The switches with the means over the set, if one of them asks for a mean.

    A pass over all frames, unswitched, at the predictor's own size. Frames without depth, and those
    that cannot be read, are left out. UserError where none is left.
    """
    if not switches.wants_means:
        return switches
    found = MeanOfLayers()
    for done in range(ranks.rank, len(frames), ranks.world):
        progress(done, len(frames))
        try:
            frame = frames.load(done)
        except UserError:
            continue
        if frame.depth_m is not None:
            prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
            for trace in prediction.traces:
                found.add(trace)
    total = MeanOfLayers()
    for of_process in ranks.gathered(found):
        total.join(of_process)
    if not total.sums:
        raise UserError(f"No frame of {frames.name} can be read, so there is no mean to switch to.")
    return replace(switches, means=total.means())
