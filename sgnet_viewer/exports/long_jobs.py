"""Exports that take minutes: every frame of a set, films, recordings for Rerun. No Qt.

Each runs in a worker, reports how far it is, and can be called off: what the task
raises ends it, and no unfinished file is left. The network is handed in as a function, so that
nothing here loads torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.exports.ply import PLY_FIELDS
from sgnet_model.prediction import Predict, Prediction
from sgnet_model.progress import Progress
from sgnet_model.saving.batch import KINDS, Batch, export_all
from sgnet_model.saving.film import check_film, write_film
from sgnet_model.saving.film_pictures import of_set, shown
from sgnet_model.saving.layer_sweep import layer_sweep
from sgnet_model.saving.orbit import orbit
from sgnet_model.saving.rerun_file import check_rerun, write_rrd
from sgnet_model.types import Frame, UInt8Array
from sgnet_viewer.runtime.task import Task

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet


def save_every_frame(
    folder: Path,
    frames: FrameSet,
    predict: Predict,
    task: Task,
    *,
    made_with: Mapping[str, Any],
) -> str:
    """See `export_all`; goes on where it was. Returns a sentence on what was written."""
    batch = Batch(folder, tuple(KINDS), PLY_FIELDS, made_with)
    report = export_all(frames, predict, batch, _told(task, "Exporting frames"))
    before = f", {report.skipped} were there before" if report.skipped else ""
    said = f"Saved {report.written} of {len(frames)} frames in {folder}{before}."
    if not report.failed:
        return said
    name, sentence = report.failed[0]
    return f"{said} {len(report.failed)} could not be used, first {name}: {sentence}"


def save_film_of_set(
    path: Path, frames: FrameSet, predict: Predict, task: Task, *, fps: float, show: str
) -> str:
    """A picture a frame; `show`: one of `config.FILM_SHOWS`."""
    check_film(path, fps)
    failed: list[str] = []
    pictures = of_set(frames, predict, show, lambda name, _: failed.append(name))
    return _with_left_out(_film(path, pictures, len(frames), fps, task), failed)


def save_film_of_orbit(
    path: Path,
    frame: Frame,
    prediction: Prediction | None,
    task: Task,
    *,
    fps: float,
    seconds: float,
) -> str:
    """The frame's cloud from a camera that swings around it, classes over the picture's colours."""
    check_film(path, fps)
    total = max(2, round(fps * seconds))
    colours = frame.rgb if prediction is None else shown(frame, prediction, "overlay")
    return _film(path, orbit(frame, colours, total), total, fps, task)


def save_film_of_layers(
    path: Path,
    frame: Frame,
    prediction: Prediction,
    pixel: tuple[int, int],
    task: Task,
    *,
    fps: float,
) -> str:
    """The taps of `pixel` (u, v), a layer a second."""
    check_film(path, fps)
    repeat = max(1, round(fps))
    pictures = layer_sweep(frame, prediction, pixel, shown(frame, prediction, "overlay"), repeat)
    return _film(path, pictures, repeat * len(prediction.traces), fps, task)


def save_rerun(
    path: Path,
    frames: FrameSet,
    predict: Predict,
    task: Task,
    *,
    pixel: tuple[int, int] | None = None,
) -> str:
    """Every frame with cloud, labels and taps as a .rrd."""
    check_rerun(path)
    failed: list[str] = []
    count = write_rrd(
        path,
        frames,
        predict,
        pixel=pixel,
        progress=_told(task, "Writing frames"),
        failed=lambda name, _: failed.append(name),
    )
    return _with_left_out(f"Saved {count} frames as {path}.", failed)


def _film(path: Path, pictures: Iterable[UInt8Array], total: int, fps: float, task: Task) -> str:
    count = write_film(path, pictures, fps, total, _told(task, "Filming pictures"))
    return f"Saved a film of {count} pictures ({count / fps:.1f} s) as {path}."


def _with_left_out(said: str, failed: list[str]) -> str:
    return f"{said} Left out: {len(failed)} frames that could not be used." if failed else said


def _told(task: Task, what: str) -> Progress:
    def progress(done: int, total: int) -> None:
        task.report(f"{what} ({total} in all)", done / total if total else 1.0)

    return progress
