"""Single files that hold whole sets of frames, and archives that must be unpacked first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sgnet_model.types import UserError

from .bags.bag import SUFFIXES as BAGS
from .bags.bag import bag_frames
from .dataset import DataSet
from .layouts.record3d import SUFFIX as R3D
from .layouts.record3d import r3d_file
from .layouts.single_files import SUFFIXES as HDF5
from .layouts.single_files import is_frame, of_files

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")


def frames_in_file(path: Path) -> DataSet | None:
    """The frames in a file that is no picture; None for all others. Raises UserError.

    Recognised by suffix, and only then by content. An archive is refused with what to do.
    """
    name = path.name.lower()
    if name.endswith(ARCHIVES):
        raise UserError(f"{path.name} is an archive: unpack it and open the folder that it makes.")
    opener = next((opens for suffix, opens in _OPENERS.items() if name.endswith(suffix)), None)
    return opener(path) if opener is not None else None


def _hdf5(path: Path) -> DataSet | None:
    return of_files([path]) if is_frame(path) else None


_OPENERS: dict[str, Callable[[Path], DataSet | None]] = {
    R3D: r3d_file,
    **dict.fromkeys(BAGS, bag_frames),
    **dict.fromkeys(HDF5, _hdf5),
}
