"""What a film shows of a set of frames, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sgnet_model.colour import depth_image, label_image
from sgnet_model.exports.pictures import overlay_image
from sgnet_model.prediction import Predict, Prediction
from sgnet_model.types import Frame, UInt8Array, UserError

if TYPE_CHECKING:  # its readers are not needed to name it
    from sgnet_model.data.frames import FrameSet

DEPTH_LIMITS_M = (0.3, 8.0)  # the same in every picture of a film: else it flickers


def shown(frame: Frame, prediction: Prediction, show: str) -> UInt8Array:
    """(H, W, 3) uint8 RGB of `show`, one of `config.FILM_SHOWS`; with "side" picture and overlay
    beside each other, (H, 2 W, 3)."""
    if show == "picture":
        return frame.rgb
    if show == "labels":
        return label_image(prediction.labels, prediction.scheme.palette)
    if show == "depth" and frame.depth_m is not None:
        return depth_image(frame.depth_m, DEPTH_LIMITS_M)
    if show == "side":
        return np.concatenate((frame.rgb, overlay_image(frame, prediction)), axis=1)
    return overlay_image(frame, prediction)


def of_set(
    frames: FrameSet, predict: Predict, show: str, failed: Callable[[str, str], None]
) -> Iterator[UInt8Array]:
    """A picture for every frame that can be read; `failed` (name, sentence) hears of the others."""
    for index in range(len(frames)):
        try:
            frame = frames.load(index)
            picture = shown(frame, predict(frame), show)
        except UserError as error:
            failed(frames.frame_name(index), str(error))
            continue
        yield picture
