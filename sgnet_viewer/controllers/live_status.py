"""A stream in words and numbers, and the active probe's curves."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, Frame, UserError
from sgnet_viewer.contract.live import (
    LiveBarModel,
    LiveState,
    RecordingModel,
    SpreadCurve,
    SpreadModel,
)
from sgnet_viewer.live.capture import Link, Phase
from sgnet_viewer.live.checking import valid_fraction
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.render.layer_colours import layer_colours
from sgnet_viewer.state.live_samples import KEPT_S, SpreadHistory

GAP = 5.0  # median distances of samples
NEWEST = 20  # frames that the latency shown is the median of
STATES = {
    Phase.OPENING: LiveState.OPENING,
    Phase.RUNNING: LiveState.LIVE,
    Phase.LOST: LiveState.LOST,
    Phase.ENDED: LiveState.ENDED,
    Phase.FAILED: LiveState.ENDED,
}


def bar_of(
    stream: Stream,
    frame: Frame | None,
    frozen: bool,
    remark: str = "",
    recording: RecordingModel | None = None,
) -> LiveBarModel:
    """What the bar says of `stream` now; `frame`: the one on the screen, if it is the stream's."""
    link, meters, now = stream.link, stream.meters, time.monotonic()
    state = STATES[link.phase]
    if frozen and state is not LiveState.LOST:
        state = LiveState.FROZEN
    return LiveBarModel(
        title=link.title,
        state=state,
        sentence=remark,
        capture_fps=meters.captures.at(now),
        inference_fps=meters.inferences.at(now),
        latency_ms=meters.latency_ms(newest=NEWEST),
        dropped=meters.counts.dropped + meters.counts.missed,
        valid=None if frame is None else valid_fraction(frame),
        recording=recording,
        flips_per_s=meters.flips.per_s,
    )


def sentence_of(link: Link, now: float) -> str:
    """Why there are no pictures, and what is done about it; "" while there are."""
    if link.phase is not Phase.LOST:
        return ""
    why = reason_of(link.error)
    if link.retry_at is None:
        return f"{why}\nLooking for it…"
    return f"{why}\nLooking again in {max(math.ceil(link.retry_at - now), 0)} s."


def reason_of(error: Exception | None) -> str:
    """An exception of a camera as a sentence."""
    if error is None:
        return "The camera is lost."
    if isinstance(error, UserError):
        return str(error)
    said = str(error).strip().splitlines()
    kind = type(error).__name__
    return f"The camera failed ({kind}: {said[0]})." if said else f"The camera failed ({kind})."


def spread_of(number: int, history: SpreadHistory | None, layer: str, now: float) -> SpreadModel:
    """The curves of probe `number`, over the last 20 seconds."""
    if history is None:
        return SpreadModel("", ())
    colours = layer_colours(history.layers)
    seconds = (history.times_s - now).astype(np.float32)
    recent = seconds >= -KEPT_S
    seconds, spreads = seconds[recent], history.spread_px[recent].copy()  # (N,), (N, L)
    spreads[_after_gaps(seconds)] = np.nan
    curves = tuple(
        SpreadCurve(name, colours[name], seconds, spreads[:, index])
        for index, name in enumerate(history.layers)
    )
    return SpreadModel(f"Probe {number}", curves, layer)


def _after_gaps(seconds: FloatArray) -> NDArray[np.bool_]:
    """(N,): samples before which the stream paused; no line is drawn to them."""
    steps = np.diff(seconds, prepend=seconds[:1])
    result: NDArray[np.bool_] = steps > GAP * np.median(steps) if len(steps) > 2 else steps > np.inf
    return result
