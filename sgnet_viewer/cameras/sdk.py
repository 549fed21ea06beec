"""Vendors' packages: imported when a source is used, a clear sentence where they are missing."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Any

from sgnet_model.types import UserError

from .protocol import Found

CLOSE_TIMEOUT_S = 2.0


class SdkMissing(UserError):
    """A package is not there, or does not load. `remedy`: the command that installs it, if any."""

    def __init__(self, message: str, remedy: str, details: str = "") -> None:
        super().__init__(
            f"{message}: install it with {remedy}." if remedy else f"{message}.", details
        )
        self._sentence, self.remedy = f"{message}.", remedy

    def found(self) -> Found:
        """What a kind answers where its package is missing."""
        return Found(missing=self._sentence, remedy=self.remedy)


def import_sdk(module: str, title: str, package: str) -> Any:
    """The module, which `title` needs and `package` (a pip requirement) brings.

    Raises SdkMissing.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        frozen = getattr(sys, "frozen", False)  # its own Python, without pip
        remedy = "" if frozen else f'"{sys.executable}" -m pip install "{package}"'
        if isinstance(error, ModuleNotFoundError) and error.name == module:
            lacking = ", which this frozen copy was made without" if frozen else ""
            raise SdkMissing(f"{title} needs the package {module}{lacking}", remedy) from error
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        sentence = f"The package {module} of {title} does not load ({reason})"
        raise SdkMissing(sentence, remedy, str(error)) from error


def bounded(action: Callable[[], object], timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
    """Runs what may hang or raise, such as the end of a driver; never raises.

    True where it ended within `timeout_s` seconds; else it is left behind in its thread.
    """
    ended = threading.Event()

    def run() -> None:
        try:
            action()
        except Exception:
            pass  # the device is going away in any case
        finally:
            ended.set()

    threading.Thread(target=run, name="sgnet-camera-close", daemon=True).start()
    return ended.wait(timeout_s)
