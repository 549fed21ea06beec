"""Which canvas draws: OpenGL where a graphics device is, projection elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sgnet_viewer.cloud.canvas import Canvas
from sgnet_viewer.cloud.opengl_canvas import NoOpenGL, OpenGLCanvas
from sgnet_viewer.cloud.projection_canvas import ProjectionCanvas
from sgnet_viewer.cloud.protocol import Mode

DEVICES = ("dri/renderD*", "nvidia[0-9]*", "dxg")  # Linux's, NVIDIA's, Windows' below Linux
NO_OPENGL = (
    "There is no OpenGL on this machine (a driver with EGL, such as the package libegl1, was not "
    "found), so the processor draws the point cloud: slower for large points."
)


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
