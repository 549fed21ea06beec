"""OpenCV's captures, of files and devices, without its own remarks on the terminal."""

from __future__ import annotations

import os
from typing import Any


def open_capture(*where: Any) -> Any:
    """`cv2.VideoCapture(*where)`; the caller says in a sentence what is wrong with it."""
    import cv2

    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # quiet; read at the first capture
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2.VideoCapture(*where)
