"""How uncertain a depth sensor's reading is, and the words for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# What `sgnet-model inspect --noise` takes: a sensor, MEASURED with the path of a recording, or a
# standard deviation in metres.
KINECT, STEREO, MEASURED = "kinect", "stereo", "measured:"
MOST_M = 10.0  # of a deviation
LATERAL_PX = 0.8  # standard deviation of a point's place in the picture


def deviation_m(text: str) -> float:
    """A standard deviation in metres, 0 to MOST_M; ValueError for anything else."""
    deviation = float(text)
    if not 0 <= deviation <= MOST_M:  # not true of NaN either
        raise ValueError(text)
    return deviation


def kinect_sigma_m(depth_m: NDArray[np.floating[Any]]) -> Numbers:
    """Standard deviation along the viewing axis, metres, of a structured-light Kinect at `depth_m`.

    0.0012 + 0.0019 (z - 0.4)^2: C. V. Nguyen, S. Izadi, D. Lovell, "Modeling Kinect Sensor Noise
    for Improved 3D Reconstruction and Tracking", 3DIMPVT 2012, for surfaces turned by 10 to 60
    degrees. Its lateral deviation there is about 0.8 pixels (`LATERAL_PX`).
    """
    result: Numbers = 0.0012 + 0.0019 * (np.asarray(depth_m, np.float64) - 0.4) ** 2
    return result
