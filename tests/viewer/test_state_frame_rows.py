"""Which frames are listed, and in which order."""

from __future__ import annotations

import pytest

from sgnet_viewer.state.frame_rows import FrameRow, FrameRows, Order, Query, RowScore, arranged

ROWS = (
    FrameRow(0, "0001", "train", "kitchen", RowScore(0.5, 0.6)),
    FrameRow(1, "0002", "test", "Office", RowScore(0.2, 0.9)),
    FrameRow(2, "0003", "test", "kitchen"),
    FrameRow(3, "0104", "train", "office", RowScore(None, None)),
    FrameRow(4, "0105", "test", "office", None, RowScore(0.3, 0.4)),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), [0, 1, 2, 3, 4]),
        (Query("010"), [3, 4]),
        (Query(" KITCHEN "), [0, 2]),
        (Query(split="test"), [1, 2, 4]),
        (Query("office", split="test", scene="office"), [4]),
        (Query("nowhere"), []),
        (Query(order=Order.WORST), [1, 4, 0, 2, 3]),  # without a score: last, in the set's order
        (Query(order=Order.BEST), [0, 4, 1, 2, 3]),
        (Query(split="train", order=Order.WORST), [0, 3]),
    ],
)
def test_what_is_listed(query: Query, expected: list[int]) -> None:
    assert [row.index for row in arranged(ROWS, query)] == expected


def test_a_score_of_zero_is_a_score() -> None:
    rows = (FrameRow(0, "a", score=RowScore(0.1, 0.1)), FrameRow(1, "b", score=RowScore(0.0, 0.0)))
    for order, first in ((Order.WORST, 1), (Order.BEST, 0)):
        assert arranged(rows, Query(order=order))[0].index == first


def _told(rows: FrameRows) -> list[str]:
    said: list[str] = []
    rows.replaced.connect(lambda: said.append("replaced"))
    rows.changed.connect(lambda: said.append("changed"))
    return said


def test_more_becomes_known_of_a_set() -> None:
    rows = FrameRows()
    said = _told(rows)
    rows.begin(["a", "b"])
    rows.place(("train", "test"), ())
    rows.place((), ("hall", "attic"))
    rows.grade({1: RowScore(0.25, 0.5)})
    rows.grade_own(0, RowScore(0.75, 0.8))
    assert rows.rows == (
        FrameRow(0, "a", "train", "hall", None, RowScore(0.75, 0.8)),
        FrameRow(1, "b", "test", "attic", RowScore(0.25, 0.5)),
    )
    assert [row.miou for row in rows.rows] == [0.75, 0.25]
    assert said == ["replaced", "changed", "changed", "changed", "changed"]
    rows.grade({})
    assert rows.rows[1].score is None
    number = rows.number
    rows.begin(["c"])
    assert rows.number == number + 1
    assert rows.rows == (FrameRow(0, "c"),)


def test_the_next_frame_is_the_next_that_is_listed() -> None:
    rows = FrameRows()
    rows.begin(["a1", "b", "a2", "a3"])
    assert [rows.beside(1, by) for by in (-2, -1, 1, 2, 3)] == [None, 0, 2, 3, None]
    rows.query = Query("a")
    assert [rows.beside(0, by) for by in (-1, 1, 2)] == [None, 2, 3]
    assert [rows.beside(1, by) for by in (-1, 1)] == [3, 0]  # not listed itself
    rows.query = Query("nothing")
    assert rows.beside(0, 1) is None
    rows.begin(["c", "d"])
    assert rows.beside(0, 1) == 1


def test_another_network_s_scores_are_forgotten_once() -> None:
    rows = FrameRows()
    rows.begin(["a", "b"])
    rows.grade_own(1, RowScore(0.5, 0.5))
    said = _told(rows)
    rows.grade_own(1, RowScore(0.5, 0.5))  # the same again
    rows.grade_own(7, RowScore(0.5, 0.5))  # a frame of an earlier set
    rows.forget_own()
    rows.forget_own()
    assert said == ["changed"]
    assert all(row.own is None for row in rows.rows)
