"""Writing files so that a reader sees the old one or the new one, whole."""

from __future__ import annotations

import os
from pathlib import Path

from .types import UserError
from .unfinished import behind_link, is_device, unfinished


def expanded(path: str | Path) -> Path:
    """With a leading "~" replaced by the user's folder. A "~" that names no user is left: it is
    part of a file's name."""
    return Path(os.path.expanduser(path))


def write_atomically(path: Path, data: bytes) -> None:
    """The whole file or none: written beside its place, then moved there. A link is followed.

    What is a device or a pipe gets the bytes and stays. UserError where the folder is missing, not
    writable or full.
    """
    try:
        if is_device(path):
            _write_into(path, data)
            return
        place = behind_link(path)
        with unfinished(place) as partial:
            partial.write_bytes(data)
            partial.replace(place)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}): choose another place or make room."
        ) from error


def _write_into(device: Path, data: bytes) -> None:
    """OSError for a pipe that nobody reads: waiting for a reader could last for ever."""
    at_once = getattr(os, "O_NONBLOCK", 0)
    number = os.open(device, os.O_WRONLY | at_once)
    with open(number, "wb") as file:
        if at_once:
            os.set_blocking(number, True)
        file.write(data)


def check_target(path: Path) -> None:
    """Before the work that goes into it: UserError where no file of this name can be written."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserError(f"{path} cannot be written: name a file in a folder that is there.")


def make_folder(path: Path) -> None:
    """Creates a folder for results, with its parents; UserError where that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {path} cannot be made ({error.strerror}): choose another one."
        ) from error
