"""One RGB file and one depth file to a `Frame`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.resize import resize_nearest
from sgnet_model.types import (
    DepthInfo,
    FloatArray,
    Frame,
    Intrinsics,
    LabelScheme,
    Origin,
    UInt8Array,
    UserError,
)

from .intrinsics import CameraFiles, choose_camera, is_numbers
from .reading import PLAIN, Reading, read_metric

ASPECT_TOLERANCE = 0.02
PLAUSIBLE_MEDIAN_M = (0.15, 20.0)
_PLAIN_STEMS = {"rgb", "color", "colour", "image", "img"}  # say nothing: the folder names the frame


@dataclass(frozen=True, slots=True)
class _Depth:
    metres: FloatArray | None = None
    info: DepthInfo | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Labels:
    values: UInt8Array | None = None
    scheme: LabelScheme | None = None
    notes: tuple[str, ...] = ()


def load_pair(
    rgb_path: Path | str,
    depth_path: Path | str | None,
    *,
    unit: str | None = None,
    intrinsics: Intrinsics | Path | str | None = None,
    labels_path: Path | str | None = None,
    name: str | None = None,
    strict: bool = True,
    reading: Reading = PLAIN,
) -> Frame:
    """The frame of an RGB file and its depth file, at the RGB file's size.

    `unit`: as `unit_called` takes it; None is what a camera file says, else a guess.
    `intrinsics`: an object, a camera file or "fx,fy,cx,cy"; None looks for a file beside the
    picture, then guesses. `labels_path`: ground truth; where it cannot be used a note says so.
    Depth of another size but the same aspect (within 2 %) is resized by nearest neighbour and said.
    `reading`: what the data set adds.

    Depth that cannot be used (unreadable, another aspect, 8-bit, nothing valid, None) raises
    UserError; with `strict=False` it gives a frame without depth whose notes hold the sentence. An
    unreadable RGB file and unusable `intrinsics` always raise.
    """
    rgb_path = Path(rgb_path).expanduser().absolute()  # the folders around it are looked into
    rgb, notes = reading.rgb(rgb_path)
    height, width = rgb.shape[:2]
    files = _camera_files(intrinsics, rgb_path)
    depth = _guarded(
        lambda: _load_depth(depth_path, rgb_path, (height, width), unit, reading, files), strict
    )
    choice = choose_camera(
        intrinsics,
        rgb_path,
        (width, height),
        depth_size=_stored_size(depth.info),
        known=None if intrinsics is not None else reading.camera(rgb_path, width, height),
        files=files,
    )
    labels = _load_labels(labels_path, rgb_path, (height, width), reading)
    return Frame(
        name=name or frame_name(rgb_path),
        rgb=rgb,
        depth_m=depth.metres,
        intrinsics=choice.camera,
        depth_info=depth.info,
        labels=labels.values,
        label_scheme=labels.scheme,
        notes=(*notes, *depth.notes, *choice.notes, *labels.notes),
        path=str(rgb_path),
    )


def frame_name(rgb_path: Path) -> str:
    """The file's stem, or its folder's name where the file is only called "rgb"."""
    if rgb_path.stem.lower() in _PLAIN_STEMS:
        return rgb_path.absolute().parent.name or rgb_path.stem
    return rgb_path.stem


def _camera_files(given: Intrinsics | Path | str | None, rgb_path: Path) -> CameraFiles:
    """The file that the user named, else those around the picture: for camera and depth scale."""
    if given is None or isinstance(given, Intrinsics) or is_numbers(given):
        return CameraFiles(rgb_path)
    return CameraFiles(rgb_path, Path(given).expanduser())


def _stored_size(info: DepthInfo | None) -> tuple[int, int] | None:
    """(width, height) of a depth file that is not the picture's size."""
    return None if info is None or info.resized_from is None else info.resized_from[::-1]


def _guarded(load: Callable[[], _Depth], strict: bool) -> _Depth:
    try:
        return load()
    except UserError as error:
        if strict:
            raise
        return _Depth(notes=(str(error),))


def _load_depth(
    depth_path: Path | str | None,
    rgb_path: Path,
    size: tuple[int, int],
    unit: str | None,
    reading: Reading,
    files: CameraFiles,
) -> _Depth:
    if depth_path is None:
        raise UserError(f"{rgb_path.name} came without a depth file: give the depth file too.")
    path = Path(depth_path).expanduser().absolute()
    metres, info, notes = _metres(path, unit, reading, files)
    _refuse_other_aspect(path.name, (metres.shape[0], metres.shape[1]), size)
    notes = (*notes, *_doubts(path.name, info))
    if metres.shape == size:
        return _Depth(metres, info, notes)
    height, width = metres.shape
    resized = resize_nearest(metres, size)
    said = _said_resized(path.name, (height, width), size)
    return _Depth(resized, replace(info, resized_from=(height, width)), (*notes, said))


def _metres(
    path: Path, unit: str | None, reading: Reading, files: CameraFiles
) -> tuple[FloatArray, DepthInfo, tuple[str, ...]]:
    """The depth as its data set reads it; else in the unit given, a camera file's, or a guess."""
    scale = files.scale if unit is None and reading.depth is read_metric else None
    if scale is None:
        return *reading.depth(path, unit), ()
    metres, info = read_metric(path, None, scale[0].unit_m)
    if info.origin is not Origin.FILE:
        return metres, info, ()
    said = f"The depth of {path.name} is in {info.unit} by {scale[1]} ({scale[0].said})."
    return metres, info, (said,)


def _said_resized(name: str, stored: tuple[int, int], size: tuple[int, int]) -> str:
    return (
        f"{name} is {stored[1]} x {stored[0]} and was resized to the picture's {size[1]} x "
        f"{size[0]} by nearest neighbour."
    )


def _refuse_other_aspect(name: str, stored: tuple[int, int], size: tuple[int, int]) -> None:
    ratio = (stored[1] / stored[0]) / (size[1] / size[0])
    if abs(ratio - 1) > ASPECT_TOLERANCE:
        raise UserError(
            f"{name} is {stored[1]} x {stored[0]} and the picture {size[1]} x {size[0]}: they must "
            "have the same aspect (within 2 %), so give depth that is aligned with the picture."
        )


def _doubts(name: str, info: DepthInfo) -> tuple[str, ...]:
    if info.doubt:
        return (info.doubt,)
    low, high = PLAUSIBLE_MEDIAN_M
    if info.origin is Origin.DATASET or low <= info.median_m <= high:
        return ()  # the range is that of rooms and desks; a data set knows its own
    return (
        f"{name} read as {info.unit} has a median of {info.median_m:.3g} m: choose another depth "
        "unit if that is wrong.",
    )


def _load_labels(
    path: Path | str | None, rgb_path: Path, size: tuple[int, int], reading: Reading
) -> _Labels:
    if path is None:
        return _Labels()
    path = Path(path).expanduser().absolute()
    try:
        values, scheme = reading.labels(path, rgb_path)
        _refuse_other_aspect(path.name, (values.shape[0], values.shape[1]), size)
    except UserError as error:
        return _Labels(notes=(f"No ground truth: {error}",))
    if values.shape == size:
        return _Labels(values, scheme)
    said = _said_resized(path.name, (values.shape[0], values.shape[1]), size)
    return _Labels(resize_nearest(values, size), scheme, (said,))
