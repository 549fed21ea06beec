"""What the cloud's widget shows, and from where: its points, marks, ground, captions and camera."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.cloud.camera import OrbitCamera
from sgnet_viewer.cloud.marks import make_marks
from sgnet_viewer.cloud.scene import make_cloud
from sgnet_viewer.contract.cloud import CloudCamera, CloudViewpoint, Ground
from sgnet_viewer.painting.pointer import around
from sgnet_viewer.views.cloud.cloud_surface import CloudSurface


class CloudContent(CloudSurface):
    """Setters of what is drawn; buttons, keys and the renderer's loss are for the class of it."""

    def set_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: NDArray[np.int64]
    ) -> None:
        """Show these points.

        A new frame is seen from home unless the user has chosen a view; the same frame with other
        classes shown keeps its view in any case.

        `points`: (N, 3) float32, metres, sensor frame, finite. `colours`: (N, 3) uint8 RGB.
        `source_index`: (N,) int64, v * W + u of each point's pixel.

        Raises:
            UserError: the arrays do not belong together, or a point is not finite.
        """
        other = self._subject.show(make_cloud(points, colours, source_index))
        if other and not self._navigator.touched:
            self._navigator.set_home(self._subject.home(self._navigator.size))
        self.set_message("")

    def set_next_cloud(
        self,
        points: FloatArray,
        colours: UInt8Array,
        source_index: NDArray[np.int64],
        spacing: int = 1,
    ) -> None:
        """Show the next moment of the same scene: the view stays as it is. See `set_cloud`.

        `spacing`: this many pixels of each row and column became one point.
        """
        self._subject.follow(make_cloud(points, colours, source_index), spacing)
        self.set_message("")

    def set_ground(self, ground: Ground | None) -> None:
        """Where down and the floor are, for the clouds that follow: a view of them begins obliquely
        from above, stands upright and has a grid. None: it begins where the sensor stood.
        """
        self._subject.ground = ground

    def carry_over(self, motion: FloatArray) -> None:
        """The clouds that follow are in another sensor's frame; what is seen stays where it is.

        `motion`: (4, 4) float32, rigid, to the new frame from the one until now.
        """
        self._subject.carry(motion)
        self._navigator.carry(motion)

    def set_shaded(self, shaded: bool) -> None:
        """Whether edges and steps in depth are darkened."""
        if shaded is not self._subject.shaded:
            self._subject.shaded = shaded
            self._ask()

    def set_grid_shown(self, shown: bool) -> None:
        """Whether a grid lies on the floor."""
        if shown is not self._screen.grid_shown:
            self._screen.grid_shown = shown
            self._renew()

    def set_caption(self, text: str) -> None:
        """A line in the corner; "" where the cloud is simply that of the frame."""
        if text != self._screen.caption:
            self._screen.caption = text
            self.update()

    def set_pointer(self, xyz_m: tuple[float, float, float] | None) -> None:
        """The point that the cursor is on in another view, metres; None for none."""
        if xyz_m == self._screen.pointer:
            return
        before = self._screen.pointer_place(self.size())
        self._screen.pointer = xyz_m
        for place in (before, self._screen.pointer_place(self.size())):
            if place is not None:  # the cloud is not painted anew for a ring
                self.update(around(place[0]))

    def set_colours(self, colours: UInt8Array) -> None:
        """Recolour the points shown: (N, 3) uint8 RGB.

        Raises:
            UserError: there is no cloud, or it has another number of points.
        """
        self._subject.recolour(colours)
        self._ask()

    def set_marks(
        self,
        xyz: FloatArray,
        rgba: UInt8Array,
        size_px: FloatArray,
        lines: NDArray[np.int64],
    ) -> None:
        """Lay points and lines over the cloud; see `sgnet_viewer.cloud.marks.Marks`."""
        self._screen.set_marks(make_marks(xyz, rgba, size_px, lines))
        self._renew()

    def set_message(self, text: str) -> None:
        """Show a sentence in place of a cloud; an empty one shows the cloud again."""
        if text != self._message:
            self._message = text
            self.update()
        self._arrange()
        self._ask()

    def look_from(self, viewpoint: CloudViewpoint) -> None:
        """At the whole cloud."""
        if viewpoint is CloudViewpoint.START:
            self.reset_view()
        else:
            self._navigator.look(self._seen_from(viewpoint))

    def centre_on(self, xyz_m: tuple[float, float, float]) -> None:
        """Bring a point into the middle, in the direction and at the distance of now: what turns
        and zooms does so about it."""
        self._navigator.look(replace(self.camera, target=xyz_m))

    def _seen_from(self, viewpoint: CloudViewpoint) -> OrbitCamera:
        subject, size = self._subject, self._navigator.size
        if viewpoint is CloudViewpoint.WHOLE:
            return subject.fitted(self.camera, size)
        if viewpoint is CloudViewpoint.SENSOR:
            return subject.sensor_view(size)
        if viewpoint is CloudViewpoint.ABOVE:
            return subject.plan(size)
        return subject.side(size, left=viewpoint is CloudViewpoint.LEFT)

    def camera_pose(self) -> CloudCamera:
        """Where the eye is."""
        camera = self.camera
        return CloudCamera(camera.target, camera.distance, camera.yaw, camera.pitch, camera.down)

    def set_camera_pose(self, camera: CloudCamera) -> None:
        """Look from there, as if the user had moved."""
        self._navigator.look(
            OrbitCamera(camera.target, camera.distance, camera.yaw, camera.pitch, down=camera.down)
        )
