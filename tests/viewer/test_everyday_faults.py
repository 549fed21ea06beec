"""Things that were wrong in the window once: each would fail on the code of that time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_support import Commanded
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from session_support import (
    FakeFrames,
    FakeView,
    HeldRunner,
    make_frame,
    make_result,
    make_screen,
)
from test_accessibility import pixels
from test_controllers_views import Bench
from test_views_window import fill
from views_support import FakeCloud, Heard, probe_card, settle

from sgnet_model.types import Frame
from sgnet_viewer.commands import network_menu
from sgnet_viewer.contract.live import LiveBarModel, LiveState, TimelineModel
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.render.legend import legend_rows
from sgnet_viewer.render.picture import HIDDEN_RGB, compose_picture
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.frame_rows import FrameRow
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings
from sgnet_viewer.views.kit.icons import application_icon
from sgnet_viewer.views.probes.probe_card import CardWidget
from sgnet_viewer.views.window.main_window import MainWindow


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(qtbot: QtBot, settings: QSettings) -> Iterator[MainWindow]:
    window = MainWindow(FakeCloud(), settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def truth_frame() -> Frame:
    """Predicted are wall, floor and chair; in truth there are floor above and chair below."""
    frame = make_frame(labels=True)
    labels = np.full(frame.size, 2, np.uint8)
    labels[48:] = 3
    labels[:2] = 0
    return replace(frame, labels=labels)


def test_the_pin_shows_its_state_and_unpins(qtbot: QtBot) -> None:
    card = CardWidget()
    qtbot.addWidget(card)
    card.show()
    heard = Heard(card.pinned)
    card.set_card(replace(probe_card(), pinned=True), True)
    assert card.pin_button.isChecked()
    assert card.pin_button.toolTip().startswith("Unpin")
    QTest.mouseClick(card.pin_button, Qt.MouseButton.LeftButton)
    assert heard.said == [()]
    assert card.pin_button.isChecked()  # until the setter says otherwise
    card.set_card(probe_card(), True)
    assert not card.pin_button.isChecked()
    card.set_card(replace(probe_card(), pinned=True), False)
    assert card.pin_button.isVisible()  # a probe that is not active shows it too


def test_truth_and_error_heed_the_class_ticks() -> None:
    frame = truth_frame()
    prediction = make_result(frame).prediction
    shown = ViewSettings(mode=PictureMode.TRUTH)
    hidden = replace(shown, hidden=frozenset({1}))
    image = compose_picture(frame, prediction, hidden).image
    assert (image[10, 10] == HIDDEN_RGB).all()
    assert np.array_equal(image[60], compose_picture(frame, prediction, shown).image[60])
    error = replace(shown, mode=PictureMode.ERROR)
    every = compose_picture(frame, prediction, error)
    some = compose_picture(frame, prediction, replace(error, hidden=frozenset({1})))
    assert some.note != every.note  # what is hidden is not counted
    assert np.array_equal(some.image[60], every.image[60])
    assert not np.array_equal(some.image[10], every.image[10])


def test_in_truth_the_list_is_the_truths() -> None:
    frame = truth_frame()
    prediction = make_result(frame).prediction
    truth = legend_rows(frame, prediction, ViewSettings(mode=PictureMode.TRUTH))
    assert [(row.name, round(row.share, 3)) for row in truth] == [("chair", 0.5), ("floor", 0.479)]
    predicted = legend_rows(frame, prediction, ViewSettings())
    assert {row.name for row in predicted} == {"wall", "floor", "chair"}


def test_a_class_hidden_in_one_set_is_seen_in_the_next() -> None:
    session = Session()
    view = ViewState(document=session.document)
    window: Any = FakeView(parts=True)
    PictureController(window, session, view, make_screen(window, session))
    view.change(hidden=frozenset({1}))
    session.set_frames(FakeFrames(), Target(("other",)))
    assert view.settings.hidden == frozenset()


def test_after_the_full_screen_a_maximised_window_is_maximised(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.showMaximized()
    QApplication.processEvents()
    window.toggle_full_screen()
    assert window.isFullScreen()
    called: list[str] = []
    monkeypatch.setattr(window, "showMaximized", lambda: called.append("maximised"))
    monkeypatch.setattr(window, "showNormal", lambda: called.append("normal"))
    window.toggle_full_screen()
    assert called == ["maximised"]


def rows(count: int) -> tuple[FrameRow, ...]:
    return tuple(FrameRow(index, f"frame {index}") for index in range(count))


def restarted(window: MainWindow, settings: QSettings) -> MainWindow:
    """Closed and opened again: shown small at first, as a maximised window is, then large."""
    size = window.size()
    window.close()
    again = MainWindow(FakeCloud(), settings)
    again.resize(900, 600)
    again.show()
    settle()
    again.resize(size)
    settle()
    again.frames.set_frames(rows(12))
    settle()
    return again


def test_a_panel_is_as_large_after_every_start(settings: QSettings, qapp: QApplication) -> None:
    del qapp
    window = MainWindow(FakeCloud(), settings)
    window.resize(1800, 1000)
    window.show()
    window.frames.set_frames(rows(12))
    settle()
    window.resizeDocks([window._docks.classes], [420], Qt.Orientation.Horizontal)
    window.resizeDocks([window._docks.frames], [330], Qt.Orientation.Vertical)
    settle()
    window._room.keep()
    size = window._docks.frames.size()
    assert size.width() == 420
    for _ in range(3):
        window = restarted(window, settings)
        assert window._docks.frames.size() == size
    window.close()


def test_a_panel_that_was_closed_stays_closed(settings: QSettings, qapp: QApplication) -> None:
    del qapp
    window = MainWindow(FakeCloud(), settings)
    window.show()
    window.frames.set_frames(rows(12))
    settle()
    frames = window._docks.frames
    assert frames.isVisible()
    frames.close()  # its button
    window.frames.set_current(3)
    assert not frames.isVisible()
    window = restarted(window, settings)
    assert not window._docks.frames.isVisible()
    window.toggle_panel("Frames")
    window.frames.set_current(4)
    assert window._docks.frames.isVisible()
    window.close()


def test_a_window_without_a_result_is_no_wider_than_a_small_screen(window: MainWindow) -> None:
    settle()
    assert window.minimumSizeHint().width() < 960
    window.layers.set_maps(())
    settle()
    assert window.minimumSizeHint().width() < 960


def test_a_stream_makes_the_window_no_wider_than_a_small_screen(window: MainWindow) -> None:
    model = LiveBarModel("A camera of a very long name", LiveState.FROZEN, "", 30.0, 8.0, 140.0)
    window.resize(1400, 700)
    window.live_bar.set_model(model)
    window.timeline.set_model(TimelineModel(1234, 5000, 0, 4999, 600.0, 3000.0))
    settle()
    styles = {button.toolButtonStyle() for button in window._live_bar._buttons}
    assert styles == {Qt.ToolButtonStyle.ToolButtonTextBesideIcon}
    assert window.minimumSizeHint().width() <= 960
    window.resize(960, 540)
    settle()
    assert (window.width(), window.height()) == (960, 540)
    bar = window._live_bar
    for button in (bar.freeze_button, bar.step_button, bar.record_button, bar.stop_button):
        corner = button.mapTo(bar, QPoint())
        assert bar.rect().contains(button.rect().translated(corner))
        assert button.toolTip()
    window.resize(1400, 700)
    settle()
    styles = {button.toolButtonStyle() for button in window._live_bar._buttons}
    assert styles == {Qt.ToolButtonStyle.ToolButtonTextBesideIcon}


def test_cuda_is_refused_where_there_is_none(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Torch:
        class cuda:
            @staticmethod
            def is_available() -> bool:
                return False

    monkeypatch.setitem(network_menu.sys.modules, "torch", Torch())  # type: ignore[attr-defined]
    commanded = Commanded(window)
    assert "no CUDA device" in commanded.table.run("network.device.cuda")
    assert commanded.calls == []


def test_the_title_stays_while_frames_stream() -> None:
    session = Session()
    window: Any = FakeView(parts=True)
    screen = make_screen(window, session)
    session.begin_stream()
    for name in ("frame 1", "frame 2"):
        session.stream(make_frame(name), None)
        screen.update()
        assert window.shown["set_title"] == ("Live",)


def test_the_program_has_an_icon(qapp: QApplication) -> None:
    del qapp
    image = application_icon().pixmap(64, 64).toImage()
    assert image.pixelColor(32, 33).lightness() > 240
    assert image.pixelColor(0, 0).alpha() == 0


def test_uncertainty_has_views_of_its_own() -> None:
    frame = make_frame()
    prediction = make_result(frame).prediction
    chances = prediction.probabilities
    view = ViewSettings(mode=PictureMode.PROBABILITY)
    assert "alone" in compose_picture(frame, prediction, view).note
    alone = compose_picture(frame, prediction, replace(view, hidden=frozenset({0, 1})))
    assert alone.bar is not None
    assert alone.bar.title == "probability of chair"
    at = np.unravel_index(chances[2].argmax(), chances[2].shape)
    strongest = np.rint(chances[2][at] * 255).astype(int)
    assert np.abs(alone.image[at].astype(int) - alone.bar.colours[strongest]).max() <= 3
    for mode, title in ((PictureMode.ENTROPY, "entropy / ln C"), (PictureMode.MARGIN, "margin")):
        model = compose_picture(frame, prediction, ViewSettings(mode=mode))
        assert model.bar is not None
        assert (model.bar.title, model.image.shape) == (title, frame.rgb.shape)


def test_the_rarer_views_are_in_the_menu_and_have_keys(window: MainWindow) -> None:
    commanded = Commanded(window)
    titles = [action.text() for action in window._menus.menu("&View/&Uncertainty").actions()]
    assert titles == ["Entropy", "Margin", "Class probability"]
    QTest.keyClicks(window._picture.canvas, "0")
    assert commanded.view.settings.mode is PictureMode.PROBABILITY
    window.set_mode(PictureMode.PROBABILITY)
    modes = window.tools.modes
    assert not any(button.isChecked() for button in modes.buttons.values())
    assert modes.more.isChecked()
    assert modes.more.text() == "Probability"
    window.set_mode(PictureMode.RGB)
    assert (modes.more.text(), modes.more.isChecked()) == ("More", False)


def test_the_last_button_of_the_views_leads_to_the_rarer_ones(window: MainWindow) -> None:
    modes, heard = window.tools.modes, Heard(window.mode_chosen)
    modes.more_modes.entries["entropy"].trigger()
    assert heard.said == ["entropy"]
    assert not modes.more.isChecked()  # the mark follows the setter
    window.set_mode(PictureMode.ENTROPY)
    assert modes.more_modes.entries["entropy"].isChecked()
    window.set_modes_enabled(frozenset({PictureMode.RGB}))
    assert not modes.more.isEnabled()


def test_while_stepping_maps_list_and_cards_stay_and_are_faint() -> None:
    bench = Bench().show()
    views = bench.window.legend, bench.window.layers, bench.window.card
    setters = "set_rows", "set_maps", "set_cards"
    before = [view.shown[setter] for view, setter in zip(views, setters, strict=True)]
    assert all(shown[0] for shown in before)
    counts = [view.called(setter) for view, setter in zip(views, setters, strict=True)]
    frame = make_frame("next")
    bench.session.set_frame(1, frame)
    after = [view.called(setter) for view, setter in zip(views, setters, strict=True)]
    assert after == counts  # nothing collapses
    assert [view.shown["set_stale"] for view in views] == [(True,)] * 3
    bench.session.set_result(make_result(frame, 1))
    assert all(
        view.called(setter) > count
        for view, setter, count in zip(views, setters, counts, strict=True)
    )
    assert [view.shown["set_stale"] for view in views] == [(False,)] * 3


def test_the_cloud_of_the_frame_before_is_faint_until_the_next_one_is_there() -> None:
    bench = Bench().show()
    cloud, held = bench.window.cloud, HeldRunner()
    assert "set_stale" not in cloud.shown
    bench.screen._drawings["cloud"]._runner = held
    bench.session.set_frame(1, make_frame("next"))
    assert cloud.shown["set_stale"] == (True,)
    held.let_go()
    assert cloud.shown["set_stale"] == (False,)


def test_the_cloud_does_not_fade_while_its_own_depth_is_edited() -> None:
    bench = Bench().show()
    bench.screen._drawings["cloud"]._runner = HeldRunner()
    frame = bench.session.frame
    bench.session.set_frame(0, replace(frame, depth_m=frame.depth_m + 1))
    assert "set_stale" not in bench.window.cloud.shown


def test_what_will_not_be_answered_is_not_left_standing() -> None:
    bench = Bench().show()
    bench.session.set_frame(1, make_frame("next"))
    bench.session.give_up()
    assert bench.window.legend.shown["set_rows"] == ((),)
    assert bench.window.layers.shown["set_maps"] == ((),)
    assert bench.window.card.shown["set_cards"][0] == ()


def test_what_is_of_the_frame_before_is_seen_to_be(window: MainWindow) -> None:
    fill(window)
    settle()
    views = window._strip.buttons[0], window._legend.list.viewport(), window._cards
    window.layers.set_stale(True)
    window.legend.set_stale(True)
    window.card.set_stale(True)
    settle()
    faint = [spread_of(view) for view in views]
    for view in (window.layers, window.legend, window.card):
        view.set_stale(False)
    settle()
    assert all(1.2 * of < spread_of(view) for of, view in zip(faint, views, strict=True))


def spread_of(view: QWidget) -> float:
    """How far the pixels differ from each other."""
    return float(pixels(view.grab().toImage()).astype(float).std())
