"""What the cloud view shows: the points, how they are drawn, and the first view of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.cloud.camera import OrbitCamera, Vector, ViewSize, fit, home
from sgnet_viewer.cloud.grid import Grid, make_grid
from sgnet_viewer.cloud.placement import picture_size
from sgnet_viewer.cloud.scene import EMPTY_CLOUD, Cloud, Rgb, Scene, require_rows, same_frame
from sgnet_viewer.cloud.viewpoints import from_above, from_side, oblique
from sgnet_viewer.contract.cloud import SENSOR_DOWN, Ground
from sgnet_viewer.render.cloud_box import LEVEL_GROUND, across, heights
from sgnet_viewer.views.cloud.cloud_floats import POINT_SIZES
from sgnet_viewer.views.cloud.cloud_navigation import CloudNavigator

DEFAULT_POINT_SIZE = 2
CLOSED_AT = 640  # pixels: in a higher view the points of a sensor lie apart, and are larger
GAPS_SHOW = 480  # pixels: in a narrower view the points of a stream touch as they are


class CloudSubject:
    """Holds the state that a picture of the cloud is made of; `size` is always the widget's."""

    def __init__(self) -> None:
        self.cloud: Cloud | None = None
        self.background: Rgb = (0, 0, 0)
        self.ground: Ground | None = None
        self.grid: Grid | None = None
        self.shaded = False
        self.covered_px = 0  # rows at the top of the widget that buttons lie over
        self._point_size = DEFAULT_POINT_SIZE
        self._whole = EMPTY_CLOUD  # the most that was shown of the present frame
        self._spacing = 1  # pixels of the frame from one point to the next

    @property
    def point_size(self) -> int:
        """Side of a drawn point in pixels of the widget, 1..12."""
        return self._point_size

    @point_size.setter
    def point_size(self, pixels: int) -> None:
        self._point_size = min(max(pixels, POINT_SIZES[0]), POINT_SIZES[-1])

    def show(self, cloud: Cloud) -> bool:
        """Take other points; whether they are another frame, not the same with other classes."""
        same = cloud.is_merged == self._whole.is_merged and same_frame(self._whole, cloud)
        if not same or len(cloud) > len(self._whole):
            self._whole = cloud
            self.grid = None if self.ground is None else make_grid(cloud.points, self.ground)
        self.cloud, self._spacing = cloud, 1
        return not same

    def follow(self, cloud: Cloud, spacing: int) -> None:
        """Take the next moment of a stream, with a point for each `spacing` rows and columns."""
        self.cloud = self._whole = cloud
        self._spacing = spacing

    def carry(self, motion: FloatArray) -> None:
        """The next points are in another frame; `motion`: (4, 4) rigid, to it from this one."""
        self.grid = None if self.grid is None else self.grid.carried(motion)

    def recolour(self, colours: UInt8Array) -> None:
        """(N, 3) uint8 RGB. UserError without a cloud, or where it has another number of points."""
        if self.cloud is None:
            raise UserError("Colours arrived without a cloud: set the points first.")
        require_rows("The colours of the cloud", colours, np.uint8, (len(self.cloud), 3))
        self.cloud = replace(self.cloud, colours=np.ascontiguousarray(colours))

    def home(self, size: ViewSize) -> OrbitCamera:
        """Obliquely from above; as the sensor saw it where the ground is not known."""
        if self.ground is None:
            return self.sensor_view(size)
        return oblique(self._whole.points, size, self.ground.down, self.covered_px)

    def sensor_view(self, size: ViewSize) -> OrbitCamera:
        """The sensor's viewpoint, slightly pulled back."""
        return home(self._whole.points, size)

    def plan(self, size: ViewSize) -> OrbitCamera:
        """From straight above."""
        return from_above(self._whole.points, size, self._down)

    def side(self, size: ViewSize, left: bool) -> OrbitCamera:
        """Level, from the sensor's left or from its right."""
        return from_side(self._whole.points, size, self._down, left)

    @property
    def _down(self) -> Vector:
        return SENSOR_DOWN if self.ground is None else self.ground.down

    def fitted(self, camera: OrbitCamera, size: ViewSize) -> OrbitCamera:
        """`camera`, moved to take in the whole frame, also where classes are hidden."""
        return fit(camera, self._whole.points, size)

    def extents(self) -> dict[str, tuple[float, float]]:
        """What all but strays of the whole cloud span, by the fields of `CloudBox`, in metres."""
        ground, points = self.ground or LEVEL_GROUND, self._whole.points[::7]
        if not len(points):
            return dict.fromkeys(("depth", "height", "across"), (0.0, 1.0))
        along = {
            "depth": points[:, 2],
            "height": heights(points, ground),
            "across": across(points, ground),
        }
        spans = {name: np.percentile(values, (0.5, 99.5)) for name, values in along.items()}
        return {name: (float(low), float(high)) for name, (low, high) in spans.items()}

    def scene(self, cloud: Cloud, navigator: CloudNavigator, pixel_ratio: float) -> Scene:
        """The picture to draw of `cloud` now. `pixel_ratio`: of the screen."""
        width, height = navigator.size
        size = picture_size(width, height, pixel_ratio)
        # Points far apart are drawn larger where the view is large enough to show the gaps.
        spacing = self._spacing if width > GAPS_SHOW else 1
        filling = spacing * max(height / CLOSED_AT, 1.0)
        return Scene(
            cloud=cloud,
            camera=navigator.camera,
            size=size,
            point_size=self._point_size * navigator.closeness * filling * size.height / height,
            background=self.background,
            draft=navigator.is_moving,
            shaded=self.shaded,
            scale=size.height / height,
        )
