"""Arrays in files that hold several: NumPy's .npz, HDF5 (also MATLAB's from 7.3 on), MATLAB 5.

Which of them is the depth, the colour or the labels is decided by their names; a file with one
array of the right shape needs none.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import UserError

from .label_names import is_label_word
from .matlab5 import read_arrays

Wanted = Literal["colour", "depth", "labels"]
MAX_ARRAY_BYTES = 1 << 29
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
MATLAB5, MATLAB73 = b"MATLAB 5.0", b"MATLAB 7.3"
NPZ = b"PK\x03\x04"
MOST_ARRAYS = 1000  # of one file

_DEPTH = re.compile(r"depths?|rawdepths?|depth(?:map|image|raw|meters|_m|_mm)?|z|distance")
_COLOUR = re.compile(r"rgb|images?|colou?rs?|img|rgb_image|color_image")
_IS_NAMED: dict[str, Callable[[str], object]] = {
    "depth": _DEPTH.fullmatch,
    "colour": _COLOUR.fullmatch,
    "labels": is_label_word,
}
_NO_NAMES = re.compile(r"arr_\d+|data|dataset|array|values")  # say nothing of what is in them


@dataclass(frozen=True, slots=True)
class _Array:
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[], NDArray[Any]]


def read_npz(path: Path, wanted: Wanted) -> NDArray[Any]:
    """An array of a .npz. Raises UserError where none or several could be meant."""
    with zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        arrays = [_member(archive, info) for info in members[:MOST_ARRAYS]]
        return _chosen(path, arrays, wanted)


def read_hdf5(path: Path, wanted: Wanted) -> NDArray[Any]:
    """A dataset of an HDF5 file; MATLAB's are turned, as it stores columns first."""
    import h5py  # late: a tenth of a second

    with path.open("rb") as head:
        is_matlab = head.read(10).startswith(MATLAB73)
    with h5py.File(path, "r") as file:
        arrays: list[_Array] = []

        def note(name: str, node: Any) -> bool | None:
            if isinstance(node, h5py.Dataset) and not name.startswith("#"):
                arrays.append(_dataset(name, node, is_matlab))
            return True if len(arrays) >= MOST_ARRAYS else None

        file.visititems(note)
        return _chosen(path, arrays, wanted)


def read_matlab5(path: Path, wanted: Wanted) -> NDArray[Any]:
    """A numeric array of a MATLAB file up to version 7."""
    arrays = [
        _Array(name, values.shape, values.dtype, partial(np.asarray, values))
        for name, values in read_arrays(path)
    ]
    return _chosen(path, arrays, wanted)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Array:
    """Its shape and type without unpacking it: a small file may hold any amount of zeros."""
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = reader(stream)

    def read() -> NDArray[Any]:
        with archive.open(info) as stream:
            return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))

    return _Array(info.filename.removesuffix(".npy"), shape, dtype, read)


def _dataset(name: str, node: Any, is_turned: bool) -> _Array:
    shape = tuple(reversed(node.shape)) if is_turned else tuple(node.shape or ())

    def read() -> NDArray[Any]:
        values = np.asarray(node[()])
        return values.T if is_turned else values

    return _Array(name, shape, node.dtype, read)


def _chosen(path: Path, arrays: Iterable[_Array], wanted: Wanted) -> NDArray[Any]:
    fitting = [array for array in arrays if _fits(array, wanted)]
    named = [array for array in fitting if _IS_NAMED[wanted](_last(array.name))]
    others = [array for array in fitting if not _is_another(array, wanted)]
    plain = [array for array in others if _NO_NAMES.fullmatch(_last(array.name))]
    candidates = named or plain or others
    if len(candidates) != 1:
        held = ", ".join(f"{a.name} {a.shape}" for a in candidates[:5]) or "none of that shape"
        raise UserError(
            f"{path.name} holds {'no array' if not candidates else 'several arrays'} that could be "
            f"its {wanted} ({held}): one called {'rgb' if wanted == 'colour' else wanted} was "
            "expected."
        )
    chosen = candidates[0]
    if math.prod(chosen.shape) * chosen.dtype.itemsize > MAX_ARRAY_BYTES:
        raise UserError(f"{chosen.name} of {path.name} has the shape {chosen.shape}: too large.")
    return chosen.read()


def _fits(array: _Array, wanted: Wanted) -> bool:
    """Two-dimensional after empty axes are left out, with colour's three or four planes."""
    sides = [side for side in array.shape if side != 1]
    if array.dtype.kind not in "uifb" or len(sides) not in (2, 3) or min(sides) < 2:
        return False
    return len(sides) == 2 or bool({3, 4} & {sides[0], sides[-1]}) or wanted != "colour"


def _is_another(array: _Array, wanted: Wanted) -> bool:
    last = _last(array.name)
    return any(kind != wanted and is_named(last) for kind, is_named in _IS_NAMED.items())


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()
