"""The menu bar, made from the table of commands; its actions carry the shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from sgnet_viewer.contract.commands import CommandModel

OPENING = ("file.open", "file.open_pair", "file.open_folder")
OPENING_MENUS = ("&File/&Samples", "&File/&Recent")


class CommandMenus:
    """`menu` gives the menu of a title, such as "&File/&Samples"; it stays the same object.

    `open_menu` has what opens something, for the tool bar. `choose` is called with the key of the
    command that a menu or a shortcut asks for.

    Menus inside menus of menus, one a layer, get their actions when they open: some hundreds, made
    with the first result, would keep the window from drawing it.
    """

    def __init__(self, window: QMainWindow, choose: Callable[[str], object]) -> None:
        self._window = window
        self._choose = choose
        self._menus: dict[str, QMenu] = {}
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._shown: dict[str, CommandModel] = {}
        self._structure: tuple[tuple[str, str, bool, bool], ...] = ()
        self._opened: set[str] = set()  # of those that are filled late
        self.models: tuple[CommandModel, ...] = ()
        self.open_menu = QMenu("Open", window)
        self.open_menu.setToolTipsVisible(True)

    def menu(self, path: str) -> QMenu:
        """Made where it is not there yet; the commands put it into its place."""
        if path not in self._menus:
            title = path.rpartition("/")[2]
            menu = QMenu(title, self._window)
            menu.setToolTipsVisible(True)
            self._menus[path] = menu
            if _is_late(path):
                menu.aboutToShow.connect(partial(self._open, path))
        return self._menus[path]

    def action(self, key: str) -> QAction:
        """Of the command of that key; KeyError where there is none now."""
        if key not in self._actions and key in self._shown:
            self._open(self._shown[key].menu)
        return self._actions[key]

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """Other commands make other menus; the same ones are marked and enabled again."""
        structure = tuple(
            (model.key, model.menu, model.after_line, bool(model.shortcut)) for model in models
        )
        if structure != self._structure:
            self._structure = structure
            self._build(models)
        shown = self._shown
        self.models, self._shown = models, {model.key: model for model in models}
        for model in models:
            if shown.get(model.key) != model and model.key in self._actions:
                self._update(self._actions[model.key], model)
        filled = {model.menu for model in models}
        for path, menu in self._menus.items():
            if "/" in path:
                menu.menuAction().setEnabled(path in filled or not menu.isEmpty())

    def _build(self, models: tuple[CommandModel, ...]) -> None:
        """Menus keep their places on the bar and their objects; actions keep theirs by key."""
        for menu in self._menus.values():
            menu.clear()
        keys = {model.key for model in models}
        for key in [key for key in self._actions if key not in keys]:
            self._drop(key)
        for model in models:
            if _is_late(model.menu) and not model.shortcut and model.menu not in self._opened:
                self._placed_menu(model.menu, model.after_line)
            else:
                self._make(model)
        self._fill_bar(models)
        self._fill_open_menu()

    def _make(self, model: CommandModel) -> None:
        if model.key not in self._actions:
            action = QAction(self._window)
            self._actions[model.key] = action
            self._window.addAction(action)  # its shortcut works whatever menu it is in
            action.triggered.connect(partial(self._trigger, model.key))
        if model.menu:
            self._place(model, self._actions[model.key])

    def _open(self, path: str) -> None:
        """Fill a menu that is filled late, the first time."""
        if path in self._opened:
            return
        self._opened.add(path)
        self._menus[path].clear()
        for model in self.models:
            if model.menu == path:
                self._make(model)
                self._update(self._actions[model.key], model)

    def _place(self, model: CommandModel, action: QAction) -> None:
        menu = self._placed_menu(model.menu, model.after_line)
        if model.after_line and not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(action)

    def _placed_menu(self, path: str, after_line: bool) -> QMenu:
        """In the menu above it, at the place of its first command."""
        menu = self.menu(path)
        above, _, _ = path.rpartition("/")
        if above:
            outer = self._placed_menu(above, False)
            if menu.menuAction() not in outer.actions():
                if after_line and not outer.isEmpty():
                    outer.addSeparator()
                outer.addMenu(menu)
        return menu

    def _fill_bar(self, models: tuple[CommandModel, ...]) -> None:
        """In the order of the first commands."""
        bar = self._window.menuBar()
        tops = dict.fromkeys(model.menu.split("/")[0] for model in models if model.menu)
        wanted = [self.menu(top).menuAction() for top in tops]
        if bar.actions() != wanted:
            bar.clear()
            for action in wanted:
                bar.addAction(action)

    def _fill_open_menu(self) -> None:
        self.open_menu.clear()
        for key in OPENING:
            if key in self._actions:
                self.open_menu.addAction(self._actions[key])
        for path in OPENING_MENUS:
            if path in self._menus:
                self.open_menu.addMenu(self._menus[path])

    def _drop(self, key: str) -> None:
        action = self._actions.pop(key)
        self._window.removeAction(action)
        self._shown.pop(key, None)
        action.deleteLater()

    def _trigger(self, key: str, _checked: bool = False) -> None:
        """A click sets the mark by itself: it follows the command instead."""
        model = next(model for model in self.models if model.key == key)
        if model.checked is not None:
            self._actions[key].setChecked(model.checked)
        self._choose(key)

    def _update(self, action: QAction, model: CommandModel) -> None:
        key = QKeySequence(model.shortcut, QKeySequence.SequenceFormat.PortableText)
        title = model.title
        if model.held and model.shortcut:
            title += "\t" + key.toString(QKeySequence.SequenceFormat.NativeText)
            key = QKeySequence()
        if action.text() != title:
            action.setText(title)
        if action.shortcut() != key:
            action.setShortcut(key)
        tip = model.refusal or model.tip
        if action.toolTip() != tip:
            action.setToolTip(tip)
        action.setEnabled(not model.refusal)
        action.setCheckable(model.checked is not None)
        if model.group and action.actionGroup() is None:
            group = self._groups.setdefault(model.group, QActionGroup(self._window))
            group.addAction(action)
        if model.checked is not None and action.isChecked() != model.checked:
            action.setChecked(model.checked)


def _is_late(path: str) -> bool:
    """Of a menu of menus of menus."""
    return path.count("/") > 1
