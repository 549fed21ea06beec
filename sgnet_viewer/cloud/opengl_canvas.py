"""Points through OpenGL: Open3D's Visualizer in an off-screen window."""

from __future__ import annotations

from typing import Any

import numpy as np

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import FAR_M, NEAR_M, ViewSize
from sgnet_viewer.cloud.canvas import Picture, load_open3d
from sgnet_viewer.cloud.pixels import PackedImage, fitted, pack_image
from sgnet_viewer.cloud.shading import shade


class NoOpenGL(Exception):
    """Open3D found nothing to draw with."""


class OpenGLCanvas:
    """Implements `canvas.Canvas`. The window is made again for each size."""

    def __init__(self) -> None:
        """Raises NoOpenGL where there is no driver."""
        self._o3d = load_open3d()
        self._cloud = self._o3d.geometry.PointCloud()
        self._window: Any = None
        self._size = ViewSize(0, 0)
        self._added = False  # the window knows the cloud
        self._stale = False  # ... but not its newest points
        self._open(ViewSize(64, 64))

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        """See `Canvas`."""
        if len(self._cloud.points) != len(points):
            empty = self._o3d.utility.Vector3dVector(np.zeros(points.shape))
            self._cloud.points = self._cloud.colors = empty
        # Into Open3D's own memory: a new vector of this size costs more than what it holds.
        np.asarray(self._cloud.points)[:] = points
        self.set_colours(colours)

    def set_colours(self, colours: UInt8Array) -> None:
        """See `Canvas`."""
        np.multiply(colours, 1 / 255, out=np.asarray(self._cloud.colors))
        self._stale = True

    def draw(self, picture: Picture, out: PackedImage) -> None:
        """See `Canvas`."""
        if picture.size != self._size:
            self._open(picture.size)
        if self._stale:
            self._show_cloud()
        self._prepare(picture)
        buffer = self._window.capture_screen_float_buffer(do_render=True)
        pack_image(fitted(np.asarray(buffer), out.shape), out)
        if picture.shaded:
            # The buffer of the picture is gone by now: drawn again, for its depth.
            buffer = self._window.capture_depth_float_buffer(do_render=True)
            depth = fitted(np.asarray(buffer), out.shape)
            shade(out, np.where(depth > 0, depth, np.float32(np.inf)), picture.scale)

    def _open(self, size: ViewSize) -> None:
        """Open3D cannot resize an off-screen window; a new one takes about 30 ms."""
        if self._window is not None:
            self._window.destroy_window()
        self._window = self._o3d.visualization.Visualizer()
        if not self._window.create_window("cloud", size.width, size.height, visible=False):
            raise NoOpenGL
        self._size = size
        self._added = False
        self._stale = self._cloud.has_points()

    def _show_cloud(self) -> None:
        if self._added:
            self._window.update_geometry(self._cloud)
        else:
            self._window.add_geometry(self._cloud, reset_bounding_box=True)
        self._added = True
        self._stale = False

    def _prepare(self, picture: Picture) -> None:
        option = self._window.get_render_option()
        option.point_size = picture.point_size
        option.background_color = np.asarray(picture.background) / 255.0
        camera = self._o3d.camera
        parameters = camera.PinholeCameraParameters()
        parameters.intrinsic = camera.PinholeCameraIntrinsic(
            picture.size.width, picture.size.height, picture.image_from_view
        )
        parameters.extrinsic = picture.view_from_world
        view = self._window.get_view_control()
        view.set_constant_z_near(NEAR_M)
        view.set_constant_z_far(FAR_M)
        view.convert_from_pinhole_camera_parameters(parameters, allow_arbitrary=True)
