"""What can be shown of a frame."""

from __future__ import annotations

from sgnet_model.types import Frame
from sgnet_viewer.state.view_settings import PictureMode


def modes_of(frame: Frame) -> frozenset[PictureMode]:
    """What can be shown of a frame, as soon as the network has seen it."""
    modes = {PictureMode.RGB}
    if frame.depth_m is not None:
        modes |= {PictureMode.OVERLAY, PictureMode.LABELS, PictureMode.CONFIDENCE}
        modes |= {PictureMode.DEPTH, PictureMode.ENTROPY, PictureMode.MARGIN}
        modes |= {PictureMode.PROBABILITY}
    if frame.labels is not None:
        modes |= {PictureMode.TRUTH}
        modes |= {PictureMode.ERROR} if frame.depth_m is not None else set()
    return frozenset(modes)
