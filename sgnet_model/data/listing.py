"""What lies in a folder, and what the names of picture files say about them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sgnet_model.types import UserError

from .decode import PICTURE_SUFFIXES


class Role(StrEnum):
    """What a picture is, by its name."""

    RGB = "rgb"
    DEPTH = "depth"
    LABELS = "labels"
    OTHER = "other"  # derived pictures: not to be taken for colour
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Listing:
    """The pictures and folders directly inside `path`, in natural order; hidden ones left out."""

    path: Path
    pictures: tuple[Path, ...]
    folders: tuple[Path, ...]

    def folder(self, *names: str) -> Path | None:
        """The first of `names` (lower case) that is there, in whatever case."""
        present = {folder.name.lower(): folder for folder in self.folders}
        return next((present[name] for name in names if name in present), None)


def list_folder(path: Path) -> Listing:
    """Raises UserError where the folder cannot be listed."""
    pictures, folders = [], []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(Path(entry.path))
                elif os.path.splitext(entry.name)[1].lower() in PICTURE_SUFFIXES:
                    pictures.append(Path(entry.path))
    except OSError as error:
        raise UserError(
            f"The folder {path} cannot be listed ({error.strerror}): check the path and its "
            "permissions."
        ) from error
    return Listing(path, tuple(sorted(pictures, key=natural)), tuple(sorted(folders, key=natural)))


def natural(path: Path) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts "frame9" before "frame10"."""
    pieces = re.split(r"(\d+)", path.name.lower())
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in pieces if p)


def role_of(path: Path) -> Role:
    """By the words of the stem; "depth" outweighs "image" ("depth_image.png")."""
    words = _words(path.stem)
    if any(word in _OTHER for word in words):
        return Role.OTHER
    if any(_DEPTH_WORD.fullmatch(word) for word in words):
        return Role.DEPTH
    if any(_LABEL_WORD.fullmatch(word) for word in words):
        return Role.LABELS
    return Role.RGB if any(word in _RGB_WORDS for word in words) else Role.UNSAID


def key_of(path: Path) -> str:
    """What is left of the stem without the words that only say what the picture is.

    "frame-0007.color" and "depth_raw_frame_07" share theirs, with numbers read as numbers. Empty
    where nothing is left ("rgb.png").
    """
    return " ".join(_without_zeros(word) for word in _words(path.stem) if not _is_filler(word))


def depth_rank(name: str) -> int:
    """0 for filled or plain depth, 1 for raw: holes cost S-Conv more than filling does."""
    return 1 if "raw" in _words(name) else 0


def label_rank(name: str) -> int:
    """NYU's usual 40 classes first, then unnumbered labels, then 13 or 894."""
    numbers = re.findall(r"\d+", name)
    return 0 if "40" in numbers else 2 if {"13", "894"} & set(numbers) else 1


_RGB_WORDS = {"rgb", "color", "colour", "image", "img", "left", "leftimg8bit", "rgbimage"}
_DEPTH_WORD = re.compile(r"depths?|depthraw|depthmap|depthimage|rawdepth")
_LABEL_WORD = re.compile(r"(?:labels?|gt|gtfine|semantic|seg|segmentation)(?:13|37|40|894)?")
_OTHER = {"hha", "normal", "normals", "mask", "overlay", "confidence", "preview", "vis", "pred"}
_FILLERS = {"raw", "filled", "mm", "cm", "m", "abs", "bfx", "aligned", "registered", "labelids"}


def _is_filler(word: str) -> bool:
    return (
        word in _RGB_WORDS
        or word in _FILLERS
        or _DEPTH_WORD.fullmatch(word) is not None
        or _LABEL_WORD.fullmatch(word) is not None
    )


def _without_zeros(word: str) -> str:
    return word.lstrip("0") or "0" if word.isdecimal() else word


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
