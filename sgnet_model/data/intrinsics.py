"""The camera of a frame: given, read from a file, the data set's, or a stated guess."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.files import expanded
from sgnet_model.types import Intrinsics, Origin, UserError

from .camera_check import fit, off_centre, why_implausible, why_impossible
from .camera_records import CameraRecord, DepthScale
from .camera_search import CameraFile, camera_files_of, no_camera_in, read_camera_file

# The toolbox's calibration of the NYUv2 colour camera.
NYUV2_CAMERA = Intrinsics(518.857901, 519.469611, 325.582449, 253.736166, 640, 480, Origin.DATASET)
# What the TUM benchmark recommends where a sequence's own calibration is not known.
TUM_CAMERA = Intrinsics(525.0, 525.0, 319.5, 239.5, 640, 480, Origin.DATASET)
# 60 degrees across.
HYPERSIM_CAMERA = Intrinsics(886.81, 886.81, 511.5, 383.5, 1024, 768, Origin.DATASET)

KINECT_FOCAL_PER_WIDTH = 525 / 640  # horizontal field of view 62.7 degrees
KINECT2_DEPTH_FOCAL = 365.0  # of the 512 x 424 depth camera, 70 degrees

Size = tuple[int, int]  # width, height
# Numbers: fx, fy, cx, cy or a matrix of 3x3.
GivenCamera = Intrinsics | Path | str | Sequence[float] | Sequence[Sequence[float]] | NDArray[Any]

_NYU_WORD = re.compile(r"nyu(?:v2|d|dv2|depth|depthv2|datasets?|40|13)?")
_TUM_WORD = re.compile(r"tum|freiburg[123]?|fr[123]")


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """The camera of a picture, and the sentences that the user should read about it."""

    camera: Intrinsics
    notes: tuple[str, ...] = ()


class CameraFiles:
    """The camera files around a picture, read as they are asked for and once.

    `given`: the one the user named, instead of those around the picture.
    """

    def __init__(self, rgb_path: Path, given: Path | None = None) -> None:
        self._files: Iterator[CameraFile]
        if given is None:
            self._files = camera_files_of(rgb_path)
        else:
            self._files = iter([read_camera_file(given, rgb_path.stem)])
        self._read: list[CameraFile] = []

    def __iter__(self) -> Iterator[CameraFile]:
        yield from list(self._read)
        for file in self._files:
            self._read.append(file)
            yield file

    @property
    def scale(self) -> tuple[DepthScale, str] | None:
        """The depth scale that the first of them names, and the file's name."""
        return next(((file.scale, file.path.name) for file in self if file.scale), None)


def resolve_intrinsics(
    given: Intrinsics | Path | str | None, rgb_path: Path, width: int, height: int
) -> Intrinsics:
    """The camera of the width x height picture at `rgb_path`.

    `given` (an object, a file, or "fx,fy,cx,cy") wins; then a file beside the picture or beside its
    folder; then the data set's published values; then a guess. Raises UserError only over `given`.
    """
    return choose_camera(given, rgb_path, (width, height)).camera


def choose_camera(
    given: Intrinsics | Path | str | None,
    rgb_path: Path,
    size: Size,
    *,
    depth_size: Size | None = None,
    known: Intrinsics | None = None,
    files: CameraFiles | None = None,
) -> CameraChoice:
    """The camera of the picture at `rgb_path`, of `size` (width, height), with what is to be said.

    `given` wins and is refused (UserError) where it cannot be this picture's camera. Then comes
    `known`, what the data set says: its own of this frame, or after the files beside the picture
    its published one. What is implausible there is passed over with a note. `depth_size`: of the
    depth file, which a matrix without a size may belong to. `files`: those already read.
    """
    sizes = _sizes(size, depth_size)
    if given is not None:
        return _given(given, rgb_path, sizes, files)
    notes: list[str] = []
    published = known is None or known.origin is Origin.DATASET
    if known is not None and not published:
        choice = _fitted_known(known, size, notes)
        if choice is not None:
            return choice
    files = files or CameraFiles(rgb_path)
    choice = _of_files(files, sizes, notes)
    if choice is None and known is not None and published:
        choice = _fitted_known(known, size, notes)
    if choice is None:
        named = dataset_intrinsics(rgb_path, *size)
        choice = CameraChoice(named or guess_intrinsics(*size), tuple(notes))
    return choice


def camera_given(given: GivenCamera | None) -> Intrinsics | Path | str | None:
    """What a caller gave; numbers become a flag's "fx,fy,cx,cy". Raises UserError."""
    if given is None or isinstance(given, Intrinsics | Path | str):
        return given
    try:
        numbers = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.shape == (3, 3):
        numbers = numbers[(0, 1, 0, 1), (0, 1, 2, 2)]
    if numbers.shape != (4,):
        raise UserError(
            f"The intrinsics {given!r} are no camera: give an Intrinsics, a file, fx, fy, cx and "
            "cy, or a 3x3 matrix."
        )
    return ",".join(f"{number:.12g}" for number in numbers)


def parse_intrinsics(text: str, width: int, height: int) -> Intrinsics:
    """A flag's "fx,fy,cx,cy" in pixels of the width x height picture. Raises UserError."""
    return _parsed(text, [(width, height)]).camera


def numbers_of(text: str) -> tuple[float, float, float, float]:
    """The four of "fx,fy,cx,cy"; raises UserError for anything else."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4:
        raise UserError(
            f"The intrinsics {text!r} are not four numbers: write fx,fy,cx,cy in pixels, for "
            "example 525,525,319.5,239.5."
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def read_intrinsics(path: Path, width: int, height: int) -> Intrinsics:
    """A camera file, brought to a width x height picture.

    JSON, YAML (also OpenCV's and ROS's), .npy or text: fx, fy, cx and cy by their names, a matrix
    of 3x3, 3x4 or 4x4 numbers, or four numbers, in whatever part of the file; with the size of
    their picture where the file says it, else taken to mean this one. Raises UserError.
    """
    return _of_file(read_camera_file(path, ""), [(width, height)]).camera


def dataset_intrinsics(rgb_path: Path, width: int, height: int) -> Intrinsics | None:
    """The published camera of the data set that the path names, where the picture has its shape.

    A name is a whole word of the path: "nyuv2/rgb", not "Xinyu".
    """
    words = {word for part in rgb_path.parts[-6:] for word in re.split(r"[^a-z0-9]+", part.lower())}
    names = ((_NYU_WORD, NYUV2_CAMERA), (_TUM_WORD, TUM_CAMERA))
    for pattern, camera in names:
        if any(pattern.fullmatch(word) for word in words):
            same = width * camera.height == height * camera.width
            return camera.scaled_to(width, height) if same else None
    return None


def guess_intrinsics(width: int, height: int) -> Intrinsics:
    """A Kinect-like camera: f = 0.82 of the longer side, square pixels, axis through the centre."""
    focal = max(width, height) * KINECT_FOCAL_PER_WIDTH
    if (width, height) == (512, 424):
        focal = KINECT2_DEPTH_FOCAL
    return Intrinsics(focal, focal, (width - 1) / 2, (height - 1) / 2, width, height, Origin.GUESS)


def check_given(given: str) -> None:
    """Raises UserError where a flag is neither four numbers nor a file with a camera in it.

    Whether that camera can be the picture's is known with the picture: see `choose_camera`.
    """
    if not is_numbers(given):
        file = read_camera_file(expanded(given), "")
        if not file.records:
            raise no_camera_in(file.path)
        return
    fx, fy, _, _ = numbers_of(given)
    if not fx > 0 or not abs(fy) > 0:
        raise UserError(
            f"The intrinsics {given!r} are no camera's: focal lengths are positive numbers, so "
            "write fx,fy,cx,cy in pixels."
        )


def is_numbers(given: object) -> bool:
    """Whether `given` is a flag's "fx,fy,cx,cy" and no file."""
    return isinstance(given, str) and "," in given and not os.path.exists(given)


def _sizes(size: Size, depth_size: Size | None) -> list[Size]:
    """What a matrix without a size may belong to: the picture's first."""
    return [size] if depth_size in (None, size) else [size, depth_size]


def _given(
    given: Intrinsics | Path | str, rgb_path: Path, sizes: list[Size], files: CameraFiles | None
) -> CameraChoice:
    if isinstance(given, Intrinsics):
        try:
            camera, said = fit(given, *sizes[0])
        except ValueError as error:
            raise UserError(f"The camera given cannot be this picture's: {error}.") from error
        return CameraChoice(camera, (f"The camera given {said}.",) if said else ())
    if is_numbers(given):
        return _parsed(str(given), sizes)
    read = list(files or CameraFiles(rgb_path, expanded(given)))
    choice = _of_file(read[0], sizes)
    return replace(choice, camera=replace(choice.camera, origin=Origin.GIVEN))


def _parsed(text: str, sizes: list[Size]) -> CameraChoice:
    record = CameraRecord(numbers_of(text), None, frozenset())
    try:
        return _chosen(record, f"--intrinsics {text}", sizes, Origin.GIVEN)
    except ValueError as error:
        raise UserError(
            f"The intrinsics {text!r} cannot be those of this picture: {error}; write fx,fy,cx,cy "
            f"in pixels of its {sizes[0][0]} x {sizes[0][1]}."
        ) from error


def _of_file(file: CameraFile, sizes: list[Size], *, found: bool = False) -> CameraChoice:
    """`found`: nobody named the file. Raises UserError."""
    reasons = []
    for record in file.records:
        try:
            return _chosen(record, file.path.name, sizes, Origin.FILE, found=found)
        except ValueError as error:
            reasons.append(str(error))
    if not reasons:
        raise no_camera_in(file.path)
    raise UserError(
        f"{file.path.name} cannot be the camera of a {sizes[0][0]} x {sizes[0][1]} picture: "
        f"{reasons[0]}; give this picture's own."
    )


def _of_files(
    files: Iterable[CameraFile], sizes: list[Size], notes: list[str]
) -> CameraChoice | None:
    for file in files:
        if file.error or not file.records:
            if file.error:
                notes.append(f"No camera from {file.path.name}: {file.error}")
            continue
        try:
            choice = _of_file(file, sizes, found=True)
        except UserError as error:
            notes.append(f"No camera from {file.path.name}: {error}")
            continue
        return replace(choice, notes=(*notes, *choice.notes))
    return None


def _fitted_known(known: Intrinsics, size: Size, notes: list[str]) -> CameraChoice | None:
    if known.origin is Origin.DATASET and not _same_shape(known, size):
        return None  # published for whole pictures: these are others
    try:
        camera, said = fit(known, *size)
    except ValueError as error:
        notes.append(f"The camera that comes with this frame was passed over: {error}.")
        return None
    return CameraChoice(camera, (*notes, f"Its camera {said}.") if said else tuple(notes))


def _same_shape(camera: Intrinsics, size: Size) -> bool:
    return abs(size[0] * camera.height - size[1] * camera.width) <= camera.width


def _chosen(
    record: CameraRecord, name: str, sizes: list[Size], origin: Origin, *, found: bool = False
) -> CameraChoice:
    """The record as the camera of a picture of the first size. Raises ValueError, a reason.

    `found`: nobody named it for this picture.
    """
    fx, fy, cx, cy = record.numbers
    notes = []
    if fy < 0 < fx:  # ICL-NUIM's y axis points up
        fy = -fy
        notes.append(f"{name} has a negative fy: its y axis points up, here it points down.")
    width, height = sizes[0]
    own = record.size or _size_it_fits((fx, fy, cx, cy), sizes, found)
    told = record.size is not None
    camera, said = fit(Intrinsics(fx, fy, cx, cy, *own, origin), width, height, size_is_told=told)
    if said:
        notes.append(f"{name} {said}.")
    if record.size is None and own != sizes[0]:
        notes.append(
            f"{name} names no size and fits the depth's {own[0]} x {own[1]}: it was scaled to the "
            f"picture's {width} x {height}."
        )
    return CameraChoice(camera, tuple(notes))


def _size_it_fits(
    numbers: tuple[float, float, float, float], sizes: list[Size], found: bool
) -> Size:
    """Of the sizes for which the numbers are plausible the one whose middle is nearest.

    Numbers that were `found` are held against whole pictures. Raises ValueError, a reason, where
    none is.
    """
    cameras = [Intrinsics(*numbers, *size) for size in sizes]
    against = [
        why_implausible(camera) if found else why_impossible(camera, size_is_told=False)
        for camera in cameras
    ]
    plausible = [camera for camera, reason in zip(cameras, against, strict=True) if not reason]
    if not plausible:
        raise ValueError(against[0])
    best = min(plausible, key=off_centre)
    return best.width, best.height
