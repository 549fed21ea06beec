"""Words of the command line as values; UserError, in one sentence, for what cannot work."""

from __future__ import annotations

import os
from pathlib import Path

from sgnet_model.config import DEVICES, PAPER_SIZE, names_device
from sgnet_model.files import expanded
from sgnet_model.sizes import parse_network_size, two_sides
from sgnet_model.types import UserError
from sgnet_model.unfinished import behind_link, is_device

SECONDS_MOST = 1e6
CALIBRATED = "webcam+depth"  # the source that a calibration belongs to
WINDOW_SIDES = (320, 16384)  # pixels
# How the files start that are checkpoints: what torch.save writes now, what it wrote before 1.6.
_ZIP, _LEGACY = b"PK\x03\x04", b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."


def checkpoint(text: str | None) -> Path | None:
    """A file that can be a checkpoint, by its first bytes: torch stays out of it."""
    if not text:
        return None
    path = expanded(text)
    if not os.path.isfile(path):
        raise UserError(f"There is no checkpoint file {path}: check the name.")
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the file.") from error
    if not (head.startswith(_ZIP) or _LEGACY in head[:32] or head[8:9] == b"{"):
        from sgnet_model.weights.sniff import file_kind

        file_kind(path)  # says in a sentence what the file looks like instead
    return path


def device(text: str | None) -> str:
    """Where to compute; "auto" where nothing was named."""
    if text is not None and not names_device(text):
        raise UserError(f"There is no device called {text!r}: choose one of {', '.join(DEVICES)}.")
    return text or "auto"


def scores(text: str | None) -> Path | None:
    """A file or a folder of an evaluation."""
    if text is None:
        return None
    path = expanded(text)
    if not os.path.exists(path):
        raise UserError(f"There is no file of scores {text}: check the name.")
    return path


def check_calibrated(source: str) -> None:
    """A calibration that would not be read is refused; a plug-in's camera may have one, too."""
    from sgnet_viewer.cameras.kinds import installed_plug_ins

    name, _, address = source.partition(":")
    if source in ("", CALIBRATED) or name in installed_plug_ins():
        return
    if name == CALIBRATED:
        raise UserError(
            f"The source {source} names a calibration, and --calibration another one: leave out "
            f"{address} or --calibration."
        )
    raise UserError(
        f"The source {source} takes no calibration: leave out --calibration, or leave out --source "
        "to have the devices that the calibration names."
    )


def seconds(text: str | None) -> float | None:
    """How long to run."""
    if text is None:
        return None
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < SECONDS_MOST:
        raise UserError(f"The time {text!r} cannot be used: write a number of seconds, such as 10.")
    return found


def writable(what: str, text: str) -> Path:
    """Where a file can be made, or one be replaced: asked now, not at the end of a long run."""
    path = expanded(text)
    folder = path.absolute().parent
    if not os.path.isdir(folder):
        raise UserError(f"The folder of the {what} {path} does not exist: make it first.")
    if os.path.isdir(path):
        raise UserError(f"The {what} {path} is a folder: name a file in it.")
    # A file is written beside its place and moved there; a device is written into.
    place = path if is_device(path) else behind_link(path).absolute().parent
    if not os.access(place, os.W_OK):
        raise UserError(f"The {what} {path} cannot be written here: choose another place.")
    return path


def size(text: str | None) -> tuple[int, int] | None:
    """(height, width) that the network is fed; None: the picture's own."""
    return PAPER_SIZE if text is None else parse_network_size(text)


def window_size(text: str | None) -> tuple[int, int] | None:
    """(width, height), pixels."""
    if text is None:
        return None
    sides = two_sides(text)
    if not all(WINDOW_SIDES[0] <= side <= WINDOW_SIDES[1] for side in sides):
        raise UserError(
            f"The window size {text!r} cannot be used: write WIDTHxHEIGHT with {WINDOW_SIDES[0]} "
            f"to {WINDOW_SIDES[1]} pixels a side, such as 1600x1000."
        )
    return sides


def screenshot(text: str | None) -> Path | None:
    """The PNG to save."""
    if text is None:
        return None
    if not text.lower().endswith(".png"):
        raise UserError(f"The screenshot {text} must be a PNG: end its name in .png.")
    return writable("screenshot", text)
