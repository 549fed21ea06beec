"""Classes: ticks, isolation, order, keyboard, numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from views_support import Counted, Heard, legend_rows, settle

from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.render.bar_text import percent_text
from sgnet_viewer.views.picture.legend_model import ROW_ROLE, tick_rect
from sgnet_viewer.views.picture.legend_view import LegendWidget

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def legend(qtbot: QtBot) -> LegendWidget:
    widget = LegendWidget()
    qtbot.addWidget(widget)
    widget.resize(240, 300)
    widget.set_rows(legend_rows())
    widget.show()
    return widget


def click(legend: LegendWidget, row: int, on_tick: bool) -> None:
    rect = legend.list.visualRect(legend.list.model().index(row, 0))
    point = tick_rect(rect).center() if on_tick else rect.center() + QPoint(20, 0)
    QTest.mouseClick(legend.list.viewport(), LEFT, pos=point)


def test_a_tick_toggles_and_a_double_click_on_the_row_isolates(legend: LegendWidget) -> None:
    toggled, isolated = Heard(legend.toggled), Heard(legend.isolated)
    click(legend, 0, on_tick=True)
    click(legend, 1, on_tick=False)
    assert (toggled.said, isolated.said) == ([(7, False)], [])
    rect = legend.list.visualRect(legend.list.model().index(1, 0))
    at = rect.center() + QPoint(20, 0)
    QTest.mouseDClick(legend.list.viewport(), LEFT, pos=at)
    QTest.mouseDClick(legend.list.viewport(), LEFT, pos=tick_rect(rect).center())
    assert isolated.said == [2]


def test_the_class_under_the_cursor_is_pointed_at(legend: LegendWidget) -> None:
    pointed = Heard(legend.pointed)
    for row in (0, 1, 1):
        rect = legend.list.visualRect(legend.list.model().index(row, 0))
        QTest.mouseMove(legend.list.viewport(), rect.center())
        settle()
    QApplication.sendEvent(legend.list, QEvent(QEvent.Type.Leave))
    assert pointed.said == [7, 2, -1]


def test_classes_are_searched_and_sorted(legend: LegendWidget) -> None:
    rows = tuple(
        LegendRow(at, name, (1, 2, 3), 0.1, True, iou)
        for at, (name, iou) in enumerate(
            [("wall", 0.9), ("bed", 0.2), ("window", None), ("wardrobe", 0.5)]
        )
    )
    legend.set_rows(rows)
    assert not legend.finder.isVisible()  # four are found at a glance
    legend.set_rows(rows * 3)
    assert legend.finder.isVisible()
    legend.set_rows(rows)
    for order, names in (
        ("share", ["wall", "bed", "window", "wardrobe"]),
        ("name", ["bed", "wall", "wardrobe", "window"]),
        ("worst", ["bed", "wardrobe", "wall", "window"]),
    ):
        legend.finder.order.entries[order].trigger()
        assert [row.name for row in legend.listed()] == names
    legend.finder.search.setText("WA")
    assert [row.name for row in legend.listed()] == ["wardrobe", "wall"]
    legend.set_rows(rows[:2])  # the next frame: what is sought stays, and is seen
    assert legend.finder.isVisible()
    assert [row.name for row in legend.listed()] == ["wall"]


def test_a_hidden_class_is_shown_again(legend: LegendWidget) -> None:
    legend.set_rows(legend_rows(hidden=frozenset({7})))
    toggled = Heard(legend.toggled)
    click(legend, 0, on_tick=True)
    assert toggled.said == [(7, True)]


def test_keyboard_does_what_the_mouse_does(legend: LegendWidget) -> None:
    toggled, isolated = Heard(legend.toggled), Heard(legend.isolated)
    legend.list.setCurrentIndex(legend.list.model().index(0, 0))
    QTest.keyClick(legend.list, Qt.Key.Key_Down)
    QTest.keyClick(legend.list, Qt.Key.Key_Space)
    QTest.keyClick(legend.list, Qt.Key.Key_Return)
    assert toggled.said == [(2, False)]
    assert isolated.said == [2]


def test_show_all_is_there_only_when_something_is_hidden(legend: LegendWidget) -> None:
    assert not legend.show_all.isVisible()
    legend.set_rows(legend_rows(hidden=frozenset({2})))
    shown = Heard(legend.all_shown)
    QTest.mouseClick(legend.show_all, LEFT)
    assert len(shown.said) == 1
    assert legend.summary.text() == "2/3"
    assert legend.summary.toolTip() == "1 of 3 classes are hidden"


def test_setters_are_silent_and_keep_the_current_row(legend: LegendWidget) -> None:
    heard = Heard(legend.toggled, legend.isolated, legend.all_shown)
    legend.list.setCurrentIndex(legend.list.model().index(1, 0))
    legend.set_rows(legend_rows(hidden=frozenset({7}), iou=0.5))
    assert legend.list.currentIndex().row() == 1
    legend.set_rows(())
    assert heard.said == []
    assert not legend.list.isVisible()
    assert "will be listed" in legend.summary.text()


def test_other_classes_are_painted_in_place(legend: LegendWidget) -> None:
    model = legend.list.model()
    reset, changed = Heard(model.modelReset), Heard(model.dataChanged)
    first, second, third = legend_rows()
    legend.list.setCurrentIndex(model.index(1, 0))
    legend.set_rows((first, third, second))
    assert [(first.row(), last.row()) for first, last, *_ in changed.said] == [(0, 2)]
    assert [model.index(row, 0).data(ROW_ROLE).index for row in range(3)] == [7, 30, 2]
    assert not legend.list.currentIndex().isValid()  # it was another class's
    legend.set_rows((third,))
    assert [model.index(row, 0).data(ROW_ROLE).index for row in range(model.rowCount())] == [30]
    legend.set_rows((third, first, second))
    assert [model.index(row, 0).data(ROW_ROLE).index for row in range(3)] == [30, 7, 2]
    assert reset.said == []
    assert legend.list.visualRect(model.index(2, 0)).isValid()


def test_the_same_rows_are_not_painted_again(legend: LegendWidget) -> None:
    settle()
    painted = Counted(legend.list.viewport(), QEvent.Type.Paint)
    legend.set_rows(legend_rows())
    settle()
    assert painted.count == 0
    legend.set_rows(legend_rows(hidden=frozenset({7})))
    settle()
    assert painted.count == 1


def test_rows_keep_the_order_they_come_in_and_are_read_aloud(legend: LegendWidget) -> None:
    model = legend.list.model()
    assert [model.index(row, 0).data(ROW_ROLE).index for row in range(3)] == [7, 2, 30]
    legend.set_rows(legend_rows(hidden=frozenset({2}), iou=0.5))
    text = model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "wall, 30 % of the picture, IoU 50.0 %, hidden"


def test_the_iou_column_appears_with_a_score(legend: LegendWidget) -> None:
    assert not legend._iou.isVisible()
    legend.set_rows(legend_rows(iou=0.5))
    assert legend._iou.isVisible()
    assert legend._iou.text() == "IoU %"
    widest = legend.fontMetrics().horizontalAdvance("IoU %")
    assert legend._iou.width() >= widest


def test_ticked_and_hidden_rows_look_different(legend: LegendWidget) -> None:
    shown = legend.list.viewport().grab().toImage()
    legend.set_rows(legend_rows(hidden=frozenset({7})))
    assert legend.list.viewport().grab().toImage() != shown


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0.0"), (0.0004, "<0.1"), (0.0123, "1.2"), (0.0996, "10"), (0.414, "41"), (1.0, "100")],
)
def test_percent(share: float, text: str) -> None:
    assert percent_text(share) == text
