"""One frame of a stream, drawn in the network's thread: picture and probes in one go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sgnet_model.colour import depth_range
from sgnet_model.inspection.probe import Probe
from sgnet_model.types import Frame
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.render.depth import shows_depth, steadied
from sgnet_viewer.render.parts import PicturePart, Pixel, settings_of
from sgnet_viewer.render.probe_reading import read_probes
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.view_settings import Limits, ViewSettings


@dataclass(frozen=True, slots=True, eq=False)
class LiveDrawing:
    """`picture`: `part`, made. `probes`: what the result says at each pixel asked for.

    `refusal`: why there is no result. `depth_limits`: what the colours of its depth span; None
    where none are shown, or a range is locked.
    """

    frame: Frame
    result: Result | None
    part: PicturePart
    picture: PictureModel
    probes: dict[Pixel, Probe] = field(default_factory=dict)
    refusal: str = ""
    depth_limits: Limits | None = None


def draw_live(
    frame: Frame,
    result: Result | None,
    settings: ViewSettings,
    pixels: tuple[Pixel, ...],
    refusal: str = "",
    held: Limits | None = None,
) -> LiveDrawing:
    """The frame as `settings` want it seen, and its probes; pixels beyond it are left out.

    `held`: the depth range of the frame before, which stays while this one's is near it.

    Of a refused frame the picture does not say that there is no result *yet*.
    """
    limits = _depth_limits(frame, settings, held)
    own = settings_of("picture", settings.within(limits))
    part = PicturePart(frame, result.prediction if result else None, own)
    picture = part.make()
    if refusal:
        picture = replace(picture, note="")
    probes = {} if result is None else read_probes(result, pixels)
    return LiveDrawing(frame, result, part, picture, probes, refusal, limits)


def _depth_limits(frame: Frame, settings: ViewSettings, held: Limits | None) -> Limits | None:
    if frame.depth_m is None or settings.depth_limits is not None or not shows_depth(settings):
        return None
    return steadied(held, depth_range(frame.depth_m))
