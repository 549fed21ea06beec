"""The main window: its lines of text, notices, questions, and the views inside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sgnet_model.types import UInt8Array
from sgnet_viewer.state.view_settings import CloudColour, FigureOptions, PictureMode

from .cloud import CloudViewProtocol
from .commands import CommandModel
from .compare import CompareView
from .explain import ExplainView
from .live import LiveBarView, LiveChooserView, SpreadView, TimelineView
from .panels import FrameListView, LayerStripView, LegendView, ProbeCardView
from .picture import PictureView
from .signal import Signal
from .survey import SurveyView


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
    other: str = ""  # what the second answer, B, says there; "" where there is none


class Severity(StrEnum):
    """How a notice is coloured."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence; `details` on demand; `action` a button's text (the view emits its key).

    `choices`: further buttons, (key, text) each.
    """

    text: str
    severity: Severity = Severity.ERROR
    details: str = ""
    action: str = ""
    key: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice of the history. `time`: of the day, in words."""

    time: str
    severity: Severity
    text: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which what is shown is not the plain answer; a click runs `command`."""

    text: str  # "2 switches"
    command: str  # the key of the command that takes it back
    tip: str


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
    departures: tuple[Departure, ...] = ()
    frame_path: str = ""  # "" for a frame without a file
    network_path: str = ""  # of the checkpoint
    camera_numbers: str = ""  # "518.86, 519.47, 325.58, 253.74"
    camera_origin: str = ""  # where they came from, in words
    several: bool = False  # frames in the set
    depth_doubt: str = ""  # a sentence: why the unit may well be another
    no_result: str = ""  # a sentence: why there is no segmentation; "" where one is, or will be


@dataclass(frozen=True, slots=True)
class LikelyUnit:
    """Another unit that the depth may be in. `text`: with the median that it gives."""

    unit: str
    text: str  # "0.1 mm: median 0.96 m"


@dataclass(frozen=True, slots=True)
class PairChoice:
    """What the dialogue for a pair of files returned. `depth`: "" = found by the picture's name.
    `unit`, `intrinsics`: "" = guess.
    """

    rgb: str
    depth: str
    unit: str
    intrinsics: str  # "fx,fy,cx,cy" or a file


@dataclass(frozen=True, slots=True)
class DockState:
    """Where a panel is: `area`: "left", "right", "top" or "bottom"; sizes in pixels."""

    name: str
    area: str
    shown: bool
    floating: bool
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TourStep:
    """`panel`: what it is about: the title of a panel, "" for the picture."""

    number: int  # 1-based
    total: int
    title: str
    text: str
    panel: str = ""


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
    timeline: TimelineView
    spread: SpreadView
    chooser: LiveChooserView
    explain: ExplainView
    atlas: SurveyView
    evaluation: SurveyView
    compare: CompareView

    command_chosen: Signal  # (key: str) in a menu, by its shortcut or in the palette
    commands_needed: Signal  # () they are about to be seen: `set_commands` is to be called
    layout_changed: Signal  # () a panel is shown or hidden, or the theme is another
    shortcut_chosen: Signal  # (key: str, sequence: str) "" takes the key away
    shortcuts_reset: Signal  # ()
    dropped: Signal  # (paths: list[str])
    mode_chosen: Signal  # (mode: str) a PictureMode
    opacity_changed: Signal  # (value: float)
    overlay_flickered: Signal  # (shown: bool) space held down
    cloud_colour_chosen: Signal  # (colour: str) a CloudColour
    point_size_changed: Signal  # (pixels: int)
    probe_stepped: Signal  # (du: int, dv: int)
    frame_stepped: Signal  # (by: int)
    unit_chosen: Signal  # (unit: str)
    intrinsics_entered: Signal  # (text: str, everywhere: bool) numbers or a file
    tour_moved: Signal  # (by: int) to the step after, or before
    tour_left: Signal  # ()
    figure_changed: Signal  # (options: FigureOptions)
    figure_saved: Signal  # () to a file
    figure_copied: Signal  # () to the clipboard
    confidence_entered: Signal  # (least: float) 0..1
    class_coloured: Signal  # (name: str, rgb: tuple of three ints, or None for the palette's)
    depth_range_entered: Signal  # (low: float, high: float) metres
    camera_reset: Signal  # () back to the camera of the files
    escaped: Signal  # () Esc, while nothing runs that could be cancelled
    cancel_requested: Signal  # ()

    def set_commands(self, models: tuple[CommandModel, ...]) -> None: ...
    def set_units(
        self, units: tuple[str, ...], current: str, likely: tuple[LikelyUnit, ...] = ()
    ) -> None: ...
    def set_mode(self, mode: PictureMode) -> None: ...
    def set_modes_enabled(self, modes: frozenset[PictureMode]) -> None: ...
    def set_opacity(self, opacity: float) -> None: ...
    def set_cloud_colour(self, colour: CloudColour) -> None: ...
    def set_readout(self, readout: Readout | None) -> None: ...
    def set_status(self, status: StatusModel | None) -> None: ...
    def set_busy(self, text: str, fraction: float | None) -> None: ...
    def set_idle(self) -> None: ...
    def set_title(self, text: str) -> None: ...
    def show_hint(self, text: str) -> None: ...
    def ask_pair(self) -> PairChoice | None: ...
    def ask_file(self, title: str, patterns: str) -> str: ...
    def ask_folder(self, title: str) -> str: ...
    def confirm(self, question: str) -> bool: ...
    def ask_save(self, title: str, name: str, patterns: str) -> str: ...
    def show_palette(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_help(self) -> None: ...
    def show_about(self) -> None: ...
    def show_notices(self, rows: tuple[NoticeRow, ...]) -> None: ...  # the history
    def show_card(self, name: str, rows: tuple[tuple[str, str], ...]) -> None: ...  # of a network
    def show_actual_size(self) -> None: ...  # a pixel of the screen for each of the picture
    def zoom_to_taps(self) -> None: ...  # the active probe's
    def toggle_marks_key(self) -> None: ...  # what dots, ghosts and arrows mean
    def is_marks_key_shown(self) -> bool: ...
    def zoom(self, factor: float) -> None: ...  # the picture, at its middle
    def panels(self) -> tuple[str, ...]: ...
    def is_panel_shown(self, name: str) -> bool: ...
    def toggle_panel(self, name: str) -> None: ...
    def show_panel(self, name: str) -> None: ...  # to the front of its tabs, where it is open
    def docks(self) -> tuple[DockState, ...]: ...
    def set_docks(self, docks: tuple[DockState, ...]) -> None: ...  # unknown names are left out
    def reset_layout(self) -> None: ...
    def swap_panes(self) -> None: ...  # picture and cloud
    def is_swapped(self) -> bool: ...
    def toggle_maximised_panel(self) -> None: ...  # that of the keyboard's focus
    def is_panel_maximised(self) -> bool: ...
    def themes(self) -> tuple[str, ...]: ...
    def theme(self) -> str: ...
    def choose_theme(self, name: str) -> None: ...
    def scale(self) -> float: ...  # of the whole window, from the next start
    def choose_scale(self, scale: float) -> None: ...
    def show_preferences(self) -> None: ...
    def show_tour(self, step: TourStep | None) -> None: ...  # None ends it
    def toggle_full_screen(self) -> None: ...
    def ask_camera(self) -> None: ...  # by a dialogue that does not block
    def ask_depth_range(self, low: float, high: float) -> None: ...  # likewise; metres
    def ask_figure(self, options: FigureOptions) -> None: ...  # likewise
    def copy_image(self, rgb: UInt8Array) -> None: ...  # (h, w, 3), to the clipboard
    def ask_confidence(self, least: float) -> None: ...  # likewise
    def ask_colour(self, name: str, rgb: tuple[int, int, int]) -> None: ...  # likewise
    def copy_text(self, text: str) -> None: ...  # to the clipboard
    def copy_cloud(self) -> None: ...  # as it is on the screen
    # By the focus: "classes", "cloud", "frames", "table", "card" or "".
    def part_in_use(self) -> str: ...
    def close(self) -> bool: ...
