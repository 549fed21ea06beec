"""What is streamed: how it is opened first, and how the same device is opened again."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import OPEN_S, Choice, choose_source
from sgnet_viewer.cameras.kinds import CameraKinds
from sgnet_viewer.cameras.protocol import Camera, CameraOptions
from sgnet_viewer.cameras.webcam.shown_address import without_password

_MAKING = threading.Lock()


class Source(Protocol):
    """Used by the camera's thread. `note`: what was taken where the user named nothing, or "".

    `open_s`: after so many seconds an `open` or `reopen` that has not returned hangs.
    `give_up`, from any thread: no `open` is waited for any more, nor those to come.
    """

    title: str
    note: str

    @property
    def open_s(self) -> float: ...

    def open(self) -> Camera:
        """Raises UserError where it cannot be opened."""
        ...

    def reopen(self, serial: str) -> Camera:
        """The device of this serial ("": of the same address) once more. Raises UserError."""
        ...

    def give_up(self) -> None: ...


@lru_cache(maxsize=1)
def _kinds() -> CameraKinds:
    return CameraKinds()


def shared_kinds() -> CameraKinds:
    """The kinds of this process, made on first use: that imports their modules."""
    with _MAKING:
        return _kinds()


class NamedSource:
    """A `Source` from what the user named; looking for devices happens when it is opened."""

    def __init__(self, text: str, options: CameraOptions, kinds: CameraKinds | None = None) -> None:
        self.title = without_password(text) or "a camera"
        self.note = ""
        self._text = text
        self._given_up = threading.Event()
        self._options = replace(options, given_up=self._given_up.is_set)
        self._kinds = kinds  # None: those of this process
        self._choice: Choice | None = None

    @property
    def open_s(self) -> float:
        """See `Source`; what to open is decided first."""
        return OPEN_S if self._choice is None else self._choice.open_s

    def open(self) -> Camera:
        """Decides, then opens."""
        self._choice = choose_source(self._text, self._kinds or shared_kinds())
        self.note = self._choice.note
        return self._choice.open(self._options)

    def reopen(self, serial: str) -> Camera:
        """By serial, so that another port of the machine will do."""
        if self._choice is None:
            raise UserError(f"{self.title} has not been opened: open it first.")
        return self._choice.reopen(serial, self._options)

    def give_up(self) -> None:
        """See `Source`."""
        self._given_up.set()
