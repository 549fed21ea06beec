"""What the views show and what they say: the contract between widgets and controllers.

Views expose setters and emit intent; a setter never emits. Everything they are given is frozen and
ready to draw, so no view knows a network, a frame or a file. Controllers are tested against mocks
of these protocols, widgets against these data classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import FloatArray, UInt8Array
from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapWeight

if TYPE_CHECKING:
    from .live_interface import LiveBarView, LiveChooserView, SpreadView

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ColourBar:
    """The scale beside a picture. `colours`: (256, 3) uint8, low to high."""

    title: str  # "depth"
    unit: str  # "m", or ""
    low: float
    high: float
    colours: UInt8Array


@dataclass(frozen=True, slots=True, eq=False)
class PictureModel:
    """`image`: (H, W, 3) uint8 RGB, composed. `bar`: where the colours mean a quantity."""

    image: UInt8Array
    bar: ColourBar | None = None
    note: str = ""  # e.g. "No ground truth in this frame"


@dataclass(frozen=True, slots=True, eq=False)
class TapMarks:
    """The taps of one S-Conv for one probe, in pixels of the picture (pixel centres at integers).

    All arrays have K entries. `grid_x/y`: the regular grid the taps left. `outside`: beyond the
    layer's map; `partly_outside`: some of the four corners are.
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


@dataclass(frozen=True, slots=True, eq=False)
class ProbeMarks:
    """One probe on the picture: its cross, number and taps (one S-Conv or all)."""

    number: int  # 1-based, as shown
    u: int
    v: int
    active: bool
    taps: tuple[TapMarks, ...]


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One class of the frame."""

    index: int
    name: str
    colour: tuple[int, int, int]
    share: float  # of the picture's pixels, 0..1
    shown: bool
    iou: float | None = None  # against this frame's ground truth, where there is one


@dataclass(frozen=True, slots=True, eq=False)
class FieldMap:
    """One S-Conv's relative receptive field (paper, Fig. 7). `image`: (h, w) uint8."""

    layer: str
    image: UInt8Array
    colour: tuple[int, int, int]  # the layer's hue
    low: float  # smallest and largest sum of offset norms, input-grid units
    high: float
    constant: bool  # nothing varies: shown mid-grey


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One S-Conv's line on the probe card."""

    layer: str
    colour: tuple[int, int, int]
    spread_px: float
    spread_m: float | None  # None where depth is missing
    outside: int  # taps of 9 beyond the map
    partly_outside: int


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


@dataclass(frozen=True, slots=True)
class Readout:
    """What lies under the cursor."""

    u: int
    v: int
    depth_m: float | None
    xyz_m: tuple[float, float, float] | None
    name: str | None  # class
    colour: tuple[int, int, int] | None
    probability: float | None
    truth: str | None = None


class Severity(StrEnum):
    """How a notice is coloured."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence; `details` on demand; `action` a button's text (the view emits its key)."""

    text: str
    severity: Severity = Severity.ERROR
    details: str = ""
    action: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class StatusModel:
    """The line at the bottom. A guess is marked and a click away from being changed."""

    frame: str  # "0433.png 640x480"
    depth: str  # "depth mm, median 2.31 m, 84 % valid"
    depth_guessed: bool
    camera: str  # "fx 519 fy 519"
    camera_guessed: bool
    network: str  # "sgnet-compact, cpu, fp32"
    time: str  # "96 ms"


@dataclass(frozen=True, slots=True)
class PairChoice:
    """What the dialogue for a pair of files returned. `unit`, `intrinsics`: "" = guess."""

    rgb: str
    depth: str
    unit: str
    intrinsics: str  # "fx,fy,cx,cy"


class Signal(Protocol):
    """A Qt signal, or a test's stand-in."""

    def connect(self, slot: Any, /) -> Any: ...
    def emit(self, *values: Any) -> None: ...


class PictureView(Protocol):
    """The picture with probes over it. Wheel zooms at the cursor, drag pans, click probes."""

    clicked: Signal  # (u: int, v: int)
    hovered: Signal  # (u: int, v: int); (-1, -1) when the cursor leaves
    painted: Signal  # () what was set last is on the screen

    def set_dimmed(self, dimmed: bool) -> None: ...  # it is not what the camera sees now
    def set_picture(self, model: PictureModel | None) -> None: ...
    def set_message(self, text: str) -> None: ...
    def set_probes(self, probes: tuple[ProbeMarks, ...], weight: TapWeight, grid: bool) -> None: ...
    def reset_view(self) -> None: ...


class LegendView(Protocol):
    """Classes with colour, share and tick."""

    toggled: Signal  # (class_index: int, shown: bool)
    isolated: Signal  # (class_index: int); the same again shows all
    all_shown: Signal  # ()

    def set_rows(self, rows: tuple[LegendRow, ...]) -> None: ...


class LayerStripView(Protocol):
    """The S-Convs' Fig. 7 maps; one is chosen, or all."""

    chosen: Signal  # (layer: str), "" for all

    def set_maps(self, maps: tuple[FieldMap, ...]) -> None: ...
    def set_layer(self, layer: str) -> None: ...


class ProbeCardView(Protocol):
    """Cards of the probes, the active one open."""

    activated: Signal  # (number: int)
    removed: Signal  # (number: int)
    pinned: Signal  # () keep the active probe and let the next click place another
    layer_chosen: Signal  # (layer: str)

    def set_cards(self, cards: tuple[ProbeCard, ...], active: int) -> None: ...


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


class CloudViewProtocol(Protocol):
    """The Open3D cloud. Points in metres, camera frame; `source_index`: each point's v W + u."""

    pixel_picked: Signal  # (source_index: int)
    drawn: Signal  # () the newest state is on the screen
    hovered: Signal  # (source_index: int), -1 for none
    point_size_changed: Signal  # (pixels: int) by the user, in the view itself
    notice: Signal  # (sentence: str) drawn, but not in the usual way
    failed: Signal  # (sentence: str, details: str) the renderer is lost
    ready: Signal  # () the renderer has started, for the first time or again

    def set_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: IntArray
    ) -> None: ...
    def set_next_cloud(
        self, points: FloatArray, colours: UInt8Array, source_index: IntArray, spacing: int
    ) -> None: ...
    def set_colours(self, colours: UInt8Array) -> None: ...
    def set_marks(
        self, xyz: FloatArray, rgba: UInt8Array, size_px: FloatArray, lines: IntArray
    ) -> None: ...
    def set_point_size(self, pixels: int) -> None: ...
    def set_message(self, text: str) -> None: ...
    def reset_view(self) -> None: ...


class NoticeStrip(Protocol):
    """Sentences that do not steal the focus; the newest on top."""

    action_chosen: Signal  # (key: str)

    def show_notice(self, notice: Notice) -> None: ...
    def withdraw(self, text: str) -> None: ...  # the notice of this text, if it is there
    def clear(self) -> None: ...


class WindowView(Protocol):
    """The main window: tool bar, menus, docks, and the views above as attributes."""

    picture: PictureView
    legend: LegendView
    layers: LayerStripView
    card: ProbeCardView
    frames: FrameListView
    cloud: CloudViewProtocol
    notices: NoticeStrip
    live_bar: LiveBarView
    spread: SpreadView
    chooser: LiveChooserView

    live_requested: Signal  # () choose a source to stream
    open_file_requested: Signal  # ()
    open_pair_requested: Signal  # ()
    open_folder_requested: Signal  # ()
    open_sample_requested: Signal  # (name: str): a bundled sample, or "nyu-sample"
    open_checkpoint_requested: Signal  # ()
    dropped: Signal  # (paths: list[str])
    mode_chosen: Signal  # (mode: str) a PictureMode
    opacity_changed: Signal  # (value: float)
    overlay_flickered: Signal  # (shown: bool) space held down
    cloud_colour_chosen: Signal  # (colour: str) a CloudColour
    point_size_changed: Signal  # (pixels: int)
    tap_weight_chosen: Signal  # (weight: str) a TapWeight
    grid_toggled: Signal  # (shown: bool)
    layer_stepped: Signal  # (by: int)
    probe_stepped: Signal  # (du: int, dv: int)
    frame_stepped: Signal  # (by: int)
    unit_chosen: Signal  # (unit: str)
    intrinsics_entered: Signal  # (text: str) "fx,fy,cx,cy"
    size_chosen: Signal  # (text: str) "480x640" or "native"
    device_chosen: Signal  # (device: str)
    precision_chosen: Signal  # (precision: str)
    default_checkpoint_requested: Signal  # () the bundled network
    save_picture_requested: Signal  # () as shown, PNG or SVG
    save_labels_requested: Signal  # ()
    save_cloud_requested: Signal  # ()
    save_probe_requested: Signal  # () the active probe as JSON
    cancel_requested: Signal  # ()

    def set_samples(self, names: tuple[str, ...]) -> None: ...
    def set_units(self, units: tuple[str, ...], current: str) -> None: ...
    def set_mode(self, mode: PictureMode) -> None: ...
    def set_modes_enabled(self, modes: frozenset[PictureMode]) -> None: ...
    def set_opacity(self, opacity: float) -> None: ...
    def set_cloud_colour(self, colour: CloudColour) -> None: ...
    def set_point_size(self, pixels: int) -> None: ...
    def set_tap_options(self, weight: TapWeight, grid: bool) -> None: ...
    def set_device(self, device: str) -> None: ...  # "auto", "cpu" or "cuda"
    def set_precision(self, precision: str) -> None: ...  # "auto", "fp32" or "bf16"
    def set_size(self, text: str) -> None: ...  # as in `size_chosen`
    def set_readout(self, readout: Readout | None) -> None: ...
    def set_status(self, status: StatusModel | None) -> None: ...
    def set_busy(self, text: str, fraction: float | None) -> None: ...
    def set_idle(self) -> None: ...
    def set_title(self, text: str) -> None: ...
    def show_hint(self, text: str) -> None: ...
    def set_recent(self, recent: tuple[tuple[str, ...], ...]) -> None: ...  # chosen: `dropped`
    def ask_pair(self) -> PairChoice | None: ...
    def ask_file(self, title: str, patterns: str) -> str: ...
    def ask_folder(self, title: str) -> str: ...
    def ask_save(self, title: str, name: str, patterns: str) -> str: ...
