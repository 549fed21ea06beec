"""Which webcams the system knows, asked without opening any: opening lights them up and blocks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from sgnet_viewer.cameras.protocol import Device

SYSFS = Path("/sys/class/video4linux")
LASTING = Path("/dev/v4l/by-id")  # of Linux: links named after model and serial number
ASK_TIMEOUT_S = 2.5
NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows none flashes up
MACOS = ("system_profiler", "-json", "SPCameraDataType")
WINDOWS = (
    "powershell",
    "-NoProfile",
    "-Command",
    "Get-CimInstance Win32_PnPEntity | Where-Object { $_.PNPClass -in 'Camera','Image' } | "
    "ForEach-Object { $_.Name }",
)


def attached_webcams() -> tuple[Device, ...]:
    """All of them, in the order in which OpenCV numbers them."""
    if sys.platform == "darwin":
        return _numbered(names_of_macos(_output(MACOS)))
    if sys.platform == "win32":
        return _numbered(line.strip() for line in _output(WINDOWS).splitlines())
    return linux_webcams(SYSFS)


def linux_webcams(folder: Path) -> tuple[Device, ...]:
    """Of a folder like /sys/class/video4linux; a webcam's further nodes carry no pictures."""
    found = []
    for node in folder.glob("video*"):
        number = node.name.removeprefix("video")
        if number.isdigit() and _text(node / "index") in ("0", ""):
            found.append((int(number), _text(node / "name") or node.name))
    return tuple(Device(str(number), name) for number, name in sorted(found))


def numbered(address: str) -> str:
    """A device file, or a lasting name of one, as OpenCV's number; anything else as it is."""
    number = Path(address).resolve().name.removeprefix("video")
    return number if address.startswith("/") and number.isdigit() else address


def lasting_name(number: str, folder: Path = LASTING) -> str:
    """What finds the same webcam after it was plugged in again, when its number may be another.

    `number` itself where the system keeps no such name.
    """
    for link in sorted(folder.glob("*-index0")):
        if numbered(str(link)) == number:
            return str(link)
    return number


def names_of_macos(report: str) -> list[str]:
    """Of `system_profiler -json SPCameraDataType`."""
    try:
        return [str(camera["_name"]) for camera in json.loads(report)["SPCameraDataType"]]
    except (ValueError, KeyError, TypeError):
        return []


def _numbered(names: Iterable[str]) -> tuple[Device, ...]:
    named = [name for name in names if name]
    return tuple(Device(str(number), name) for number, name in enumerate(named))


def _output(command: tuple[str, ...]) -> str:
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            timeout=ASK_TIMEOUT_S,
            check=False,
            text=True,
            creationflags=NO_CONSOLE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
