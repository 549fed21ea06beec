"""Which files around a picture may hold its camera, and what those that can be read hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sgnet_model.types import UserError

from .camera_records import CameraRecord, DepthScale, records_of, scale_of, words_of
from .camera_text import read_tree

MANY = 8  # from so many files of a folder on, there is one for each frame

_SUFFIXES = {".json", ".txt", ".yaml", ".yml", ".csv", ".npy", ".pincam", ".conf", ".mat"}
# Of a camera by name: one that cannot be read is named.
_STRONG = re.compile(r".*(?:camera|intrinsic|calib|cam_?k\b|cam_?params?).*|k|cam\d*")
# Of anything, a camera among it: passed over in silence where there is none inside.
_WEAK = re.compile(
    r"(?:.*[-_])?meta(?:data)?|transforms\w*|.*_info|sensors?|scene\d+_\d+|.*annotations?|info"
)
_POSES = {
    *("extrinsic", "extrinsics", "pose", "poses", "trajectory", "traj", "path", "positions"),
    *("odometry", "imu", "distortion", "rotation", "translation", "transformation"),
}
_FOLDERS = re.compile(
    r"(?:corrected_)?cameras?|cams?|calib(?:ration)?|(?:.*_)?intrinsics?|matterport_camera_intrinsics"
)
_COLOUR, _DEPTH = {"color", "colour", "rgb"}, {"depth", "tof", "ir"}


@dataclass(frozen=True, slots=True)
class CameraFile:
    """What a file beside a picture holds. `error`: why it cannot be used, empty where it can."""

    path: Path
    records: tuple[CameraRecord, ...] = ()
    scale: DepthScale | None = None
    error: str = ""


def read_camera_file(path: Path, frame: str) -> CameraFile:
    """The cameras of the frame with the stem `frame` in `path`. Raises UserError."""
    tree = read_tree(path)
    found = tuple(records_of(tree, words_of(path.stem), frame))
    return CameraFile(path, found, scale_of(tree, frame))


def camera_files_of(rgb_path: Path) -> Iterator[CameraFile]:
    """Every file around a picture that is named like a camera's, read one by one, likeliest first.

    One that cannot be understood comes with its error; others named for anything come only where
    they hold a camera or a depth scale.
    """
    for path in camera_files(rgb_path):
        try:
            file = read_camera_file(path, rgb_path.stem)
        except UserError as error:
            if _is_strong(path):
                yield CameraFile(path, error=str(error))
            continue
        if file.records or file.scale:
            yield file
        elif _is_strong(path):
            yield CameraFile(path, error=_no_camera(path))


def no_camera_in(path: Path) -> UserError:
    """What a file says that was given as a camera's and is none."""
    return UserError(_no_camera(path))


def camera_files(rgb_path: Path) -> list[Path]:
    """Files named like a camera's: beside the picture, then beside its folder; never a pose's."""
    found: list[Path] = []
    stem = rgb_path.stem
    for folder in (rgb_path.parent, rgb_path.parent.parent):
        files, inside = _listed(folder)
        found += _likeliest(folder, [name for name in files if _is_camera(name)], stem)
        for name in inside:
            if folder / name != rgb_path.parent:
                files, _ = _listed(folder / name)
                found += _likeliest(folder / name, [f for f in files if _may_hold(f)], stem)
    return found


def _likeliest(folder: Path, names: list[str], stem: str) -> list[Path]:
    """The frame's own first, then colour's, then depth's; of many, none of another frame."""
    own = [name for name in names if name.rsplit(".", 1)[0] == stem or _holds(name, stem)]
    if len(names) > MANY:
        names = own or [name for name in names if not re.search(r"\d{3,}", name)][:MANY]

    def rank(name: str) -> tuple[int, int, int, str]:
        words = words_of(name.rsplit(".", 1)[0])
        role = 0 if words & _COLOUR else 2 if words & _DEPTH else 1
        return name not in own, not _is_strong(Path(name)), role, name

    return [folder / name for name in sorted(names, key=rank)]


def _holds(name: str, stem: str) -> bool:
    """Whether `name` is for the frame: "000001_intrinsics.txt" of "000001_color"."""
    numbers, own = re.findall(r"\d{3,}", name), re.findall(r"\d{3,}", stem)
    return bool(own) and own[-1] in numbers


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """What lies in a folder, and its folders of cameras; nothing where listing is denied."""
    try:
        names = sorted(os.listdir(folder))  # data sets put thousands of files in it
    except OSError:
        return [], []
    inside = [n for n in names if "." not in n and _FOLDERS.fullmatch(n.lower())]
    return names, [name for name in inside if (folder / name).is_dir()]


def _is_camera(name: str) -> bool:
    return (_is_strong(Path(name)) or _is_weak(name)) and _may_hold(name)


def _may_hold(name: str) -> bool:
    stem, dot, suffix = name.rpartition(".")
    fits = bool(dot) and f".{suffix.lower()}" in _SUFFIXES and not name.startswith(".")
    return fits and not words_of(stem) & _POSES


def _is_strong(path: Path) -> bool:
    return _STRONG.fullmatch(path.stem.lower()) is not None


def _is_weak(name: str) -> bool:
    return _WEAK.fullmatch(name.rsplit(".", 1)[0].lower()) is not None


def _no_camera(path: Path) -> str:
    return (
        f"{path.name} is not a camera file: fx, fy, cx and cy, or a matrix of 3x3 or 4x4 numbers, "
        "were expected in it."
    )
