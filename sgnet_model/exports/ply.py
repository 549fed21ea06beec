"""Point clouds as binary PLY: positions, and beside them colour, label and confidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.colour import label_image
from sgnet_model.files import write_atomically
from sgnet_model.geometry import depth_to_points
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array, UserError

PLY_FIELDS = ("rgb", "label", "confidence")
_TYPES = {"f4": "float", "u1": "uchar"}


def parse_fields(text: str) -> tuple[str, ...]:
    """Of a flag's "rgb,label": each a name of `PLY_FIELDS`; "xyz" alone for positions only."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in (*PLY_FIELDS, "xyz")]
    if unknown or not names:
        raise UserError(
            f"The fields {text!r} of a PLY are not known: name some of {', '.join(PLY_FIELDS)}, "
            "parted by commas, or xyz for positions alone."
        )
    return tuple(name for name in PLY_FIELDS if name in names)


def write_cloud(
    path: Path,
    frame: Frame,
    colours: UInt8Array,
    prediction: Prediction | None = None,
    fields: Collection[str] = PLY_FIELDS,
) -> int:
    """The frame's points in `colours` ((H, W, 3) RGB) as PLY; returns their number.

    `fields`: which of `PLY_FIELDS` every point has; label and confidence need `prediction`. Only
    pixels with valid depth become points: nothing is invented where depth is missing.
    """
    if frame.depth_m is None:
        raise UserError(f"{frame.name} has no usable depth, so there is no cloud to write.")
    points = depth_to_points(frame.depth_m, frame.intrinsics)  # (H, W, 3)
    valid = frame.depth_m > 0
    labels = confidence = None
    if prediction is not None and "label" in fields:
        labels = prediction.labels[valid] + np.uint8(1)
    if prediction is not None and "confidence" in fields:
        confidence = prediction.confidence[valid]
    shown = colours[valid] if "rgb" in fields else None
    write_ply(path, points[valid], shown, labels, confidence)
    return int(valid.sum())


def cloud_of(path: Path, frame: Frame, prediction: Prediction, fields: Collection[str]) -> int:
    """`write_cloud` in the colours of the predicted classes."""
    colours = label_image(prediction.labels, prediction.scheme.palette)
    return write_cloud(path, frame, colours, prediction, fields)


def write_ply(
    path: Path,
    points: FloatArray,
    colours: UInt8Array | None,
    labels: UInt8Array | None = None,
    confidence: FloatArray | None = None,
) -> None:
    """A binary PLY of N points: (N, 3) float32 metres and whatever else is given.

    `colours`: (N, 3) uint8 RGB. `labels`: (N,) uint8 of the data set's own ids, 0 = void.
    `confidence`: (N,) float32, the winning class's probability 0..1.
    """
    columns: dict[str, NDArray[Any]] = {
        **_split("xyz", points.astype("<f4", copy=False)),
        **({} if colours is None else _split(("red", "green", "blue"), colours)),
        **({} if labels is None else {"label": labels.astype("u1", copy=False)}),
        **({} if confidence is None else {"confidence": confidence.astype("<f4", copy=False)}),
    }
    vertices = np.empty(len(points), [(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        vertices[name] = column
    write_atomically(path, _header(len(points), columns) + vertices.tobytes())


def _split(names: str | tuple[str, ...], values: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {name: values[:, index] for index, name in enumerate(names)}


def _header(count: int, columns: Mapping[str, NDArray[Any]]) -> bytes:
    lines = [
        "ply",
        "format binary_little_endian 1.0",
        "comment metres, camera frame: x right, y down, z forward",
        *(["comment label: 0 = void, 1 = the first class"] if "label" in columns else []),
        f"element vertex {count}",
        *(f"property {_TYPES[c.dtype.str[1:]]} {name}" for name, c in columns.items()),
        "end_header",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")
