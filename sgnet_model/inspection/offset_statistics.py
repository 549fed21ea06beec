"""What a trained network's offsets do: how long they are, how they vary, whether they follow depth.

An S-Conv whose offsets are short, or the same everywhere, has not learned to look anywhere else.
The paper (Fig. 7) reports that the relative receptive field falls with depth in some layers and
rises in others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from sgnet_model.config import TAPS
from sgnet_model.predictor import Predictor
from sgnet_model.preprocess import spatial_tensor
from sgnet_model.types import FloatArray, Frame, LayerTrace, UserError

from .receptive_field.relative import offset_sums

DEPTH_IS_LAST = ("depth", "xyz")  # spatial inputs with depth in their last channel


@dataclass(frozen=True, slots=True)
class OffsetStatistics:
    """Of one S-Conv, over the output positions of all frames together.

    `mean`: |Delta d| over taps and positions, in cells of the layer's input grid. `std`: how much
    its mean over the taps varies from position to position. `depth_correlation`: Pearson's, between
    the relative field and depth as the layer saw it, -1..1; None where one of the two is constant,
    or where the network sees no depth.
    """

    name: str
    stride_in: int  # pixels of the network's input a cell
    mean: float
    std: float
    depth_correlation: float | None
    positions: int


def measure_offsets(predictor: Predictor, frames: Iterable[Frame]) -> tuple[OffsetStatistics, ...]:
    """Runs the network over the frames; one entry for each S-Conv, in forward order."""
    traces: dict[str, LayerTrace] = {}
    lengths: dict[str, list[NDArray[np.float64]]] = defaultdict(
        list
    )  # mean over the taps, by position
    depths: dict[str, list[FloatArray]] = defaultdict(list)
    for frame in frames:
        if frame.depth_m is None:
            raise UserError(f"{frame.name} has no usable depth: offsets cannot be measured on it.")
        prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        spatial = spatial_tensor(
            frame.depth_m, frame.intrinsics, prediction.network_size, predictor.network.config
        )
        for trace in prediction.traces:
            traces[trace.name] = trace
            lengths[trace.name].append(offset_sums(trace).ravel().astype(np.float64) / TAPS)
            if spatial is not None and predictor.network.config.spatial in DEPTH_IS_LAST:
                depths[trace.name].append(depth_seen(spatial, trace).ravel())
    if not traces:
        raise UserError("There are no offsets to measure: give a frame, and a network with S-Conv.")
    return tuple(_summary(trace, lengths[name], depths[name]) for name, trace in traces.items())


def depth_seen(spatial: Tensor, trace: LayerTrace) -> FloatArray:
    """The depth at the centre of each output index, as the layer saw it: (h, w) float32, metres.

    `spatial`: (1, c', H, W), depth in its last channel. S is resized to the layer's input grid,
    bilinear with align_corners=True, and the offset generator strides over it.
    """
    resized = F.interpolate(spatial[:, -1:], trace.input_size, mode="bilinear", align_corners=True)
    step = trace.stride_out // trace.stride_in
    depth: FloatArray = resized[0, 0, ::step, ::step].float().cpu().numpy()
    return depth


def _summary(
    trace: LayerTrace, lengths: list[NDArray[np.float64]], depths: list[FloatArray]
) -> OffsetStatistics:
    length = np.concatenate(lengths)
    return OffsetStatistics(
        name=trace.name,
        stride_in=trace.stride_in,
        mean=float(length.mean()),
        std=float(length.std()),
        depth_correlation=_correlation(length, np.concatenate(depths)) if depths else None,
        positions=length.size,
    )


def _correlation(a: NDArray[np.float64], b: FloatArray) -> float | None:
    """Pearson's; None where a spread is nothing but rounding."""
    if a.std() <= 1e-9 * max(abs(a.mean()), 1e-9) or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])
