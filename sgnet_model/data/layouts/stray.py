"""Stray Scanner (iPhone): `rgb.mp4`, `depth/N.png` (mm), `confidence/`, `camera_matrix.csv`."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.listing import list_folder
from sgnet_model.data.reading import Reading, depth_in, folder_above, read_metric
from sgnet_model.data.video_frames import VideoFrames
from sgnet_model.types import DepthInfo, FloatArray, UInt8Array, UserError

from .confidence import SAID, with_confidence
from .types import Names

VIDEO = "rgb.mp4"


def stray_scanner(folder: Path, names: Names) -> DataSet | None:
    """The number of a depth file is that of its frame in the video; older scans have .npy depth."""
    if VIDEO not in names.files or "depth" not in names.folders:
        return None
    depths = [path for path in list_folder(folder / "depth").pictures if path.stem.isdecimal()]
    frames = tuple(FramePaths(path.stem, folder / VIDEO / path.stem, path) for path in depths)
    return DataSet(frames, _reading(folder), (SAID,) if "confidence" in names.folders else ())


def _reading(folder: Path) -> Reading:
    video = VideoFrames(folder / VIDEO)
    in_mm = depth_in("mm")

    def rgb(path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
        if not path.name.isdecimal():
            raise UserError(f"{path} is no frame of {VIDEO}: its frames have numbers.")
        return video.frame(int(path.name)), ()

    def confidence(path: Path) -> Path:
        return folder / "confidence" / f"{path.stem}.png"

    def depth(path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        return read_metric(path, unit) if path.suffix == ".npy" else in_mm(path, unit)

    return Reading(depth=with_confidence(depth, confidence), rgb=rgb, scene=folder_above)
