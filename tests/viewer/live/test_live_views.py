"""The widgets of live mode: what they show and what they say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from views_support import GREEN, FakeCloud, Heard, flat_image

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.contract.live import (
    ChoosableDevice,
    ChoosableKind,
    LiveBarModel,
    LiveState,
    RecordingModel,
    SpreadCurve,
    SpreadModel,
)
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.views.live.live_bar import LiveBar, recording_text
from sgnet_viewer.views.live.live_chooser import LiveChooser
from sgnet_viewer.views.live.live_figures import columns_of
from sgnet_viewer.views.live.live_plot import SpreadPlot, pieces, spread_out, ticks_up_to
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.window.help_dialog import help_html
from sgnet_viewer.views.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
MODEL = LiveBarModel("D435 (0123)", LiveState.LIVE, "", 29.97, 8.04, 141.6, 1234, 0.84)


@pytest.fixture
def bar(qtbot: QtBot) -> LiveBar:
    bar = LiveBar()
    qtbot.addWidget(bar)
    bar.set_model(MODEL)
    return bar


def test_the_figures_are_told_and_missing_ones_are_dashes() -> None:
    texts = {label: text for label, text, _ in columns_of(MODEL)}
    assert texts == {
        "source": "30.0 fps",
        "network": "8.0 fps",
        "latency": "142 ms",
        "dropped": "1234",
        "valid depth": "84 %",
        "flips": "–",
    }
    flipping = columns_of(replace(MODEL, flips_per_s=0.0312))
    assert flipping[-1][:2] == ("flips", "3.1 %/s")
    nothing = {label: text for label, text, _ in columns_of(LiveBarModel("x", LiveState.OPENING))}
    assert (nothing["source"], nothing["latency"], nothing["valid depth"]) == ("–", "–", "none")
    slow = {label: text for label, text, _ in columns_of(replace(MODEL, inference_fps=0.04))}
    assert slow["network"] == "0.1 fps"  # it answers: not 0.0


def test_buttons_say_what_is_wanted_and_setters_are_silent(bar: LiveBar) -> None:
    heard = {
        name: Heard(getattr(bar, name))
        for name in ("freeze_toggled", "stepped", "record_toggled", "stopped", "hurried")
    }
    bar.set_model(replace(MODEL, state=LiveState.FROZEN))
    assert all(not each.said for each in heard.values())
    for button, name in (
        (bar.freeze_button, "freeze_toggled"),
        (bar.step_button, "stepped"),
        (bar.record_button, "record_toggled"),
        (bar.stop_button, "stopped"),
        (bar.hurry_button, "hurried"),
    ):
        button.click()
        assert len(heard[name].said) == 1


def test_the_buttons_follow_the_state(bar: LiveBar) -> None:
    assert bar.freeze_button.text() == "Freeze"
    bar.set_model(replace(MODEL, state=LiveState.FROZEN))
    assert bar.freeze_button.text() == "Resume"  # as in the menu
    assert bar.freeze_button.toolTip().startswith("Go on")
    bar.set_model(replace(MODEL, state=LiveState.LOST))
    assert bar.freeze_button.isHidden()
    assert not bar.hurry_button.isHidden()
    bar.set_model(replace(MODEL, state=LiveState.OPENING))
    assert not bar.step_button.isEnabled()


def test_recording_is_marked_by_the_model_alone(bar: LiveBar) -> None:
    bar.record_button.click()
    assert not bar.record_button.isChecked()
    bar.set_model(replace(MODEL, recording=RecordingModel(True, 12, 3, "/place/one")))
    assert bar.record_button.isChecked()
    assert bar._recording.text() == "Recording, 12 frames, 3 dropped: /place/one"
    bar.set_model(replace(MODEL, recording=RecordingModel(False, 12, 0, "/place", "It is full.")))
    assert not bar.record_button.isChecked()
    assert bar._recording.text() == "It is full."
    assert recording_text(RecordingModel(True, 1, 0)) == "Recording, 1 frame"


def test_why_segmentation_is_off_stands_in_the_bar(bar: LiveBar) -> None:
    assert bar._sentence.isHidden()
    bar.set_model(replace(MODEL, sentence="Segmentation is off: no depth."))
    assert not bar._sentence.isHidden()
    assert bar._sentence.text() == "Segmentation is off: no depth."


def curves(value: float = 5.0) -> tuple[SpreadCurve, ...]:
    seconds = np.linspace(-10, 0, 30, dtype=np.float32)
    return tuple(
        SpreadCurve(name, GREEN, seconds, np.full(30, value, np.float32))
        for name in ("layer1.0", "layer2.0")
    )


def test_the_plot_draws_each_layer_in_its_colour_at_its_height(qtbot: QtBot) -> None:
    plot = SpreadPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    empty = plot.grab().toImage()
    plot.set_spread(SpreadModel("Probe 1", curves(), ""))
    drawn = plot.grab().toImage()
    assert drawn != empty
    assert has_colour(drawn, GREEN)
    plot.set_spread(SpreadModel("Probe 1", curves(), "layer3.0"))
    assert not has_colour(plot.grab().toImage(), GREEN)  # faint: another layer is chosen
    assert has_colour(plot.grab().toImage(), mixed(plot, GREEN, 0.6))  # and yet seen
    assert thickness(plot, "layer1.0") > thickness(plot, "")
    plot.set_spread(None)
    assert plot.grab().toImage() == empty


def mixed(plot: SpreadPlot, rgb: tuple[int, int, int], opacity: float) -> tuple[int, int, int]:
    """A colour over the plot's background."""
    below = plot.palette().window().color().getRgb()[:3]
    red, green, blue = (
        round(opacity * own + (1 - opacity) * under) for own, under in zip(rgb, below, strict=True)
    )
    return red, green, blue


def thickness(plot: SpreadPlot, layer: str) -> int:
    """Pixels of the line across its middle, where `layer` is the chosen one."""
    plot.set_spread(SpreadModel("Probe 1", curves()[:1], layer))
    image = plot.grab().toImage()
    column = (image.pixelColor(200, y) for y in range(image.height()))
    return sum(pixel.green() - pixel.red() > 30 for pixel in column)


def test_the_names_at_the_lines_ends_do_not_cover_each_other() -> None:
    area = QRectF(0, 0, 10, 60)
    apart = spread_out({"a": 10.0, "b": 50.0}, area, 10)
    assert apart == {"a": 10.0, "b": 50.0}
    close = spread_out({"a": 55.0, "b": 56.0, "c": 57.0, "d": 2.0}, area, 10)
    assert close == {"c": 55.0, "b": 45.0, "a": 35.0, "d": 5.0}
    many = {str(number): 6.0 * number for number in range(10)}
    placed = spread_out(many, area, 10, chosen="9")
    assert set(placed) == {"0", "1", "2", "3", "4", "9"}  # six have room
    middles = sorted(placed.values())
    assert min(after - before for before, after in pairwise(middles)) >= 10
    assert middles[0] >= 5
    assert middles[-1] <= 55


def has_colour(image: QImage, colour: tuple[int, int, int]) -> bool:
    pixels = (image.pixelColor(250, y) for y in range(image.height()))
    return any(
        max(abs(a - b) for a, b in zip(pixel.getRgb()[:3], colour, strict=True)) < 50
        for pixel in pixels
    )


def test_curves_lie_where_their_time_and_spread_are() -> None:
    seconds = np.array([-20, -10, -5, 0], np.float32)
    spread = np.array([0, 5, np.nan, 10], np.float32)
    curve = SpreadCurve("layer1.0", GREEN, seconds, spread)
    first, last = pieces(curve, QRectF(100, 50, 200, 100), 10.0)
    assert [(point.x(), point.y()) for point in first] == [(100, 150), (200, 100)]
    assert [(point.x(), point.y()) for point in last] == [(300, 50)]


@pytest.mark.parametrize(
    ("value", "ticks"),
    [(10.0, (0, 5, 10)), (187.0, (0, 50, 100, 150, 200)), (1.0, (0, 0.5, 1.0))],
)
def test_the_scale_has_round_numbers(value: float, ticks: tuple[float, ...]) -> None:
    assert ticks_up_to(value) == pytest.approx(ticks)


def test_the_chooser_lists_devices_and_commands_to_copy(qtbot: QtBot) -> None:
    chooser = LiveChooser()
    qtbot.addWidget(chooser)
    chooser.show_chooser()
    heard = Heard(chooser.chosen)
    chooser.set_kinds(
        (
            ChoosableKind("OAK-D", (), "depthai is missing.", "pip install depthai"),
            ChoosableKind("RealSense", (ChoosableDevice("realsense:01", "D435"),)),
        )
    )
    chooser.every_frame.setChecked(True)
    chooser.set_stand_ins((("plane", "a wall 2 m away"),))
    chooser.stand_in.setCurrentIndex(1)
    edits = [edit.text() for edit in chooser.findChildren(QLineEdit)]
    assert edits == ["pip install depthai"]
    buttons = {button.text(): button for button in chooser.findChildren(QPushButton)}
    buttons["Copy"].click()
    assert QApplication.clipboard().text() == "pip install depthai"
    buttons["Stream"].click()
    assert heard.said == [("realsense:01", True, False, "plane")]
    assert not chooser.isVisible()


def test_a_second_search_replaces_what_was_listed(qtbot: QtBot) -> None:
    chooser = LiveChooser()
    qtbot.addWidget(chooser)
    chooser.set_kinds((ChoosableKind("one"),))
    chooser.set_kinds((ChoosableKind("two"),))
    titles = [label.text() for label in chooser.findChildren(QLabel) if not label.isHidden()]
    assert "two" in titles
    chooser.set_searching(True)
    assert not chooser.refresh_button.isEnabled()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: object) -> MainWindow:
    settings = QSettings(f"{tmp_path}/settings.ini", QSettings.Format.IniFormat)
    window = MainWindow(FakeCloudWithNext(), settings)
    qtbot.addWidget(window)
    window.show()
    return window


class FakeCloudWithNext(FakeCloud):
    """The window only connects it."""


def test_space_freezes_a_stream_and_flickers_a_still_frame(window: MainWindow) -> None:
    frozen, flickered = Heard(window.live_bar.freeze_toggled), Heard(window.overlay_flickered)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert (len(frozen.said), flickered.said) == (0, [False, True])
    window.live_bar.set_model(MODEL)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert (len(frozen.said), len(flickered.said)) == (1, 2)


def test_bar_and_plot_come_and_go_with_the_stream(window: MainWindow) -> None:
    assert not window.live_bar.isVisible()
    assert not window._docks.spread.isVisible()
    window.live_bar.set_model(MODEL)
    assert window.live_bar.isVisible()
    assert window._docks.spread.isVisible()
    window.live_bar.set_model(None)
    assert not window._docks.spread.isVisible()


def test_the_live_button_asks_for_a_source(window: MainWindow) -> None:
    heard = Heard(window.command_chosen)
    window.tools.live_button.click()
    assert heard.said == ["live.choose"]


def test_a_picture_tells_when_it_is_painted_and_is_dimmed(qtbot: QtBot) -> None:
    picture = PictureWidget()
    qtbot.addWidget(picture)
    picture.resize(320, 240)
    picture.show()
    with qtbot.waitSignal(picture.painted):
        picture.set_picture(PictureModel(flat_image(grey=200)))
    bright = picture.grab().toImage().pixelColor(160, 120).lightness()
    picture.set_dimmed(True)
    dim = picture.grab().toImage().pixelColor(160, 120).lightness()
    assert dim < 0.6 * bright
    picture.set_dimmed(False)
    assert picture.grab().toImage().pixelColor(160, 120).lightness() == bright


def test_the_help_tells_of_live_mode() -> None:
    model = CommandModel("live.choose", "&Choose source…", "&Live", "Ctrl+Alt+L")
    told = help_html((model,))
    assert "freeze or resume" in told
    assert "Ctrl+Alt+L" in told
