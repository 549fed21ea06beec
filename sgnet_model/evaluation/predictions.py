"""Predictions as label pictures in the data set's own ids, one file for each frame."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sgnet_model.data.frames import FrameSet
from sgnet_model.data.labels import own_ids
from sgnet_model.exports import write_png
from sgnet_model.files import make_folder
from sgnet_model.types import Frame, LabelScheme, UInt8Array, UserError

from .frames import unique_names


def prediction_path(folder: Path, name: str) -> Path:
    """`folder`/NAME.png; slashes in the name are folders, what file systems dislike is "_"."""
    parts = [re.sub(r"[^\w.+-]+", "_", part) for part in name.split("/")]
    parts = [part for part in parts if part.strip(".")]  # no way out of the folder
    return folder.joinpath(*parts[:-1], f"{parts[-1] if parts else 'frame'}.png")


def refuse_own_files(folder: Path, frames: FrameSet) -> None:
    """UserError where a prediction would be written over a file of the set, such as its labels."""
    own: set[str] = set()
    for index in range(len(frames)):
        paths = frames.paths(index)
        if paths is not None:
            read = (*paths.files, paths.labels, paths.hha)
            own.update(os.path.realpath(path) for path in read if path is not None)
    for name in unique_names(frames) if own else ():
        path = prediction_path(folder, name)
        if os.path.realpath(path) in own:
            raise UserError(f"{path} is a file of the data set itself: choose another folder.")


class PredictionFolder:
    """Writes what `evaluate_frames` gives it to keep."""

    def __init__(self, folder: Path, scheme: LabelScheme) -> None:
        make_folder(folder)
        self.folder = folder
        self._scheme = scheme

    def keep(self, name: str, frame: Frame, labels: UInt8Array) -> None:
        """(H, W) class indices -> 8-bit PNG of the ids of the frame's own labels, else ours."""
        path = prediction_path(self.folder, name)
        make_folder(path.parent)
        scheme = frame.label_scheme or self._scheme
        write_png(path, own_ids(labels, scheme))
