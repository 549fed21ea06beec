"""What is copied, where, and by which menu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QSettings
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from session_support import make_screen
from test_accessibility import pixels
from test_controllers_views import Bench
from test_views_window import fill
from views_support import FakeCloud, legend_rows, probe_card, ramp_image, settle

from sgnet_viewer.commands.file_menu import recent_titles
from sgnet_viewer.contract.commands import COLOUR_MENU, LOOK_MENU
from sgnet_viewer.contract.picture import MapOverlay, OtherPicture
from sgnet_viewer.contract.window import StatusModel
from sgnet_viewer.controllers.copying import CopyController
from sgnet_viewer.render.copied import classes_text, layers_text
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.state.comparing import Layout
from sgnet_viewer.views.window.context_menus import CLOUD
from sgnet_viewer.views.window.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(FakeCloud(), store)
    qtbot.addWidget(window)
    window.show()
    fill(window)
    settle()
    yield window
    window.close()


def copying_of(bench: Bench) -> CopyController:
    window: Any = bench.window
    return CopyController(window, bench.session, bench.probes, bench.screen)


def test_the_pixel_under_the_cursor_is_copied_else_the_probes() -> None:
    bench = Bench().show()
    copying = copying_of(bench)
    bench.window.picture.hovered.emit(70, 48)
    assert copying.pixel_text() == "70, 48"
    head, row = (line.split("\t") for line in copying.values().split("\n"))
    known = dict(zip(head, row, strict=True))
    assert (known["u"], known["v"], known["depth_m"]) == ("70", "48", "3")
    assert known["x_m"] == "0.195"  # (70 - 63.5) / 100 * 3 m
    assert known["class"] == "chair"
    bench.window.picture.hovered.emit(-1, -1)
    active = bench.probes.active
    assert active is not None
    assert copying.pixel_text() == f"{active.u}, {active.v}"
    assert copying.layers().count("\n") == 3  # a head and three layers


def test_tables_are_for_spreadsheets() -> None:
    assert layers_text(probe_card().layers) == (
        "layer\tspread_px\tspread_m\toutside\tpartly_outside\n"
        "layer1.0\t5.25\t0.0625\t0\t0\nlayer1.1\t7.5\t\t2\t1"
    )
    rows = classes_text(legend_rows(frozenset({2}), 0.5)).split("\n")
    assert rows[1:3] == ["bed\t0.6\t0.5\tyes", "wall\t0.3\t0.5\tno"]


def test_copy_takes_what_has_the_keyboard(window: MainWindow) -> None:
    for part, widget in (
        ("classes", window._legend.list),
        ("table", window._cards.cards[0].table),
        ("card", window._cards.cards[0]),
        ("", window._picture.canvas),
    ):
        widget.setFocus()
        assert window.part_in_use() == part
    window.copy_image(ramp_image())
    assert np.array_equal(pixels(QApplication.clipboard().image()), ramp_image())


@pytest.mark.parametrize("layout", Layout)
def test_the_picture_is_copied_with_the_map_and_b(layout: Layout) -> None:
    bench = Bench().show()
    a = bench.image
    height, width = a.shape[:2]
    veil = np.zeros((height, width, 4), np.uint8)
    veil[:, :, 3] = 255
    veil[: height // 2, :, 3] = 0  # the lower half is black
    other = OtherPicture(np.full_like(a, 200), layout, 0.25, ("A", "B"), ())
    found = Findings(overlays=(MapOverlay(veil, None, "map"),), other=other)
    screen = make_screen(bench.window, bench.session, lambda: found)
    window: Any = bench.window
    CopyController(window, bench.session, bench.probes, screen).copy_picture()
    (copied,) = bench.window.shown["copy_image"]
    beside = layout is Layout.SIDE
    assert copied.shape == (height, 2 * width if beside else width, 3)
    assert not copied[-1].any()
    b = np.full_like(a[0], 200)
    first = {Layout.A: width, Layout.B: 0, Layout.WIPE: width // 4, Layout.SIDE: width}[layout]
    seen = np.concatenate((a[0], b)) if beside else np.concatenate((a[0, :first], b[first:]))
    assert np.array_equal(copied[0], seen)


def test_without_a_picture_nothing_is_copied() -> None:
    bench = Bench()
    copying_of(bench).copy_picture()
    assert "copy_image" not in bench.window.shown


def test_a_right_click_on_the_picture_offers_what_can_be_done_there(window: MainWindow) -> None:
    Commanded(window)
    canvas = window._picture.canvas
    heard: list[tuple[int, int]] = []
    window.picture.menu_opened.connect(lambda u, v: heard.append((u, v)))
    at = canvas.to_viewport(12, 34).toPoint()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(
        canvas.viewport(), QContextMenuEvent(mouse, at, canvas.viewport().mapToGlobal(at))
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    titles = [action.text().replace("&", "") for action in menu.actions()]
    assert {"Copy pixel", "Copy picture", "Copy path of the frame"} <= set(titles)
    assert heard == [(12, 34)]
    menu.close()


def test_a_right_click_on_the_cloud_offers_commands_of_the_table_and_their_menus(
    window: MainWindow,
) -> None:
    commanded = Commanded(window)
    commanded.controller.refresh()
    window.cloud.menu_requested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    actions = {action.text().replace("&", ""): action for action in menu.actions()}
    assert {"Reset view", "Look", "Turn about this point", "Probe here", "Shading"} <= set(actions)
    assert {"Cut parts off…", "Copy picture of the cloud", "Save point cloud…"} <= set(actions)
    for title, path in (("Cloud coloured by", COLOUR_MENU), ("Look", LOOK_MENU)):
        assert actions[title].menu() is window._menus.menu(path)  # no second list
    known = {model.key for model in window._menus.models}
    assert {key for key in CLOUD if key and "/" not in key} <= known
    assert {key for key in CLOUD if "/" in key} <= {model.menu for model in window._menus.models}
    menu.close()


def test_the_point_that_a_menu_is_opened_on_is_copied() -> None:
    bench = Bench().show()
    copying = copying_of(bench)
    bench.window.cloud.menu_opened.emit(48 * 128 + 70)
    assert copying.pixel_text() == "70, 48"
    assert copying.position_text() == "0.195, 0.015, 3.000"
    for elsewhere in (-1, 96 * 128 + 5):  # nothing there, or a point of another frame
        bench.window.cloud.menu_opened.emit(elsewhere)
        active = bench.probes.active
        assert active is not None
        assert copying.pixel_text() == f"{active.u}, {active.v}"
    bench.window.cloud.menu_opened.emit(0)  # a hole
    assert (copying.position(), copying.position_text()) == (None, "")


def test_the_paths_of_frame_and_checkpoint_can_be_seen(window: MainWindow) -> None:
    window.set_status(
        StatusModel(
            *("0433.png", "mm", False, "fx", False, "compact", "96 ms"),
            frame_path="/data/0433/rgb.png",
            network_path="/weights/best.safetensors",
        )
    )
    assert "/data/0433/rgb.png" in window._status._frame.toolTip()
    assert "/weights/best.safetensors" in window._status._network.toolTip()


def test_recent_files_of_one_name_are_told_apart() -> None:
    paths = [*(f"/data/{at}/kitchen/rgb.png" for at in "abc"), "/x/other.png"]
    titles = recent_titles(tuple((path,) for path in paths))
    assert titles == [*(f"{at}/kitchen/rgb.png" for at in "abc"), "other.png"]
