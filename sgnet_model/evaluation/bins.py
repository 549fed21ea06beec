"""The bins that scores are counted in: of depth, and of the winner's probability. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray

EDGES_M = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0)  # lower edges; the last has no upper one
MISSING = len(EDGES_M)  # the bin of pixels without depth
DEPTH_BINS = MISSING + 1
# Of equal width (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
CONFIDENCE_BINS = 15


def depth_bins(depth_m: FloatArray) -> NDArray[np.int64]:
    """The bin of each depth, of any shape; 0 is missing."""
    bins = np.searchsorted(EDGES_M, depth_m, side="right") - 1
    return np.where(depth_m > 0, bins, MISSING).astype(np.int64)


def confidence_bins(confidence: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """The bin of each probability, of any shape; 1 is in the last one."""
    return np.clip((confidence * CONFIDENCE_BINS).astype(np.int64), 0, CONFIDENCE_BINS - 1)


def depth_range(bin: int) -> dict[str, Any]:
    """JSON-ready, in metres; null where it has no upper end, and where depth is missing."""
    edges = (*EDGES_M, None, None)
    return {"from_m": edges[bin], "to_m": edges[bin + 1], "missing": bin == MISSING}


def depth_range_name(of: Mapping[str, Any]) -> str:
    """What `depth_range` gave, in words."""
    low, high = of["from_m"], of["to_m"]
    if of["missing"]:
        return "missing"
    return f"{low:g} m and more" if high is None else f"{low:g} to {high:g} m"


def confidence_range_name(bin: int) -> str:
    """ "0.20 to 0.27"."""
    return f"{bin / CONFIDENCE_BINS:.2f} to {(bin + 1) / CONFIDENCE_BINS:.2f}"
