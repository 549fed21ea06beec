"""From what the user named to a set of frames. Runs in a worker: it reads files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.resources import sample_dir, samples
from sgnet_model.types import UserError
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.session import NYU_SAMPLE

from .nyu_sample import nyu_pair

if TYPE_CHECKING:
    from sgnet_model.data.frames import FramePaths, FrameSet

SAMPLE_FILES = ("rgb.png", "depth.png", "labels.png")
SAMPLE_UNIT = "mm"
SAMPLES_TITLE = "Bundled samples"


def open_target(target: Target, task: Task) -> tuple[FrameSet, int]:
    """The frames of a target and the index of the one it names; raises UserError."""
    from sgnet_model.data.open import open_frames

    unit, intrinsics = target.unit or None, target.intrinsics or None
    if target.sample == NYU_SAMPLE:
        rgb, depth = nyu_pair(task)
        return open_frames(rgb, depth, unit=unit, intrinsics=intrinsics), 0
    if target.sample is not None:
        return _samples(target)
    if not 1 <= len(target.paths) <= 2:
        raise UserError(
            f"{len(target.paths)} files arrived at once: give a folder, a picture, or a picture "
            "and its depth."
        )
    _refuse_streams(target.paths)
    first, *rest = _colour_first(target.paths)
    return open_frames(first, *rest, unit=unit, intrinsics=intrinsics), 0


def _refuse_streams(paths: tuple[str, ...]) -> None:
    """What a sensor recorded, and a video, is streamed and not opened."""
    from sgnet_viewer.cameras.files import VIDEOS, is_recorded_by_sensor

    for path in map(Path, paths):
        if is_recorded_by_sensor(path) or (path.suffix.lower() in VIDEOS and path.is_file()):
            raise UserError(
                f"{path.name} is a stream, not a frame: watch it with Live, or with "
                f"sgnet-viewer live --source {path.name}."
            )


def _samples(target: Target) -> tuple[FrameSet, int]:
    """All bundled samples as one set: the list and the arrows lead from one to the next."""
    from sgnet_model.data.pair_set import PairSet

    names = samples()
    if not names:
        raise UserError(
            "No sample is bundled with this copy of sgnet-viewer: open a frame of your own."
        )
    wanted = target.sample or names[0]
    sample_dir(wanted)  # says what is wrong where there is no such sample
    frames = tuple(_sample_paths(name) for name in names)
    opened = PairSet(
        SAMPLES_TITLE, frames, unit=target.unit or SAMPLE_UNIT, intrinsics=target.intrinsics or None
    )
    return opened, names.index(wanted)


def _sample_paths(name: str) -> FramePaths:
    from sgnet_model.data.frames import FramePaths

    rgb, depth, labels = (sample_dir(name) / file for file in SAMPLE_FILES)
    return FramePaths(name, rgb, depth, labels if labels.is_file() else None)


def _colour_first(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Two files dropped together come in any order; their names tell which one is the depth."""
    from sgnet_model.data.listing import Role, role_of

    if len(paths) == 2 and [role_of(Path(path)) for path in paths] == [Role.DEPTH, Role.RGB]:
        return paths[::-1]
    return paths
