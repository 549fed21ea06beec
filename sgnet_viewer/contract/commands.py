"""Commands as menus, palette, key help and the shortcut editor show them."""

from __future__ import annotations

from dataclasses import dataclass

SWITCH_MENU = "&Network/S&witches"  # with one menu a layer, called as the layer is
RESET_CAMERA = "frame.camera_reset"
RESET_SWITCHES = "network.switches.reset"
UNLOCK_DEPTH = "view.depth.unlock"
SHOW_ALL_LABELS = "view.classes.threshold.none"
COLOUR_MENU, SIZE_MENU = "&View/&Cloud coloured by", "&View/P&oint size"
CLOUD_MENU = "&View/Point c&loud"
LOOK_MENU, MERGED_MENU = f"{CLOUD_MENU}/&Look", f"{CLOUD_MENU}/&Frames in it"
SWAP_PANES, MAXIMISE_PANEL = "view.swap", "view.maximise"
RESET_EDITS = "edit.depth.reset"
COMPARE_MENU = "Co&mpare"
OTHER_MENU = "Co&mpare/&B is"
RESET_COMPARE = "compare.end"
MARKS_KEY = "taps.key"
BRUSH_GROUP = "brush kind"  # the group of the commands that choose one
BRUSH_TURNS = {  # commands that make them less and more
    "size": ("brush.smaller", "brush.larger"),
    "strength": ("brush.nearer", "brush.farther"),
}


@dataclass(frozen=True, slots=True)
class CommandModel:
    """`key`: what is sent back when it is chosen. `title`: with "&" before its letter.

    `menu`: titles of the menus it stands in, from the bar down, joined by "/"; "" for none.
    `shortcut`: Qt's portable form, "" for none. `refusal`: why it cannot be done now, "" where it
    can. `checked`: its mark; None where it has none. `group`: of its members one is marked.
    `held`: its key is heard by the window or a panel itself, and only named in the menu.
    """

    key: str
    title: str
    menu: str = ""
    shortcut: str = ""
    refusal: str = ""
    checked: bool | None = None
    group: str = ""
    after_line: bool = False
    tip: str = ""
    held: bool = False
    icon: str = ""  # of assets/icons, for a button

    @property
    def plain_title(self) -> str:
        """Without the mark of the menu's letter."""
        return plain(self.title)

    @property
    def plain_menu(self) -> str:
        """ "File, Samples"; "" for none."""
        return ", ".join(plain(part) for part in self.menu.split("/")) if self.menu else ""


def plain(title: str) -> str:
    """A menu's title without "&": "&&" stands for one."""
    return title.replace("&&", "\0").replace("&", "").replace("\0", "&")
