"""The views of the main window, made and wired: what they say is passed on."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.cloud import CloudViewProtocol
from sgnet_viewer.contract.commands import OTHER_MENU, SWITCH_MENU
from sgnet_viewer.contract.compare import CompareView
from sgnet_viewer.contract.explain import ExplainView
from sgnet_viewer.contract.live import LiveBarView, LiveChooserView, SpreadView, TimelineView
from sgnet_viewer.contract.panels import FrameListView, LayerStripView, LegendView, ProbeCardView
from sgnet_viewer.contract.picture import PictureView
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.contract.survey import SurveyView
from sgnet_viewer.contract.window import (
    NoticeStrip,
)
from sgnet_viewer.views.cloud.cloud_panel import CloudPanel
from sgnet_viewer.views.compare.compare_panel import ComparePanel
from sgnet_viewer.views.explain.explain_panel import ExplainPanel
from sgnet_viewer.views.frames.frame_list import FrameList
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
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
from sgnet_viewer.views.window.command_menus import CommandMenus
from sgnet_viewer.views.window.command_palette import CommandPalette
from sgnet_viewer.views.window.context_menus import (
    CARD,
    CLOUD,
    FRAMES,
    PICTURE,
    STATUS,
    ContextMenus,
)
from sgnet_viewer.views.window.gesture_window import GestureWindow
from sgnet_viewer.views.window.notice_strip import NoticeStripWidget
from sgnet_viewer.views.window.status_bar import StatusLine
from sgnet_viewer.views.window.tool_bar import MainToolBar
from sgnet_viewer.views.window.tour_view import TourCard
from sgnet_viewer.views.window.window_docks import (
    make_docks,
)


class WiredWindow(GestureWindow):
    """Makes the views; their signals become the window's."""

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

    def build(self, cloud: QWidget) -> None:
        """Make the views and connect them, once the theme is chosen.

        `cloud`: a widget that is a `CloudViewProtocol`.
        """
        self.cloud: CloudViewProtocol = cast(CloudViewProtocol, cloud)
        self._make_views(cloud)
        self._make_menus()
        self._tour = TourCard(self)
        self._tour.moved.connect(self.tour_moved.emit)
        self._tour.left.connect(self.tour_left.emit)
        self._wire_views()

    def _make_views(self, cloud: QWidget) -> None:
        self._picture, self._frames = PictureWidget(), FrameList()
        self._legend, self._strip, self._cards = LegendWidget(), LayerStrip(), ProbeCards()
        self._readout, self._status = ReadoutBar(), StatusLine()
        self._cloud_panel = CloudPanel(cloud)
        self._explain, self._compare = ExplainPanel(), ComparePanel()
        self._live_bar, self._spread = LiveBar(), SpreadPlot()
        self._timeline = TimelineBar()
        self._notices = NoticeStripWidget()
        below = _row(self._readout, ZoomButton(self._picture.canvas))
        self._pane = _column(self._picture, self._picture, below)  # where the picture goes, they go
        self._pane.setFocusProxy(self._picture)
        middle = _column(self._pane, self._notices, self._pane)
        self._picture.set_room(middle, self._live_bar.passing_height)
        self.setCentralWidget(_column(middle, self._live_bar, self._timeline, middle))
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

    def _wire_menus(self) -> None:
        """What a right click opens."""
        menus = ContextMenus(self, self._menus, self.commands_needed.emit)
        self._picture.menu_requested.connect(partial(menus.open, PICTURE))
        self.cloud.menu_requested.connect(partial(menus.open, CLOUD))
        self._cards.card_menu_requested.connect(partial(menus.open, CARD))
        self._frames.menu_requested.connect(partial(menus.open, FRAMES))
        self._legend.menu_requested.connect(menus.open_class)
        self._status.menu_requested.connect(lambda name, at: menus.open(STATUS[name], at))

    def _open_layer_menu(self, layer: str, at: QPoint) -> None:
        """The switches of a layer, or of all."""
        self.commands_needed.emit()
        self._menus.menu(f"{SWITCH_MENU}/{layer}" if layer else SWITCH_MENU).popup(at)

    def _open_other_menu(self, at: QPoint) -> None:
        """What B may be."""
        self.commands_needed.emit()
        self._menus.menu(OTHER_MENU).popup(at)


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
