"""A frame that cannot be segmented: every view that would show something of it says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from session_support import make_frame, make_result
from views_support import FakeCloud, field_maps, legend_rows, probe_card

from sgnet_viewer.render.no_result import NO_ANSWER, NO_USABLE_DEPTH, why_no_result
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.status import status_line
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.result import FrameAnswers
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings
from sgnet_viewer.views.explain.explain_panel import NOTHING
from sgnet_viewer.views.live.live_plot import SpreadPlot
from sgnet_viewer.views.picture.legend_view import LegendWidget
from sgnet_viewer.views.picture.readout_bar import ReadoutBar
from sgnet_viewer.views.probes.layer_strip import LayerStrip
from sgnet_viewer.views.probes.probe_cards import ProbeCards
from sgnet_viewer.views.window.main_window import MainWindow

FLAT = make_frame(depth=False)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (FrameAnswers(), ""),
        (FrameAnswers(FLAT), NO_USABLE_DEPTH),
        (FrameAnswers(FLAT, live=True), NO_USABLE_DEPTH),
        (FrameAnswers(make_frame(), awaited=True), ""),
        (FrameAnswers(make_frame()), NO_ANSWER),
        (FrameAnswers(make_frame(), live=True), ""),  # the network is being loaded
        (FrameAnswers(make_frame(), make_result()), ""),
    ],
)
def test_the_reason(answers: FrameAnswers, reason: str) -> None:
    assert why_no_result(answers) == reason
    status = status_line(DocumentValue(), answers)
    assert ("" if status is None else status.no_result) == reason


def test_the_picture_says_it_too() -> None:
    settings = ViewSettings(mode=PictureMode.OVERLAY)
    assert compose_picture(FLAT, None, settings).note == NO_USABLE_DEPTH
    assert compose_picture(make_frame(), None, settings).note != NO_USABLE_DEPTH


@pytest.mark.parametrize(
    ("make", "fill", "empty"),
    [
        (LegendWidget, lambda view: view.set_rows(legend_rows()), lambda view: view.set_rows(())),
        (LayerStrip, lambda view: view.set_maps(field_maps()), lambda view: view.set_maps(())),
        (
            ProbeCards,
            lambda view: view.set_cards((probe_card(),), 1),
            lambda view: view.set_cards((), 0),
        ),
    ],
)
def test_a_panel_says_it_where_it_would_invite(
    qtbot: QtBot, make: Callable[[], Any], fill: Callable[[Any], None], empty: Callable[[Any], None]
) -> None:
    view = make()
    qtbot.addWidget(view)
    view.show()
    invitation = said(view)
    view.set_no_result(NO_USABLE_DEPTH)
    assert NO_USABLE_DEPTH in said(view)
    fill(view)
    assert NO_USABLE_DEPTH not in said(view)
    empty(view)
    assert NO_USABLE_DEPTH in said(view)
    view.set_no_result("")
    assert said(view) == invitation


def said(view: Any) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_the_line_under_the_picture_and_the_plot_say_it(qtbot: QtBot) -> None:
    for view in (ReadoutBar(), SpreadPlot()):
        qtbot.addWidget(view)
        view.resize(400, 100)
        invitation = view.grab().toImage()
        view.set_no_result(NO_USABLE_DEPTH)
        assert view.grab().toImage() != invitation
        view.set_no_result("")
        assert view.grab().toImage() == invitation


def test_the_window_hands_it_to_all_of_them(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(FakeCloud(), settings)
    qtbot.addWidget(window)
    window.set_status(status_line(DocumentValue(), FrameAnswers(FLAT)))
    for view in (window.legend, window.layers, window.card, window._explain):
        texts = [label.text() for label in view.findChildren(QLabel)]
        assert NO_USABLE_DEPTH in texts
    assert window._readout._idle == window.spread._no_result == NO_USABLE_DEPTH
    window.set_status(None)
    assert window.spread._no_result == ""
    assert window._explain.sentence.text() == NOTHING
