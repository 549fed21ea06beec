"""The renderer process: the only place that imports Open3D.

It owns one canvas, draws what it is asked to, and ends with its parent.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from sgnet_model.allocator import keep_freed_memory
from sgnet_viewer.cloud.canvas import Canvas, Picture
from sgnet_viewer.cloud.opengl_canvas import NoOpenGL, OpenGLCanvas
from sgnet_viewer.cloud.pixels import pack_colour
from sgnet_viewer.cloud.projection_canvas import ProjectionCanvas
from sgnet_viewer.cloud.protocol import Drawn, Failed, Mode, Ready, RenderRequest
from sgnet_viewer.cloud.segments import (
    AttachedSegments,
    colours_in,
    image_in,
    points_in,
)
from sgnet_viewer.runtime.child import serve_parent
from sgnet_viewer.runtime.cores import give_way

DEVICES = ("dri/renderD*", "nvidia[0-9]*", "dxg")  # Linux's, NVIDIA's, Windows' below Linux
NO_OPENGL = (
    "There is no OpenGL on this machine (a driver with EGL, such as the package libegl1, was not "
    "found), so the processor draws the point cloud: slower for large points."
)


def main(connection: Connection, mode: Mode) -> None:
    """Serve `connection` until it closes or the parent ends."""
    serve_parent()
    give_way()
    keep_freed_memory()
    _without_display()
    try:
        canvas, notice = make_canvas(mode)
    except Exception as error:
        connection.send(Failed(f"Open3D could not be started: {error}", traceback.format_exc()))
        return
    with suppress(ConnectionError):  # the window is gone
        connection.send(Ready(notice))
        _serve(connection, canvas)


def _serve(connection: Connection, canvas: Canvas) -> None:
    artist = Artist(canvas)
    while True:
        try:
            request: RenderRequest = connection.recv()
            artist.draw(request)
            connection.send(Drawn())
        except (EOFError, ConnectionError):
            return
        except Exception as error:
            connection.send(Failed(f"Open3D could not draw: {error}", traceback.format_exc()))
            return


class Artist:
    """Keeps the canvas in step with the requests, and hands it only what changed."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._segments = AttachedSegments()
        self._shown: tuple[int, int, int] | None = None  # points, colours, stride

    def draw(self, request: RenderRequest) -> None:
        """Draw `request` into its image segment."""
        memory = self._segments.attach("image", request.image_segment)
        image = image_in(memory, request.size)
        if request.count == 0:
            image[:] = pack_colour(request.background)
            return
        self._load(request)
        self._canvas.draw(_picture(request), image)

    def _load(self, request: RenderRequest) -> None:
        wanted = (request.points_version, request.colours_version, request.stride)
        if wanted == self._shown:
            return
        memory = self._segments.attach("points", request.points_segment)
        step = slice(None, None, request.stride)
        colours = colours_in(memory, request.count)[step]
        if self._shown is None or (wanted[0], wanted[2]) != (self._shown[0], self._shown[2]):
            self._canvas.set_points(points_in(memory, request.count)[step], colours)
        else:
            self._canvas.set_colours(colours)
        self._shown = wanted


def _picture(request: RenderRequest) -> Picture:
    return Picture(
        size=request.size,
        view_from_world=request.view_from_world,
        image_from_view=request.image_from_view,
        point_size=request.point_size * request.stride**0.5,  # thinned points cover as much
        background=request.background,
        shaded=request.shaded,
        scale=request.scale,
    )


def _without_display() -> None:
    """Make Open3D draw off-screen through EGL: with a display it opens (or crashes on) a window."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)


def make_canvas(mode: Mode) -> tuple[Canvas, str]:
    """The best canvas there is, and a sentence where something better was hoped for (else "").

    Without a device OpenGL would be computed by the processor, at twice what the projection takes.
    """
    if mode is Mode.AUTO and not has_graphics_device():
        return ProjectionCanvas(), ""
    if mode is Mode.PROJECTION:
        return ProjectionCanvas(), NO_OPENGL
    try:
        return OpenGLCanvas(), ""
    except NoOpenGL:
        return ProjectionCanvas(), NO_OPENGL


def has_graphics_device(devices: Path = Path("/dev")) -> bool:
    """Whether this process may use a graphics processor. Where Linux is not, there is one."""
    if sys.platform != "linux":
        return True
    nodes = (node for pattern in DEVICES for node in devices.glob(pattern))
    return any(os.access(node, os.R_OK | os.W_OK) for node in nodes)
