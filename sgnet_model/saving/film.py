"""Pictures in a row to a video file, by PyAV (the extra `film`)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from sgnet_model.files import check_target
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import UInt8Array, UserError
from sgnet_model.unfinished import behind_link, unfinished

INSTALL = "pip install av"
RATES = (0.1, 240.0)
LEAST_SIDE = 16
BT709, BT601 = 1, 5  # in FFmpeg's numbers, of which 1 stands for BT.709 in each of a film's tags
LIMITED_RANGE = 1
_H264 = ("libx264", "libopenh264", "mpeg4")  # the first that this build of FFmpeg has
_FORMATS = {
    ".mp4": ("mp4", _H264),
    ".mov": ("mov", _H264),
    ".mkv": ("matroska", _H264),
    ".webm": ("webm", ("libvpx-vp9", "libvpx")),
}
_LARGEST_SIDES = {"libvpx-vp9": 65535, "libvpx": 16383}
_LARGEST_SIDE = 16384  # of H.264
_OPTIONS = {
    "libx264": {"crf": "18", "preset": "veryfast"},
    "libvpx-vp9": {"crf": "28", "b:v": "0"},
}


def check_film(path: Path, fps: float) -> None:
    """Before the work that goes into it: UserError where `write_film` could not write `path`."""
    _format(path)
    if not RATES[0] <= fps <= RATES[1]:
        raise UserError(f"The rate {fps:g} cannot be used: 0.1 to 240 pictures a second.")
    check_target(path)
    _av()


def write_film(
    path: Path,
    pictures: Iterable[UInt8Array],
    fps: float,
    total: int,
    progress: Progress = no_progress,
) -> int:
    """(H, W, 3) uint8 RGB pictures to a film of their number / `fps` seconds; returns the number.

    The first picture sets the size (its last odd row and column are left out); others are fitted
    into it, black beside them. The suffix sets the format. `progress` (done, `total`) is called
    after each picture and may raise to call it off: then, and after any error, nothing is left
    behind, and an older film of that name stays.
    """
    check_film(path, fps)
    try:
        place = behind_link(path)
        with unfinished(place) as partial:
            count = _write(partial, path, pictures, fps, total, progress)
            partial.replace(place)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError(f"{path} cannot be written ({reason}): choose another place.") from error
    except _av().FFmpegError as error:  # those of the system are OSErrors
        reason = error.strerror or type(error).__name__
        raise UserError(
            f"{path.name} could not be encoded ({reason}): take smaller pictures or another ending."
        ) from error
    return count


def _write(
    partial: Path,
    path: Path,
    pictures: Iterable[UInt8Array],
    fps: float,
    total: int,
    progress: Progress,
) -> int:
    av = _av()
    kind, codecs = _format(path)
    stream: Any = None
    count = 0
    with av.open(str(partial), "w", format=kind) as container:
        for picture in pictures:
            if stream is None:
                stream = _stream(av, container, codecs, picture, fps)
            fitted = fit(picture, (stream.height, stream.width))
            frame = av.VideoFrame.from_ndarray(fitted, format="rgb24")
            matrix = stream.codec_context.colorspace  # else BT.601, which no player expects of HD
            container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=matrix)))
            count += 1
            progress(count, total)
        if stream is None:
            raise UserError(f"{path.name} would be a film without a picture: choose some frames.")
        container.mux(stream.encode())
    return count


def fit(picture: UInt8Array, size: tuple[int, int]) -> UInt8Array:
    """`picture` in the middle of a black one of `size` (height, width), its aspect kept."""
    height, width = size
    if picture.shape[0] in (height, height + 1) and picture.shape[1] in (width, width + 1):
        return np.ascontiguousarray(picture[:height, :width])
    scale = min(height / picture.shape[0], width / picture.shape[1])
    rows, columns = (max(1, round(side * scale)) for side in picture.shape[:2])
    page = np.zeros((height, width, 3), np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    small = cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
    page[top : top + rows, left : left + columns] = small
    return page


def _stream(
    av: Any, container: Any, codecs: tuple[str, ...], picture: UInt8Array, fps: float
) -> Any:
    name = next((name for name in codecs if _has(av, name)), None)
    if name is None:
        raise UserError(f"This build of PyAV has none of {', '.join(codecs)}: {INSTALL} anew.")
    height, width = (side - side % 2 for side in picture.shape[:2])
    if min(height, width) < LEAST_SIDE:
        raise UserError(f"A film needs pictures of at least {LEAST_SIDE} pixels a side.")
    largest = _LARGEST_SIDES.get(name, _LARGEST_SIDE)
    if max(height, width) > largest:
        raise UserError(
            f"Pictures of {width} x {height} pixels are too large for this film, which holds up to "
            f"{largest} a side (.webm {_LARGEST_SIDES['libvpx-vp9']}): take smaller ones."
        )
    stream = container.add_stream(name, rate=Fraction(fps).limit_denominator(1000))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.options = _OPTIONS.get(name, {})
    _say_colours(stream.codec_context, BT601 if name == "libvpx" else BT709)
    return stream


def _say_colours(context: Any, matrix: int) -> None:
    """How players get RGB back; VP8's stream can say no other `matrix` than BT.601."""
    context.colorspace = matrix
    context.color_primaries = context.color_trc = BT709
    context.color_range = LIMITED_RANGE


def _has(av: Any, name: str) -> bool:
    try:
        av.codec.Codec(name, "w")
    except ValueError:  # which PyAV's own error is, too
        return False
    return True


def _format(path: Path) -> tuple[str, tuple[str, ...]]:
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise UserError(f"{path.name} is no known kind of film: end it in {', '.join(_FORMATS)}.")
    return found


def _av() -> Any:
    try:
        import av
    except ImportError as error:
        raise UserError(
            f"Films need the package PyAV, which is not installed: {INSTALL}."
        ) from error
    return av
