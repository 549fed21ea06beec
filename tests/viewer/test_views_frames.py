"""The frame list: choice, search, thumbnails asked for as they come into sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot
from views_support import Heard, flat_image

from sgnet_viewer.state.frame_rows import FrameRow, RowScore
from sgnet_viewer.views.frames.frame_list import FrameList
from sgnet_viewer.views.frames.frame_model import NUMBER_ROLE

COUNT = 654


@pytest.fixture
def frames(qtbot: QtBot) -> FrameList:
    widget = FrameList()
    qtbot.addWidget(widget)
    widget.resize(240, 300)
    widget.show()
    return widget


PLACED = tuple(
    FrameRow(i, f"frame_{i:03d}", ("train", "test")[i % 2], f"room_{i % 3}", RowScore(i / 30, 0.5))
    for i in range(30)
)


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
    with qtbot.waitSignal(frames.thumbnails_wanted) as first:
        frames.set_frames(rows())
    assert first.args[0][0] == 0
    assert len(first.args[0]) < 20
    with qtbot.waitSignal(frames.thumbnails_wanted) as later:
        frames.list.scrollToBottom()
    assert later.args[0][-1] == COUNT - 1
    assert later.args[0][0] > 600


def test_a_thumbnail_that_is_there_is_not_asked_for_again(frames: FrameList, qtbot: QtBot) -> None:
    frames.set_frames(rows(3))
    frames.set_thumbnail(1, flat_image(6, 8))
    with qtbot.waitSignal(frames.thumbnails_wanted) as wanted:
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
    assert told.said == [(0, COUNT, COUNT), (12, COUNT, COUNT)]
    frames.search.setText("_001")  # 0010 to 0019
    assert told.said[-1] == (2, 10, COUNT)
    frames.search.setText("_002")
    assert told.said[-1] == (0, 10, COUNT)


def test_few_frames_need_no_search(frames: FrameList) -> None:
    frames.set_frames(rows(2))
    assert not frames.search.isVisible()
    frames.set_frames(rows())
    assert frames.search.isVisible()


def choose(combo: QComboBox, text: str) -> None:
    """As a click on an entry does."""
    at = combo.findText(text)
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


def test_splits_and_scenes_narrow_the_list(frames: FrameList) -> None:
    frames.set_frames(rows(30))
    assert not frames.filters.splits.isVisible()
    frames.set_rows(PLACED)
    assert [frames.filters.splits.itemText(at) for at in range(3)] == ["Any split", "train", "test"]
    choose(frames.filters.splits, "test")
    choose(frames.filters.scenes, "room_2")
    assert shown(frames) == [5, 11, 17, 23, 29]
    assert frames.filters.count.text() == "5/30"
    choose(frames.filters.scenes, "Any scene")
    assert len(shown(frames)) == 15


def test_what_was_looked_for_stays_while_more_becomes_known(frames: FrameList) -> None:
    frames.set_frames(rows(30))
    frames.set_rows(PLACED)
    choose(frames.filters.splits, "test")
    frames.search.setText("_00")
    frames.set_current(3)
    frames.set_rows(tuple(replace(row, score=None) for row in PLACED))
    assert shown(frames) == [1, 3, 5, 7, 9]
    assert frames.filters.splits.currentText() == "test"
    assert frames.list.currentIndex().data(NUMBER_ROLE) == 3
    frames.set_frames(rows(30))
    assert len(shown(frames)) == 30
    assert not frames.filters.splits.isVisible()


def test_the_worst_come_first_and_the_list_begins_there(frames: FrameList) -> None:
    frames.set_frames(PLACED[::-1])
    frames.set_current(2)
    worst, best = (frames.filters.order.entries[key] for key in ("worst", "best"))
    worst.trigger()
    assert shown(frames) == list(range(30))
    assert frames.list.verticalScrollBar().value() == 0
    assert frames.list.currentIndex().data(NUMBER_ROLE) == 2
    best.trigger()
    assert shown(frames) == list(range(29, -1, -1))
    assert frames.list.verticalScrollBar().value() == 0


def test_without_scores_nothing_is_sorted_by_them(frames: FrameList) -> None:
    frames.set_frames(rows(30))
    assert not frames.filters.order.entries["worst"].isEnabled()
    frames.set_rows(PLACED)
    assert frames.filters.order.entries["worst"].isEnabled()


def test_nothing_found_offers_the_way_back(frames: FrameList) -> None:
    frames.set_frames(rows())
    frames.search.setText("zebra")
    assert not frames.list.isVisible()
    assert frames.nothing.isVisible()
    frames.nothing.show_all.click()
    assert frames.list.isVisible()
    assert not frames.nothing.isVisible()
    assert len(shown(frames)) == COUNT
    assert frames.search.text() == ""


def test_keys_lead_from_the_search_to_a_frame(frames: FrameList, qtbot: QtBot) -> None:
    frames.set_frames(rows())
    chosen = Heard(frames.chosen)
    frames.activateWindow()
    qtbot.waitUntil(frames.isActiveWindow)
    frames.list.setFocus()
    QTest.keyClick(frames.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert frames.search.hasFocus()
    QTest.keyClicks(frames.search, "_014")
    QTest.keyClick(frames.search, Qt.Key.Key_Return)
    assert chosen.said == [140]
    QTest.keyClick(frames.search, Qt.Key.Key_Down)
    assert frames.list.hasFocus()
    QTest.keyClick(frames.list, Qt.Key.Key_Down)
    QTest.keyClick(frames.list, Qt.Key.Key_Return)
    assert chosen.said == [140, 141]
    frames.search.setFocus()
    QTest.keyClick(frames.search, Qt.Key.Key_Escape)
    assert frames.search.text() == ""


def test_a_broken_frame_has_a_cross_and_is_not_asked_for_again(
    frames: FrameList, qtbot: QtBot
) -> None:
    frames.set_frames(rows(3))
    whole = painted(frames, 1)
    frames.set_thumbnail(1, None)
    assert painted(frames, 1) != whole
    with qtbot.waitSignal(frames.thumbnails_wanted) as wanted:
        frames.list.verticalScrollBar().rangeChanged.emit(0, 0)
    assert wanted.args[0] == [0, 2]


def test_scores_are_painted_and_told(frames: FrameList) -> None:
    frames.set_frames(rows(3))
    without = painted(frames, 0)
    scored = FrameRow(0, "kitchen_0000.png", score=RowScore(0.421, 0.6), own=RowScore(0.5, None))
    frames.set_rows((scored, *rows(3)[1:]))
    assert painted(frames, 0) != without
    tip = frames.list.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Evaluation: mIoU 42.1 %, pixel accuracy 60.0 %" in tip
    assert "Network in this window: mIoU 50.0 %, pixel accuracy –" in tip


def test_a_file_of_scores_is_asked_for_from_the_list(frames: FrameList) -> None:
    asked = Heard(frames.scores_requested)
    frames.set_frames(rows())
    frames.filters.sort.menu().actions()[-1].trigger()
    assert len(asked.said) == 1


def painted(frames: FrameList, row: int) -> bytes:
    """The pixels of a row."""
    QApplication.processEvents()
    place = frames.list.visualRect(frames.list.model().index(row, 0))
    image = frames.list.viewport().grab(place).toImage()
    return bytes(image.constBits())


def test_filters_of_which_none_is_of_use_take_no_room(frames: FrameList) -> None:
    few = tuple(FrameRow(at, f"frame {at}") for at in range(2))
    frames.set_frames(few)
    assert frames.filters.isHidden()
    short = frames.sizeHint().height()
    frames.set_frames(rows())
    assert not frames.filters.isHidden()
    assert frames.sizeHint().height() > short
    wanted = frames.sizeHint().height()
    frames.search.setText("nothing is called so")
    assert frames.filters.count.isVisible()
    assert frames.sizeHint().height() == wanted  # panels stay while one types
