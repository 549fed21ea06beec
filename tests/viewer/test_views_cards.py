"""Probe cards: what they tell, and what a click on each part means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from views_support import GREEN, RED, Heard, probe_card, settle

from sgnet_viewer.contract.panels import CheckBadge
from sgnet_viewer.views.probes.class_bars import probability_text
from sgnet_viewer.views.probes.layer_table import (
    COLUMNS,
    LayerTable,
    cells,
    folded_cells,
    outside_words,
)
from sgnet_viewer.views.probes.probe_card import CardWidget, where_text
from sgnet_viewer.views.probes.probe_cards import ProbeCards

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def cards(qtbot: QtBot) -> ProbeCards:
    widget = ProbeCards()
    qtbot.addWidget(widget)
    widget.resize(380, 420)
    widget.set_cards((probe_card(1, "bed"), probe_card(2, "wall", truth="door")), 2)
    widget.show()
    QApplication.processEvents()
    return widget


def texts(card: CardWidget) -> str:
    return " | ".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_only_the_active_card_is_open(cards: ProbeCards) -> None:
    first, second = cards.cards
    assert not first.body.isVisible()
    assert not first.pin_button.isVisible()
    assert second.body.isVisible()
    cards.set_cards((probe_card(1), probe_card(2)), 1)
    assert first.body.isVisible()
    assert not second.body.isVisible()


def test_the_card_tells_class_pixel_depth_and_truth(cards: ProbeCards) -> None:
    told = texts(cards.cards[1])
    for part in ("2", "wall", "0.75", "(20, 30)", "depth 2.500 m   x −0.500", "truth: door"):
        assert part in told
    assert cards.cards[1].bars.accessibleDescription() == "wall 0.75, pillow 0.12"


def test_the_active_card_comes_back_into_sight(cards: ProbeCards) -> None:
    both = (probe_card(1, "bed"), probe_card(2, "wall"))
    cards.resize(380, 160)
    QApplication.processEvents()
    cards.set_cards((), 0)
    QApplication.processEvents()
    assert cards.verticalScrollBar().value() == 0
    cards.set_cards(both, 2)
    QApplication.processEvents()
    assert cards.verticalScrollBar().value() > 0


def test_missing_depth_is_said(cards: ProbeCards) -> None:
    card = replace(probe_card(), depth_m=None, xyz_m=None)
    assert where_text(card) == "no depth here"
    cards.set_cards((card,), 1)
    assert "no depth here" in texts(cards.cards[0])
    assert not cards.cards[1].isVisible()


def test_a_click_on_the_heading_activates(cards: ProbeCards) -> None:
    activated = Heard(cards.activated)
    QTest.mouseClick(cards.cards[0], LEFT, pos=QPoint(60, 12))
    QTest.keyClick(cards.cards[1], Qt.Key.Key_Return)
    assert activated.said == [1, 2]


def test_pin_and_remove(cards: ProbeCards) -> None:
    pinned, removed = Heard(cards.pinned), Heard(cards.removed)
    activated = Heard(cards.activated)
    QTest.mouseClick(cards.cards[1].pin_button, LEFT)
    QTest.mouseClick(cards.cards[0].remove_button, LEFT)
    QTest.keyClick(cards.cards[1], Qt.Key.Key_Delete)
    assert pinned.said == [()]
    assert removed.said == [1, 2]
    assert activated.said == []


def test_a_row_of_the_table_chooses_its_layer(cards: ProbeCards) -> None:
    chosen, table = Heard(cards.layer_chosen), cards.cards[1].table
    for column in range(len(COLUMNS)):
        rect = table.visualRect(table.rows.index(1, column))
        QTest.mouseClick(table.viewport(), LEFT, pos=rect.center())
    assert chosen.said == ["layer1.1"] * len(COLUMNS)


def test_enter_on_a_row_chooses_its_layer(cards: ProbeCards) -> None:
    chosen, table = Heard(cards.layer_chosen), cards.cards[1].table
    table.setCurrentIndex(table.rows.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen.said == ["layer1.0"]


def test_setters_are_silent_and_reuse_the_cards(cards: ProbeCards) -> None:
    heard = Heard(cards.activated, cards.removed, cards.pinned, cards.layer_chosen)
    before = list(cards.cards)
    cards.set_cards((probe_card(3, "lamp"), probe_card(4)), 3)
    assert cards.cards == before
    assert "lamp" in texts(cards.cards[0])
    cards.set_cards((), 0)
    assert heard.said == []
    assert cards._empty.isVisible()


def test_a_reused_card_speaks_of_its_new_probe(cards: ProbeCards) -> None:
    cards.set_cards((probe_card(7), probe_card(9)), 9)
    removed = Heard(cards.removed)
    QTest.mouseClick(cards.cards[0].remove_button, LEFT)
    assert removed.said == [7]


def test_cells_tell_missing_metres_and_taps_outside() -> None:
    first, second = probe_card().layers
    assert cells(first) == ("layer1.0", "5.2", "0.062", "–")
    assert cells(second) == ("layer1.1", "7.5", "–", "2, 1 partly")
    assert cells(replace(second, outside=0))[3] == "1 partly"
    assert cells(replace(second, partly_outside=0))[3] == "2"
    assert folded_cells(second)[3] == "2 (+1)"  # half the room


def test_a_cell_says_in_words_how_many_taps_are_outside(cards: ProbeCards) -> None:
    first, second = probe_card().layers
    one = replace(second, outside=1, partly_outside=2)
    partly = replace(second, outside=0, partly_outside=1)
    assert outside_words(first) == "All 9 taps of layer1.0 lie on its map"
    assert outside_words(one) == (
        "1 of 9 taps lies beyond the map of layer1.1 and reads nothing; "
        "2 of 9 taps lie partly beyond it"
    )
    assert outside_words(partly) == "1 of 9 taps lies partly beyond the map of layer1.1"
    cards.set_cards((replace(probe_card(2), layers=(first, one)),), 2)
    table = cards.cards[0].findChild(LayerTable)
    tips = [table.rows.item(*table.rows._place(row, 3)).toolTip() for row in range(2)]
    assert tips == [outside_words(first), outside_words(one)]


def test_figures_of_a_stream_are_never_cut(cards: ProbeCards) -> None:
    """Folded, as at 1280x720, how far the taps wander stands in the tip."""
    first, second = probe_card(2).layers
    rows = tuple(
        replace(first, layer=f"layer{number}.0", spread_px=188.4, jitter_px=12.3)
        for number in range(12)
    )
    assert cells(rows[0])[1] == "188.4 ±12.3"
    assert folded_cells(rows[0]) == ("0.0", "188.4", "0.062", "–")
    cards.set_cards((probe_card(1), replace(probe_card(2), layers=rows)), 2)
    table, model = cards.cards[1].table, cards.cards[1].table.rows
    for height, per_row in ((200, 8), (900, 4)):
        cards.resize(380, height)
        settle()
        assert model.columnCount() == per_row
        assert "±12.3 px" in model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
        for column in range(per_row):
            assert table.columnWidth(column) >= table.sizeHintForColumn(column)
        assert table.horizontalHeader().length() == table.viewport().width()
    assert second.jitter_px is None
    assert cells(second)[1] == "7.5"


def test_the_class_keeps_its_room(cards: ProbeCards) -> None:
    """The pixel gives way, whole: half a number would be another."""
    card = replace(probe_card(2, "otherfurniture"), check=CheckBadge("✓", True, "At most 2e−6."))
    unsure = replace(card, classes=(("otherfurniture", RED, 0.31), ("desk", GREEN, 0.3)))
    for width in (600, 300):
        cards.resize(width, 420)
        cards.set_cards((unsure,), 2)
        settle()
        title, pixel = cards.cards[0]._title, cards.cards[0]._pixel
        assert title.width() >= title.sizeHint().width()
        assert pixel.toolTip() == "(20, 30)"
        assert pixel.has_room is (width == 600)


@pytest.mark.parametrize(
    ("right", "line", "remark"),
    [(False, "truth: door ✗", ""), (None, "truth: door", ""), (True, "", "truth ✓")],
)
def test_another_truth_has_a_line_of_its_own(
    cards: ProbeCards, right: bool | None, line: str, remark: str
) -> None:
    cards.set_cards((replace(probe_card(1, "wall", truth="door"), right=right),), 1)
    settle()
    card = cards.cards[0]
    assert (card._truth.text(), card._truth.isVisible()) == (line, bool(line))
    assert card._remark.text() == remark
    if line:
        assert card._truth.y() > card._where.geometry().bottom()


def test_in_little_room_two_layers_share_a_row(cards: ProbeCards) -> None:
    first, second = probe_card(2).layers
    three = replace(probe_card(2), layers=(first, second, replace(first, layer="layer2.0")))
    cards.set_cards((probe_card(1), three), 2)
    table = cards.cards[1].table
    before = table.height()
    cards.resize(380, 200)
    assert table.height() < before
    model = table.rows
    read = [[model.data(model.index(row, column)) for column in range(8)] for row in range(2)]
    assert read[0] == ["1.0", "5.2", "0.062", "–", "2.0", "5.2", "0.062", "–"]
    assert read[1] == ["1.1", "7.5", "–", "2 (+1)", None, None, None, None]
    chosen = Heard(cards.layer_chosen)
    for row, column in ((0, 5), (1, 5)):
        rect = table.visualRect(model.index(row, column))
        QTest.mouseClick(table.viewport(), LEFT, pos=rect.center())
    assert chosen.said == ["layer2.0"]  # the cell that is left over says nothing
    cards.resize(380, 600)
    assert table.height() == before
    assert model.data(model.index(2, 0)) == "layer2.0"


def test_the_headings_of_the_other_probes_stay_in_sight(cards: ProbeCards, qtbot: QtBot) -> None:
    """Where there is room for one open card, a pinned one is seen beside it."""
    first, _ = probe_card(2).layers
    layers = tuple(replace(first, layer=f"layer{at // 3 + 1}.{at % 3}") for at in range(12))
    five = tuple((f"class {at}", RED, 0.2) for at in range(5))
    one, two = (replace(probe_card(at), layers=layers, classes=five) for at in (1, 2))
    line = cards.fontMetrics().height()
    cards.resize(440, 28 * line)
    cards.set_cards((one,), 1)
    settle()
    alone = cards.cards[0].table.height()
    cards.set_cards((one, two), 2)

    def in_sight() -> bool:
        seen = cards.viewport().rect()
        boxes = [card.rect().translated(card.mapTo(cards.viewport(), QPoint())) for card in pair]
        return all(seen.contains(box) for box in boxes)

    pair = cards.cards[:2]
    settle()
    qtbot.waitUntil(in_sight)
    cards.set_cards((one,), 1)
    settle()
    assert cards.cards[0].table.height() == alone


def test_of_the_same_layers_only_what_differs_is_painted_anew(cards: ProbeCards) -> None:
    table = cards.cards[1].table
    changed, reset = Heard(table.rows.dataChanged), Heard(table.rows.modelReset)
    first, second = probe_card(2).layers
    cards.set_cards((probe_card(1), replace(probe_card(2), layers=(first, second))), 2)
    assert changed.said == []
    other = replace(second, spread_px=8.5)
    cards.set_cards((probe_card(1), replace(probe_card(2), layers=(first, other))), 2)
    assert [(start.row(), start.column()) for start, *_ in changed.said] == [(1, 1)]
    assert table.rows.index(1, 1).data() == "8.5"
    assert reset.said == []


def test_other_layers_replace_the_table(cards: ProbeCards) -> None:
    table = cards.cards[1].table
    first, second = probe_card(2).layers
    others = (replace(first, layer="layer4.0", colour=(1, 2, 3)), second)
    cards.set_cards((probe_card(1), replace(probe_card(2), layers=others)), 2)
    cell = table.rows.index(0, 0)
    swatch = cell.data(Qt.ItemDataRole.DecorationRole).toImage().pixelColor(4, 4)
    assert (cell.data(), swatch.getRgb()[:3]) == ("layer4.0", (1, 2, 3))
    assert "layer4.0" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert not cell.flags() & Qt.ItemFlag.ItemIsEditable
    heads = [
        table.rows.headerData(column, Qt.Orientation.Horizontal) for column in range(len(COLUMNS))
    ]
    assert tuple(heads) == COLUMNS


def test_the_table_shows_all_its_rows(cards: ProbeCards) -> None:
    table = cards.cards[1].table
    last = table.visualRect(table.rows.index(1, 0))
    assert table.viewport().rect().contains(last)


def test_the_active_card_comes_into_sight(cards: ProbeCards, qtbot: QtBot) -> None:
    cards.resize(380, 120)
    many = tuple(probe_card(number) for number in range(1, 9))
    cards.set_cards(many, 8)
    card = cards.cards[7]

    def seen() -> bool:
        top = card.mapTo(cards.viewport(), QPoint(0, 0)).y()
        return 0 <= top < cards.viewport().height()

    qtbot.waitUntil(seen)


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "0.00"), (0.004, "<0.01"), (0.006, "0.01"), (1.0, "1.00")]
)
def test_a_small_probability_is_not_nought(probability: float, text: str) -> None:
    assert probability_text(probability) == text


def test_the_chosen_layer_is_marked_in_the_table(cards: ProbeCards) -> None:
    cards.set_cards((probe_card(),), 1)
    table = cards.cards[0].table
    for folded in (False, True):
        table.set_folded(folded)
        cards.set_layer("layer1.1")
        marked = {table.rows.layer(index) for index in table.selectedIndexes()}
        assert marked == {"layer1.1"}
        assert len(table.selectedIndexes()) == 4
    cards.set_layer("")
    assert table.selectedIndexes() == []


def test_two_cards_stand_side_by_side_where_there_is_room(cards: ProbeCards) -> None:
    three = tuple(probe_card(number) for number in (1, 2, 3))
    cards.resize(760, 900)
    cards.set_cards(three, 1)
    cards.set_cards(three, 3)
    settle()
    first, second, third = cards.cards
    assert [card.body.isVisible() for card in cards.cards] == [True, False, True]
    assert first.y() == third.y() < second.y()
    assert third.x() > first.geometry().right()
    assert third.geometry().right() < cards.viewport().width()  # nothing is cut
    cards.resize(400, 900)
    settle()
    assert [card.body.isVisible() for card in cards.cards] == [False, False, True]
    assert first.y() < second.y() < third.y()
    assert len({card.x() for card in cards.cards}) == 1


def test_the_first_card_is_made_before_there_is_a_probe(qtbot: QtBot) -> None:
    """It takes as long as all else that a click does; nothing of it is seen."""
    empty = ProbeCards()
    qtbot.addWidget(empty)
    empty.resize(380, 420)
    empty.show()
    qtbot.waitUntil(lambda: len(empty.cards) == 1)
    (spare,) = empty.cards
    assert not spare.isVisible()
    empty.set_cards((probe_card(1, "bed"),), 1)
    assert empty.cards == [spare]
    assert spare.isVisible()
    assert spare.body.isVisible()
