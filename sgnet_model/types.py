"""The values that travel between the stages: a frame, a prediction, a layer's trace.

All are frozen; arrays in them are treated as read-only by everyone. Image arrays are indexed
[row, column]; a pixel (u, v) is column u, row v, and its centre lies at exactly (u, v).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

UInt8Array = NDArray[np.uint8]
FloatArray = NDArray[np.float32]


class Origin(StrEnum):
    """Where a value that the user may want to correct came from."""

    GIVEN = "given"  # a flag, or set in the window
    FILE = "file"  # read from a file beside the frame
    DATASET = "dataset"  # the data set's published value
    GUESS = "guess"  # ours: shown as such


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """A pinhole camera: u = fx x / z + cx, v = fy y / z + cy, in pixels of width x height."""

    fx: float
    fy: float
    cx: float
    cy: float
    width: int
    height: int
    origin: Origin = Origin.GUESS

    def scaled_to(self, width: int, height: int) -> Intrinsics:
        """The same camera for an image resized to width x height (pixel centres at integers)."""
        sx, sy = width / self.width, height / self.height
        return replace(
            self,
            fx=self.fx * sx,
            fy=self.fy * sy,
            cx=(self.cx + 0.5) * sx - 0.5,
            cy=(self.cy + 0.5) * sy - 0.5,
            width=width,
            height=height,
        )


@dataclass(frozen=True, slots=True)
class DepthInfo:
    """How the stored depth became metres."""

    unit: str  # as data.depth_units.unit_called takes it, e.g. "mm" or "1/256m"
    origin: Origin
    median_m: float  # over valid pixels
    valid_fraction: float  # 0..1
    resized_from: tuple[int, int] | None = None  # (height, width) of the file where it differed
    said: str = ""  # a sentence where the file holds more than plain depth
    doubt: str = ""  # a sentence where the unit, guessed or given, may well be another one
    # Other units and the median in metres that each would give, the likeliest first.
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LabelScheme:
    """The classes of a network or of a ground truth. Void is not a class."""

    name: str  # "nyu40", "sun37", "cityscapes19", ...
    classes: tuple[str, ...]  # C names
    palette: UInt8Array  # (C, 3) uint8 RGB


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One RGBD picture.

    `rgb`: (H, W, 3) uint8. `depth_m`: (H, W) float32, metres, 0 = missing, never NaN; None where
    it was refused (`notes` says why). `labels`: (H, W) uint8 truth, 0 = void, k = class k - 1.
    """

    name: str
    rgb: UInt8Array
    depth_m: FloatArray | None
    intrinsics: Intrinsics
    depth_info: DepthInfo | None = None
    labels: UInt8Array | None = None
    label_scheme: LabelScheme | None = None
    notes: tuple[str, ...] = ()  # sentences the user should see
    path: str = ""
    pose: NDArray[np.float64] | None = None  # (4, 4), world from camera, metres; where it is given

    def __post_init__(self) -> None:
        """UserError where an array is of another type or has other axes; values are not looked at,
        nor whether depth has the picture's size: who reads it does."""
        _check("colour", self.rgb, np.uint8, "(H, W, 3)")
        if self.depth_m is not None:
            _check("depth", self.depth_m, np.floating, "(H, W)")
        if self.labels is not None:
            _check("ground truth", self.labels, np.uint8, "(H, W)")

    def __repr__(self) -> str:
        height, width = self.size
        depth = "without depth" if self.depth_m is None else "with depth"
        truth = "" if self.labels is None else " and ground truth"
        return f"<Frame {self.name!r}: {width} x {height} pixels, {depth}{truth}>"

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.rgb.shape[0], self.rgb.shape[1]

    def holds(self, u: int, v: int) -> bool:
        """Whether column `u`, row `v` is one of its pixels."""
        height, width = self.size
        return 0 <= u < width and 0 <= v < height


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """What one S-Conv did in a forward pass.

    `offsets`: (2K, h, w) float32, (dy_0, dx_0, dy_1, dx_1, ...), taps row-major, input-grid units.
    `modulation`: (K, h, w) float32 in 0..1. (h, w) is the layer's output grid; the taps lie on its
    input grid of `input_size`. Strides are in pixels of the network's input: index i of the output
    (input) map lies at pixel `stride_out` i (`stride_in` i).
    """

    name: str  # "layer1.0"
    offsets: FloatArray
    modulation: FloatArray
    stride_in: int
    stride_out: int
    input_size: tuple[int, int]  # (height, width)

    @property
    def output_size(self) -> tuple[int, int]:
        """(h, w)."""
        return self.offsets.shape[1], self.offsets.shape[2]

    def __repr__(self) -> str:
        height, width = self.output_size
        return f"<LayerTrace {self.name!r}: {width} x {height} cells, stride {self.stride_out}>"


class UserError(Exception):
    """Input that cannot be used. One sentence: what arrived, what was expected, what to do.

    `details` holds what a user may want to see on demand (a full list of keys, say). Names of files
    are part of the sentence: line ends, codes of the terminal and bytes that are no text are
    written as `repr` writes them.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message if message.isprintable() else _printable(message))
        self.details = details


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _check(what: str, given: object, kind: type, shape: str) -> None:
    """UserError unless it is an array of such numbers with these axes; of colours there are 3."""
    arrived = f"a {type(given).__name__}"
    if isinstance(given, np.ndarray):
        axes = given.ndim == 2 if shape == "(H, W)" else given.ndim == 3 and given.shape[2] == 3
        if axes and np.issubdtype(given.dtype, kind):
            return
        arrived = f"{given.dtype} of shape {given.shape}"
    raise UserError(
        f"The frame's {what} is {arrived}: an array of {kind.__name__}, {shape}, is expected."
    )
