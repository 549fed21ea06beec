"""What files leave open and a data set knows: its depth unit, labels, camera and scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.types import (
    DepthInfo,
    FloatArray,
    Intrinsics,
    LabelScheme,
    Origin,
    UInt8Array,
)

from .depth import StoredDepth, exact_metres, known_depth, metric_depth
from .depth_units import unit_of
from .images import read_depth, read_rgb, read_stored_depth
from .labels import read_labels, read_labels_as

ReadRgb = Callable[[Path], tuple[UInt8Array, tuple[str, ...]]]
ReadDepth = Callable[[Path, str | None], tuple[FloatArray, DepthInfo]]
ReadLabels = Callable[[Path, Path], tuple[UInt8Array, LabelScheme]]
FindCamera = Callable[[Path, int, int], Intrinsics | None]


def read_metric(
    path: Path, unit: str | None, file_scale_m: float | None = None
) -> tuple[FloatArray, DepthInfo]:
    """(H, W) float32 metres, 0 = missing, of a depth file.

    Where `unit` is None integers are counts of `file_scale_m`, else the unit is guessed.
    """
    stored, said = read_stored_depth(path)
    metres, info = metric_depth(stored, str(path), unit, file_scale_m)
    return metres, replace(info, said=said)


@dataclass(frozen=True, slots=True)
class LabelPictures:
    """Reads label pictures: a `ReadLabels`. `scheme` None: as names and values tell.

    `offset` is added to every stored value but 255, see `read_labels_as`.
    """

    scheme: LabelScheme | None = None
    offset: int = 0

    def __call__(self, path: Path, rgb: Path) -> tuple[UInt8Array, LabelScheme]:
        if self.scheme is None:
            return read_labels(path, self.offset, rgb)
        return read_labels_as(path, self.scheme, self.offset), self.scheme


read_any_labels = LabelPictures()  # whose numbering is recognised by names and values


def no_camera(_rgb: Path, _width: int, _height: int) -> Intrinsics | None:
    """For files that say it themselves, or do not."""
    return None


def no_scene(_rgb: Path) -> str:
    """For data sets without scenes."""
    return ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of a data set are read; the default asks their names and values.

    `depth` (depth file, unit the user chose or None) gives (H, W) metres; `labels` (label file,
    RGB file) gives (H, W) labels, 0 = void; `camera` (RGB file, width, height) may be None, and of
    another size: `intrinsics.choose_camera` checks and fits it, and asks files beside the picture
    before a camera whose origin is DATASET; `scene` (RGB file) is empty where there is none; `rgb`
    (RGB file) gives the (H, W, 3) uint8 picture and notes on it, also of a frame of a video or an
    archive, whose path goes on behind the file's. All but `scene` raise UserError.
    """

    depth: ReadDepth = read_metric
    labels: ReadLabels = read_any_labels
    camera: FindCamera = no_camera
    scene: Callable[[Path], str] = no_scene
    rgb: ReadRgb = read_rgb


PLAIN = Reading()


def read_apart(of: Callable[[Path], Reading]) -> Reading:
    """For sets whose files are not all read alike; `of`: how a frame's RGB or depth file is."""
    return Reading(
        depth=lambda path, unit: of(path).depth(path, unit),
        labels=lambda path, rgb: of(rgb).labels(path, rgb),
        camera=lambda rgb, width, height: of(rgb).camera(rgb, width, height),
        scene=lambda rgb: of(rgb).scene(rgb),
        rgb=lambda path: of(path).rgb(path),
    )


def folder_above(rgb: Path) -> str:
    """The name of the folder in which that of the pictures lies: of many sets the scene."""
    return rgb.parents[1].name


def depth_in(unit: str) -> ReadDepth:
    """Depth whose unit the data set publishes; the user's choice still wins."""

    def read(path: Path, chosen: str | None) -> tuple[FloatArray, DepthInfo]:
        metres, info = read_metric(path, chosen or unit)
        return metres, info if chosen else replace(info, origin=Origin.DATASET)

    return read


def metres_in_floats(path: Path, chosen: str | None) -> tuple[FloatArray, DepthInfo]:
    """Depth of a data set of float metres: see `as_published`. The user's choice still wins."""
    stored, said = read_stored_depth(path)
    metres, info = as_published(stored, path, chosen)
    return metres, replace(info, said=said)


def as_published(
    stored: StoredDepth, path: Path, chosen: str | None
) -> tuple[FloatArray, DepthInfo]:
    """Metres of a layout whose data set publishes floats in metres, and that others use too.

    `stored`: (H, W) as in the file. Whole numbers are no such metres, and floats of which the
    values say otherwise neither: their unit is guessed as that of any other file.
    """
    metres, info = metric_depth(stored, str(path), chosen)
    is_published = chosen is None and stored.dtype.kind == "f" and info.unit == "m"
    return metres, replace(info, origin=Origin.DATASET) if is_published else info


def counted_in(unit_m: float, origin: Origin = Origin.FILE) -> ReadDepth:
    """Depth in counts of `unit_m` metres, 0 and 65535 missing; the user's choice still wins."""

    def read(path: Path, chosen: str | None) -> tuple[FloatArray, DepthInfo]:
        if chosen:
            return read_metric(path, chosen)
        metres = exact_metres(read_depth(path), unit_m)
        return known_depth(metres, unit_of(unit_m).name, origin, path.name)

    return read


def labels_in(scheme: LabelScheme) -> ReadLabels:
    """Label pictures whose classes the data set publishes: others are refused, not guessed."""
    return LabelPictures(scheme)


def fixed_camera(camera: Intrinsics) -> FindCamera:
    """One published camera, for pictures of its shape that have no camera file beside them."""

    def find(_rgb: Path, _width: int, _height: int) -> Intrinsics | None:
        return camera

    return find
