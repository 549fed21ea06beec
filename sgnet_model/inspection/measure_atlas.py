"""Running a network over frames for an atlas."""

from __future__ import annotations

from sgnet_model.data.frames import FrameSet
from sgnet_model.evaluation.frames import unique_names
from sgnet_model.predictor import Predictor
from sgnet_model.preprocess import spatial_tensor
from sgnet_model.progress import Progress, no_progress
from sgnet_model.switches import NO_SWITCHES, Switches
from sgnet_model.types import FloatArray, LayerTrace, UserError

from .atlas import Atlas
from .offset_statistics import DEPTH_IS_LAST, depth_seen
from .protocol import NO_TAPS


def measure_atlas(
    predictor: Predictor,
    frames: FrameSet,
    progress: Progress = no_progress,
    switches: Switches = NO_SWITCHES,
) -> Atlas:
    """The atlas of a network over a set of frames. `switches`: what its layers do without.

    UserError for a network without taps, for switches of layers that it does not have, and for a
    frame that cannot be read or has no depth.
    """
    config = predictor.network.config
    if not config.tap_layers:
        raise UserError(NO_TAPS)
    switches.check(config.tap_layers)
    atlas = Atlas(predictor.network.scheme.classes)
    for index, name in enumerate(unique_names(frames)):
        progress(index, len(frames))
        frame = frames.load(index)
        if frame.depth_m is None:
            raise UserError(f"{name} has no usable depth: its taps cannot be measured.")
        prediction = predictor.predict(
            frame.rgb, frame.depth_m, frame.intrinsics, switches=switches
        )
        spatial = None
        if config.spatial in DEPTH_IS_LAST:
            spatial = spatial_tensor(
                frame.depth_m, frame.intrinsics, prediction.network_size, config
            )

        def seen(trace: LayerTrace, spatial: object = spatial) -> FloatArray | None:
            return None if spatial is None else depth_seen(spatial, trace)  # type: ignore[arg-type]

        atlas.add(name, frame, prediction, seen)
    if not atlas.frames:
        raise UserError(f"{frames.name} has no frames.")
    return atlas
