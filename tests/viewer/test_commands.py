"""The table of commands, and what is made from it: menus, keys, palette and shortcut editor."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from command_support import Commanded
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from session_support import FakeFrames, FakeView, make_frame, make_result
from views_support import Heard

from sgnet_model.resources import asset_dir
from sgnet_viewer.commands.command import Command
from sgnet_viewer.commands.shortcuts import Shortcuts
from sgnet_viewer.contract.commands import SWITCH_MENU
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.views.window import command_palette
from sgnet_viewer.views.window.fuzzy import ranked, score
from sgnet_viewer.views.window.help_dialog import GESTURES
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.views.window.shortcut_editor import ShortcutEditor

Key = Qt.Key


class PlainWindow(FakeView):
    """What commands ask of a window for their titles and marks."""

    def panels(self) -> tuple[str, ...]:
        return ("Classes", "Frames")

    def is_panel_shown(self, name: str) -> bool:
        return name == "Classes"

    def is_swapped(self) -> bool:
        return False

    def is_marks_key_shown(self) -> bool:
        return False

    def is_panel_maximised(self) -> bool:
        return False

    def themes(self) -> tuple[str, ...]:
        return ("dark", "light")

    def theme(self) -> str:
        return "dark"

    def scale(self) -> float:
        return 1.0

    def choose_theme(self, name: str) -> None: ...


@pytest.fixture
def commanded() -> Commanded:
    return Commanded(PlainWindow(parts=True))


def open_frame(commanded: Commanded) -> None:
    frame = make_frame()
    commanded.session.set_frames(FakeFrames(frame), Target(("set",)))
    commanded.session.set_frame(0, frame)
    commanded.session.set_result(make_result(frame))


def test_keys_and_shortcuts_are_unique(commanded: Commanded) -> None:
    open_frame(commanded)
    keys = [command.key for provider in commanded.table._providers for command in provider()]
    assert len(set(keys)) == len(keys)
    shortcuts = [command.shortcut for command in commanded.table.commands if command.shortcut]
    assert len(set(shortcuts)) == len(shortcuts)


def test_keys_that_the_help_tells_of_are_those_of_the_commands(commanded: Commanded) -> None:
    """F1's gestures name some keys beside the table; Ctrl+C and Ctrl+F are the panels' own."""
    told = {
        key
        for _, rows in GESTURES
        for keys, _ in rows
        for key in re.findall(r"(?:Ctrl|Shift|Alt)\+[A-Z]\b|[][]", keys)
    }
    shortcuts = {command.shortcut: command.key for command in commanded.table.commands}
    assert told - {"Ctrl+C", "Ctrl+F"} <= set(shortcuts)
    (timeline,) = (rows for title, rows in GESTURES if title.startswith("Timeline"))
    (keys,) = (keys for keys, meaning in timeline if meaning.startswith("the range"))
    assert [shortcuts[key] for key in keys.split(", ")] == ["live.range_begin", "live.range_end"]


def test_letters_of_a_menu_are_unique(commanded: Commanded) -> None:
    letters: dict[str, list[str]] = {}
    for command in commanded.table.commands:
        _, mark, rest = command.title.replace("&&", "").partition("&")
        if mark and command.menu:
            letters.setdefault(command.menu, []).append(rest[0].lower())
    for menu, found in letters.items():
        assert len(set(found)) == len(found), menu


def test_a_command_that_cannot_be_done_says_why_and_does_nothing(commanded: Commanded) -> None:
    commanded.parts.window.command_chosen.emit("file.save_cloud")
    assert commanded.calls == []
    assert [report.text for report in commanded.reports] == ["No frame is open: open one first."]
    open_frame(commanded)
    commanded.parts.window.command_chosen.emit("file.save_cloud")
    assert commanded.calls == [("save_cloud",)]


def test_undo_is_named_after_what_it_takes_back(commanded: Commanded) -> None:
    undo = commanded.table.find("edit.undo")
    assert undo is not None
    assert undo.refusal() == "There is nothing to undo."
    commanded.view.change(show_grid=False)
    (model,) = (model for model in commanded.table.models() if model.key == "edit.undo")
    assert model.plain_title == "Undo regular grid"
    assert commanded.table.run("edit.undo") == ""
    assert commanded.view.settings.show_grid


def test_layers_and_classes_come_with_a_result(commanded: Commanded) -> None:
    assert commanded.table.find("layer.layer2.0") is None
    open_frame(commanded)
    commanded.table.run("layer.layer2.0")
    assert commanded.view.settings.layer == "layer2.0"
    commanded.table.run("class.2.chair")
    assert commanded.calls == [("isolate", 2)]


def test_a_command_is_added_by_one_line_and_found_everywhere(window: MainWindow) -> None:
    commanded, done = Commanded(window), []
    command = Command("test.dummy", "&Dummy thing", lambda: done.append(1), "&Taps", "Ctrl+Alt+9")
    commanded.table.provide(lambda: [command])
    titles = [action.text() for action in window._menus.menu("&Taps").actions()]
    assert "&Dummy thing" in titles
    QTest.keyClick(
        window, Key.Key_9, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    palette = opened_palette(window)
    QTest.keyClicks(palette.search, "dummy")
    QTest.keyClick(palette.search, Key.Key_Return)
    assert done == [1, 1]
    window.show_help()
    from sgnet_viewer.views.window.help_dialog import TextDialog

    assert "Dummy thing" in window.findChild(TextDialog).text.toPlainText()


# --- shortcuts


def _commands() -> tuple[Command, Command]:
    return (
        Command("a", "A", lambda: None, shortcut="Ctrl+A"),
        Command("b", "B", lambda: None, shortcut="Ctrl+B"),
    )


def test_a_key_is_taken_from_the_command_that_had_it() -> None:
    first, second = _commands()
    saved: list[dict[str, str]] = []
    shortcuts = Shortcuts(save=saved.append)
    assert shortcuts.conflicts(first, "Ctrl+B", (first, second)) == (second,)
    shortcuts.take(first, "Ctrl+B", (first, second))
    assert (shortcuts.of(first), shortcuts.of(second)) == ("Ctrl+B", "")
    assert saved[-1] == {"a": "Ctrl+B", "b": ""}
    shortcuts.choose(first, "Ctrl+A")
    assert (shortcuts.of(first), saved[-1]) == ("Ctrl+A", {"b": ""})
    shortcuts.reset()
    assert (shortcuts.of(second), saved[-1]) == ("Ctrl+B", {})


def test_no_key_is_no_conflict() -> None:
    first, second = _commands()
    shortcuts = Shortcuts({"b": ""})
    assert shortcuts.conflicts(first, "", (first, second)) == ()


def test_the_editor_names_a_conflict_and_takes_the_key(window: MainWindow) -> None:
    commanded = Commanded(window)
    window.show_shortcuts()
    editor = window.findChild(ShortcutEditor)
    editor.select("taps.grid")
    editor.keys.setFocus()
    QTest.keyClick(editor.keys, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "“Open checkpoint…”" in editor.message.text()
    editor.assign.click()
    assert commanded.saved[-1] == {"network.open": "", "taps.grid": "Ctrl+K"}
    assert editor.current is not None
    assert editor.current.shortcut == "Ctrl+K"  # what the table says now
    QTest.keyClick(window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not commanded.view.settings.show_grid
    assert commanded.calls == []
    editor.reset_all.click()
    assert commanded.saved[-1] == {}
    editor.remove.click()
    assert commanded.saved[-1] == {"taps.grid": ""}


def test_the_editor_finds_commands(window: MainWindow) -> None:
    Commanded(window)
    window.show_shortcuts()
    editor = window.findChild(ShortcutEditor)
    QTest.keyClicks(editor.search, "grid")
    assert editor.list.topLevelItem(0).text(0) == "Regular grid and arrows"


# --- the palette


def opened_palette(window: MainWindow):
    window.show_palette()
    return window._palette


def test_what_cannot_be_done_is_grey_says_why_and_stays(window: MainWindow) -> None:
    commanded = Commanded(window)
    palette = opened_palette(window)
    QTest.keyClicks(palette.search, "save labels")
    index = palette.list.currentIndex()
    assert index.data() == "Save labels…, No frame is open: open one first."
    QTest.keyClick(palette.search, Key.Key_Return)
    assert palette.isVisible()
    assert commanded.calls == []


def test_letters_that_no_command_has_are_said(window: MainWindow) -> None:
    Commanded(window)
    palette = opened_palette(window)
    palette.search.setText("qqqq")
    assert (palette.list.isVisible(), palette.nothing.isVisible()) == (False, True)
    assert "qqqq" in palette.nothing.text()
    palette.search.setText("open")
    assert (palette.list.isVisible(), palette.nothing.isVisible()) == (True, False)


def test_the_arrows_move_while_typing_goes_on(window: MainWindow) -> None:
    Commanded(window)
    palette = opened_palette(window)
    for key, row in ((Key.Key_Down, 1), (Key.Key_Down, 2), (Key.Key_Up, 1), (Key.Key_PageUp, 0)):
        QTest.keyClick(palette.search, key)
        assert palette.list.currentIndex().row() == row
    QTest.keyClicks(palette.search, "zzzzqx")
    assert palette.list.model().rowCount() == 0
    QTest.keyClick(palette.search, Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.search, Key.Key_Escape)
    assert not palette.isVisible()


def test_a_key_in_the_palette_asks_for_one_search_and_no_commands(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps a key quick; `bench --window` has the figure."""
    commanded = Commanded(window)
    open_frame(commanded)
    palette = opened_palette(window)
    searched: list[str] = []
    asked = Heard(window.commands_needed)
    monkeypatch.setattr(
        command_palette, "ranked", lambda text, texts: searched.append(text) or ranked(text, texts)
    )
    QTest.keyClicks(palette.search, "cloud")
    QApplication.processEvents()
    assert searched == ["c", "cl", "clo", "clou", "cloud"]
    assert asked.said == []
    rows = palette.list.model().rowCount()
    assert 0 < rows < len(window._menus.models)


@pytest.mark.parametrize(
    ("query", "texts", "best"),
    [
        ("svl", ["Save view", "Save labels", "Solve all"], "Save labels"),
        ("cloud", ["Save point cloud", "Cloud by depth"], "Cloud by depth"),
        ("depth cloud", ["Cloud by RGB", "Cloud by depth", "Depth"], "Cloud by depth"),
        ("23", ["Taps of layer2.0", "Taps of layer2.3"], "Taps of layer2.3"),
        ("OPEN", ["Reopen", "Open frame"], "Open frame"),
    ],
)
def test_the_likeliest_title_comes_first(query: str, texts: list[str], best: str) -> None:
    assert texts[ranked(query, texts)[0]] == best


def test_a_score_is_the_best_of_all_ways() -> None:
    """Against every way to choose the letters' places."""
    from itertools import combinations

    from sgnet_viewer.views.window.fuzzy import GAP, RUN, SEPARATORS, START, WORD

    def worth(places: tuple[int, ...], text: str) -> float:
        total = 0.0
        for number, at in enumerate(places):
            bonus = START if at == 0 else WORD if text[at - 1] in SEPARATORS else 1.0
            beside = number > 0 and places[number - 1] == at - 1
            gap = at - (places[number - 1] + 1 if number else 0)
            total += max(bonus, RUN) if beside else bonus - GAP * gap
        return total - 0.01 * len(text)

    for word, text in (("sa", "save all as"), ("ss", "miss a ssh"), ("abc", "a bc abc ab c")):
        ways = [
            places
            for places in combinations(range(len(text)), len(word))
            if all(text[at] == letter for at, letter in zip(places, word, strict=True))
        ]
        assert score(word, text) == pytest.approx(max(worth(way, text) for way in ways))
    assert score("xyz", "save") is None


def test_an_empty_query_keeps_all_in_order() -> None:
    order = ranked("  ", ["b", "a", "c"])
    assert all(one < other for one, other in pairwise(order))
    assert len(order) == 3


# --- switches


def test_switches_have_a_menu_for_all_and_for_each_layer(window: MainWindow) -> None:
    commanded = Commanded(window)
    open_frame(commanded)
    commanded.table.run("switch.layer2.0.offsets.zero")
    commanded.table.run("network.switches.reset")
    assert commanded.calls == [("switch", "layer2.0", "offsets", "zero")]  # none is set to reset
    choice = commanded.session.choice
    commanded.session.choose(
        replace(choice, switches=choice.switches.turned("all", "modulation", "one"))
    )
    for layer in ("All layers", "layer2.0"):
        menu = window._menus.menu(f"{SWITCH_MENU}/{layer}")
        assert menu.menuAction().isEnabled()
        assert not menu.actions()  # they are made when it opens
        menu.aboutToShow.emit()
        marked = [action.text() for action in menu.actions() if action.isChecked()]
        assert marked == ["Offsets: learned", "Modulation: one"]
    commanded.table.run("network.switches.reset")
    assert commanded.calls[1:] == [("reset_switches",)]


def test_the_menu_bar_has_the_order_of_the_table(window: MainWindow) -> None:
    Commanded(window)
    titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
    names = "File Edit Live View Network Taps Explain Compare Tools Frame Help"
    assert titles == names.split()


def test_a_set_is_played_from_its_one_path(commanded: Commanded) -> None:
    session, frame = commanded.session, make_frame()
    session.set_frames(FakeFrames(frame, frame), Target(("a", "b")))
    session.set_frame(0, frame)
    commanded.controller.run("frame.play")
    assert "one path" in commanded.reports[-1].text
    for target, source in (
        (Target(("recording",)), "recording"),
        (Target(sample=""), str(asset_dir() / "samples")),
    ):
        session.set_frames(FakeFrames(frame, frame), target)
        session.set_frame(0, frame)
        commanded.controller.run("frame.play")
        assert commanded.calls[-1] == ("open", LiveOptions(source))


def test_a_set_is_played_with_the_unit_and_the_camera_that_were_given(
    commanded: Commanded,
) -> None:
    session, frame, camera = commanded.session, make_frame(), "50,50,32,24"
    target = Target(("recording",), unit="0.25mm", intrinsics=camera)
    session.set_frames(FakeFrames(frame, frame), target)
    session.set_frame(0, frame)
    commanded.controller.run("frame.play")
    assert ("open", LiveOptions("recording", unit="0.25mm", intrinsics=camera)) in commanded.calls
    session.set_frames(FakeFrames(frame, frame), target.with_camera(1, camera))
    session.set_frame(0, frame)
    commanded.calls.clear()
    commanded.controller.run("frame.play")
    assert "open" not in [call[0] for call in commanded.calls]
    assert "cameras of their own" in commanded.reports[-1].text
