"""A webcam's picture with the depth of a separate device, related by a calibration file."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.types import UserError

from .calibration import read_calibration
from .protocol import CameraOptions, Found
from .webcam_depth_camera import WebcamDepthCamera

NEEDED = "A webcam with a separate depth device needs a calibration file"


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
        """See `CameraKind`; the file may also come as `options.calibration`."""
        from .choose import choose_source  # which knows this kind, too

        path = address or options.calibration
        if not path:
            raise UserError(
                f"{NEEDED}: without it nobody knows which depth belongs to which pixel, so give "
                "one as webcam+depth:FILE.json."
            )
        calibration = read_calibration(Path(path).expanduser())
        colour = choose_source(calibration.colour.source)
        depth = choose_source(calibration.depth.source)
        opened = depth.open(options)
        try:
            return WebcamDepthCamera(colour.open(options), opened, calibration, path)
        except Exception:
            opened.close()
            raise
