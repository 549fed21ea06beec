"""The line at the bottom in little room: what gives way, what never does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from views_support import Heard, settle

from sgnet_viewer.contract.window import Departure, StatusModel
from sgnet_viewer.render.status import duration_text
from sgnet_viewer.views.window.status_bar import CAMERA, StatusLine
from sgnet_viewer.views.window.status_fields import widths_within

LEFT = Qt.MouseButton.LeftButton
STATUS = StatusModel(
    "a_frame_of_a_long_name_0433.png  640×480",
    "depth in mm, median 2.31 m, 84 % valid",
    True,
    "fx 525.0  fy 525.0",
    True,
    "sgnet-compact-smooth, fed 480x640, cpu, bf16",
    "18.2 s",
)
CAMERAS = ("fx 525.0  fy 525.0  (guess)", f"{CAMERA}  (guess)")
DEPARTURES = tuple(
    Departure(text, command, f"What {text} means")
    for text, command in (
        ("2 switches", "network.reset"),
        ("locked range", "depth.unlock"),
        ("own camera", "camera.reset"),
        ("compared with B", "compare.end"),
    )
)


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(2000, 30)
    line.show()
    QApplication.processEvents()
    return line


def cut(line: StatusLine) -> list[str]:
    """What is shortened, or not there, of the parts that may give way."""
    found = {
        "network": line._network.isHidden() or short(line._network),
        "name": short(line._frame),
        "camera": not QPushButton.text(line.camera_button).startswith("fx"),
    }
    return [name for name, is_cut in found.items() if is_cut]


def short(label: object) -> bool:
    return label.width() < label.sizeHint().width()  # type: ignore[attr-defined]


def test_the_network_gives_way_then_the_name_then_the_focal_lengths(line: StatusLine) -> None:
    line.set_status(replace(STATUS, departures=DEPARTURES[:2]))
    seen = []
    for width in range(2000, 500, -20):
        line.resize(width, 30)
        settle()
        if cut(line) not in seen:
            seen.append(cut(line))
        name, letter = line._frame, line.fontMetrics().averageCharWidth()
        assert name.width() >= 12 * letter
        for whole in (*line.departures, line._time):
            assert whole.width() >= whole.sizeHint().width()
        texts = [QPushButton.text(button) for button in line.departures]
        assert texts == ["2 switches", "locked range"]
        if width > 800:
            assert "…" not in QPushButton.text(line.depth_button)
            assert QPushButton.text(line.camera_button) in CAMERAS  # no half a number
            right = line._chips.mapTo(line, line._chips.rect().topRight()).x()
            assert right < width
    everything = ["network", "name", "camera"]
    assert seen == [everything[:count] for count in range(4)]
    assert line.camera_button.accessibleName() == CAMERAS[0]


def test_what_runs_gives_way_first(line: StatusLine) -> None:
    line.set_busy("Downloading the weights of a network", 0.2)
    line._show_busy()
    line.set_status(STATUS)
    settle()
    assert not short(line._busy_text)
    while not cut(line):
        line.resize(line.width() - 20, 30)
        settle()
    assert short(line._busy_text)
    line.set_idle()
    settle()
    assert cut(line) == []


def test_more_than_two_changes_are_one_word_and_a_menu(line: StatusLine) -> None:
    line.set_status(replace(STATUS, departures=DEPARTURES))
    settle()
    (chip,) = [button for button in line.departures if button.isVisible()]
    assert chip.text() == "4 changes"
    assert "own camera: What own camera means." in chip.toolTip()
    clicked = Heard(line.departure_clicked)
    QTest.mouseClick(chip, LEFT)
    assert clicked.said == []
    actions = line._chips.menu.actions()
    assert [action.text() for action in actions][1] == "Take back: locked range"
    actions[1].trigger()
    line._chips.menu.close()
    assert clicked.said == ["depth.unlock"]
    line.set_status(replace(STATUS, departures=DEPARTURES[:1]))
    QTest.mouseClick(line.departures[0], LEFT)
    assert clicked.said == ["depth.unlock", "network.reset"]


def test_a_doubted_unit_is_amber_given_or_guessed(line: StatusLine) -> None:
    line.set_status(replace(STATUS, depth_guessed=False, depth_doubt="It may be in mm."))
    assert line.depth_button.property("guess") is True
    assert line.depth_button.text().endswith("(doubtful)")
    assert "It may be in mm." in line.depth_button.toolTip()
    line.set_status(replace(STATUS, depth_guessed=False))
    assert line.depth_button.property("guess") is False
    line.set_units(("guess", "sun", "1/5000m"), "sun")
    named = {action.text(): action.data() for action in line.units.actions() if action.data()}
    assert named == {"guess": "guess", "SUN RGB-D": "sun", "1/5000 m": "1/5000m"}


def test_widths_are_shared_in_order() -> None:
    parts = ((100, 20), (80, 50), (60, 60))
    assert widths_within(300, parts) == [100, 80, 60]
    assert widths_within(200, parts) == [60, 80, 60]
    assert widths_within(150, parts) == [20, 70, 60]
    assert widths_within(10, parts) == [20, 50, 60]


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(96.4, "96 ms"), (999.4, "999 ms"), (18182.0, "18.2 s")]
)
def test_a_second_and_more_are_seconds(milliseconds: float, text: str) -> None:
    assert duration_text(milliseconds) == text
