"""Whether there is a display that answers: without one QApplication would abort the process."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import struct
import sys
import threading
import time
from pathlib import Path

from sgnet_model.types import UserError

WHAT_TO_DO = (
    "start sgnet-viewer in a desktop session (or with ssh -X), or save a picture of the window "
    "with --screenshot FILE."
)
NO_DISPLAY = f"There is no display to open a window on: {WHAT_TO_DO}"
ANSWER_S = 2.0  # what a display may take: a stale one would never answer
TRIES, PAUSE_S = 3, 0.1  # a server that starts anew refuses for a moment
X_PORT = 6000  # of display 0 over the network
_LOCAL = re.compile(r"(?:unix)?(/\S*)?:(\d+)(?:\.\d+)?")
_REMOTE = re.compile(r"(?:tcp/)?([^:/]+):(\d+)(?:\.\d+)?")
# wl_display.sync, with 2 as the number of the callback: any compositor answers it.
_WAYLAND_SYNC = struct.pack("=III", 1, 12 << 16, 2)


def choose_platform(offscreen_will_do: bool) -> None:
    """Settle Qt's platform before QApplication is made; raises UserError without a display.

    Of a Wayland and an X11 display of which one does not answer, the other is taken.
    """
    # A cv2 with Qt 5 plug-ins of its own points Qt to them; ours would fail to load.
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    if not sys.platform.startswith("linux"):
        return
    listed = os.environ.get("QT_QPA_PLATFORM", "").split(";")  # "wayland;xcb" is a choice of Qt's
    wanted = [name.partition(":")[0].removesuffix("-egl") for name in listed if name]
    if any(name not in _ANSWERS for name in wanted):
        return
    answering = [name for name in wanted or _ANSWERS if _ANSWERS[name]()]
    if not answering:
        if not offscreen_will_do:
            raise UserError(_why())
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not wanted and len(answering) == 1:
        os.environ["QT_QPA_PLATFORM"] = answering[0]


def wayland_answers() -> bool:
    """Whether the compositor that WAYLAND_DISPLAY names answers a request."""
    name = os.environ.get("WAYLAND_DISPLAY", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or os.path.isabs(name)):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_S)
            connection.connect(str(Path(folder) / name))
            connection.sendall(_WAYLAND_SYNC)
            return bool(connection.recv(8))
    except (OSError, ValueError):  # a name too long for a socket
        return False


def x_answers() -> bool:
    """Whether the X server that DISPLAY names listens, and lets us in."""
    name = os.environ.get("DISPLAY", "")
    local, remote = _LOCAL.fullmatch(name), _REMOTE.fullmatch(name)
    if local is not None:
        path = local[1] or f"/tmp/.X11-unix/X{local[2]}"
        listens = any(_listens(address) for address in (path, f"\0{path}"))
    else:
        listens = remote is not None and _listens((remote[1], X_PORT + int(remote[2])))
    return listens and _lets_us_in()


def _listens(address: str | tuple[str, int]) -> bool:
    try:
        if isinstance(address, tuple):
            socket.create_connection(address, ANSWER_S).close()
            return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_S)
            connection.connect(address)
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _lets_us_in() -> bool:
    """Through the library that Qt uses: it knows where the passwords of X servers lie.

    In a thread, which is left behind where the server takes the connection and never answers. The
    connection that succeeds stays open: a server without another client would start anew when it
    ends, just as Qt connects. Without the library Qt has no X11 either, and says so.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    let_in = threading.Event()

    def connect() -> None:
        for _ in range(TRIES):
            connection = xcb.xcb_connect(None, None)
            if not xcb.xcb_connection_has_error(connection):
                let_in.set()
                return
            xcb.xcb_disconnect(connection)
            time.sleep(PAUSE_S)

    thread = threading.Thread(target=connect, name="sgnet-display", daemon=True)
    thread.start()
    thread.join(ANSWER_S)
    return let_in.is_set()


def _why() -> str:
    named = [
        f"{variable}={os.environ[variable]}"
        for variable in ("WAYLAND_DISPLAY", "DISPLAY")
        if os.environ.get(variable)
    ]
    if not named:
        return NO_DISPLAY
    answers = "does not answer" if len(named) == 1 else "do not answer"
    return f"The display {' and '.join(named)} {answers}: {WHAT_TO_DO}"


_ANSWERS = {"wayland": wayland_answers, "xcb": x_answers}
