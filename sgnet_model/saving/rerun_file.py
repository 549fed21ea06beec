"""Frames with cloud, labels and taps as a recording of the viewer Rerun (the extra `rerun`).

world/camera            where it stood, pinhole; picture, depth and labels below it
world/camera/taps/LAYER where each S-Conv looked for the probed pixel, in the picture
world/cloud             points in the colours of the picture, with the class of each
world/taps/LAYER        the same taps in space

The world is the camera's frame where no pose is known.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sgnet_model.geometry import depth_to_points
from sgnet_model.inspection.probe import probe
from sgnet_model.prediction import Predict, Prediction
from sgnet_model.progress import Progress, no_progress
from sgnet_model.types import Frame, LabelScheme, UserError
from sgnet_model.unfinished import behind_link, unfinished
from sgnet_model.untrusted import reason

if TYPE_CHECKING:  # its readers are not needed to name it
    from sgnet_model.data.frames import FrameSet

INSTALL = "pip install rerun-sdk"
APPLICATION = "sgnet-viewer"
_TIME = re.compile(r"(?:^|[/_])(\d+\.\d{3,9})s?$")  # "1305031102.175304", "000012_0.400s"
BETWEEN_SCENES_S = 1.0  # where each one's times begin anew
TIMEOUT_S = 10.0  # with a file that does not grow
MOST_POINTS = 60_000  # of a frame's cloud: a film of full clouds takes gigabytes


def check_rerun(path: Path) -> None:
    """Before the work that goes into it: UserError where `write_rrd` could not write `path`."""
    if path.suffix.lower() != ".rrd":
        raise UserError(f"{path.name} is no recording of Rerun: end its name in .rrd.")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserError(f"{path} cannot be written: name a file in a folder that is there.")
    _rerun()


def write_rrd(
    path: Path,
    frames: FrameSet,
    predict: Predict,
    *,
    pixel: tuple[int, int] | None = None,
    progress: Progress = no_progress,
    failed: Callable[[str, str], None] = lambda _name, _sentence: None,
) -> int:
    """Every frame that can be read, `pixel` (u, v; None: the middle) probed; returns their number.

    Frames whose names hold their times get a second timeline, in seconds. `progress` (done, total)
    may raise to call it off: then nothing is left behind. `failed` hears of frames that cannot be
    read.
    """
    check_rerun(path)
    rr = _rerun()
    stream = rr.RecordingStream(APPLICATION, make_default=False)
    place = behind_link(path)
    with unfinished(place, ".part.rrd") as partial:
        try:
            stream.save(partial)
            written = _log_frames(rr, stream, frames, predict, pixel, progress, failed)
            _finish(rr, stream, partial, place if written else None)
        finally:
            with contextlib.suppress(RuntimeError):  # what `_finish` said
                _disconnect(rr, stream)
    if not written:
        raise UserError(f"No frame of {frames.name} could be read: nothing was written.")
    return written


def _log_frames(
    rr: Any,
    stream: Any,
    frames: FrameSet,
    predict: Predict,
    pixel: tuple[int, int] | None,
    progress: Progress,
    failed: Callable[[str, str], None],
) -> int:
    times_s = times_of_frames(frames)
    written = 0
    for index in range(len(frames)):
        progress(index, len(frames))
        try:
            frame = frames.load(index)
            prediction = predict(frame)
        except UserError as error:
            failed(frames.frame_name(index), str(error))
            continue
        if not written:
            _log_classes(rr, stream, prediction.scheme)
        stream.set_time("frame", sequence=index)
        if times_s is not None:
            stream.set_time("time", duration=times_s[index])
        _log_frame(rr, stream, frame, prediction)
        _log_taps(rr, stream, frame, prediction, pixel)
        written += 1
    progress(len(frames), len(frames))
    return written


def _finish(rr: Any, stream: Any, partial: Path, path: Path | None) -> None:
    """All of it to the disk, then under its own name. UserError where that fails."""
    try:
        _flush(stream, partial)
        _disconnect(rr, stream)
        if path is not None:
            partial.replace(path)
    except (OSError, RuntimeError) as error:  # Rerun's thread that writes tells no more
        raise UserError(
            f"{path or partial} cannot be written ({reason(error)}): choose another place."
        ) from error


def _flush(stream: Any, partial: Path) -> None:
    """Waits as long as the file grows: on a full disk Rerun's own flush may wait for ever."""
    before = -1
    while True:
        try:
            stream.flush(timeout_sec=TIMEOUT_S)
            return
        except RuntimeError:
            size = partial.stat().st_size
            if size == before:
                raise
            before = size


def _disconnect(rr: Any, stream: Any) -> None:
    """Has no limit of its own, and waits for ever where Rerun's thread was lost on a full disk."""
    failed: list[RuntimeError] = []

    def close() -> None:
        try:
            stream.disconnect()
        except RuntimeError as error:
            failed.append(error)

    closing = threading.Thread(target=close, name="rerun", daemon=True)  # may never end
    closing.start()
    closing.join(TIMEOUT_S)
    if closing.is_alive():
        rr.unregister_shutdown()  # it would wait as long when the program ends
        raise RuntimeError("Rerun's thread does not answer")
    if failed:
        raise failed[0]


def times_of_frames(frames: FrameSet) -> tuple[float, ...] | None:
    """Seconds since the first frame, where all names end in times (TUM, bags, our recordings).

    Of a folder of recordings each begins after the one before it. None where times run backwards.
    """
    names = [frames.frame_name(index) for index in range(len(frames))]
    found = [_TIME.search(name) for name in names]
    read = [float(match[1]) for match in found if match is not None]
    if not read or len(read) < len(found):
        return None
    scenes = [(frames.scene(at), name.rpartition("/")[0]) for at, name in enumerate(names)]
    start, times = read[0], [0.0]
    for at in range(1, len(read)):
        if read[at] <= read[at - 1] and scenes[at] != scenes[at - 1]:
            start = read[at] - times[-1] - BETWEEN_SCENES_S
        times.append(read[at] - start)
    return tuple(times) if times == sorted(times) else None


def _log_classes(rr: Any, stream: Any, scheme: LabelScheme) -> None:
    """Ids as in our files: 0 = void, 1 = the first class."""
    colours = [tuple(int(part) for part in rgb) for rgb in scheme.palette]
    known = [(k + 1, name, colours[k]) for k, name in enumerate(scheme.classes)]
    stream.log("/", rr.AnnotationContext([(0, "void", (0, 0, 0)), *known]), static=True)
    stream.log("world", rr.ViewCoordinates.RDF, static=True)  # x right, y down, z forward


def _log_frame(rr: Any, stream: Any, frame: Frame, prediction: Prediction) -> None:
    height, width = frame.size
    camera = frame.intrinsics.scaled_to(width, height)
    cx, cy = camera.cx + 0.5, camera.cy + 0.5  # Rerun counts from the pixel's corner
    matrix = [[camera.fx, 0, cx], [0, camera.fy, cy], [0, 0, 1]]
    pinhole = rr.Pinhole(image_from_camera=matrix, resolution=[width, height])
    stream.log("world/camera", pinhole)
    _log_pose(rr, stream, frame)
    stream.log("world/camera/rgb", rr.Image(frame.rgb).compress(jpeg_quality=90))
    labels = prediction.labels + np.uint8(1)
    stream.log("world/camera/labels", rr.SegmentationImage(labels, opacity=0.5))
    if frame.depth_m is None:
        return
    stream.log("world/camera/depth", rr.DepthImage(frame.depth_m, meter=1.0))
    stride = max(1, round((width * height / MOST_POINTS) ** 0.5))
    points = depth_to_points(frame.depth_m, frame.intrinsics, stride)  # (h, w, 3)
    valid = frame.depth_m[::stride, ::stride] > 0
    stream.log(
        "world/cloud",
        rr.Points3D(
            points[valid],
            colors=frame.rgb[::stride, ::stride][valid],
            class_ids=labels[::stride, ::stride][valid].astype(np.uint16),
            radii=0.004 * stride,
        ),
    )


def _log_pose(rr: Any, stream: Any, frame: Frame) -> None:
    """Of all that is in the camera's frame. Where none is known it does not stay the last one."""
    pose = np.eye(4) if frame.pose is None else frame.pose
    for entity in ("world/camera", "world/cloud", "world/taps"):
        stream.log(entity, rr.Transform3D(translation=pose[:3, 3], mat3x3=pose[:3, :3]))


def _log_taps(
    rr: Any, stream: Any, frame: Frame, prediction: Prediction, pixel: tuple[int, int] | None
) -> None:
    height, width = frame.size
    read = probe(prediction, *(pixel or (width // 2, height // 2)), frame.depth_m, frame.intrinsics)
    for layer in read.layers:
        places = np.stack((layer.x, layer.y), -1) + 0.5  # Rerun counts from the pixel's corner
        stream.log(
            f"world/camera/taps/{layer.name}", rr.Points2D(places, radii=1 + 3 * layer.modulation)
        )
        known = np.isfinite(layer.points_m).all(-1)
        stream.log(f"world/taps/{layer.name}", rr.Points3D(layer.points_m[known], radii=0.02))


def _rerun() -> Any:
    try:
        import rerun
    except ImportError as error:
        raise UserError(
            f"A recording for Rerun needs its package, which is not installed: {INSTALL}."
        ) from error
    return rerun
