"""A webcam's picture with the depth of a separate device, related by a calibration file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sgnet_model.files import expanded
from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraOptions, Found

from .calibration import Side, read_calibration
from .rig_camera import WebcamDepthCamera

if TYPE_CHECKING:
    from sgnet_viewer.cameras.choose import Choice

NEEDED = "A webcam with a separate depth device needs a calibration file"
NOT_EVERY = "Two devices go on at their own pace: frames may be left out."


class WebcamDepthKind:
    """Address: the calibration file, which names both devices; see `calibration`."""

    name = "webcam+depth"
    title = "Webcam with a separate depth device"

    def find(self) -> Found:
        """Never a device: only a calibration file says which two belong together."""
        return Found(
            missing=f"{NEEDED}.", remedy="sgnet-viewer live --source webcam+depth:calibration.json"
        )

    def open(self, address: str, options: CameraOptions) -> WebcamDepthCamera:
        """See `CameraKind`; the file may also come as `options.calibration`.

        A device whose camera is calibrated is asked for pictures of that size. Neither waits for
        the reader, not even where both are recordings: they would not stay in step.
        """
        path = address or options.calibration
        if not path:
            raise UserError(
                f"{NEEDED}: it says which depth belongs to which pixel, so give "
                "one as webcam+depth:FILE.json."
            )
        calibration = read_calibration(expanded(path))
        colour, depth = self._chosen(calibration.colour), self._chosen(calibration.depth)
        notes = (NOT_EVERY,) if options.every_frame else ()
        options = replace(options, every_frame=False)
        opened = depth.open(_sized(options, calibration.depth))
        try:
            camera = colour.open(_sized(options, calibration.colour))
            return WebcamDepthCamera(camera, opened, calibration, path, notes)
        except Exception:
            opened.close()
            raise

    def _chosen(self, side: Side) -> Choice:
        from sgnet_viewer.cameras.choose import choose_source  # which knows this kind, too

        choice = choose_source(side.source)
        if choice.kind.name == self.name:
            raise UserError(
                f"The calibration names {side.source!r} as one of its two devices, which is a pair "
                "itself: name a webcam and a depth device."
            )
        return choice


def _sized(options: CameraOptions, side: Side) -> CameraOptions:
    camera = side.camera
    return options if camera is None else replace(options, size=(camera.height, camera.width))
