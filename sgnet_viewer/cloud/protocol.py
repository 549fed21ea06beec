"""What the window and the renderer process say to each other, and the layout of what they share.

One request is under way at a time, so one segment of points and one of pixels are enough and
nothing is overwritten while the other side reads it:

    parent: writes points and colours where they changed, sends RenderRequest, waits
    child:  reads what is new to it, draws into the image segment, answers Drawn (or Failed)

Points segment: N x 3 float32 xyz, then N x 3 uint8 RGB. Image segment: height x width uint32,
0xffRRGGBB in the machine's byte order, which is QImage.Format_RGB32.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sgnet_viewer.cloud.camera import Float64Array, ViewSize
from sgnet_viewer.cloud.scene import Rgb

POINT_BYTES = 12
COLOUR_BYTES = 3
PIXEL_BYTES = 4


class Mode(StrEnum):
    """How the child draws."""

    AUTO = "auto"  # OpenGL on a graphics device, projection where there is none
    OPENGL = "opengl"  # also where the processor has to compute it
    PROJECTION = "projection"  # on the processor: needs no driver


@dataclass(frozen=True, slots=True, eq=False)
class RenderRequest:
    """Draw one picture.

    `points_version`, `colours_version` rise when the content of the points segment changed.
    `view_from_world`: (4, 4) float64. `image_from_view`: (3, 3) float64, pixels.
    `stride`: draw every stride-th point only. `shaded`: with eye-dome lighting; `scale`: pixels of
    the picture for one of the widget.
    """

    points_segment: str
    count: int
    points_version: int
    colours_version: int
    image_segment: str
    size: ViewSize
    view_from_world: Float64Array
    image_from_view: Float64Array
    point_size: float
    background: Rgb
    stride: int = 1
    shaded: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """Open3D is loaded and can draw. `notice`: a sentence for the user, or empty."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture of the last request lies in the image segment."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The renderer cannot continue. `reason`: part of a sentence; `details`: the traceback."""

    reason: str
    details: str


Reply = Ready | Drawn | Failed
