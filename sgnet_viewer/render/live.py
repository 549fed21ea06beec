"""One frame of a stream, drawn in the network's thread: picture and probes in one go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sgnet_model.inspection.probe import Probe, probe
from sgnet_model.types import Frame
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.state.session import Result
from sgnet_viewer.state.view_settings import ViewSettings

Pixel = tuple[int, int]  # (u, v)


@dataclass(frozen=True, slots=True, eq=False)
class LiveDrawing:
    """`probes`: what the result says at each pixel asked for. `refusal`: why there is no result."""

    frame: Frame
    result: Result | None
    picture: PictureModel
    probes: dict[Pixel, Probe] = field(default_factory=dict)
    refusal: str = ""


def draw_live(
    frame: Frame,
    result: Result | None,
    settings: ViewSettings,
    pixels: tuple[Pixel, ...],
    refusal: str = "",
) -> LiveDrawing:
    """The frame as `settings` want it seen, and its probes; pixels beyond it are left out.

    Of a refused frame the picture does not say that there is no result *yet*.
    """
    picture = compose_picture(frame, result.prediction if result else None, settings)
    if refusal:
        picture = replace(picture, note="")
    probes = {} if result is None else read_probes(result, pixels)
    return LiveDrawing(frame, result, picture, probes, refusal)


def read_probes(result: Result, pixels: tuple[Pixel, ...]) -> dict[Pixel, Probe]:
    """Each pixel's probe; about 2 ms each with twelve layers."""
    frame = result.frame
    height, width = frame.size
    return {
        (u, v): probe(result.prediction, u, v, frame.depth_m, frame.intrinsics)
        for u, v in pixels
        if 0 <= u < width and 0 <= v < height
    }
