"""A prediction as NumPy arrays in one file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.files import write_atomically
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame


def write_npz(path: Path, frame: Frame, prediction: Prediction) -> None:
    """Compressed .npz; no key needs pickle to be read.

    `labels`: (H, W) uint8 of the data set's own ids, 0 = void, 1..C; `confidence`: (H, W) float32;
    `depth_m`: (H, W) float32 metres, 0 = missing (where the frame has depth); `intrinsics`: (4,)
    fx, fy, cx, cy; `classes`: (C,) names; `palette`: (C, 3) uint8.
    """
    camera = frame.intrinsics
    arrays: dict[str, Any] = {
        "labels": prediction.labels + np.uint8(1),
        "confidence": prediction.confidence,
        "intrinsics": np.array([camera.fx, camera.fy, camera.cx, camera.cy]),
        "classes": np.array(prediction.scheme.classes),
        "palette": prediction.scheme.palette,
    }
    if frame.depth_m is not None:
        arrays["depth_m"] = frame.depth_m
    stored = io.BytesIO()
    np.savez_compressed(stored, **arrays)
    write_atomically(path, stored.getvalue())
