"""The menu bar: the menus, and which signal of the window each entry speaks through."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.view_settings import PictureMode, TapWeight
from sgnet_viewer.views.window.file_actions import FileMenu
from sgnet_viewer.views.window.live_menu import LiveMenu
from sgnet_viewer.views.window.other_menus import FrameMenu, HelpMenu, NetworkMenu, TapsMenu
from sgnet_viewer.views.window.view_actions import ViewMenu


class WindowMenus:
    """Owned by the window, which connects what it does itself (zoom, theme, help, panels)."""

    def __init__(self, window: QMainWindow) -> None:
        self.file, self.view = FileMenu(window), ViewMenu(window)
        self.network, self.taps = NetworkMenu(window), TapsMenu(window)
        self.frame, self.help = FrameMenu(window), HelpMenu(window)
        self.live = LiveMenu(window)
        menus = (
            self.file,
            self.live,
            self.view,
            self.network,
            self.taps,
            self.frame,
            self.help,
        )
        for menu in menus:
            window.menuBar().addMenu(menu)

    def set_mode(self, mode: PictureMode) -> None:
        """Marks a view."""
        self.view.set_mode(mode)

    def set_tap_options(self, weight: TapWeight, grid: bool) -> None:
        """Marks how taps are drawn."""
        self.taps.set_options(weight, grid)

    def speak_through(self, window: WindowView) -> None:
        """Hands what is chosen on to the signals of the contract."""
        for signal, target in (
            (self.file.file_requested, window.open_file_requested),
            (self.file.pair_requested, window.open_pair_requested),
            (self.file.folder_requested, window.open_folder_requested),
            (self.file.sample_requested, window.open_sample_requested),
            (self.file.recent_chosen, window.dropped),
            (self.file.save_picture_requested, window.save_picture_requested),
            (self.file.save_labels_requested, window.save_labels_requested),
            (self.file.save_cloud_requested, window.save_cloud_requested),
            (self.file.save_probe_requested, window.save_probe_requested),
            (self.live.requested, window.live_requested),
            (self.live.freeze_toggled, window.live_bar.freeze_toggled),
            (self.live.stepped, window.live_bar.stepped),
            (self.live.record_toggled, window.live_bar.record_toggled),
            (self.live.stopped, window.live_bar.stopped),
            (self.view.mode_chosen, window.mode_chosen),
            (self.view.cloud_colours.chosen, window.cloud_colour_chosen),
            (self.network.checkpoint_requested, window.open_checkpoint_requested),
            (self.network.default_requested, window.default_checkpoint_requested),
            (self.network.devices.chosen, window.device_chosen),
            (self.network.precisions.chosen, window.precision_chosen),
            (self.network.sizes.chosen, window.size_chosen),
            (self.taps.weights.chosen, window.tap_weight_chosen),
            (self.taps.grid_toggled, window.grid_toggled),
            (self.taps.layer_stepped, window.layer_stepped),
            (self.frame.stepped, window.frame_stepped),
        ):
            signal.connect(target.emit)
        sizes = self.view.point_sizes
        sizes.chosen.connect(lambda size: window.point_size_changed.emit(int(size)))
