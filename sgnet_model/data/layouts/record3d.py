"""Record3D (iPhone): its export `rgb/N.jpg`, `depth/N.exr`, `metadata.json`, and its .r3d file.

A .r3d is a zip with `metadata` (JSON), `rgbd/N.jpg`, `rgbd/N.depth` and `rgbd/N.conf`: float32
metres and confidences 0..2, compressed with LZFSE. K is stored by columns, for w x h pictures.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.dataset import DataSet
from sgnet_model.data.depth import known_depth, metric_depth, to_metres
from sgnet_model.data.folder_pairs import match_folders
from sgnet_model.data.frames import FramePaths
from sgnet_model.data.reading import Reading, folder_above
from sgnet_model.types import DepthInfo, FloatArray, Intrinsics, Origin, UInt8Array, UserError
from sgnet_model.untrusted import number, parse_json, read_json, reading, whole

from .confidence import LOW, SAID
from .types import Names

SUFFIX = ".r3d"
METADATA = ("metadata.json", "metadata")
INSTALL = "pip install lzfse"
MAX_MEMBER = 64 << 20
SENSOR_SIZES = ((192, 256), (480, 640))  # the LiDAR's and the front camera's, on its side


@dataclass(frozen=True, slots=True)
class _Metadata:
    camera: Intrinsics
    depth_size: tuple[int, int] | None  # (height, width)


def record3d(folder: Path, names: Names) -> DataSet | None:
    """The folder that the app exports ("EXR + RGB")."""
    file = next((name for name in METADATA if name in names.files), None)
    if file is None or not names.has_folders("rgb", "depth"):
        return None
    try:
        values = read_json(folder / file, "")
    except UserError:
        return None  # there are metadata of every other kind
    if not _is_ours(values):
        return None
    known = _metadata(values, folder / file)
    found = match_folders(folder / "rgb", folder / "depth")
    reading_ = Reading(camera=lambda *_: known.camera, scene=folder_above)
    return DataSet(found.frames, reading_, found.notes)


def r3d_file(path: Path) -> DataSet:
    """The frames of a .r3d file. Raises UserError."""
    archive = _Archive(path)
    frames = tuple(
        FramePaths(number, path / "rgbd" / f"{number}.jpg", path / "rgbd" / f"{number}.depth")
        for number in archive.numbers()
    )
    if not frames:
        raise UserError(f"{path.name} holds no frames: export the recording from Record3D again.")
    camera = archive.metadata.camera
    reading_ = Reading(
        archive.depth, camera=lambda *_: camera, scene=lambda _: path.stem, rgb=archive.rgb
    )
    return DataSet(frames, reading_, (SAID,))


class _Archive:
    """A .r3d file, opened for each read: frames are asked for from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._damaged = f"{path.name} is not a recording of Record3D: export it again."
        with reading(path, self._damaged):
            values = parse_json(self._member("metadata").decode())
        self.metadata = _metadata(values, path)

    def numbers(self) -> list[str]:
        """Of frames that have colour and depth, in their order."""
        with reading(self._path, self._damaged), zipfile.ZipFile(self._path) as archive:
            names = set(archive.namelist())
        colours = [
            name[5:-4] for name in names if name.startswith("rgbd/") and name.endswith("jpg")
        ]
        kept = [n for n in colours if n.isdecimal() and f"rgbd/{n}.depth" in names]
        return sorted(kept, key=int)

    def rgb(self, path: Path) -> tuple[UInt8Array, tuple[str, ...]]:
        """See `Reading`."""
        from PIL import Image

        with reading(path, f"{path.name} of {self._path.name} is damaged: export it again."):
            stored = io.BytesIO(self._member(f"rgbd/{path.name}"))
            return np.array(Image.open(stored, formats=("JPEG",)).convert("RGB")), ()

    def depth(self, path: Path, unit: str | None) -> tuple[FloatArray, DepthInfo]:
        """See `Reading`. In metres, unless `unit` says otherwise."""
        metres = self._packed(f"rgbd/{path.name}", np.dtype("<f4"))
        if f"rgbd/{path.stem}.conf" in self._names():
            confidence = self._packed(f"rgbd/{path.stem}.conf", np.dtype("u1"))
            metres = np.where(confidence == LOW, np.float32(0), metres)
        if unit is not None:
            return metric_depth(metres, path.name, unit)
        return known_depth(to_metres(metres, "m"), "m", Origin.FILE, path.name)

    def _packed(self, member: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        """(H, W), unpacked."""
        lzfse = _lzfse(self._path)
        with reading(self._path, f"{member} of {self._path.name} is damaged: export it again."):
            values = np.frombuffer(lzfse.decompress(self._member(member)), dtype)
            return values.reshape(_shape(values.size, self.metadata))

    def _names(self) -> set[str]:
        with reading(self._path, self._damaged), zipfile.ZipFile(self._path) as archive:
            return set(archive.namelist())

    def _member(self, name: str) -> bytes:
        with zipfile.ZipFile(self._path) as archive:
            if archive.getinfo(name).file_size > MAX_MEMBER:
                raise ValueError(f"{name} is larger than any frame")
            return archive.read(name)


def _shape(count: int, metadata: _Metadata) -> tuple[int, int]:
    """(height, width) of `count` values: as the file says, else a sensor's, as the picture lies."""
    if metadata.depth_size is not None:
        return metadata.depth_size
    upright = metadata.camera.height > metadata.camera.width
    sizes = [size[::-1] if upright else size for size in SENSOR_SIZES]
    found = next((size for size in sizes if size[0] * size[1] == count), None)
    if found is None:
        raise ValueError(f"{count} values are no known depth camera's")
    return found


def _lzfse(path: Path) -> Any:
    try:
        import lzfse
    except ImportError as error:
        raise UserError(
            f"The depth of {path.name} is packed with LZFSE, which needs another package: "
            f"{INSTALL}; or export the recording as EXR + RGB."
        ) from error
    return lzfse


def _is_ours(values: Any) -> bool:
    """Whether metadata have nine numbers and a size, as Record3D writes them."""
    return (
        isinstance(values, dict)
        and {"K", "w", "h"} <= values.keys()
        and isinstance(values["K"], list)
        and len(values["K"]) == 9
    )


def _metadata(values: Any, path: Path) -> _Metadata:
    sentence = f"{path.name} has no usable camera: K (nine numbers by columns), w and h."
    with reading(path, sentence):
        matrix = [number(value) for value in values["K"]]
        size = whole(values["w"], 1, 100_000), whole(values["h"], 1, 100_000)
        camera = Intrinsics(matrix[0], matrix[4], matrix[6], matrix[7], *size, Origin.FILE)
        if "dw" not in values or "dh" not in values:
            return _Metadata(camera, None)
        return _Metadata(camera, (whole(values["dh"], 1, 10_000), whole(values["dw"], 1, 10_000)))
