"""The frame list: choice, search, thumbnails asked for as they come into sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from views_support import Heard, flat_image

from sgnet_viewer.views.frame_list import NUMBER_ROLE, FrameList
from sgnet_viewer.views.interface import FrameRow

COUNT = 654


@pytest.fixture
def frames(qtbot: QtBot) -> FrameList:
    widget = FrameList()
    qtbot.addWidget(widget)
    widget.resize(240, 300)
    widget.show()
    return widget


def rows(count: int = COUNT) -> tuple[FrameRow, ...]:
    return tuple(FrameRow(index, f"kitchen_{index:04d}.png") for index in range(count))


def shown(frames: FrameList) -> list[int]:
    model = frames.list.model()
    return [model.index(row, 0).data(NUMBER_ROLE) for row in range(model.rowCount())]


def test_a_click_chooses_a_frame(frames: FrameList) -> None:
    frames.set_frames(rows(5))
    QApplication.processEvents()
    chosen = Heard(frames.chosen)
    rect = frames.list.visualRect(frames.list.model().index(3, 0))
    QTest.mouseClick(frames.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert chosen.said == [3]


def test_setters_choose_nothing(frames: FrameList) -> None:
    chosen = Heard(frames.chosen)
    frames.set_frames(rows(5))
    frames.set_current(2)
    frames.set_thumbnail(2, flat_image(6, 8))
    assert chosen.said == []
    assert frames.list.currentIndex().data(NUMBER_ROLE) == 2


def test_the_current_frame_is_in_sight(frames: FrameList) -> None:
    frames.set_frames(rows())
    QApplication.processEvents()
    frames.set_current(400)
    assert 400 in frames.visible_numbers()
    assert 0 not in frames.visible_numbers()


def test_only_what_is_in_sight_is_asked_for(frames: FrameList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(frames.thumbnails_wanted, timeout=3000) as first:
        frames.set_frames(rows())
    assert first.args[0][0] == 0
    assert len(first.args[0]) < 20
    with qtbot.waitSignal(frames.thumbnails_wanted, timeout=3000) as later:
        frames.list.scrollToBottom()
    assert later.args[0][-1] == COUNT - 1
    assert later.args[0][0] > 600


def test_a_thumbnail_that_is_there_is_not_asked_for_again(frames: FrameList, qtbot: QtBot) -> None:
    frames.set_frames(rows(3))
    frames.set_thumbnail(1, flat_image(6, 8))
    with qtbot.waitSignal(frames.thumbnails_wanted, timeout=3000) as wanted:
        frames.list.verticalScrollBar().rangeChanged.emit(0, 0)
    assert wanted.args[0] == [0, 2]


def test_a_thumbnail_is_shown_and_a_late_one_ignored(frames: FrameList) -> None:
    frames.set_frames(rows(3))
    decoration = Qt.ItemDataRole.DecorationRole
    frames.set_thumbnail(1, flat_image(6, 8, grey=200))
    frames.set_thumbnail(77, flat_image(6, 8))
    pictures = [frames.list.model().index(row, 0).data(decoration) for row in (0, 1)]
    assert pictures[1].toImage().pixelColor(10, 10).red() == 200
    assert pictures[0] is None


def test_search_narrows_and_still_chooses_the_right_frame(frames: FrameList) -> None:
    frames.set_frames(rows())
    QTest.keyClicks(frames.search, "_014")
    assert shown(frames) == list(range(140, 150))
    chosen = Heard(frames.chosen)
    frames.list.setCurrentIndex(frames.list.model().index(2, 0))
    frames.list.activated.emit(frames.list.currentIndex())
    assert chosen.said == [142]


def test_another_set_clears_the_search(frames: FrameList) -> None:
    frames.set_frames(rows())
    QTest.keyClicks(frames.search, "_014")
    frames.set_frames(rows(4))
    assert frames.search.text() == ""
    assert shown(frames) == [0, 1, 2, 3]


def test_the_place_is_told_from_one_on(frames: FrameList) -> None:
    told = Heard(frames.position_changed)
    frames.set_frames(rows())
    frames.set_current(11)
    assert told.said == [(0, COUNT), (12, COUNT)]


def test_few_frames_need_no_search(frames: FrameList) -> None:
    frames.set_frames(rows(2))
    assert not frames.search.isVisible()
    frames.set_frames(rows())
    assert frames.search.isVisible()
