"""Points without OpenGL: Open3D's projection on the processor's cores."""

from __future__ import annotations

import numpy as np

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import FAR_M
from sgnet_viewer.cloud.canvas import Picture, load_open3d
from sgnet_viewer.cloud.pixels import OPAQUE, PackedImage, grow_splats, pack_colour
from sgnet_viewer.cloud.shading import shade

# A colour as one number, R 65536 + G 256 + B: whole and below 2^24, so float32 holds it exactly.
AS_ONE = np.array([[65536, 0, 0], [256, 0, 0], [1, 0, 0]], np.float32)


class ProjectionCanvas:
    """Implements `canvas.Canvas`. Open3D draws points of one pixel, which are then grown.

    The first of the three colour channels that it projects carries a point's whole colour.
    """

    def __init__(self) -> None:
        self._o3d = load_open3d()
        self._cloud = self._o3d.t.geometry.PointCloud()

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        """See `Canvas`."""
        tensor = self._o3d.core.Tensor
        self._cloud = self._o3d.t.geometry.PointCloud(tensor(np.ascontiguousarray(points)))
        self.set_colours(colours)

    def set_colours(self, colours: UInt8Array) -> None:
        """See `Canvas`."""
        packed = colours.astype(np.float32) @ AS_ONE
        self._cloud.point.colors = self._o3d.core.Tensor(packed)

    def draw(self, picture: Picture, out: PackedImage) -> None:
        """See `Canvas`."""
        projected = self._cloud.project_to_rgbd_image(
            picture.size.width,
            picture.size.height,
            picture.image_from_view,
            picture.view_from_world,
            depth_scale=1.0,
            depth_max=FAR_M,
        )
        depth = projected.depth.as_tensor().numpy()[..., 0]
        colours = projected.color.as_tensor().numpy()[..., 0].astype(np.uint32)
        colours |= OPAQUE
        empty = depth <= 0
        np.copyto(colours, pack_colour(picture.background), where=empty)
        np.copyto(depth, np.float32(np.inf), where=empty)
        side = max(1, round(picture.point_size))
        scale = max(picture.scale, 1.0)
        out[:], grown = grow_splats(depth, colours, side, closed=picture.shaded, scale=scale)
        if picture.shaded:
            shade(out, grown, scale)
