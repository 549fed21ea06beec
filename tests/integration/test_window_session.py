"""The whole window, used with real clicks and keys: open, probe, look, recover, close."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from window_support import (
    HEIGHT,
    PATIENCE_MS,
    WIDTH,
    Screen,
    options_for,
    write_checkpoint,
    write_pair,
)

from sgnet_model.cli.entry import main as sgnet_model
from sgnet_model.inspection.probe import probe
from sgnet_viewer.contract.cloud import CloudViewpoint
from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.contract.window import Notice
from sgnet_viewer.state.view_settings import ALL_LAYERS, PictureMode
from sgnet_viewer.views.picture.legend_model import ROW_ROLE

LEFT = Qt.MouseButton.LeftButton
TICK = 10  # pixels from a legend row's left edge


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("weights") / "small.safetensors")


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, checkpoint: Path) -> Iterator[Screen]:
    """An open window whose result and cloud are drawn."""
    screen = Screen(qtbot, options_for(write_pair(tmp_path), checkpoint))
    screen.show().until_drawn()
    yield screen
    screen.close()


def click_pixel(screen: Screen, u: int, v: int) -> None:
    canvas = screen.window.picture.canvas
    QTest.mouseClick(canvas.viewport(), LEFT, pos=canvas.to_viewport(u, v).toPoint())


def drawn(screen: Screen) -> tuple[ProbeMarks, ...]:
    """What the picture's widget draws, by number."""
    marks: tuple[ProbeMarks, ...] = screen.window.picture._marks._marks.probes
    return tuple(sorted(marks, key=lambda probe: probe.number))


def shown_image(screen: Screen) -> np.ndarray:
    model = screen.window.picture._model
    assert model is not None
    image: np.ndarray = model.image
    return image


def notices(screen: Screen) -> list[Notice]:
    return [widget.notice for widget in screen.window.notices.notices]


def test_a_click_shows_the_taps_that_the_model_reports_without_another_run(screen: Screen) -> None:
    assert screen.loader.runs == 1
    assert [len(marks.taps) for marks in drawn(screen)] == [1]
    QTest.mouseClick(screen.window.layers.all_button, LEFT)
    click_pixel(screen, 88, 50)
    (marks,) = drawn(screen)
    assert (marks.u, marks.v) == (88, 50)
    result = screen.application.session.result
    assert result is not None
    read = probe(result.prediction, 88, 50, result.frame.depth_m, result.frame.intrinsics)
    assert len(marks.taps) == 12
    for taps, layer in zip(marks.taps, read.layers, strict=True):
        assert taps.layer == layer.name
        assert np.allclose(taps.x, layer.x, atol=1e-3)
        assert np.allclose(taps.y, layer.y, atol=1e-3)
        assert np.allclose(taps.modulation, layer.modulation)
    assert max(abs(taps.x - taps.grid_x).max() for taps in marks.taps) > 0.5
    assert screen.loader.runs == 1


@pytest.mark.parametrize(("u", "v"), [(88, 50), (20, 20)], ids=["near", "far"])
def test_the_probe_saved_is_the_one_the_command_line_prints(
    screen: Screen,
    checkpoint: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    u: int,
    v: int,
) -> None:
    saved = tmp_path / "probe.json"
    monkeypatch.setattr(screen.window, "ask_save", lambda *_: str(saved))
    click_pixel(screen, u, v)
    screen.window.command_chosen.emit("file.save_probe")
    screen.until(saved.exists)
    words = ["probe", "--rgb", str(tmp_path / "rgb.png"), "--depth", str(tmp_path / "depth.png")]
    words += ["--checkpoint", str(checkpoint), "--size", "96x128", "--device", "cpu"]
    assert sgnet_model([*words, "--pixel", f"{u},{v}", "--json"]) == 0
    printed, ours = json.loads(capsys.readouterr().out), json.loads(saved.read_text())
    assert len(ours["layers"]) == 12
    for mine, theirs in zip(ours["layers"], printed["layers"], strict=True):
        assert (mine["name"], mine["index"]) == (theirs["name"], theirs["index"])
        for name in ("x", "y", "dx", "dy", "modulation"):
            assert [tap[name] for tap in mine["taps"]] == pytest.approx(
                [tap[name] for tap in theirs["taps"]], abs=1e-3
            )
        assert mine["spread_m"] == pytest.approx(theirs["spread_m"], abs=1e-3)


def test_arrows_move_the_probe_and_a_pin_keeps_it(screen: Screen) -> None:
    click_pixel(screen, 60, 50)
    QTest.keyClick(screen.window, Qt.Key.Key_Right)
    QTest.keyClick(screen.window, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert [(marks.u, marks.v) for marks in drawn(screen)] == [(61, 40)]
    screen.window.card.pinned.emit()
    click_pixel(screen, 20, 20)
    assert [(marks.u, marks.v, marks.active) for marks in drawn(screen)] == [
        (61, 40, False),
        (20, 20, True),
    ]
    assert screen.loader.runs == 1


def test_a_tick_in_the_legend_hides_a_class_in_picture_and_cloud(screen: Screen) -> None:
    result = screen.application.session.result
    assert result is not None
    rows = screen.window.legend.list
    index = rows.model().index(0, 0)
    row = index.data(ROW_ROLE)
    of_class = result.prediction.labels == row.index
    assert of_class.any()
    hidden = of_class & (result.frame.depth_m > 0)
    place = QPoint(rows.visualRect(index).left() + TICK, rows.visualRect(index).center().y())
    QTest.mouseClick(rows.viewport(), LEFT, pos=place)
    screen.until(lambda: not rows.model().index(0, 0).data(ROW_ROLE).shown)
    assert np.array_equal(shown_image(screen)[of_class], result.frame.rgb[of_class])
    valid = int((result.frame.depth_m > 0).sum())
    assert len(screen.running.cloud.shown or ()) == valid  # grey, and still there
    screen.application.view.change(grey_hidden=False)
    screen.until(lambda: len(screen.running.cloud.shown or ()) == valid - int(hidden.sum()))


def test_a_layer_is_chosen_in_the_strip_and_stepped_by_keys(screen: Screen) -> None:
    buttons = {button.layer: button for button in screen.window.layers.buttons}
    assert len(buttons) == 12
    QTest.mouseClick(buttons["layer2.3"], LEFT)
    assert [taps.layer for taps in drawn(screen)[0].taps] == ["layer2.3"]
    QTest.keyClick(screen.window, Qt.Key.Key_BracketRight)
    assert [taps.layer for taps in drawn(screen)[0].taps] == ["layer3.0"]
    QTest.mouseClick(screen.window.layers.all_button, LEFT)
    assert screen.application.view.settings.layer == ALL_LAYERS
    assert len(drawn(screen)[0].taps) == 12


def test_number_keys_switch_the_view_and_space_bares_the_picture(screen: Screen) -> None:
    frame = screen.application.session.frame
    assert frame is not None
    screen.window.activateWindow()
    for key, mode in ((Qt.Key.Key_1, PictureMode.RGB), (Qt.Key.Key_5, PictureMode.DEPTH)):
        QTest.keyClick(screen.window, key)
        assert screen.application.view.settings.mode is mode
    screen.until(lambda: screen.window.picture._model.bar is not None)
    QTest.keyPress(screen.window, Qt.Key.Key_Space)
    screen.until(lambda: np.array_equal(shown_image(screen), frame.rgb))
    QTest.keyRelease(screen.window, Qt.Key.Key_Space)
    screen.until(lambda: not np.array_equal(shown_image(screen), frame.rgb))


def test_a_click_in_the_cloud_selects_its_pixel(screen: Screen) -> None:
    cloud = screen.running.cloud
    cloud.look_from(CloudViewpoint.SENSOR)
    screen.until(lambda: cloud.is_current)
    before = drawn(screen)[0]
    centre = QPoint(cloud.width() // 2, cloud.height() // 2)
    QTest.mouseClick(cloud, LEFT, pos=centre)
    after = drawn(screen)[0]
    assert (after.u, after.v) != (before.u, before.v)
    # The camera looks along the sensor's axis: the middle is near the picture's middle.
    assert abs(after.u - WIDTH / 2) < WIDTH / 4
    assert abs(after.v - HEIGHT / 2) < HEIGHT / 4


def test_a_killed_renderer_is_said_and_restarts(screen: Screen) -> None:
    (renderer,) = multiprocessing.active_children()
    assert renderer.pid is not None
    os.kill(renderer.pid, signal.SIGKILL)
    cloud = screen.running.cloud
    restart = cloud.findChild(QPushButton, "cloudRestart")
    screen.until(restart.isVisible)
    assert any("Restart" in notice.text for notice in notices(screen))
    click_pixel(screen, 30, 30)
    assert (drawn(screen)[0].u, drawn(screen)[0].v) == (30, 30)
    with screen.qtbot.waitSignal(cloud.ready, timeout=PATIENCE_MS):
        QTest.mouseClick(restart, LEFT)
    screen.until(lambda: not restart.isVisible() and cloud.is_current)
    assert not any("Restart" in notice.text for notice in notices(screen))
    (again,) = multiprocessing.active_children()
    assert again.pid != renderer.pid


def test_another_size_runs_the_network_again_and_keeps_the_probe(screen: Screen) -> None:
    click_pixel(screen, 88, 50)
    screen.application.network.choose_size("64x96")
    screen.until(lambda: screen.application.session.prediction.network_size == (64, 96))
    assert screen.loader.runs == 2
    assert [(marks.u, marks.v) for marks in drawn(screen)] == [(88, 50)]


def test_eight_bit_depth_dropped_on_the_window_is_a_notice_and_the_picture_stays(
    screen: Screen, tmp_path: Path
) -> None:
    pair = write_pair(tmp_path / "eight", eight_bits=True)
    rgb = cv2.imread(pair[0])
    rgb[:, :] = (30, 60, 90)
    cv2.imwrite(pair[0], rgb)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in pair])
    screen.window.dropEvent(
        QDropEvent(
            QPointF(100, 100),
            Qt.DropAction.CopyAction,
            data,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    screen.until(lambda: bool(notices(screen)))
    assert "8-bit" in notices(screen)[0].text
    screen.until(lambda: (shown_image(screen) == (90, 60, 30)).all())
    screen.until(lambda: "depth" in screen.running.cloud._message)
    assert screen.application.session.result is None
    assert screen.loader.runs == 1


def test_a_broken_checkpoint_is_a_notice_and_the_result_stays(
    screen: Screen, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\xff" * 100)
    before = screen.application.session.result
    screen.window.dropped.emit([str(broken)])
    screen.until(lambda: bool(notices(screen)))
    assert "broken.safetensors" in notices(screen)[0].text
    assert screen.application.session.result is before
    screen.application.network.choose_size("64x96")
    screen.until(lambda: screen.application.session.result is not before)


def test_a_folder_is_stepped_through(qtbot: QtBot, tmp_path: Path, checkpoint: Path) -> None:
    for name in ("one", "two"):
        write_pair(tmp_path / name)
    screen = Screen(qtbot, options_for((str(tmp_path),), checkpoint)).show().until_drawn()
    assert not screen.window.frames.isHidden()
    QTest.keyClick(screen.window, Qt.Key.Key_PageDown)
    screen.until(lambda: screen.application.session.index == 1)
    screen.until_drawn()
    assert screen.loader.runs == 2
    screen.close()


def test_segmenting_is_cancelled_and_taken_up_again(
    qtbot: QtBot, tmp_path: Path, checkpoint: Path
) -> None:
    screen = Screen(qtbot, options_for(write_pair(tmp_path), checkpoint)).show()
    screen.until(lambda: screen.application.pool.network.busy)
    screen.window.cancel_requested.emit()
    screen.until(lambda: screen.application.activity.current is None)
    assert screen.application.session.result is None
    (widget,) = screen.window.notices.notices
    assert widget.notice.text.startswith("Cancelled")
    QTest.mouseClick(widget.action_button, LEFT)
    screen.until_drawn()
    screen.close()


def test_the_next_window_looks_as_the_last_one_was_left(
    qtbot: QtBot, tmp_path: Path, checkpoint: Path
) -> None:
    native = QSettings.Format.NativeFormat
    QSettings.setPath(native, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    pair = write_pair(tmp_path / "frame")
    options = replace(options_for(pair, checkpoint), keep_settings=True)
    for mode in (PictureMode.DEPTH, PictureMode.LABELS):
        screen = Screen(qtbot, options).show()
        screen.until(lambda: screen.application.session.frame is not None)  # noqa: B023
        before = screen.application.view.settings.mode
        screen.window.mode_chosen.emit(mode.value)
        screen.close()
    assert before is PictureMode.DEPTH
    assert screen.application.settings.recent() == (pair,)


def test_closing_while_the_network_loads_joins_everything(
    qtbot: QtBot, tmp_path: Path, checkpoint: Path
) -> None:
    screen = Screen(qtbot, options_for(write_pair(tmp_path), checkpoint)).show()
    screen.until(lambda: screen.application.session.frame is not None)
    screen.close()
