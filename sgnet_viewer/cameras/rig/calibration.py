"""The file that relates a webcam to its separate depth device.

JSON, or YAML as OpenCV writes it, with the same keys:

    {
      "colour": {
        "source": "webcam:0",
        "width": 1280, "height": 720,
        "fx": 910.2, "fy": 909.8, "cx": 640.1, "cy": 358.4,
        "distortion": [0.08, -0.2, 0.0, 0.0, 0.1]
      },
      "depth": {"source": "realsense"},
      "depth_to_colour": {
        "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "translation_m": [-0.05, 0.0, 0.0]
      }
    }

`source`: as after `--source`; a number is a webcam. The camera in pixels of a width x height
picture, which its device is asked for: fx, fy, cx, cy, or `camera_matrix`, 3x3. `distortion`:
OpenCV's coefficients, left out where there are none. "depth" needs a camera only where the device
does not tell its own, or has a distortion: the one of the picture to which its depth is aligned. A
point p of the depth device lies at rotation p + translation_m of the webcam (metres; x right, y
down, z forward).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.camera_check import why_implausible
from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_model.untrusted import number, parse_json, read_text, reading, reason, whole

MAX_BYTES = 1_000_000
LARGEST_DISTORTION = 1e3  # of a coefficient
LARGEST_SIDE = 16_384  # pixels
NUMBERS = "width, height, fx, fy, cx and cy"
ROTATION_TOLERANCE = 1e-2  # of R R^T to the identity: files are rounded


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two devices. `camera` None: the device tells its own. `distortion`: (n,)."""

    source: str
    camera: Intrinsics | None
    distortion: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """`rotation` (3, 3), `translation_m` (3,): from the depth device's frame to the webcam's."""

    colour: Side
    depth: Side
    rotation: NDArray[np.float64]
    translation_m: NDArray[np.float64]


def read_calibration(path: Path) -> Calibration:
    """Raises UserError where the file cannot be read or is no calibration."""
    values = _values(path)
    with reading(
        path,
        lambda error: (
            f"{path.name} is not a calibration ({reason(error)}): colour, depth and "
            "depth_to_colour with their cameras, rotation and translation_m were expected."
        ),
    ):
        moved = values["depth_to_colour"]
        calibration = Calibration(
            colour=_side(values["color" if "color" in values else "colour"]),
            depth=_side(values["depth"]),
            rotation=_numbers(moved["rotation"]).reshape(3, 3),
            translation_m=_numbers(moved["translation_m"]).reshape(3),
        )
    _check(calibration, path.name)
    return calibration


def _check(calibration: Calibration, name: str) -> None:
    rotation, moved = calibration.rotation, calibration.translation_m
    off = np.abs(rotation @ rotation.T - np.eye(3)).max()
    if not (off < ROTATION_TOLERANCE and np.linalg.det(rotation) > 0):
        raise UserError(
            f"The rotation in {name} is not a rotation: give a 3x3 rotation matrix, row by row."
        )
    if not (np.isfinite(moved).all() and np.abs(moved).max() < 10):
        raise UserError(
            f"The translation in {name} is {moved.tolist()}: give it in metres, as translation_m."
        )
    if calibration.colour.camera is None:
        raise UserError(f"{name} has no camera for colour: give {NUMBERS}.")
    if calibration.depth.camera is None and calibration.depth.distortion.size:
        raise UserError(
            f"In {name} depth has a distortion but no camera: give its {NUMBERS}, or leave the "
            "distortion out."
        )


def _side(values: dict[str, Any]) -> Side:
    source = str(values["source"])
    distortion = _numbers(values.get("distortion", [])).ravel()
    if np.abs(distortion).max(initial=0) > LARGEST_DISTORTION:
        raise ValueError("a distortion no lens has")
    if distortion.size not in (0, 4, 5, 8, 12, 14):
        raise ValueError(f"{distortion.size} distortion coefficients")
    has_camera = "fx" in values or "camera_matrix" in values
    camera = _camera(values) if has_camera else None
    return Side(f"webcam:{source}" if source.isdigit() else source, camera, distortion)


def _camera(values: dict[str, Any]) -> Intrinsics:
    if "camera_matrix" in values:
        matrix = _numbers(values["camera_matrix"]).reshape(3, 3)
        numbers = [matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]
    else:
        numbers = [number(values[key]) for key in ("fx", "fy", "cx", "cy")]
    width, height = (whole(values[key], 1, LARGEST_SIDE) for key in ("width", "height"))
    fx, fy, cx, cy = map(float, numbers)
    camera = Intrinsics(fx, fy, cx, cy, width, height, Origin.FILE)
    against = why_implausible(camera)
    if against:
        raise ValueError(against)
    return camera


def _numbers(values: Any) -> NDArray[np.float64]:
    """ValueError where one is not finite."""
    numbers = np.array(values, np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("a number that is not finite")
    return numbers


def _values(path: Path) -> dict[str, Any]:
    text = read_text(path, MAX_BYTES)
    with reading(path, lambda error: f"{path.name} is neither JSON nor YAML ({reason(error)})."):
        values = parse_json(text) if text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(values, dict):
        raise UserError(f"{path.name} is not a calibration: names with values were expected.")
    return values


def _yaml(text: str) -> Any:
    import cv2

    try:
        storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
        return _plain(storage.root())
    except (cv2.error, SystemError) as error:  # the constructor's error comes as the latter
        raise ValueError("OpenCV cannot parse it") from error


def _plain(node: Any) -> Any:
    """A node of OpenCV's as Python values; its matrices as arrays."""
    if node.isMap():
        keys = node.keys()
        if {"rows", "cols", "dt", "data"} <= set(keys):
            return node.mat()
        return {key: _plain(node.getNode(key)) for key in keys}
    if node.isSeq():
        return [_plain(node.at(index)) for index in range(node.size())]
    if node.isString():
        return node.string()
    return int(node.real()) if node.isInt() else node.real()
