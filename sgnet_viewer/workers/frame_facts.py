"""What a set says of its frames, and an evaluation of them: read beside the window's work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.types import UserError
from sgnet_model.untrusted import read_json, reading
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.frame_rows import RowScore

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.evaluation.frame_scores import FrameScore

Places = Callable[[tuple[str, ...], tuple[str, ...]], None]  # (splits, scenes), by frame


def read_places(frames: FrameSet, deliver: Places, task: Task) -> None:
    """Splits first, then scenes, which may lie in a small file for each frame.

    What a set does not say, or says alike of all, is not delivered: there is nothing to choose.
    """
    splits = splits_of(frames, task)
    if len(set(splits)) > 1:
        deliver(splits, ())
    scenes = tuple(_scene(frames, index, task) for index in range(len(frames)))
    if len(set(scenes)) > 1:
        deliver((), scenes)


def splits_of(frames: FrameSet, task: Task) -> tuple[str, ...]:
    """The split of each frame; "" for one that is in none."""
    known = [paths.split for i in range(len(frames)) if (paths := frames.paths(i)) is not None]
    if known and len(known) == len(frames):
        return tuple(known)
    split_of: dict[str, str] = {}
    for name in frames.splits():
        part = frames.split(name)
        for index in range(len(part)):
            task.check()
            split_of[part.frame_name(index)] = name
    return tuple(split_of.get(frames.frame_name(index), "") for index in range(len(frames)))


def scores_beside(path: Path) -> Path | None:
    """Where `sgnet-model evaluate` left its scores: in the folder of a set, or next to it."""
    from sgnet_model.evaluation.frame_scores import STATE_NAME

    root = path if path.is_dir() else path.parent
    candidates = (folder / STATE_NAME for folder in (root, root / "predictions", root.parent))
    return next((file for file in candidates if file.is_file()), None)


def find_scores(
    frames: FrameSet, path: Path, task: Task
) -> tuple[Path, dict[int, RowScore]] | None:
    """The file beside the set at `path`, and its scores. One of another set's scores is passed
    over: the user did not name it."""
    file = scores_beside(path)
    if file is None:
        return None
    try:
        return file, read_scores(frames, file, task)
    except UserError:
        return None


def read_scores(frames: FrameSet, path: Path, task: Task) -> dict[int, RowScore]:
    """By frame, those that the file knows: from `evaluate --predictions`, `--resume` or a report.

    Raises UserError where it holds no scores, or none of these frames.
    """
    from sgnet_model.evaluation.frames import unique_names

    task.check()
    scores = _scores(path)
    task.check()
    found = {
        index: RowScore(scores[name].miou, scores[name].acc)
        for index, name in enumerate(unique_names(frames))
        if name in scores
    }
    if not found:
        some = next(iter(scores), None)
        of = f" ({len(scores)} of others, the first {some})" if scores else ""
        raise UserError(
            f"{path.name} has no scores of the frames of {frames.name}{of}: choose the file of an "
            "evaluation of this set."
        )
    return found


def _scores(path: Path) -> Mapping[str, FrameScore]:
    from sgnet_model.evaluation.frame_scores import read, scores_from_json

    try:
        return read(path)
    except UserError as error:
        # A report's results hold them under a name of their own.
        values = read_json(path, str(error)) if path.is_file() else {}
        if not isinstance(values, dict) or "frame_scores" not in values:
            raise
        with reading(path, str(error)):
            return scores_from_json(values["frame_scores"])


def _scene(frames: FrameSet, index: int, task: Task) -> str:
    task.check()
    try:
        return frames.scene(index)
    except UserError:
        return ""  # opening the frame will say what is wrong with it
