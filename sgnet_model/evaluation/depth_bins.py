"""Bins of depth: the ranges that scores and the atlas are told by. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray

EDGES_M = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0)  # lower edges; the last has no upper one
MISSING = len(EDGES_M)  # the bin of pixels without depth
COUNT = MISSING + 1


def bins_of(depth_m: FloatArray) -> NDArray[np.int64]:
    """The bin of each depth, of any shape; 0 is missing."""
    bins = np.searchsorted(EDGES_M, depth_m, side="right") - 1
    return np.where(depth_m > 0, bins, MISSING).astype(np.int64)


def range_json(bin: int) -> dict[str, Any]:
    """Its range in metres; null where it has no upper end, and where depth is missing."""
    edges = (*EDGES_M, None, None)
    return {"from_m": edges[bin], "to_m": edges[bin + 1], "missing": bin == MISSING}


def range_name(of: Mapping[str, Any]) -> str:
    """What `range_json` gave, in words."""
    low, high = of["from_m"], of["to_m"]
    if of["missing"]:
        return "missing"
    return f"{low:g} m and more" if high is None else f"{low:g} to {high:g} m"
