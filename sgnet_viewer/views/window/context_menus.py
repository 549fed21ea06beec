"""Context menus: commands of the table that have to do with what was clicked on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.commands import (
    COLOUR_MENU,
    LOOK_MENU,
    MARKS_KEY,
    MAXIMISE_PANEL,
    MERGED_MENU,
    SIZE_MENU,
    SWAP_PANES,
)
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.views.window.command_menus import CommandMenus

LINE = ""
PICTURE = (
    *("copy.pixel", "copy.values", "copy.picture", "copy.path", LINE),
    *("probe.pin", "probe.remove", "edit.clear_probes", LINE),
    *("view.fit", "view.actual", "view.zoom_taps", MARKS_KEY),
)
CLOUD = (
    *("cloud.look.start", LOOK_MENU, "cloud.centre", LINE),
    *("probe.here", "copy.position", "copy.values", LINE),
    *(COLOUR_MENU, SIZE_MENU, "view.cloud_shaded", "view.cloud_grid", "view.grey_hidden", LINE),
    *("view.box", "view.box.open", MERGED_MENU, LINE),
    *("copy.cloud", "file.save_cloud_picture", "file.save_cloud", LINE),
    *(SWAP_PANES, MAXIMISE_PANEL),
)
CARD = ("copy.values", "copy.table", LINE, "probe.pin", "probe.remove", "edit.clear_probes")
FRAMES = ("copy.path", LINE, "frame.previous", "frame.next", "file.scores")
STATUS = {"frame": ("copy.path",), "network": ("copy.checkpoint", "network.about")}


class ContextMenus:
    """`refresh` is called before one opens: what can be done now may differ from what is shown."""

    def __init__(self, window: QWidget, menus: CommandMenus, refresh: Callable[[], object]) -> None:
        self._window, self._menus, self._refresh = window, menus, refresh

    def open(self, keys: tuple[str, ...], at: QPoint) -> QMenu:
        """The commands of these keys, as far as they are there, and whole menus by their paths."""
        self._refresh()
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        known = {model.key for model in self._menus.models}
        for key in keys:
            if key == LINE:
                menu.addSeparator()
            elif "/" in key:
                menu.addMenu(self._menus.menu(key))
            elif key in known:
                menu.addAction(self._menus.action(key))
        menu.popup(at)
        return menu

    def open_class(self, row: LegendRow | None, at: QPoint) -> QMenu:
        """Of the class that was clicked on, and of the whole list."""
        own = (
            ()
            if row is None
            else (
                f"class.{row.index}.{row.name}",
                f"class.colour.{row.index}.{row.name}",
            )
        )
        return self.open((*own, "class.all", LINE, "copy.classes"), at)
