"""Two ways to draw points with Open3D: through OpenGL, or by projection where there is none.

Imported by the renderer process alone; Open3D itself is imported when a canvas is made.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import FAR_M, NEAR_M, Float64Array, ViewSize
from sgnet_viewer.cloud.pixels import PackedImage, grow_splats, pack_colour, pack_image
from sgnet_viewer.cloud.protocol import Mode
from sgnet_viewer.cloud.scene import Rgb

NO_OPENGL = (
    "There is no OpenGL on this machine (a driver with EGL, such as the package libegl1, was not "
    "found), so the point cloud is drawn without it: coarser, and slower for large points."
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Everything about a picture but its points; see `protocol.DrawRequest`."""

    size: ViewSize
    view_from_world: Float64Array
    image_from_view: Float64Array
    point_size: float
    background: Rgb


class Canvas(Protocol):
    """Holds points and draws them."""

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        """Replace all points: (N, 3) float32 metres, (N, 3) uint8 RGB, N > 0."""

    def set_colours(self, colours: UInt8Array) -> None:
        """Recolour the same points: (N, 3) uint8 RGB."""

    def draw(self, picture: Picture, out: PackedImage) -> None:
        """Draw into `out`: (height, width) uint32, 0xffRRGGBB."""


class NoOpenGL(Exception):
    """Open3D found nothing to draw with."""


def make_canvas(mode: Mode) -> tuple[Canvas, str]:
    """The best canvas there is, and a sentence where that is not the usual one (else empty)."""
    if mode is Mode.PROJECTION:
        return ProjectionCanvas(), NO_OPENGL
    try:
        return OpenGLCanvas(), ""
    except NoOpenGL:
        return ProjectionCanvas(), NO_OPENGL


def load_open3d() -> Any:
    """Import Open3D, quietly: its remarks on the console say nothing to the user."""
    # Without this variable Mesa writes an error to the console on machines without a session.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    import open3d

    open3d.utility.set_verbosity_level(open3d.utility.VerbosityLevel.Error)
    return open3d


class OpenGLCanvas:
    """Open3D's Visualizer in an off-screen window, made anew for each size."""

    def __init__(self) -> None:
        self._o3d = load_open3d()
        self._cloud = self._o3d.geometry.PointCloud()
        self._window: Any = None
        self._size = ViewSize(0, 0)
        self._added = False  # the window knows the cloud
        self._stale = False  # ... but not its newest points
        self._open(ViewSize(64, 64))

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        # Vector3dVector takes float64 at once, float32 row by row (a hundred times slower).
        self._cloud.points = self._o3d.utility.Vector3dVector(points.astype(np.float64))
        self.set_colours(colours)

    def set_colours(self, colours: UInt8Array) -> None:
        self._cloud.colors = self._o3d.utility.Vector3dVector(colours / 255.0)
        self._stale = True

    def draw(self, picture: Picture, out: PackedImage) -> None:
        if picture.size != self._size:
            self._open(picture.size)
        if self._stale:
            self._show_cloud()
        self._prepare(picture)
        buffer = self._window.capture_screen_float_buffer(do_render=True)
        pack_image(np.asarray(buffer), out)

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


class ProjectionCanvas:
    """Open3D's tensor cloud projected on the CPU; its one-pixel points are then grown."""

    def __init__(self) -> None:
        self._o3d = load_open3d()
        self._cloud = self._o3d.t.geometry.PointCloud()

    def set_points(self, points: FloatArray, colours: UInt8Array) -> None:
        tensor = self._o3d.core.Tensor
        self._cloud = self._o3d.t.geometry.PointCloud(tensor(np.ascontiguousarray(points)))
        self.set_colours(colours)

    def set_colours(self, colours: UInt8Array) -> None:
        scaled = colours.astype(np.float32) / np.float32(255)
        self._cloud.point.colors = self._o3d.core.Tensor(scaled)

    def draw(self, picture: Picture, out: PackedImage) -> None:
        projected = self._cloud.project_to_rgbd_image(
            picture.size.width,
            picture.size.height,
            picture.image_from_view,
            picture.view_from_world,
            depth_scale=1.0,
            depth_max=FAR_M,
        )
        depth = projected.depth.as_tensor().numpy()[..., 0]
        empty = depth <= 0
        colours = np.empty(depth.shape, np.uint32)
        pack_image(projected.color.as_tensor().numpy(), colours)
        colours[empty] = pack_colour(picture.background)
        depth = np.where(empty, np.float32(np.inf), depth)
        out[:] = grow_splats(depth, colours, max(1, round(picture.point_size)))
