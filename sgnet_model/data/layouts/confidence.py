"""Depth of a phone's LiDAR with the confidence of each pixel beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from sgnet_model.data.decode import decode
from sgnet_model.data.depth import describe_depth
from sgnet_model.data.reading import ReadDepth
from sgnet_model.types import DepthInfo, FloatArray, UserError

LOW = 0  # of 0, 1 and 2 (or 0..255): mostly edges, where near and far are mixed
SAID = "Depth that the LiDAR is unsure of (confidence 0) counts as missing."


def with_confidence(read: ReadDepth, file_of: Callable[[Path], Path]) -> ReadDepth:
    """`read`, with pixels of the lowest confidence missing where the file of it is there."""

    def sure(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        metres, info = read(path, unit)
        file = file_of(path)
        if not file.is_file():
            return metres, info
        confidence = decode(file, "labels")
        if confidence.shape != metres.shape:
            raise UserError(
                f"{file.name} of {file.parent.name} has the shape {confidence.shape} and its depth "
                f"{metres.shape}: both come from one sensor, so export the scan again."
            )
        metres = np.where(confidence == LOW, np.float32(0), metres)
        return metres, describe_depth(metres, info, path.name)

    return sure
