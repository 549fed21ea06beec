"""Notices: sentences that come, expand, act and go, and never take the focus."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from views_support import Heard, settle

from sgnet_model.types import UserError
from sgnet_viewer.commands.help_menu import notice_rows
from sgnet_viewer.contract.window import Notice, Severity
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.views.window import notice_strip
from sgnet_viewer.views.window.notice_history import NoticeHistory
from sgnet_viewer.views.window.notice_strip import MOST, NoticeStripWidget

LEFT = Qt.MouseButton.LeftButton
LONG = "The depth has another shape than the picture, " * 4


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(QLineEdit())
    widget.resize(500, 800)
    widget.show()
    return widget


@pytest.fixture
def strip(page: QWidget) -> NoticeStripWidget:
    strip = NoticeStripWidget()
    layout = page.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.insertWidget(0, strip)
    layout.addStretch(1)
    return strip


def sentences(strip: NoticeStripWidget) -> list[str]:
    return [widget.notice.text for widget in strip.notices]


def test_the_newest_is_on_top_and_none_is_lost_unread(
    strip: NoticeStripWidget, page: QWidget
) -> None:
    for number in range(12):
        strip.show_notice(Notice(f"Sentence {number}."))
    settle()
    QTest.mouseClick(strip.more_button, LEFT)
    settle()
    assert sentences(strip) == [f"Sentence {number}." for number in range(11, -1, -1)]
    tops = [widget.y() for widget in strip.notices]
    assert tops == sorted(tops)
    assert strip.height() < page.height() / 2  # the rest is scrolled to
    assert strip.notices[-1].visibleRegion().isEmpty()


def test_the_newest_alone_is_shown_until_the_others_are_asked_for(
    strip: NoticeStripWidget, page: QWidget
) -> None:
    strip.show_notice(Notice("Sentence 0."))
    settle()
    low = strip.height()
    assert not strip.more_button.isVisible()
    for number in range(1, 7):
        strip.show_notice(Notice(f"Sentence {number}."))
    settle()
    assert strip.height() == low  # the picture keeps its room
    assert [widget.notice.text for widget in strip.notices if widget.isVisible()] == ["Sentence 6."]
    assert strip.more_button.text() == "+6 more"
    assert strip.more_button.geometry().right() < strip.width()
    QTest.mouseClick(strip.more_button, LEFT)
    settle()
    assert all(widget.isVisible() for widget in strip.notices)
    QTest.mouseClick(strip.fewer_button, LEFT)
    settle()
    assert strip.height() == low
    strip.withdraw("Sentence 6.")
    settle()
    assert strip.notices[0].isVisible()
    assert strip.more_button.text() == "+5 more"
    strip.show_notice(Notice(LONG))
    page.resize(330, 800)
    settle()
    text = strip.notices[0]
    assert text.height() >= text.heightForWidth(text.width())  # nothing is cut


def test_a_flood_is_bounded(strip: NoticeStripWidget) -> None:
    for number in range(MOST + 2):
        strip.show_notice(Notice(f"Sentence {number}."))
    assert len(strip.notices) == MOST


def test_several_are_dismissed_at_once(strip: NoticeStripWidget) -> None:
    strip.show_notice(Notice("One."))
    settle()
    assert not strip.dismiss_button.isVisible()
    strip.show_notice(Notice("Two."))
    settle()
    QTest.mouseClick(strip.more_button, LEFT)
    QTest.mouseClick(strip.dismiss_button, LEFT)
    assert sentences(strip) == []
    assert not strip.isVisible()


def test_the_same_sentence_is_not_shown_twice(strip: NoticeStripWidget) -> None:
    for text in ("One.", "Two.", "One."):
        strip.show_notice(Notice(text))
    assert sentences(strip) == ["One.", "Two."]


def test_what_does_not_hold_any_more_is_taken_away(strip: NoticeStripWidget) -> None:
    for text in ("One.", "Two."):
        strip.show_notice(Notice(text))
    strip.withdraw("One.")
    strip.withdraw("")
    assert sentences(strip) == ["Two."]


def test_the_strip_is_as_wide_as_the_page_and_as_high_as_its_text(
    strip: NoticeStripWidget, page: QWidget
) -> None:
    strip.show_notice(Notice("Short."))
    settle()
    low = strip.height()
    strip.clear()
    strip.show_notice(Notice(LONG))
    settle()
    assert strip.width() == page.width()
    assert strip.height() > low >= 24
    page.resize(300, 800)
    settle()
    assert strip.width() == 300
    text = strip.notices[0]
    assert text.height() >= text.heightForWidth(text.width())  # nothing is cut


def test_a_notice_does_not_take_the_focus(strip: NoticeStripWidget, page: QWidget) -> None:
    edit = page.findChild(QLineEdit)
    edit.setFocus()
    strip.show_notice(Notice("Something failed.", Severity.ERROR, "details", "Restart", "restart"))
    settle()
    assert page.focusWidget() is edit


def test_the_action_says_its_key_and_closes(strip: NoticeStripWidget) -> None:
    chosen = Heard(strip.action_chosen)
    strip.show_notice(Notice("The renderer ended.", action="Restart", key="restart-cloud"))
    QTest.mouseClick(strip.notices[0].action_button, LEFT)
    assert chosen.said == ["restart-cloud"]
    assert sentences(strip) == []
    assert not strip.isVisible()


def test_each_choice_has_a_button(strip: NoticeStripWidget) -> None:
    acted = Heard(strip.action_chosen)
    choices = (("unit:mm", "mm: 3.04 m"), ("unit:cm", "cm: 30.40 m"))
    strip.show_notice(Notice("It is doubtful.", Severity.INFO, choices=choices))
    settle()
    (widget,) = strip.notices
    assert [button.text() for button in widget.choice_buttons] == ["mm: 3.04 m", "cm: 30.40 m"]
    text = widget._text.geometry()
    assert text.width() > strip.width() / 2  # they lie below it
    assert all(button.y() > text.bottom() for button in widget.choice_buttons)
    QTest.mouseClick(widget.choice_buttons[1], LEFT)
    assert acted.said == ["unit:cm"]
    assert sentences(strip) == []


def test_buttons_are_there_only_where_they_do_something(strip: NoticeStripWidget) -> None:
    strip.show_notice(Notice("Plain."))
    plain = strip.notices[0]
    assert not plain.action_button.isVisible()
    assert not plain.details_button.isVisible()
    assert plain.close_button.isVisible()


def test_details_expand_on_demand(strip: NoticeStripWidget) -> None:
    strip.show_notice(Notice("12 keys are missing.", details="fc.weight\nfc.bias"))
    settle()
    widget, before = strip.notices[0], strip.height()
    assert not widget.details.isVisible()
    QTest.mouseClick(widget.details_button, LEFT)
    settle()
    assert widget.details.isVisible()
    assert widget.details.toPlainText() == "fc.weight\nfc.bias"
    assert strip.height() > before + 30


def test_close_takes_one_away_and_clear_all(strip: NoticeStripWidget) -> None:
    chosen = Heard(strip.action_chosen)
    for text in ("One.", "Two.", "Three."):
        strip.show_notice(Notice(text))
    QTest.mouseClick(strip.notices[1].close_button, LEFT)
    assert sentences(strip) == ["Three.", "One."]
    strip.clear()
    assert sentences(strip) == []
    assert chosen.said == []


def test_an_information_goes_by_itself_an_error_stays(
    strip: NoticeStripWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_strip, "INFO_MS", 20)
    strip.show_notice(Notice("It failed.", Severity.ERROR))
    strip.show_notice(Notice("The depth was resized.", Severity.INFO))
    qtbot.waitUntil(lambda: sentences(strip) == ["It failed."])


def test_details_being_read_are_not_taken_away(
    strip: NoticeStripWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_strip, "INFO_MS", 20)
    strip.show_notice(Notice("Read this.", Severity.INFO, "details"))
    strip.notices[0].details_button.setChecked(True)
    qtbot.wait(80)
    assert sentences(strip) == ["Read this."]


def test_the_history_has_what_was_said_with_its_details(qtbot: QtBot) -> None:
    times = iter((datetime(2026, 3, 4, 9, 5, 1), datetime(2026, 3, 4, 9, 5, 2)))
    notices = Notices(lambda: next(times))
    notices.tell("The depth was resized.", "warning", subject=Subject.FRAME)
    notices.forget(Subject.FRAME)
    notices.fail(UserError("12 keys are missing.", "fc.weight"))
    dialog = NoticeHistory(notice_rows(notices.history))
    qtbot.addWidget(dialog)
    rows = [dialog.list.topLevelItem(at) for at in range(dialog.list.topLevelItemCount())]
    assert [row.text(0) for row in rows] == ["09:05:02", "09:05:01"]
    assert [row.text(1) for row in rows] == ["error", "warning"]
    assert dialog.text.toPlainText() == "09:05:02  12 keys are missing.\n\nfc.weight"
    dialog.list.setCurrentItem(rows[1])
    dialog.copy()
    assert QApplication.clipboard().text() == "09:05:01  The depth was resized."
