"""The real window by keyboard and for all eyes: Tab, focus, names and contrast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QLabel,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from test_cloud_view import FakeClient, show, two_planes
from test_views_window import fill
from views_support import settle

from sgnet_viewer.contract.explain import ExplainModel, InspectionRow
from sgnet_viewer.contract.live import LiveBarModel, LiveState
from sgnet_viewer.contract.window import Departure, Notice, Severity, StatusModel
from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.window.main_window import MainWindow

ENOUGH = 4.5  # WCAG 2, level AA, for text
Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """Everything in it that can be seen at once."""
    client = FakeClient()
    cloud = CloudView(client)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(cloud, settings)
    qtbot.addWidget(window)
    Commanded(window)
    window.resize(1700, 1100)
    window.show()
    fill(window)
    show(cloud, two_planes())
    client.draw()
    rows = tuple(FrameRow(at, f"frame {at}", "ab"[at % 2], "xy"[at % 2]) for at in range(12))
    window.frames.set_frames(rows)
    window.frames.set_current(3)
    window.live_bar.set_model(LiveBarModel("Camera", LiveState.LIVE, "No depth comes."))
    window.explain.set_model(ExplainModel((InspectionRow("gradient", "Gradient", True),)))
    for severity in Severity:
        window.notices.show_notice(Notice(f"A {severity}.", severity, "details", "Act", "key"))
    window.set_status(
        StatusModel(
            "0433.png 640×480",
            "depth mm",
            True,
            "fx 519",
            False,
            "compact",
            "96 ms",
            (Departure("1 switch", "network.switches.reset", "layer1.0 offsets zero"),),
        )
    )
    settle()
    window.activateWindow()
    yield window
    window.close()


def stops_of(window: QWidget) -> set[QWidget]:
    """What takes the focus by Tab, where it lies in the window and is not disabled."""
    tab = Qt.FocusPolicy.TabFocus
    return {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & tab == tab
        and widget.window() is window
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.mapTo(window, QPoint()).x() >= 0  # a tab behind another lies outside
    }


def walk(window: MainWindow, key: Key) -> list[QWidget]:
    """Where the key leads, from the picture round to it again."""
    window._picture.canvas.setFocus()
    visited: list[QWidget] = []
    while (now := window.focusWidget()) not in visited:
        visited.append(now)
        QTest.keyClick(now, key)
    assert now is visited[0]
    return visited


def test_tab_reaches_everything_in_the_order_it_is_read(window: MainWindow) -> None:
    forward = walk(window, Key.Key_Tab)
    assert set(forward) == stops_of(window)
    assert walk(window, Key.Key_Backtab) == [forward[0], *reversed(forward[1:])]
    first = forward.index(window._legend.list)
    for before, after in (
        (window._legend.list, window._frames.list),
        (window._frames.list, window._picture.tools.buttons["tool.probe"]),
    ):
        assert forward.index(before) < forward.index(after)
    assert first > forward.index(window.tools.slider)


def test_what_loses_the_focus_by_being_hidden_gives_it_to_what_is_beside_it(
    window: MainWindow,
) -> None:
    notice = window.notices.findChildren(QAbstractButton)[-1]
    notice.setFocus()
    assert window.focusWidget() is notice
    window.notices.hide()
    assert window.focusWidget() is window._picture.canvas


@pytest.mark.parametrize("name", ["picture", "cloud", "table"])
def test_what_has_the_focus_shows_it(window: MainWindow, name: str) -> None:
    views: dict[str, QWidget] = {
        "picture": window._picture.canvas,
        "cloud": window._cloud_panel.findChild(CloudView),
        "table": window._cards.cards[0].table,
    }
    view = views[name]
    window.tools.slider.setFocus()
    settle()
    before = edge(view)
    view.setFocus()
    settle()
    assert (edge(view) != before).any(-1).mean() > 0.9


def edge(view: QWidget) -> np.ndarray:
    """The pixels along its left edge, (h, 3)."""
    return pixels(view.grab().toImage())[4:-4, 0]


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    window.reset_layout()
    for panel in ("Explain", "Probes"):
        bring_to_front(window, panel)
        assert nameless(window) == []
    opened = (
        window.show_palette,
        window.show_shortcuts,
        window.show_help,
        window.ask_camera,
        window.ask_scale,
        window.chooser.show_chooser,
        lambda: window.show_notices(()),
    )
    for opens in opened:
        opens()
        settle()
        dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
        assert nameless(dialog) == [], dialog.windowTitle()
        dialog.close()
        settle()


def nameless(window: QWidget) -> list[str]:
    found = []
    for widget in stops_of(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def bring_to_front(window: MainWindow, panel: str) -> None:
    for bar in window.findChildren(QTabBar):
        for at in range(bar.count()):
            if bar.tabText(at) == panel:
                bar.setCurrentIndex(at)
    settle()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_stands_out_from_what_is_behind_it(window: MainWindow, theme: str) -> None:
    window.choose_theme(theme)
    settle()
    image = pixels(window.grab().toImage())
    checked, faint = 0, []
    for widget in window.findChildren(QWidget):
        text = text_of(widget, window)
        if not text:
            continue
        corner = widget.mapTo(window, QPoint())
        part = image[corner.y() :, corner.x() :][: widget.height(), : widget.width()]
        checked += 1
        if contrast_within(part[3:-3, 3:-3]) < ENOUGH:
            faint.append((text, contrast_within(part[3:-3, 3:-3])))
    assert checked > 30
    assert faint == []


def text_of(widget: QWidget, window: QWidget) -> str:
    """What can be read on it; "" where it shows none, or cannot be used now."""
    shown = widget.isVisible() and widget.isEnabled() and widget.window() is window
    if not shown or widget.visibleRegion().boundingRect() != widget.rect():
        return ""
    if isinstance(widget, QLabel | QAbstractButton):
        is_picture = isinstance(widget, QLabel) and not widget.pixmap().isNull()
        return "" if is_picture else widget.text().strip()
    return ""


def pixels(image: QImage) -> np.ndarray:
    """(h, w, 3) uint8."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).copy()  # the image is gone after this
    rows = data.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    return rows.reshape(image.height(), image.width(), 3)


def contrast_within(part: np.ndarray) -> float:
    """Of the colour that is there most, the ground, and the one that differs most from it."""
    colours, counts = np.unique(part.reshape(-1, 3), axis=0, return_counts=True)
    light = luminance(colours)
    ground = light[counts.argmax()]
    high, low = np.maximum(light, ground), np.minimum(light, ground)
    return float(((high + 0.05) / (low + 0.05)).max())


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance of sRGB colours, (n, 3) uint8: WCAG 2.2, "relative luminance"."""
    share = colours / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    result: np.ndarray = linear @ np.array([0.2126, 0.7152, 0.0722])
    return result


def test_the_measure_of_contrast() -> None:
    """Black on white is 21, the largest there is; #767676 on white is the known limit of 4.5."""
    part = np.full((4, 4, 3), 255, np.uint8)
    part[0, 0] = 0
    assert contrast_within(part) == pytest.approx(21)
    part[0, 0] = 0x76
    assert contrast_within(part) == pytest.approx(4.54, abs=0.01)
