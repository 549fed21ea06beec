"""What draws the points: Open3D through OpenGL, or Open3D's projection on the processor.

Imported by the renderer process alone; Open3D itself is imported when a canvas is made.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import Any, Protocol

from sgnet_model.libraries import import_open3d
from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import Float64Array, ViewSize
from sgnet_viewer.cloud.pixels import PackedImage
from sgnet_viewer.cloud.scene import Rgb


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Everything about a picture but its points; see `protocol.RenderRequest`."""

    size: ViewSize
    view_from_world: Float64Array
    image_from_view: Float64Array
    point_size: float
    background: Rgb
    shaded: bool = False
    scale: float = 1.0


class Canvas(Protocol):
    """Holds points and draws them."""

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        """Replace all points: (N, 3) float32 metres, (N, 3) uint8 RGB, N > 0."""

    def set_colours(self, colours: UInt8Array) -> None:
        """Recolour the same points: (N, 3) uint8 RGB."""

    def draw(self, picture: Picture, out: PackedImage) -> None:
        """Draw into `out`: (height, width) uint32, 0xffRRGGBB."""


def load_open3d() -> Any:
    """Import Open3D, quietly: its remarks on the console say nothing to the user."""
    # Without this variable Mesa writes an error to the console on machines without a session.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    open3d = import_open3d()
    open3d.utility.set_verbosity_level(open3d.utility.VerbosityLevel.Error)
    return open3d
