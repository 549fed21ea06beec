"""What lies in a folder, and what the names of picture files say about them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sgnet_model.types import UserError

from .label_names import is_label_word
from .suffixes import PICTURE_SUFFIXES

LONGEST_FOLDER = 4  # words in the name of a folder that says what it holds


class Role(StrEnum):
    """What a picture is, by its name."""

    RGB = "rgb"
    DEPTH = "depth"
    LABELS = "labels"
    OTHER = "other"  # derived pictures: not to be taken for colour
    UNSAID = "unsaid"


COLOUR = (Role.RGB, Role.UNSAID)  # what may be colour


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
                if leads_to(entry.is_dir):
                    folders.append(Path(entry.path))
                elif os.path.splitext(entry.name)[1].lower() in PICTURE_SUFFIXES:
                    pictures.append(Path(entry.path))
    except OSError as error:
        raise UserError(
            f"The folder {path} cannot be listed ({error.strerror}): check the path and its "
            "permissions."
        ) from error
    return Listing(path, tuple(sorted(pictures, key=natural)), tuple(sorted(folders, key=natural)))


def leads_to(kind: Callable[[], bool]) -> bool:
    """`is_dir` or `is_file` of an entry of a folder; False for a link that leads to itself."""
    try:
        return kind()
    except OSError:
        return False


def natural(path: Path) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts "frame9" before "frame10"."""
    pieces = re.split(r"(\d+)", path.name.lower())
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in pieces if p)


def role_of(path: Path) -> Role:
    """By the words of the stem, or of a folder's name.

    "depth" outweighs "image" ("depth_image.png"); of "color_to_depth" and "depth_to_color", what
    was brought to the other, the first, counts.
    """
    words = _words(path.stem if path.suffix.lower() in PICTURE_SUFFIXES else path.name)
    if "to" in words[1:]:
        first = words[: words.index("to", 1)]
        words = first if any(_is_depth(w) or _is_rgb(w) for w in first) else words
    if any(word in _OTHER for word in words):
        return Role.OTHER
    if any(_is_depth(word) for word in words):
        return Role.DEPTH
    if any(is_label_word(word) for word in words):
        return Role.LABELS
    return Role.RGB if any(_is_rgb(word) for word in words) else Role.UNSAID


def role_of_folder(path: Path) -> Role:
    """As of a file, for names of up to four words: "left_color_images", no sentence."""
    return role_of(path) if len(_words(path.name)) <= LONGEST_FOLDER else Role.UNSAID


def key_of(path: Path) -> str:
    """What is left of the stem without the words that only say what the picture is.

    "frame-0007.color", "depth_raw_frame_07" and "frameDepth7" share theirs, with numbers read as
    numbers: "angle_-5" has a sign. Empty where nothing is left ("rgb.png").
    """
    return " ".join(_kept(path))


def frame_name(rgb: Path) -> str:
    """The stem of a picture, or its folder's name where the file is only called "rgb"."""
    return rgb.stem if key_of(rgb) else rgb.absolute().parent.name or rgb.stem


def subject_of(path: Path) -> str:
    """`key_of` without the words of derived pictures too: "7_conf" and "7_mask" are of "7"."""
    return " ".join(word for word in _kept(path) if word not in _OTHER)


def _kept(path: Path) -> list[str]:
    """The words of the key."""
    signed = _SIGN.sub(" minus ", path.stem)
    return [_without_zeros(word) for word in _words(signed) if not _is_filler(word)]


def depth_rank(name: str) -> int:
    """Smaller is better: aligned with the picture, then plain, then raw, sparse or coloured.

    Holes cost S-Conv more than filling does, and depth of another camera's view costs everything.
    """
    words = set(_words(name))
    if words & _COLOURED and "to" not in words:
        return 5
    if "sparse" in words:
        return 4
    if words & {"aligned", "registered", "to"}:
        return 0
    if words & {"raw", "rawdepth", "depthraw"}:
        return 3
    return 1 if words & {"bfx"} else 2


_RGB_WORDS = {"rgb", "rgbs", "color", "colour", "colors", "colours", "image", "images", "img"}
_RGB_WORDS |= {"imgs", "left", "leftimg8bit", "rgbimage", "rgbimages", "colorimage", "photo"}
_RGB_WORDS |= {"picture", "pictures", "photos", "pic", "pics", "rgbcrop"}
_OTHER = {"hha", "normal", "normals", "mask", "masks", "overlay", "confidence", "preview", "vis"}
_OTHER |= {"conf", "pred", "validity", "maskcrop", "disp", "disparity", "ir", "infrared"}
_COLOURED = {"color", "colour", "colors", "colored", "coloured", "colorized", "colourised"}
_COLOURED |= {"colormap", "heatmap", "jet", "rgb"}
_FILLERS = {"raw", "filled", "mm", "cm", "m", "abs", "bfx", "aligned", "registered"}
_FILLERS |= {"to", "sync", "synced", "map", "crop"}
_WHOLE = _RGB_WORDS | _OTHER  # words that are not taken apart: "leftImg8bit"
_SIGN = re.compile(r"(?<![^\W_])-(?=\d)")  # of "a_-5", not of "frame-5"
# Marks and words of names. What is beyond ASCII is a letter, whatever it is: it must not vanish,
# for it may be all that tells two names apart. Accented letters go on a word, others end it.
_MARKS = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")
_PARTS = re.compile(
    r"[A-Z]+(?![a-z\u00c0-\u024f])|[A-Z]?[a-z\u00c0-\u024f]+|[0-9]+|[^\x00-\x7f\u00c0-\u024f]+"
)


def _is_depth(word: str) -> bool:
    """ "depth", "depthmap", "rawdepth", "depthcrop": whatever begins or ends so."""
    return word.startswith("depth") or word.endswith(("depth", "depths"))


def _is_rgb(word: str) -> bool:
    """ "rgb", "colorimage", "rgbimg": not "rgbd", which is both, nor a depth map in colours."""
    if word in _RGB_WORDS:
        return True
    begins = word.startswith(("rgb", "color", "colour")) and not word.startswith("rgbd")
    return begins and word not in _COLOURED


def _is_filler(word: str) -> bool:
    return _is_rgb(word) or word in _FILLERS or _is_depth(word) or is_label_word(word)


def _without_zeros(word: str) -> str:
    return word.lstrip("0") or "0" if word.isdecimal() else word


def _words(name: str) -> list[str]:
    """In lower case; parted by marks, by capitals, and where letters and digits meet.

    "color0001" and "frameDepth1" need no mark between their words.
    """
    found = []
    for piece in _MARKS.split(unicodedata.normalize("NFC", name)):
        whole = piece.lower()
        if whole in _WHOLE or is_label_word(whole):
            found.append(whole)
        else:
            found += [part.lower() for part in _PARTS.findall(piece)]
    return found
