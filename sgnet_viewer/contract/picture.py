"""The picture, the marks over it and the gestures on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.state.view_settings import TapWeight

from .signal import Signal
from .tools import ToolModel, ToolOverlay


@dataclass(frozen=True, slots=True, eq=False)
class ColourBar:
    """The scale beside a picture. `colours`: (256, 3) uint8, low to high.

    `counts`: (N,) of the values in N equal steps from `low` to `high`; None for no histogram.
    `beyond`: the share of the values below `low` or above `high`.
    """

    title: str  # "depth"
    unit: str  # "m", or ""
    low: float
    high: float
    colours: UInt8Array
    counts: FloatArray | None = None
    beyond: float = 0.0
    labels: tuple[str, ...] = ()  # in the place of the range, where the colours are a few kinds
    ends: tuple[str, ...] = ()  # in its place, from low to high: where the ends mean more


@dataclass(frozen=True, slots=True)
class RegionName:
    """A class's name on one of its regions: at its widest place, the larger regions first."""

    name: str
    u: int
    v: int
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class PictureModel:
    """`image`: (H, W, 3) uint8 RGB, composed. `bar`: where the colours mean a quantity."""

    image: UInt8Array
    bar: ColourBar | None = None
    note: str = ""  # e.g. "No ground truth in this frame"
    names: tuple[RegionName, ...] = ()
    depth_m: FloatArray | None = None  # (H, W) metres, 0 = missing: the numbers of the pixels


@dataclass(frozen=True, slots=True, eq=False)
class TapMarks:
    """The taps of one S-Conv for one probe, in pixels of the picture (pixel centres at integers).

    All arrays have K entries. `grid_x/y`: the regular grid the taps left. `outside`: beyond the
    layer's map; `partly_outside`: some of the four corners are. `colours`: K of their own, where an
    answer says something of each; else all have the layer's.
    """

    layer: str
    colour: tuple[int, int, int]
    x: FloatArray
    y: FloatArray
    grid_x: FloatArray
    grid_y: FloatArray
    modulation: FloatArray  # 0..1
    outside: NDArray[np.bool_]
    partly_outside: NDArray[np.bool_]
    colours: tuple[tuple[int, int, int], ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ProbeMarks:
    """One probe on the picture: its cross, number and taps (one S-Conv or all)."""

    number: int  # 1-based, as shown
    u: int
    v: int
    active: bool
    taps: tuple[TapMarks, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapContour:
    """Closed lines around what holds `share` of a map: each (n, 2) float, (u, v) of the picture."""

    share: float
    lines: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapOverlay:
    """A map over the picture. `image`: (H, W, 4) uint8 RGBA of the picture's size, without the
    contours, which are drawn as lines at any zoom.
    """

    image: UInt8Array
    bar: ColourBar | None
    title: str
    contours: tuple[MapContour, ...] = ()


@dataclass(frozen=True, slots=True)
class TapNote:
    """What is said of the tap at (x, y), in pixels of the picture. `held`: until it is let go.
    `other`: it is the second answer's."""

    x: float
    y: float
    text: str
    held: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OtherPicture:
    """The second answer's picture, B. `image`: (H, W, 3) uint8 RGB; None where A alone is seen.

    `wipe`: place of the handle, a share of the width. `names`: of A and B. `marks`: B's taps.
    `depth_m`: (H, W) metres that B saw, 0 = missing; None without depth. `regions`, `note`: B's, as
    those of a `PictureModel`.
    """

    image: UInt8Array | None
    layout: Layout
    wipe: float
    names: tuple[str, str]
    marks: tuple[ProbeMarks, ...] = ()
    depth_m: FloatArray | None = None
    regions: tuple[RegionName, ...] = ()
    note: str = ""

    def regions_seen(self, own: tuple[RegionName, ...], wipe: float) -> tuple[RegionName, ...]:
        """What lies in A's place: A's `own` names, B's, or each on its side of the handle."""
        if self.image is None or self.layout in (Layout.A, Layout.SIDE):
            return own
        first = 0 if self.layout is Layout.B else round(wipe * self.image.shape[1])
        left = tuple(region for region in own if region.u < first)
        return (*left, *(region for region in self.regions if region.u >= first))

    def note_seen(self, own: str) -> str:
        """A's `own` note, or B's where B alone is seen."""
        return self.note if self.image is not None and self.layout is Layout.B else own


class PictureView(Protocol):
    """The picture with probes over it. Wheel zooms at the cursor, drag pans, click probes."""

    clicked: Signal  # (u: int, v: int), not on a grip
    grip_pressed: Signal  # (key: int)
    grip_dragged: Signal  # (key: int, u: int, v: int)
    grip_released: Signal  # (key: int)
    stroke_begun: Signal  # (u: int, v: int), of a tool that paints
    stroke_extended: Signal  # (u: int, v: int)
    stroke_ended: Signal  # ()
    wheel_turned: Signal  # (steps: int, strength: bool), with a modifier, of a tool that paints
    # (probe: int, layer: str, tap: int, other: bool), `other`: of B; (0, "", -1, False): none
    tap_pointed: Signal  # under the cursor
    tap_clicked: Signal  # in the place of `clicked`
    menu_opened: Signal  # (u: int, v: int) on a pixel; (-1, -1) beyond the picture
    hovered: Signal  # (u: int, v: int); (-1, -1) when the cursor leaves
    painted: Signal  # () what was set last is on the screen

    def set_dimmed(self, dimmed: bool) -> None: ...  # it is not what the camera sees now
    def set_picture(self, model: PictureModel | None) -> None: ...
    def set_message(self, text: str) -> None: ...
    def set_pointer(self, pixel: tuple[int, int] | None) -> None: ...  # (u, v)
    def set_probes(self, probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> None: ...
    def set_tap_note(self, note: TapNote | None) -> None: ...
    def set_map(self, overlay: MapOverlay | None) -> None: ...  # over the picture
    def set_tap_bar(self, bar: ColourBar | None) -> None: ...  # of taps coloured by an answer
    def set_other(self, other: OtherPicture | None) -> None: ...
    def set_wipe(self, wipe: float) -> None: ...  # of what `set_other` set
    def set_tool(self, model: ToolModel) -> None: ...
    def set_tool_overlay(self, overlay: ToolOverlay) -> None: ...
    def reset_view(self) -> None: ...
