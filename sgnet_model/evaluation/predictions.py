"""Predictions as label pictures in the data set's own ids, one file for each frame."""

from __future__ import annotations

import re
from pathlib import Path

from sgnet_model.data.labels import own_ids
from sgnet_model.exports import write_png
from sgnet_model.files import make_folder
from sgnet_model.types import Frame, LabelScheme, UInt8Array


def prediction_path(folder: Path, name: str) -> Path:
    """`folder`/NAME.png; slashes in the name are folders, what file systems dislike is "_"."""
    parts = [re.sub(r"[^\w.+-]+", "_", part) for part in name.split("/")]
    parts = [part for part in parts if part.strip(".")]  # no way out of the folder
    return folder.joinpath(*parts[:-1], f"{parts[-1] if parts else 'frame'}.png")


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
