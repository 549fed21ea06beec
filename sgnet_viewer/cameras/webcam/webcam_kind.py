"""Webcams and network streams, through OpenCV: a picture, no depth."""

from __future__ import annotations

import os
import sys

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraOptions, Found

from .shown_address import without_password
from .webcam_camera import WebcamCamera
from .webcam_list import attached_webcams, lasting_name, numbered


class WebcamKind:
    """Addresses: the system's number of the webcam, a device file, or a URL (rtsp://...)."""

    name = "webcam"
    title = "Webcam (no depth)"

    def find(self) -> Found:
        """What the system lists; no webcam is opened for it."""
        return Found(attached_webcams())

    def open(self, address: str, options: CameraOptions) -> WebcamCamera:
        """See `CameraKind`; `options.stand_in_depth` names a depth to put in place of none."""
        address = numbered(address)
        listed = attached_webcams() if not address or address.isdigit() else ()
        if not address:
            if not listed:
                raise UserError("No webcam is attached: plug one in, or name another source.")
            address = listed[0].address
        _check_access(address)
        titles = {device.address: device.title for device in listed}
        title = titles.get(address, f"Webcam {without_password(address)}")
        return WebcamCamera(address, title, lasting_name(address), options)


def _check_access(address: str) -> None:
    if sys.platform != "linux" or "://" in address:
        return
    path = f"/dev/video{address}" if address.isdigit() else address
    if not os.path.exists(path):
        raise UserError(f"There is no webcam {path}: plug it in, or name another source.")
    if not os.access(path, os.R_OK):
        raise UserError(
            f"The webcam {path} may not be read: join the group video, then log in again."
        )
