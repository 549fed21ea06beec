"""Camera plug-ins as another package would bring them: good ones and broken ones."""

from __future__ import annotations

import threading

from scripted import ATTACHED, ScriptedKind, missing, picture

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import Found

HANGING = threading.Event()  # set: the driver answers after all


def good() -> ScriptedKind:
    """A sensor that is attached."""
    return ScriptedKind([[picture()]])


def second() -> ScriptedKind:
    """Another one, with nothing attached."""
    return ScriptedKind([[picture()]], name="second", found=Found())


def sdk_missing() -> ScriptedKind:
    """A sensor whose SDK is not installed."""
    return ScriptedKind([], name="bare", title="Bare", found=missing(remedy="pip install bare"))


def virtual() -> ScriptedKind:
    """In the place of the built-in virtual camera."""
    return ScriptedKind([[picture()]], name="virtual", title="Virtual camera")


def webcam() -> ScriptedKind:
    """In the place of the built-in webcam."""
    return ScriptedKind([[picture("none")]], name="webcam", title="Webcam")


def replay() -> ScriptedKind:
    """In the place of the built-in replay."""
    return ScriptedKind([[picture()]], name="replay", title="Replay", found=Found())


def video() -> ScriptedKind:
    """In the place of the built-in videos."""
    return ScriptedKind([[picture()]], name="video", title="Video", found=Found())


def realsense() -> ScriptedKind:
    """In the place of the built-in RealSense."""
    return ScriptedKind([[picture()]], name="realsense", title="RealSense", found=Found())


def failing() -> ScriptedKind:
    """Its driver raises when it is asked."""

    class Failing(ScriptedKind):
        def find(self) -> Found:
            raise OSError("no udev")

    return Failing([], name="failing", title="Failing")


def refusing() -> ScriptedKind:
    """Its driver says what the user can do."""

    class Refusing(ScriptedKind):
        def find(self) -> Found:
            raise UserError("The driver is too old: update it.", "version 1")

    return Refusing([], name="refusing", title="Refusing")


def wrong() -> ScriptedKind:
    """Its answer is none of this program's, and it cannot tell of changes."""

    class Wrong(ScriptedKind):
        def find(self) -> Found:
            return [("S1", "Wrong")]  # type: ignore[return-value]

        def watch(self, _changed: object) -> None:
            raise OSError("no udev")

    return Wrong([], name="wrong", title="Wrong")


def leaving() -> ScriptedKind:
    """Its module is a script."""
    raise SystemExit(1)


def hanging() -> ScriptedKind:
    """Its driver answers after a minute at the earliest."""

    class Hanging(ScriptedKind):
        def find(self) -> Found:
            self.addresses.append("asked")
            HANGING.wait(60)
            return ATTACHED

    return Hanging([], name="hanging", title="Hanging")


def broken() -> ScriptedKind:
    """Its package does not fit this machine."""
    raise ImportError("libsensor.so.2 is missing")


def half() -> object:
    """No camera kind at all."""
    half = type("Half", (), {"name": "half", "title": "Half"})
    return half()
