"""The camera of a frame: given, read from a file, the data set's, or a stated guess."""

from __future__ import annotations

import fnmatch
import json
import math
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import Intrinsics, Origin, UserError

# The toolbox's calibration of the NYUv2 colour camera.
NYUV2_CAMERA = Intrinsics(518.857901, 519.469611, 325.582449, 253.736166, 640, 480, Origin.DATASET)
# What the TUM benchmark recommends where a sequence's own calibration is not known.
TUM_CAMERA = Intrinsics(525.0, 525.0, 319.5, 239.5, 640, 480, Origin.DATASET)

KINECT_FOCAL_PER_WIDTH = 525 / 640  # horizontal field of view 62.7 degrees
KINECT2_DEPTH_FOCAL = 365.0  # of the 512 x 424 depth camera, 70 degrees

MAX_FILE_BYTES = 1_000_000
_FILE_PATTERNS = ("camera*.json", "*intrinsic*.json", "*intrinsic*.txt")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_KEYS = (("fx",), ("fy",), ("cx", "ppx", "u0"), ("cy", "ppy", "v0"))  # and vendors' names
_MATRIX_KEYS = ("intrinsic_matrix", "camera_matrix", "K")


def resolve_intrinsics(
    given: Intrinsics | Path | str | None, rgb_path: Path, width: int, height: int
) -> Intrinsics:
    """The camera of the width x height picture at `rgb_path`.

    `given` (an object, a file, or "fx,fy,cx,cy") wins; then a file beside the picture or beside its
    folder; then the data set's published values; then a guess. Raises UserError only over `given`.
    """
    if isinstance(given, Intrinsics):
        return given.scaled_to(width, height)
    if given is not None and _is_numbers(given):
        return parse_intrinsics(str(given), width, height)
    if given is not None:
        return replace(read_intrinsics(Path(given), width, height), origin=Origin.GIVEN)
    return (
        find_intrinsics(rgb_path, width, height)
        or dataset_intrinsics(rgb_path, width, height)
        or guess_intrinsics(width, height)
    )


def parse_intrinsics(text: str, width: int, height: int) -> Intrinsics:
    """A flag's "fx,fy,cx,cy" in pixels of the width x height picture. Raises UserError."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4:
        raise UserError(
            f"The intrinsics {text!r} are not four numbers: write fx,fy,cx,cy in pixels, for "
            "example 525,525,319.5,239.5."
        )
    return _checked(numbers, None, (width, height), f"The intrinsics {text!r}", Origin.GIVEN)


def read_intrinsics(path: Path, width: int, height: int) -> Intrinsics:
    """A camera file, brought to a width x height picture.

    JSON: `intrinsic_matrix` (nine numbers, column- or row-major) or fx, fy, cx and cy, also inside
    "intrinsic"; `width` and `height` where present. Text: nine numbers (3x3) or sixteen (4x4). A
    file that does not say its picture's size is taken to mean this one. Raises UserError.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UserError(f"{path.name} is too large for a camera file: give a JSON or a matrix.")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UserError(
            f"The camera file {path} cannot be read ({reason}): give a JSON file or a "
            "matrix as text, or write fx,fy,cx,cy."
        ) from error
    size: tuple[int, int] | None = None
    if path.suffix.lower() == ".json":
        numbers, size = _from_json(text, path)
    else:
        numbers = _from_text(text, path)
    return _checked(numbers, size, (width, height), path.name, Origin.FILE)


def find_intrinsics(rgb_path: Path, width: int, height: int) -> Intrinsics | None:
    """The first camera file beside the picture or beside its folder that can be read."""
    for path in camera_files(rgb_path):
        try:
            return read_intrinsics(path, width, height)
        except UserError:
            continue  # not a camera of this picture; another file or a guess follows
    return None


def camera_files(rgb_path: Path) -> list[Path]:
    """Files named like a camera's, beside the picture first, then beside its folder."""
    found: list[Path] = []
    for folder in (rgb_path.parent, rgb_path.parent.parent):
        try:
            names = sorted(os.listdir(folder))  # once: data sets put thousands of files in it
        except OSError:  # a folder that one may pass and not list
            continue
        found += [
            folder / name for pattern in _FILE_PATTERNS for name in fnmatch.filter(names, pattern)
        ]
        found += sorted((folder / "intrinsic").glob("*color*.txt"))  # ScanNet's export
    return found


def dataset_intrinsics(rgb_path: Path, width: int, height: int) -> Intrinsics | None:
    """The published camera of the data set that the path names, where the picture has its shape."""
    words = "/".join(rgb_path.parts[-6:]).lower()
    folder = rgb_path.parent.parent
    is_tum = (folder / "rgb.txt").is_file() and (folder / "depth.txt").is_file()
    camera = NYUV2_CAMERA if "nyu" in words else TUM_CAMERA if is_tum else None
    if camera is None or width * camera.height != height * camera.width:
        return None
    return camera.scaled_to(width, height)


def guess_intrinsics(width: int, height: int) -> Intrinsics:
    """A Kinect-like camera: f = 0.82 of the longer side, square pixels, axis through the centre."""
    focal = max(width, height) * KINECT_FOCAL_PER_WIDTH
    if (width, height) == (512, 424):
        focal = KINECT2_DEPTH_FOCAL
    return Intrinsics(focal, focal, (width - 1) / 2, (height - 1) / 2, width, height, Origin.GUESS)


def _is_numbers(given: Path | str) -> bool:
    return isinstance(given, str) and "," in given and not Path(given).exists()


def _from_json(text: str, path: Path) -> tuple[list[float], tuple[int, int] | None]:
    try:
        values = json.loads(text)
        while isinstance(values, dict) and isinstance(values.get("intrinsic"), dict):
            values = {**values, **values["intrinsic"], "intrinsic": None}
        numbers = _named_or_matrix(values)
        size = (int(values["width"]), int(values["height"])) if "width" in values else None
    except (ValueError, TypeError, KeyError, StopIteration, RecursionError) as error:
        raise UserError(
            f"{path.name} is not a camera file: intrinsic_matrix or fx, fy, cx and cy was expected."
        ) from error
    return numbers, size


def _named_or_matrix(values: dict[str, Any]) -> list[float]:
    for key in _MATRIX_KEYS:
        if key in values:
            return _from_matrix(np.asarray(values[key], np.float64).ravel())
    return [float(values[next(name for name in names if name in values)]) for names in _KEYS]


def _from_text(text: str, path: Path) -> list[float]:
    numbers = np.array([float(number) for number in _NUMBER.findall(text)])
    if numbers.size not in (9, 16):
        raise UserError(
            f"{path.name} holds {numbers.size} numbers: a camera is a 3x3 matrix (9) or 4x4 (16)."
        )
    try:
        return _from_matrix(numbers)
    except ValueError as error:
        raise UserError(f"{path.name} is not a camera matrix: {error}.") from error


def _from_matrix(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    """fx, fy, cx, cy of a 3x3 or 4x4 pinhole matrix, stored by rows or by columns."""
    if numbers.size not in (9, 16):
        raise ValueError(f"it has {numbers.size} numbers")
    side = 3 if numbers.size == 9 else 4
    matrix = numbers.reshape(side, side)
    if matrix[2, 0] or matrix[2, 1]:  # the principal point in the last row: stored by columns
        matrix = matrix.T
    if matrix[2, 0] or matrix[2, 1] or not matrix[2, 2]:
        raise ValueError("its third row is not 0 0 1")
    return [float(matrix[index]) for index in ((0, 0), (1, 1), (0, 2), (1, 2))]


def _checked(
    numbers: list[float],
    size: tuple[int, int] | None,
    picture: tuple[int, int],
    what: str,
    origin: Origin,
) -> Intrinsics:
    fx, fy, cx, cy = numbers
    width, height = size or picture
    plausible = fx > 0 and fy > 0 and 0 <= cx <= width - 1 and 0 <= cy <= height - 1
    if not (all(map(math.isfinite, numbers)) and width > 0 and height > 0 and plausible):
        raise UserError(
            f"{what} cannot be the camera of a {width} x {height} picture: fx and fy must be "
            "positive and the principal point inside it."
        )
    return Intrinsics(fx, fy, cx, cy, width, height, origin).scaled_to(*picture)
