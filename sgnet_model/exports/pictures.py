"""Labels and overlay as PNG, each written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.colour import blend, label_image
from sgnet_model.files import write_atomically
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UInt8Array, UserError

OVERLAY_OPACITY = 0.55


def write_labels(path: Path, labels: UInt8Array) -> None:
    """(H, W) class indices 0..C-1 -> an 8-bit PNG of the data set's own ids: 0 = void, 1..C."""
    write_png(path, labels + np.uint8(1))


def write_overlay(path: Path, frame: Frame, prediction: Prediction) -> None:
    """The picture under the colours of the predicted classes, as PNG."""
    write_png(path, overlay_image(frame, prediction))


def overlay_image(frame: Frame, prediction: Prediction) -> UInt8Array:
    """(H, W, 3) uint8 RGB: the picture under the colours of the predicted classes."""
    colours = label_image(prediction.labels, prediction.scheme.palette)
    return blend(frame.rgb, colours, OVERLAY_OPACITY)


def write_png(path: Path, image: NDArray[np.uint8]) -> None:
    """(H, W) grey or (H, W, 3) RGB, uint8, as PNG."""
    stored = image[..., ::-1] if image.ndim == 3 else image
    encoded, data = cv2.imencode(".png", np.ascontiguousarray(stored))
    if not encoded:
        raise UserError(f"{path.name} could not be encoded: the picture is {image.shape}.")
    write_atomically(path, data.tobytes())
