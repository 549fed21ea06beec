"""SUN RGB-D's ground truth: 10,335 label pictures behind references in one HDF5 file.

`SUNRGBD2Dseg.mat` (MATLAB 7.3) has `SUNRGBD2Dseg/seglabel`, (N, 1) references to (W, H) arrays of
0..37. All of them at once take 64 GB: one is read at a time. Which reference belongs to which frame
is the order of `SUNRGBDMeta.mat`.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from sgnet_model.types import LabelScheme, UInt8Array, UserError
from sgnet_model.untrusted import reading

from .decode import MAX_PIXELS
from .labels import checked_labels
from .matlab5 import read_strings
from .palettes import SUN37

LABELS_FILE = "SUNRGBD2Dseg.mat"
ORDER_FILE = "SUNRGBDMeta.mat"


class SunLabels:
    """Label pictures by RGB file. Reads nothing until asked for the first one."""

    def __init__(self, path: Path, order: Path, tree: Path) -> None:
        self.path = path
        self._order = order
        self._tree = tree.absolute()

    def read(self, path: Path, rgb: Path) -> tuple[UInt8Array, LabelScheme]:
        """(H, W) uint8, 0 = void, 1..37; raises UserError."""
        key = key_of_frame(rgb, self._tree)
        row = self._rows.get(key)
        if row is None:
            raise UserError(f"{self._order.name} does not list {key}: this frame has no labels.")
        return checked_labels(_label_picture(path, row), SUN37, f"{path.name}, {key},"), SUN37

    @cached_property
    def _rows(self) -> dict[str, int]:
        names = read_strings(self._order, "SUNRGBDMeta", "sequenceName")
        return {key_of_listed(name): row for row, name in enumerate(names)}


def key_of_frame(rgb: Path, tree: Path) -> str:
    """ ".../SUNRGBD/kv1/b3dodata/img_0063/image/img_0063.jpg" -> "kv1/b3dodata/img_0063"."""
    return rgb.parents[1].relative_to(tree).as_posix()


def key_of_listed(path: str) -> str:
    """The same of a path in the toolbox's lists: "/n/fs/sun3d/data/SUNRGBD/kv1/.../"."""
    return path.replace("\\", "/").rpartition("SUNRGBD/")[2].strip("/")


def _label_picture(path: Path, row: int) -> UInt8Array:
    """(H, W) as stored; MATLAB keeps columns first."""
    import h5py  # late: a tenth of a second, and only this data set needs it

    sentence = (
        f"{path.name} has no readable label picture {row}: it is truncated, damaged or not "
        "SUNRGBD2Dseg.mat of the toolbox, so download it again."
    )
    with reading(path, sentence), h5py.File(path, "r") as file:
        references = file["SUNRGBD2Dseg/seglabel"]
        reference = references[row, 0] if references.shape[0] > 1 else references[0, row]
        picture = file[reference]
        if picture.size > MAX_PIXELS:
            raise ValueError(f"{picture.size} pixels")
        labels = np.ascontiguousarray(picture[()].T)
    if labels.ndim != 2 or labels.dtype.kind not in "ui":
        raise UserError(f"Label picture {row} of {path.name} is {labels.dtype} {labels.shape}.")
    return labels
