"""The main window: its lines of text, notices, questions, and the views inside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapWeight

from .cloud import CloudViewProtocol
from .live import LiveBarView, LiveChooserView, SpreadView
from .panels import FrameListView, LayerStripView, LegendView, ProbeCardView
from .picture import PictureView
from .signal import Signal


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
