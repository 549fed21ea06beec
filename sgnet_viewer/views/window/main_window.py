"""The main window: puts the views together, and passes on what the user asks for."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.cloud import CloudViewProtocol
from sgnet_viewer.contract.commands import OTHER_MENU, SWITCH_MENU, CommandModel
from sgnet_viewer.contract.compare import CompareView
from sgnet_viewer.contract.explain import ExplainView
from sgnet_viewer.contract.live import LiveBarView, LiveChooserView, SpreadView, TimelineView
from sgnet_viewer.contract.panels import FrameListView, LayerStripView, LegendView, ProbeCardView
from sgnet_viewer.contract.picture import PictureView
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.survey import SurveyView
from sgnet_viewer.contract.window import (
    DockState,
    LikelyUnit,
    NoticeRow,
    NoticeStrip,
    PairChoice,
    Readout,
    StatusModel,
    TourStep,
)
from sgnet_viewer.settings import SCALE_KEY, scale_of
from sgnet_viewer.state.view_settings import CloudColour, FigureOptions, PictureMode
from sgnet_viewer.views.cloud.cloud_panel import CloudPanel
from sgnet_viewer.views.compare.compare_panel import ComparePanel
from sgnet_viewer.views.explain.explain_panel import ExplainPanel
from sgnet_viewer.views.frames.frame_list import FrameList
from sgnet_viewer.views.kit.focus_frame import FocusFrame
from sgnet_viewer.views.kit.pixmaps import image_from_array
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, Theme, ThemeChoice
from sgnet_viewer.views.live.live_bar import LiveBar
from sgnet_viewer.views.live.live_chooser import LiveChooser
from sgnet_viewer.views.live.live_plot import SpreadPlot
from sgnet_viewer.views.live.timeline_bar import TimelineBar
from sgnet_viewer.views.picture.legend_view import LegendWidget
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.picture.readout_bar import ReadoutBar
from sgnet_viewer.views.picture.zoom_button import ZoomButton
from sgnet_viewer.views.probes.layer_strip import LayerStrip
from sgnet_viewer.views.probes.probe_cards import ProbeCards
from sgnet_viewer.views.survey.survey_window import SurveyWindow
from sgnet_viewer.views.window.camera_dialog import CameraDialog
from sgnet_viewer.views.window.closed_panels import ClosedPanels
from sgnet_viewer.views.window.colour_dialog import ClassColourDialog
from sgnet_viewer.views.window.command_menus import CommandMenus
from sgnet_viewer.views.window.command_palette import CommandPalette
from sgnet_viewer.views.window.confidence_dialog import ConfidenceDialog
from sgnet_viewer.views.window.context_menus import CARD, FRAMES, PICTURE, STATUS, ContextMenus
from sgnet_viewer.views.window.depth_range_dialog import DepthRangeDialog
from sgnet_viewer.views.window.dock_sizes import DockSizes
from sgnet_viewer.views.window.figure_dialog import FigureDialog
from sgnet_viewer.views.window.gesture_window import GestureWindow
from sgnet_viewer.views.window.help_dialog import about_dialog, card_dialog, help_dialog
from sgnet_viewer.views.window.notice_history import NoticeHistory
from sgnet_viewer.views.window.notice_strip import NoticeStripWidget
from sgnet_viewer.views.window.pair_dialog import PairDialog
from sgnet_viewer.views.window.panes import Panes
from sgnet_viewer.views.window.preferences import Preferences
from sgnet_viewer.views.window.scale_dialog import ScaleDialog
from sgnet_viewer.views.window.shortcut_editor import ShortcutEditor
from sgnet_viewer.views.window.status_bar import StatusLine
from sgnet_viewer.views.window.tab_order import step
from sgnet_viewer.views.window.tool_bar import MainToolBar
from sgnet_viewer.views.window.tour_view import TourCard
from sgnet_viewer.views.window.window_docks import (
    dock_state,
    make_docks,
    place,
    restore_layout,
    save_layout,
    set_dock_states,
)

ORGANISATION = APPLICATION = "sgnet-viewer"
THEME_KEY = "window/theme"
FIRST_SIZE = QSize(1600, 1000)


class MainWindow(GestureWindow):
    """Implements `contract.window.WindowView`. `settings` keeps the layout and the theme."""

    command_chosen: Signal = intent(str)
    commands_needed: Signal = intent()
    layout_changed: Signal = intent()
    shortcut_chosen: Signal = intent(str, str)
    shortcuts_reset: Signal = intent()
    mode_chosen: Signal = intent(str)
    opacity_changed: Signal = intent(float)
    cloud_colour_chosen: Signal = intent(str)
    point_size_changed: Signal = intent(int)
    frame_stepped: Signal = intent(int)
    unit_chosen: Signal = intent(str)
    intrinsics_entered: Signal = intent(str, bool)
    camera_reset: Signal = intent()
    depth_range_entered: Signal = intent(float, float)
    confidence_entered: Signal = intent(float)
    figure_changed: Signal = intent(object)
    figure_saved: Signal = intent()
    figure_copied: Signal = intent()
    tour_moved: Signal = intent(int)
    tour_left: Signal = intent()
    class_coloured: Signal = intent(str, object)

    def __init__(self, cloud: QWidget, settings: QSettings | None = None) -> None:
        """`cloud`: a widget that is a `CloudViewProtocol`; `settings`: None for the user's own."""
        super().__init__()
        self._settings = settings or QSettings(ORGANISATION, APPLICATION)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.reset_settings: tuple[str, ...] = ()  # stored values that could not be used
        theme = _stored_theme(self._settings)
        if theme is None:
            self._settings.remove(THEME_KEY)
            self.reset_settings = ("theme",)
        self._theme = Theme(application, theme or ThemeChoice.SYSTEM, self)
        self.cloud: CloudViewProtocol = cast(CloudViewProtocol, cloud)
        self._units: tuple[str, ...] = ()
        self._shown_status: StatusModel | None = None
        self._was_maximised = False  # before the full screen
        self._shortcuts: ShortcutEditor | None = None
        self._preferences: Preferences | None = None
        self._make_views(cloud)
        self._make_menus()
        self._tour = TourCard(self)
        self._tour.moved.connect(self.tour_moved.emit)
        self._tour.left.connect(self.tour_left.emit)
        self._wire_views()
        self._panes = Panes(self, self._docks, self._picture, self._cloud_panel)
        self.set_title("")
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._room = DockSizes(self, self._docks)
        restored = restore_layout(self, self._settings)
        if restored:
            self._room.restore(self._settings)
        elif restored is None:
            self.reset_settings = (*self.reset_settings, "layout")
        self._closed = ClosedPanels(self, self._settings, self._docks.frames, self._docks.spread)
        self._docks.spread.hide()  # whatever the stored layout says: it is for streams
        self._docks.frames.hide()  # whatever the stored layout says of the list
        self._panes.load(self._settings)
        self._frames_of_focus = [
            FocusFrame(view) for view in (self._picture.canvas, cloud, self._legend.list)
        ]
        self._picture.setFocus()

    # --- what is shown

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """Menus, shortcuts, palette and key help show these."""
        self._menus.set_commands(models)
        self._picture.tools.set_tools(tuple(model for model in models if model.group == "tool"))
        if self._shortcuts is not None:
            self._shortcuts.set_commands(models)
        if self._preferences is not None:
            self._preferences.set_commands(models)

    def set_units(
        self, units: tuple[str, ...], current: str, likely: tuple[LikelyUnit, ...] = ()
    ) -> None:
        """The depth units to choose from, and the one in use."""
        self._units = units
        self._status.set_units(units, current, likely)

    def set_mode(self, mode: PictureMode) -> None:
        """Which view the picture is in."""
        self.tools.modes.set_mode(mode)
        self.tools.slider.setEnabled(mode is PictureMode.OVERLAY)

    def set_modes_enabled(self, modes: frozenset[PictureMode]) -> None:
        """The views that have something to show."""
        self.tools.modes.set_enabled(modes)

    def set_opacity(self, opacity: float) -> None:
        """The overlay's, 0..1."""
        self.tools.set_opacity(opacity)

    def set_cloud_colour(self, colour: CloudColour) -> None:
        """What colours the points."""
        self._cloud_panel.set_colour(colour)

    def set_readout(self, readout: Readout | None) -> None:
        """What lies under the cursor."""
        self._readout.set_readout(readout)

    def set_status(self, status: StatusModel | None) -> None:
        """The line at the bottom."""
        self._status.set_status(status)
        self._shown_status = status

    def set_busy(self, text: str, fraction: float | None) -> None:
        """What runs, and how far it is (None: not known)."""
        self._status.set_busy(text, fraction)

    def set_idle(self) -> None:
        """Nothing runs."""
        self._status.set_idle()

    def set_title(self, text: str) -> None:
        """The frame's name, in the window's title."""
        self.setWindowTitle(f"{text} – {APPLICATION}" if text else APPLICATION)

    def show_hint(self, text: str) -> None:
        """A line over the picture that fades after the first click."""
        self._picture.show_hint(text)

    # --- what commands do to the window itself

    def show_palette(self) -> None:
        """The commands, to be found by a few letters."""
        self.commands_needed.emit()
        self._palette.show_commands(self._menus.models)

    def show_shortcuts(self) -> None:
        """The editor of keys, beside the window."""
        editor = ShortcutEditor(self.shortcut_chosen.emit, self.shortcuts_reset.emit, self)
        editor.set_commands(self._menus.models)
        editor.destroyed.connect(self._forget_editor)
        self._shortcuts = editor
        self._open(editor)

    def show_preferences(self) -> None:
        """What is kept from one start to the next, beside the window."""
        self.commands_needed.emit()
        page = Preferences(self.command_chosen.emit, self)
        page.set_commands(self._menus.models)
        page.destroyed.connect(self._forget_preferences)
        self._preferences = page
        self._open(page)

    def show_tour(self, step: TourStep | None) -> None:
        """A step of the tour beside what it is about; None ends it."""
        about: QWidget = self._picture
        if step is not None and step.panel:
            dock = self._panel(step.panel)
            dock.show()
            dock.raise_()
            about = dock
        self._tour.show_step(step, about)

    def show_help(self) -> None:
        """What mouse and keys do."""
        self._open(help_dialog(self._menus.models, self))

    def show_about(self) -> None:
        """What this is, and whose network."""
        self._open(about_dialog(self))

    def show_notices(self, rows: tuple[NoticeRow, ...]) -> None:
        """What was said since the start."""
        self._open(NoticeHistory(rows, self))

    def ask_camera(self) -> None:
        """The camera in use, to be typed anew; beside the window."""
        status = self._shown_status
        if status is None:
            return
        dialog = CameraDialog(status.camera_numbers, status.camera_origin, status.several, self)
        dialog.entered.connect(self.intrinsics_entered.emit)
        dialog.reset.connect(self.camera_reset.emit)
        self._open(dialog)

    def ask_depth_range(self, low: float, high: float) -> None:
        """The two ends in metres, to be typed; beside the window."""
        dialog = DepthRangeDialog(low, high, self)
        dialog.entered.connect(self.depth_range_entered.emit)
        self._open(dialog)

    def ask_figure(self, options: FigureOptions) -> None:
        """What a figure has beside the picture; beside the window."""
        dialog = FigureDialog(options, self)
        dialog.changed.connect(self.figure_changed.emit)
        dialog.saved.connect(self.figure_saved.emit)
        dialog.copied.connect(self.figure_copied.emit)
        self._open(dialog)

    def copy_image(self, rgb: UInt8Array) -> None:
        """(h, w, 3) to the clipboard."""
        QApplication.clipboard().setImage(image_from_array(rgb))

    def ask_confidence(self, least: float) -> None:
        """The threshold, on a slider; beside the window."""
        dialog = ConfidenceDialog(least, self)
        dialog.entered.connect(self.confidence_entered.emit)
        self._open(dialog)

    def ask_colour(self, name: str, rgb: tuple[int, int, int]) -> None:
        """The colour of a class; beside the window."""
        dialog = ClassColourDialog(name, rgb, self)
        dialog.entered.connect(self.class_coloured.emit)
        self._open(dialog)

    def show_card(self, name: str, rows: tuple[tuple[str, str], ...]) -> None:
        """What is known of a network, beside the window."""
        self._open(card_dialog(name, rows, self))

    def copy_text(self, text: str) -> None:
        """To the clipboard."""
        QApplication.clipboard().setText(text)

    def show_actual_size(self) -> None:
        """One pixel of the screen for each of the picture."""
        self._picture.canvas.show_actual()

    def zoom_to_taps(self) -> None:
        """Let the active probe's taps fill the picture's view."""
        self._picture.close_up.zoom_to_taps()

    def toggle_marks_key(self) -> None:
        """What the marks mean, at the picture."""
        self._picture.close_up.toggle_key()
        self.layout_changed.emit()

    def is_marks_key_shown(self) -> bool:
        """Whether it is there."""
        return not self._picture.close_up.key.isHidden()

    def magnify(self, held: bool) -> None:
        """The loupe."""
        self._picture.close_up.loupe.set_shown(held)

    def copy_picture(self) -> None:
        """As it is shown, pixel for pixel."""
        image = self._picture.image()
        if image is not None:
            QApplication.clipboard().setImage(image_from_array(image).copy())

    def copy_cloud(self) -> None:
        """As it is on the screen."""
        image = self.cloud.picture()
        if image is not None:
            QApplication.clipboard().setImage(image_from_array(image).copy())

    def part_in_use(self) -> str:
        """By the focus: what Copy is to copy of."""
        now = QApplication.focusWidget()
        parts: tuple[tuple[str, QWidget], ...] = (
            ("classes", self._legend),
            ("frames", self._frames),
            ("cloud", cast(QWidget, self.cloud)),
            *(("table", card.table) for card in self._cards.cards),
            ("card", self._cards),
        )
        if now is None:
            return ""
        return next((name for name, part in parts if now is part or part.isAncestorOf(now)), "")

    def zoom(self, factor: float) -> None:
        """The picture, at its middle."""
        self._picture.canvas.zoom(factor)

    def panels(self) -> tuple[str, ...]:
        """Titles of the docks."""
        return tuple(dock.objectName() for dock in self._docks.all())

    def is_panel_shown(self, name: str) -> bool:
        """Whether the dock of that title is open."""
        return not self._panel(name).isHidden()

    def toggle_panel(self, name: str) -> None:
        """Open or close a dock."""
        panel = self._panel(name)
        shown = panel.isHidden()
        self._closed.note(panel, not shown)
        self._room.show(panel, shown)

    def docks(self) -> tuple[DockState, ...]:
        """Where the panels are."""
        return tuple(dock_state(self, dock) for dock in self._docks.all())

    def set_docks(self, docks: tuple[DockState, ...]) -> None:
        """Put the panels there; from now on their sizes are the user's."""
        set_dock_states(self, self._docks, docks)
        self._room.keep()

    def reset_layout(self) -> None:
        """Every dock where it was at first, and the picture in the middle."""
        self._panes.restore()
        if self._panes.swapped:
            self._panes.swap()
        place(self, self._docks)
        self._closed.forget()
        self._docks.frames.setVisible(self._frames.total > 1)
        self._docks.spread.setVisible(self.is_live())
        self._room.start_over()

    def swap_panes(self) -> None:
        """Picture and cloud change places."""
        self._panes.swap()
        self.layout_changed.emit()

    def is_swapped(self) -> bool:
        """Whether the cloud is in the middle."""
        return self._panes.swapped

    def toggle_maximised_panel(self) -> None:
        """The panel in use fills the window, or goes back."""
        self._panes.toggle()
        self.layout_changed.emit()

    def is_panel_maximised(self) -> bool:
        """Whether one fills the window."""
        return self._panes.maximised is not None

    def themes(self) -> tuple[str, ...]:
        """What `choose_theme` takes."""
        return tuple(choice.value for choice in ThemeChoice)

    def theme(self) -> str:
        """The one chosen."""
        return self._theme.choice.value

    def choose_theme(self, name: str) -> None:
        """Dark, light or the system's, kept for the next start."""
        self._theme.choose(ThemeChoice(name))
        self._settings.setValue(THEME_KEY, name)
        self.layout_changed.emit()

    def scale(self) -> float:
        """Of the whole window, from the next start."""
        return scale_of(self._settings.value(SCALE_KEY))

    def choose_scale(self, scale: float) -> None:
        """Kept for the next start: Qt reads it before there is a window."""
        self._settings.setValue(SCALE_KEY, f"{scale:g}")
        self.layout_changed.emit()

    def toggle_full_screen(self) -> None:
        """Without the frame, or with it."""
        if not self.isFullScreen():
            self._was_maximised = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximised:
            self.showMaximized()
        else:
            self.showNormal()

    # --- what is asked

    def ask_pair(self) -> PairChoice | None:
        """RGB and depth files, unit, intrinsics; None where the user changed their mind."""
        dialog = PairDialog(self._units, self)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.choice if accepted else None

    def ask_file(self, title: str, patterns: str) -> str:
        """A file to open; "" for none."""
        return QFileDialog.getOpenFileName(self, title, "", patterns)[0]

    def ask_folder(self, title: str) -> str:
        """A folder to open; "" for none."""
        return QFileDialog.getExistingDirectory(self, title)

    def confirm(self, question: str) -> bool:
        """Whether the user says yes; no is what Enter means."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self, APPLICATION, question, buttons.Yes | buttons.No, buttons.No
        )
        return answer is buttons.Yes

    def ask_save(self, title: str, name: str, patterns: str) -> str:
        """A file to write; "" for none."""
        return QFileDialog.getSaveFileName(self, title, name, patterns)[0]

    # --- events

    def is_live(self) -> bool:
        """Whether a stream is open."""
        return not self._live_bar.isHidden()

    def dismiss(self) -> bool:
        """Close the notices, else put a maximised panel back; False where there is neither."""
        had = bool(self._notices.notices)
        self._notices.clear()
        if not had and self._panes.restore():
            self.layout_changed.emit()
            return True
        return had

    def is_busy(self) -> bool:
        """Whether there is something to cancel."""
        return self._status.busy

    def showEvent(self, event: QShowEvent) -> None:
        """Docks that the user has not resized get their share of the window."""
        super().showEvent(event)
        self._room.follow_window()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks that the user has not resized keep their share of the window."""
        super().resizeEvent(event)
        self._room.follow_window()
        self._notices.follow_window()

    def focusNextPrevChild(self, next: bool) -> bool:  # Qt's name
        """Tab and Shift+Tab."""
        return step(self, self._tab_parts(), next)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps the layout."""
        self._panes.restore()
        self._panes.save(self._settings)
        save_layout(self, self._settings)
        self._room.save(self._settings)
        super().closeEvent(event)

    # --- making

    def _make_views(self, cloud: QWidget) -> None:
        self._picture, self._frames = PictureWidget(), FrameList()
        self._legend, self._strip, self._cards = LegendWidget(), LayerStrip(), ProbeCards()
        self._readout, self._status = ReadoutBar(), StatusLine()
        self._cloud_panel = CloudPanel(cloud)
        self._explain, self._compare = ExplainPanel(), ComparePanel()
        self._live_bar, self._spread = LiveBar(), SpreadPlot()
        self._timeline = TimelineBar()
        self._notices = NoticeStripWidget()
        self.setCentralWidget(
            _column(
                self._picture,
                self._live_bar,
                self._timeline,
                self._notices,
                self._picture,
                _row(self._readout, ZoomButton(self._picture.canvas)),
            )
        )
        self.setStatusBar(self._status)
        self._docks = make_docks(
            self,
            classes=self._legend,
            frames=self._frames,
            cloud=self._cloud_panel,
            probes=self._cards,
            explain=self._explain,
            compare=self._compare,
            layers=self._strip,
            spread=self._spread,
        )
        self.picture: PictureView = self._picture
        self.legend: LegendView = self._legend
        self.layers: LayerStripView = self._strip
        self.card: ProbeCardView = self._cards
        self.frames: FrameListView = self._frames
        self.live_bar: LiveBarView = self._live_bar
        self.timeline: TimelineView = self._timeline
        self.spread: SpreadView = self._spread
        self.explain: ExplainView = self._explain
        self.compare: CompareView = self._compare
        self.chooser: LiveChooserView = LiveChooser(self)
        self.atlas: SurveyView = SurveyWindow("Atlas of taps", self)
        self.evaluation: SurveyView = SurveyWindow("Evaluation of the set", self)
        self.notices: NoticeStrip = self._notices

    def _tab_parts(self) -> list[QWidget]:
        """Tab goes from the tool bar through the left side and the picture to the right."""
        docks = self._docks
        return [
            self.tools,
            self._live_bar,
            self._notices,
            docks.classes,
            docks.frames,
            docks.spread,
            self._picture.tools,
            self._picture.canvas,
            self._cloud_panel,
            docks.probes,
            docks.explain,
            *self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly),
            docks.layers,
            self._status,
        ]

    def _make_menus(self) -> None:
        self._menus = menus = CommandMenus(self, self.command_chosen.emit)
        self._palette = CommandPalette(self.command_chosen.emit, self)

        for dock in self._docks.all():
            dock.toggleViewAction().toggled.connect(self.layout_changed)  # a signal to a signal
        self.tools = MainToolBar(menus.open_menu, menus.menu("&Network"), menus.menu("&Taps"))
        self.addToolBar(self.tools)

    def _wire_views(self) -> None:
        for signal, target in (
            (self.tools.modes.mode_chosen, self.mode_chosen),
            (self.tools.opacity_changed, self.opacity_changed),
            (self.tools.frame_stepped, self.frame_stepped),
            (self.freeze_toggled, self.live_bar.freeze_toggled),
            (self._cloud_panel.colour_chosen, self.cloud_colour_chosen),
            (self.cloud.point_size_changed, self.point_size_changed),
            (self._status.unit_chosen, self.unit_chosen),
            (self._status.cancel_requested, self.cancel_requested),
        ):
            signal.connect(target.emit)
        self.tools.live_requested.connect(lambda: self.command_chosen.emit("live.choose"))
        self._explain.command_requested.connect(self.command_chosen.emit)
        self.cloud.command_requested.connect(self.command_chosen.emit)
        self._compare.command_requested.connect(self.command_chosen.emit)
        self._compare.menu_requested.connect(self._open_other_menu)
        self._picture.tool_chosen.connect(self.command_chosen.emit)
        self._notices.history_requested.connect(lambda: self.command_chosen.emit("help.notices"))
        self._wire_menus()
        self._strip.menu_requested.connect(self._open_layer_menu)
        self._cards.menu_requested.connect(self._open_layer_menu)
        self._status.departure_clicked.connect(self.command_chosen.emit)
        self._live_bar.shown_changed.connect(self._show_live)
        self._status.camera_clicked.connect(self.ask_camera)
        self._status.scale_clicked.connect(self._ask_scale)
        self._frames.position_changed.connect(self._show_frames_and_place)

    def _wire_menus(self) -> None:
        """What a right click opens."""
        menus = ContextMenus(self, self._menus, self.commands_needed.emit)
        self._picture.menu_requested.connect(partial(menus.open, PICTURE))
        self._cards.card_menu_requested.connect(partial(menus.open, CARD))
        self._frames.menu_requested.connect(partial(menus.open, FRAMES))
        self._legend.menu_requested.connect(menus.open_class)
        self._status.menu_requested.connect(lambda name, at: menus.open(STATUS[name], at))

    def _show_frames_and_place(self, place_: int, listed: int, total: int) -> None:
        self.tools.set_position(place_, listed)
        self._show_frames(total)

    def _show_frames(self, count: int) -> None:
        """The list of frames is in the way while there is one; one that was closed stays so."""
        frames = self._docks.frames
        self._room.show(frames, count > 1 and not self._closed.has(frames))

    def _show_live(self, running: bool) -> None:
        """A stream was opened or has ended."""
        spread = self._docks.spread
        self._room.show(spread, running and not self._closed.has(spread))

    def _open_layer_menu(self, layer: str, at: QPoint) -> None:
        """The switches of a layer, or of all."""
        self.commands_needed.emit()
        self._menus.menu(f"{SWITCH_MENU}/{layer}" if layer else SWITCH_MENU).popup(at)

    def _open_other_menu(self, at: QPoint) -> None:
        """What B may be."""
        self.commands_needed.emit()
        self._menus.menu(OTHER_MENU).popup(at)

    def _panel(self, name: str) -> QDockWidget:
        return next(dock for dock in self._docks.all() if dock.objectName() == name)

    def _forget_preferences(self) -> None:
        self._preferences = None

    def _forget_editor(self) -> None:
        self._shortcuts = None

    def _ask_scale(self) -> None:
        dialog = ScaleDialog(self)
        dialog.entered.connect(self.unit_chosen.emit)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        """Beside the window, not in its way."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()


def _column(stretched: QWidget, *widgets: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.setStretchFactor(stretched, 1)
    return column


def _row(stretched: QWidget, widget: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, STEP // 2, 0)
    layout.setSpacing(0)
    layout.addWidget(stretched, 1)
    layout.addWidget(widget)
    return row


def _stored_theme(settings: QSettings) -> ThemeChoice | None:
    """The system's where none is stored, None where something else is."""
    stored = str(settings.value(THEME_KEY, ThemeChoice.SYSTEM.value))
    known = {choice.value for choice in ThemeChoice}
    return ThemeChoice(stored) if stored in known else None
