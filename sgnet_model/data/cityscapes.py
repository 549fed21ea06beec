"""Cityscapes: street scenes with stereo disparity, a camera file for each picture, 19 classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UserError
from sgnet_model.untrusted import number, read_json, reading

from .dataset import SPLIT_NAMES, DataSet, pictures_by_stem
from .depth import known_depth, metric_depth
from .frames import FramePaths
from .images import read_depth
from .listing import list_folder
from .palettes import CITYSCAPES19
from .reading import Reading, labels_in

CAMERA_SIZE = (2048, 1024)  # width and height that the camera files speak of
FOCAL = 1.0, 1e6  # pixels
BASELINE_M = 1e-3, 100.0
MAX_CAMERA_BYTES = 1_000_000
FARTHEST_M = 300.0  # beyond, a step of disparity is worth more than the depth itself
UNIT = "cityscapes-disparity"

_IMAGE = "_leftImg8bit"
_LABELS = ("_gtFine_labelIds", "_gtFine_labelTrainIds")


def cityscapes(root: Path) -> DataSet | None:
    """`leftImg8bit/SPLIT/CITY/*_leftImg8bit.png` with `disparity`, `camera` and `gtFine` beside.

    Depth is baseline * fx / d with d = (p - 1) / 256 pixels of the stored disparity p; 0 and 1 are
    no measurement, nor is what lies beyond 300 m. The scene is the city.
    """
    pictures = root / "leftImg8bit"
    if not pictures.is_dir():
        return None
    cities = [
        (split, city)
        for split in SPLIT_NAMES
        if (pictures / split).is_dir()
        for city in list_folder(pictures / split).folders
    ]
    frames = [frame for split, city in cities for frame in _frames(root, split, city)]
    if not frames:
        return None
    missing = [name for name in ("disparity", "camera") if not (root / name).is_dir()]
    said = f"There is no folder {' and no folder '.join(missing)} in {root.name}: depth needs both."
    return DataSet(tuple(frames), _READING, (said,) if missing else ())


def metres_from_disparity(stored: FloatArray, baseline_m: float, fx: float) -> FloatArray:
    """(H, W) stored disparity p -> (H, W) float32 metres, 0 = missing."""
    disparity = (stored.astype(np.float64) - 1) / 256
    metres = np.zeros(stored.shape)
    np.divide(baseline_m * fx, disparity, out=metres, where=disparity > 0)
    metres[metres > FARTHEST_M] = 0
    return metres.astype(np.float32)


def _frames(root: Path, split: str, city: Path) -> list[FramePaths]:
    truths = root / "gtFine" / split / city.name
    labels = pictures_by_stem(truths)
    frames = []
    for path in list_folder(city).pictures:
        if not path.stem.endswith(_IMAGE):
            continue
        name = path.stem.removesuffix(_IMAGE)
        disparity = root / "disparity" / split / city.name / f"{name}_disparity.png"
        known = [labels[name + kind] for kind in _LABELS if name + kind in labels]
        frames.append(FramePaths(name, path, disparity, known[0] if known else None, split))
    return frames


def _depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
    stored = read_depth(path)
    if unit is not None:
        return metric_depth(stored, str(path), unit)
    if stored.dtype != np.uint16:
        raise UserError(
            f"{path.name} holds {stored.dtype} values: Cityscapes' disparity is 16-bit, so take "
            "the file of the official package."
        )
    baseline, fx = _stereo(_camera_file(path))
    metres = metres_from_disparity(stored, baseline, fx)
    return known_depth(metres, UNIT, Origin.DATASET, path.name)


def _camera(rgb: Path, _width: int, _height: int) -> Intrinsics | None:
    """None where there is no camera file: the depth then says what is missing."""
    try:
        values = _read_camera(_camera_file(rgb))["intrinsic"]
        fx, fy = (number(values[key], *FOCAL) for key in ("fx", "fy"))
        cx, cy = (
            number(values[key], 0, side)
            for key, side in zip(("u0", "v0"), CAMERA_SIZE, strict=True)
        )
    except (UserError, KeyError, TypeError, ValueError):
        return None
    return Intrinsics(fx, fy, cx, cy, *CAMERA_SIZE, Origin.FILE)


def _stereo(path: Path) -> tuple[float, float]:
    """The baseline in metres and fx in pixels of the full picture."""
    values = _read_camera(path)
    with reading(
        path,
        f"{path.name} has no extrinsic baseline or no intrinsic fx: it is not a camera file of "
        "Cityscapes, without which disparity does not become metres.",
    ):
        baseline = number(values["extrinsic"]["baseline"], *BASELINE_M)
        return baseline, number(values["intrinsic"]["fx"], *FOCAL)


def _read_camera(path: Path) -> dict[str, dict[str, float]]:
    sentence = (
        f"The camera file {path} cannot be read: disparity needs it to become metres, so unpack "
        "camera_trainvaltest.zip beside leftImg8bit."
    )
    if not path.exists():
        raise UserError(sentence)
    values = read_json(path, sentence, MAX_CAMERA_BYTES)
    return values if isinstance(values, dict) else {}


def _camera_file(path: Path) -> Path:
    """Of a picture or a disparity file: camera/SPLIT/CITY/NAME_camera.json."""
    split, city = path.parts[-3:-1]
    name = path.stem.removesuffix(_IMAGE).removesuffix("_disparity")
    return path.parents[3] / "camera" / split / city / f"{name}_camera.json"


def _city(rgb: Path) -> str:
    return rgb.parent.name


_READING = Reading(_depth, labels_in(CITYSCAPES19), _camera, _city)
