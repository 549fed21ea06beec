"""Closing a camera whose driver may never return."""

from __future__ import annotations

import logging
import threading

from sgnet_viewer.cameras.protocol import Camera

CLOSE_TIMEOUT_S = 2.0
_LOG = logging.getLogger(__name__)


def close_within(camera: Camera, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
    """Close `camera`; False where that took longer than `timeout_s` seconds.

    It is closed in a daemon thread of its own, which is then left behind: drivers dead-lock in
    `stop` (librealsense#9184), and nothing can end a thread that sits in one.
    """
    serial = getattr(camera, "serial", "") or "camera"  # a plug-in's may lack anything
    thread = threading.Thread(
        target=_close, args=(camera,), name=f"sgnet-close-{serial}", daemon=True
    )
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        _LOG.warning("%s did not close within %.0f s and was left.", _title(camera), timeout_s)
    return not thread.is_alive()


def _close(camera: Camera) -> None:
    try:
        camera.close()
    except Exception:  # against the protocol; the device is given up either way
        _LOG.exception("%s raised while it was closed.", _title(camera))


def _title(camera: Camera) -> str:
    return getattr(camera, "title", "The camera")
