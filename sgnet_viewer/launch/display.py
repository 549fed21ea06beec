"""Whether there is a display: without one QApplication would abort the process."""

from __future__ import annotations

import os
import re
import socket
import sys

from sgnet_model.types import UserError

NO_DISPLAY = (
    "There is no display to open a window on: start sgnet-viewer in a desktop session (or with "
    "ssh -X), or save a picture of the window with --screenshot FILE."
)


def choose_platform(offscreen_will_do: bool) -> None:
    """Settle Qt's platform before QApplication is made; raises UserError without a display."""
    # A cv2 with Qt 5 plug-ins of its own points Qt to them; ours would fail to load.
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux") or has_display():
        return
    if not offscreen_will_do:
        raise UserError(NO_DISPLAY)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def has_display() -> bool:
    """A Wayland session is named, or an X server is named and answers."""
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    name = os.environ.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", name)
    return _answers(int(local[1])) if local else bool(name)


def _answers(number: int) -> bool:
    """Whether a local X server listens; one over the network is taken at its word."""
    path = f"/tmp/.X11-unix/X{number}"
    return any(_connects(address) for address in (path, f"\0{path}"))


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2.0)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
