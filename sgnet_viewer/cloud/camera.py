"""The orbit camera of the cloud view: pure mathematics, no drawing.

World frame: the sensor's camera frame, x right, y down, z forward, metres. View frame: the same
axes for the orbit camera. Pixels (u, v) of the drawn image have their centres at whole numbers,
so an image of (width, height) has its principal point at ((width - 1) / 2, (height - 1) / 2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, cos, isfinite, pi, radians, sin, tan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UserError
from sgnet_viewer.contract.cloud import SENSOR_DOWN

NEAR_M = 0.01  # nothing closer to the eye is drawn or picked
FAR_M = 1000.0
DEFAULT_FIELD_OF_VIEW = radians(50.0)
MAX_PITCH = radians(89.0)  # at 90 degrees the horizon has no direction
MIN_DISTANCE_M = 0.02
MAX_DISTANCE_M = 500.0
HOME_PULL = 0.12  # how far behind the sensor the first view stands, in median depths
INSIDE_PERCENT = 98.0  # share of points a view is fitted to; the rest are strays of the sensor

Float64Array = NDArray[np.float64]
Vector = tuple[float, float, float]


class ViewSize(NamedTuple):
    """Size of the drawn image in pixels. Width first, as Qt and Open3D have it."""

    width: int
    height: int

    @property
    def centre(self) -> tuple[float, float]:
        """(u, v) of the principal point."""
        return (self.width - 1) / 2, (self.height - 1) / 2


class Projected(NamedTuple):
    """Points on the image plane.

    `u`, `v`: (N,) float32, pixels; NaN for points nearer than `NEAR_M` or behind the eye.
    `depth`: (N,) float32, metres along the viewing direction, negative behind the eye.
    """

    u: FloatArray
    v: FloatArray
    depth: FloatArray

    def inside(self, size: ViewSize) -> NDArray[np.bool_]:
        """(N,) bool: the point falls on a pixel of the image."""
        across = (self.u >= -0.5) & (self.u < size.width - 0.5)  # NaN compares false
        return across & (self.v >= -0.5) & (self.v < size.height - 0.5)


@dataclass(frozen=True, slots=True)
class OrbitCamera:
    """An eye on a sphere around a target; every move returns a new camera.

    `target`: metres, world frame. `distance`: metres from eye to target. `yaw`: radians about the
    vertical, positive turns the view to the right; at 0 it looks where the sensor looked. `pitch`:
    radians, positive looks down. `field_of_view`: radians, vertical. `down`: unit vector, the
    world's vertical; the sensor's own y axis where gravity is not known.
    """

    target: Vector = (0.0, 0.0, 2.0)
    distance: float = 2.0
    yaw: float = 0.0
    pitch: float = 0.0
    field_of_view: float = DEFAULT_FIELD_OF_VIEW
    down: Vector = SENSOR_DOWN

    def __post_init__(self) -> None:
        if not all(isfinite(value) for value in (*self.target, self.distance, self.yaw)):
            raise UserError(
                f"A camera at distance {self.distance} from {self.target} cannot be drawn: "
                "all its numbers must be finite; reset the view."
            )

    # moves

    def orbit(self, yaw: float, pitch: float) -> OrbitCamera:
        """Turn about the target by angles in radians; the pitch stops short of the poles."""
        wrapped = (self.yaw + yaw + pi) % (2 * pi) - pi
        return replace(self, yaw=wrapped, pitch=_clamp(self.pitch + pitch, -MAX_PITCH, MAX_PITCH))

    def pan(self, du: float, dv: float, size: ViewSize) -> OrbitCamera:
        """Drag the scene by (du, dv) pixels: what lies at the target's depth follows exactly."""
        metres = self.metres_per_pixel(size)
        return self._shifted(-du * metres, -dv * metres)

    def zoom(
        self, factor: float, anchor: tuple[float, float] | None = None, size: ViewSize | None = None
    ) -> OrbitCamera:
        """Multiply the distance by `factor`; with an `anchor` pixel the scene under it stays there.

        The anchor holds exactly for what lies at the target's depth.
        """
        distance = _clamp(self.distance * factor, MIN_DISTANCE_M, MAX_DISTANCE_M)
        closer = replace(self, distance=distance)
        if anchor is None or size is None:
            return closer
        change = self.metres_per_pixel(size) - closer.metres_per_pixel(size)
        centre_u, centre_v = size.centre
        return closer._shifted((anchor[0] - centre_u) * change, (anchor[1] - centre_v) * change)

    def carried(self, motion: FloatArray) -> OrbitCamera:
        """The same view in another world frame; `motion`: (4, 4) rigid, to it from this one."""
        rotation, shift = motion[:3, :3].astype(np.float64), motion[:3, 3]
        down = _vector(rotation @ np.asarray(self.down))
        right, _, ahead = level_axes(down) @ rotation @ self.axes()[2]
        yaw = atan2(right, ahead)
        return replace(
            self, target=_vector(rotation @ np.asarray(self.target) + shift), yaw=yaw, down=down
        )

    def metres_per_pixel(self, size: ViewSize) -> float:
        """How wide a pixel is at the target's depth."""
        return self.distance / self.focal(size)

    def _shifted(self, right_m: float, down_m: float) -> OrbitCamera:
        right, down, _ = self.axes()
        moved = np.asarray(self.target) + right_m * right + down_m * down
        return replace(self, target=_vector(moved))

    # matrices

    def axes(self) -> tuple[Float64Array, Float64Array, Float64Array]:
        """Unit vectors right, down, forward of the view, each (3,) in the world frame."""
        sy, cy, sp, cp = sin(self.yaw), cos(self.yaw), sin(self.pitch), cos(self.pitch)
        upright = level_axes(self.down)
        right = np.array([cy, 0.0, -sy]) @ upright
        down = np.array([-sy * sp, cp, -cy * sp]) @ upright
        forward = np.array([sy * cp, sp, cy * cp]) @ upright
        return right, down, forward

    def eye(self) -> Float64Array:
        """(3,) position of the eye, metres, world frame."""
        forward = self.axes()[2]
        return np.asarray(self.target) - self.distance * forward

    def view_from_world(self) -> Float64Array:
        """(4, 4) rigid transform, the extrinsic matrix that Open3D wants."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.stack(self.axes())  # rows: right, down, forward
        matrix[:3, 3] = -matrix[:3, :3] @ self.eye()
        return matrix

    def focal(self, size: ViewSize) -> float:
        """Focal length in pixels, the same across and down."""
        return size.height / 2 / tan(self.field_of_view / 2)

    def image_from_view(self, size: ViewSize) -> Float64Array:
        """(3, 3) pinhole matrix for an image of `size`."""
        focal = self.focal(size)
        centre_u, centre_v = size.centre
        return np.array([[focal, 0.0, centre_u], [0.0, focal, centre_v], [0.0, 0.0, 1.0]])

    # points

    def project(self, points: FloatArray, size: ViewSize) -> Projected:
        """Pixels and depths of `points` ((N, 3) float32, metres, world frame)."""
        matrix = self.view_from_world().astype(np.float32)
        view = matrix[:3, :3] @ points.T  # (3, N), worked on in place: a cloud's copies are slow
        view += matrix[:3, 3:]
        u, v, depth = view
        scale = np.full_like(depth, np.nan)
        np.divide(np.float32(self.focal(size)), depth, out=scale, where=depth >= NEAR_M)
        for across, centre in zip((u, v), size.centre, strict=True):
            across *= scale
            across += np.float32(centre)
        return Projected(u, v, depth)


def level_axes(down: Vector) -> Float64Array:
    """(3, 3) rotation, its rows right, down, forward: `down` is the vertical, and forward is the
    level direction nearest to the sensor's axis.
    """
    if down == SENSOR_DOWN:
        return np.eye(3)
    vertical = np.asarray(down) / np.linalg.norm(down)
    # A sensor that looks straight down or up has no level axis: the top of its picture is forward.
    ahead = np.array([0.0, 0.0, 1.0]) if abs(vertical[2]) < 0.99 else np.array([0.0, -1.0, 0.0])
    forward = ahead - (ahead @ vertical) * vertical
    forward /= np.linalg.norm(forward)
    return np.stack((np.cross(vertical, forward), vertical, forward))


def home(
    points: FloatArray, size: ViewSize, field_of_view: float = DEFAULT_FIELD_OF_VIEW
) -> OrbitCamera:
    """The sensor's own viewpoint, pulled back until 98 % of `points` fit into the view.

    `points`: (N, 3) float32, metres. It turns about the axis at the median depth; without points
    the default camera is returned.
    """
    if not len(points):
        return OrbitCamera(field_of_view=field_of_view)
    sample = _sample(points)
    middle = max(float(np.median(sample[:, 2])), MIN_DISTANCE_M)
    back = max(_back_off(sample, size, field_of_view), HOME_PULL * middle)
    distance = _clamp(middle + back, MIN_DISTANCE_M, MAX_DISTANCE_M)
    return OrbitCamera((0.0, 0.0, middle), distance, field_of_view=field_of_view)


def fit(camera: OrbitCamera, points: FloatArray, size: ViewSize) -> OrbitCamera:
    """`camera` with its direction kept, moved to hold 98 % of `points` ((N, 3) float32, metres)."""
    if not len(points):
        return camera
    sample = _sample(points)
    tail = (100.0 - INSIDE_PERCENT) / 2
    low, high = np.percentile(sample, [tail, 100.0 - tail], axis=0)
    target = (low + high) / 2
    view = (sample - target) @ np.stack(camera.axes()).T  # target at the origin of the view
    back = _back_off(view, size, camera.field_of_view)
    distance = _clamp(back, MIN_DISTANCE_M, MAX_DISTANCE_M)
    return replace(camera, target=_vector(target), distance=distance)


def _back_off(view: Float64Array, size: ViewSize, field_of_view: float) -> float:
    """How far behind the view's origin an eye must stand to see 98 % of the (N, 3) points.

    A point is inside when |y| <= tan(f/2) (z + back), and likewise |x| with the aspect.
    """
    slope = tan(field_of_view / 2)
    aspect = size.width / size.height
    sideways = np.maximum(np.abs(view[:, 1]) / slope, np.abs(view[:, 0]) / (slope * aspect))
    return float(np.percentile(sideways - view[:, 2], INSIDE_PERCENT))


def _sample(points: FloatArray, most: int = 20_000) -> Float64Array:
    """Evenly thinned float64 copy: percentiles of a full cloud would take too long."""
    step = max(1, len(points) // most)
    return points[::step].astype(np.float64)


def _vector(array: Float64Array) -> Vector:
    return float(array[0]), float(array[1]), float(array[2])


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
