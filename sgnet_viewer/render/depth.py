"""Depth as colours: the range they span, the ramp, the histogram beside them."""

from __future__ import annotations

import cv2
import numpy as np

from sgnet_model import colour
from sgnet_model.types import FloatArray, Frame
from sgnet_viewer.contract.picture import ColourBar, PictureModel
from sgnet_viewer.state.view_settings import CloudColour, Limits, PictureMode, ViewSettings

STEPS = 48  # of the histogram
SLACK = 0.15  # of the span: so far a stream's range may differ from the one that is shown
NO_DEPTH = "No depth in this frame"


def depth_picture(frame: Frame, settings: ViewSettings) -> PictureModel:
    """The depth in the colours of `settings`; without depth the picture, and a note."""
    if frame.depth_m is None:
        return PictureModel(frame.rgb, note=NO_DEPTH)
    low, high = limits = depth_limits(frame.depth_m, settings)
    ramp = ramp_of(settings)
    counts, beyond = histogram(frame.depth_m, limits)
    bar = ColourBar("depth", "m", low, high, colour.ramp_colours(ramp), counts, beyond)
    return PictureModel(colour.depth_image(frame.depth_m, limits, ramp), bar)


def depth_limits(depth_m: FloatArray, settings: ViewSettings) -> Limits:
    """What the colours span: the locked range, or the frame's own; metres."""
    return settings.depth_limits or colour.depth_range(depth_m)


def ramp_of(settings: ViewSettings) -> colour.Ramp:
    """The ramp of the depth."""
    return colour.Ramp(settings.depth_ramp.value)


def shows_depth(settings: ViewSettings) -> bool:
    """Whether picture or cloud are coloured by depth."""
    return settings.mode is PictureMode.DEPTH or settings.cloud_colour is CloudColour.DEPTH


def histogram(depth_m: FloatArray, limits: Limits) -> tuple[FloatArray, float]:
    """(STEPS,) float32 counts of the valid depth in equal steps of `limits`, and the share of it
    that lies outside."""
    low, high = limits
    valid = depth_m > 0
    known = int(np.count_nonzero(valid))
    if not known or high <= low:
        return np.zeros(STEPS, np.float32), 0.0
    top = float(np.nextafter(np.float32(high), np.float32(np.inf)))  # OpenCV leaves the end out
    mask = valid.astype(np.uint8)
    counts = cv2.calcHist([np.ascontiguousarray(depth_m)], [0], mask, [STEPS], [low, top])
    flat: FloatArray = np.asarray(counts, np.float32).reshape(-1)
    return flat, max(1.0 - float(flat.sum(dtype=np.float64)) / known, 0.0)


def steadied(held: Limits | None, limits: Limits) -> Limits:
    """The range of a stream's next frame: the `held` one while both ends of the frame's own stay
    within SLACK of its span, so that a colour keeps its meaning from frame to frame."""
    if held is None:
        return limits
    slack = SLACK * (held[1] - held[0])
    near = all(abs(own - old) <= slack for own, old in zip(limits, held, strict=True))
    return held if near else limits
