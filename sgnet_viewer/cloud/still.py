"""A picture of a cloud drawn in the thread that asks: for files, as large as they are to be.

The renderer draws for the screen, where the newest request wins; what is saved is drawn here, by
the same projection, splats and light, without Open3D.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from sgnet_model.types import FloatArray
from sgnet_viewer.cloud.camera import ViewSize
from sgnet_viewer.cloud.image import CloudImage
from sgnet_viewer.cloud.picking import ProjectedCloud, project_scene
from sgnet_viewer.cloud.pixels import OPAQUE, PackedImage, grow_splats, pack_colour
from sgnet_viewer.cloud.scene import Scene
from sgnet_viewer.cloud.shading import shade

MOST_PIXELS = 12_000_000  # a larger picture would take a gigabyte


def enlarged(scene: Scene, factor: float) -> Scene:
    """The same view in `factor` times as many pixels each way, and its points as much larger, so
    that it looks as it does on the screen; as large as `MOST_PIXELS` allow."""
    size = scene.size
    factor = min(factor, sqrt(MOST_PIXELS / (size.width * size.height)))
    larger = ViewSize(round(size.width * factor), round(size.height * factor))
    return replace(
        scene,
        size=larger,
        point_size=scene.point_size * factor,
        scale=scene.scale * factor,
        draft=False,
    )


def draw_still(scene: Scene) -> CloudImage:
    """All points of `scene`; takes some tenths of a second."""
    projected = project_scene(scene)
    depth, colours = _points(scene, projected)
    side, scale = max(1, round(scene.point_size)), max(scene.scale, 1.0)
    pixels, grown = grow_splats(depth, colours, side, closed=scene.shaded, scale=scale)
    if scene.shaded:
        shade(pixels, grown, scale)
    return CloudImage(scene, pixels, projected, 0.0)


def _points(scene: Scene, projected: ProjectedCloud) -> tuple[FloatArray, PackedImage]:
    """One pixel a point, the nearest of those that share one: depth in metres (infinite where
    there is none) and colours, both (H, W)."""
    shape = scene.size.height, scene.size.width
    depth = np.full(shape, np.inf, np.float32)
    colours = np.full(shape, pack_colour(scene.background), np.uint32)
    points = projected.pixels
    seen = np.flatnonzero(points.inside(scene.size))
    seen = seen[np.argsort(-points.depth[seen], kind="stable")]  # the nearest is written last
    at = np.rint(points.v[seen]).astype(np.intp), np.rint(points.u[seen]).astype(np.intp)
    rgb = scene.cloud.colours[seen].astype(np.uint32)
    depth[at] = points.depth[seen]
    colours[at] = OPAQUE | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    return depth, colours
