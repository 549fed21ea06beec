"""The panels around the picture: classes, layers, probe cards and the list of frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sgnet_model.types import UInt8Array
from sgnet_viewer.state.frame_rows import FrameRow

from .signal import Signal


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One class of the frame."""

    index: int
    name: str
    colour: tuple[int, int, int]
    share: float  # of the picture's pixels, 0..1
    shown: bool
    iou: float | None = None  # against this frame's ground truth, where there is one
    confidence: float | None = None  # mean probability where the network says it


@dataclass(frozen=True, slots=True, eq=False)
class FieldMap:
    """One S-Conv's relative receptive field (paper, Fig. 7). `image`: (h, w) uint8."""

    layer: str
    image: UInt8Array
    colour: tuple[int, int, int]  # the layer's hue
    low: float  # smallest and largest sum of offset norms, input-grid units
    high: float
    constant: bool  # nothing varies: shown mid-grey
    switched: str = ""  # what the layer does without, in words


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One S-Conv's line on the probe card."""

    layer: str
    colour: tuple[int, int, int]
    spread_px: float
    spread_m: float | None  # None where depth is missing
    outside: int  # taps of 9 beyond the map
    partly_outside: int
    switched: str = ""  # what the layer does without, in words
    jitter_px: float | None = None  # of a stream: how far its taps wander


@dataclass(frozen=True, slots=True)
class CheckBadge:
    """A probe's self-check. `text`: a mark, of a bad one with the worst difference; `tip`: what
    that means, in numbers."""

    text: str
    good: bool
    tip: str


@dataclass(frozen=True, slots=True)
class ProbeCard:
    """What is known of one probe. `classes`: the five likeliest, (name, colour, probability)."""

    number: int
    u: int
    v: int
    depth_m: float | None
    xyz_m: tuple[float, float, float] | None
    classes: tuple[tuple[str, tuple[int, int, int], float], ...]
    truth: str | None  # name of the true class, where known
    layers: tuple[LayerRow, ...]
    pinned: bool = False
    check: CheckBadge | None = None
    flips_per_s: float | None = None  # of a stream: how often the class becomes another
    right: bool | None = None  # whether the class is the true one; None where that cannot be said


class LegendView(Protocol):
    """Classes with colour, share and tick."""

    toggled: Signal  # (class_index: int, shown: bool)
    isolated: Signal  # (class_index: int); the same again shows all
    all_shown: Signal  # ()
    pointed: Signal  # (class_index: int) the cursor is on it; -1 for none
    colour_requested: Signal  # (class_index: int) a click on its colour

    def set_rows(self, rows: tuple[LegendRow, ...]) -> None: ...
    def listed(self) -> tuple[LegendRow, ...]: ...  # those in sight, as they are sorted
    def set_no_result(self, reason: str) -> None: ...  # said where there is nothing to show
    def set_stale(self, stale: bool) -> None: ...  # it is of the frame before


class LayerStripView(Protocol):
    """The S-Convs' Fig. 7 maps; one is chosen, or all."""

    chosen: Signal  # (layer: str), "" for all
    enlarged: Signal  # (layer: str, again: bool), by a double click; `again`: it was chosen before
    hovered: Signal  # (x: float, y: float) shares of the frame, 0..1; (-1, -1) for none

    def set_pointer(self, place: tuple[float, float] | None) -> None: ...  # shares, on all maps
    def set_maps(self, maps: tuple[FieldMap, ...]) -> None: ...
    def set_no_result(self, reason: str) -> None: ...  # said where there is nothing to show
    def set_stale(self, stale: bool) -> None: ...  # it is of the frame before
    def set_layer(self, layer: str) -> None: ...


class ProbeCardView(Protocol):
    """Cards of the probes, the active one open."""

    activated: Signal  # (number: int)
    removed: Signal  # (number: int)
    pinned: Signal  # () keep the active probe where it is, or let it move again
    layer_chosen: Signal  # (layer: str)

    def set_layer(self, layer: str) -> None: ...  # the one whose taps are drawn, "" for all
    def set_cards(self, cards: tuple[ProbeCard, ...], active: int) -> None: ...
    def set_no_result(self, reason: str) -> None: ...  # said where there is nothing to show
    def set_stale(self, stale: bool) -> None: ...  # it is of the frame before


class FrameListView(Protocol):
    """The frames of the open set; hidden while there is one."""

    chosen: Signal  # (index: int)
    thumbnails_wanted: Signal  # (indices: list[int]) rows in sight that have none
    queried: Signal  # (query: Query) what is listed from now on; a new set begins with all
    scores_requested: Signal  # () the user wants to choose an evaluation's file

    def set_frames(self, frames: tuple[FrameRow, ...]) -> None: ...  # another set
    def set_rows(self, frames: tuple[FrameRow, ...]) -> None: ...  # more is known of the same
    def set_current(self, index: int) -> None: ...
    def set_thumbnail(self, index: int, thumbnail: UInt8Array | None) -> None: ...  # None: broken
