"""The whole window with a stream: real clicks and keys, a real small network, scripted faults."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from live_support import STEADY, ScriptedSource
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from scripted import ScriptedCamera, frame, picture, unplug
from window_support import PATIENCE_MS, Screen, write_checkpoint

from sgnet_model.resources import samples
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.contract.live import LiveState
from sgnet_viewer.controllers.live import LiveController
from sgnet_viewer.live.capture import CaptureTimeouts
from sgnet_viewer.recording.recorder import Recorder
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.options import Options

SIZE = (96, 128)
PAUSE_S = 0.03  # between two frames, as of a camera


def good(camera: ScriptedCamera, timeout_s: float) -> LiveFrame | None:
    """A frame, after the pause of a camera."""
    camera.closed.wait(PAUSE_S)
    return picture(size=SIZE, focal=100.0)(camera, timeout_s)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("weights") / "small.safetensors")


class LiveScreen(Screen):
    """A window that streams a script."""

    def run(
        self, source: ScriptedSource, timeouts: CaptureTimeouts = STEADY, every: bool = False
    ) -> None:
        live: Any = self.application.live
        live.open = lambda _: live.run(source, every, timeouts)
        self.show()

    @property
    def shown(self) -> int:
        stream = self.application.live.stream
        return 0 if stream is None else stream.meters.counts.shown

    def until_shown(self, frames: int) -> None:
        self.until(lambda: self.shown >= frames)

    @property
    def state(self) -> LiveState | None:
        model = self.window.live_bar._model
        return None if model is None else model.state


@pytest.fixture
def screen(qtbot: QtBot, checkpoint: Path) -> Iterator[LiveScreen]:
    options = Options(
        network=NetworkChoice(checkpoint, "cpu", SIZE),
        given=frozenset({"checkpoint", "device", "size"}),
        window_size=(1280, 800),
        keep_settings=False,
        live=LiveOptions(),
    )
    screen = LiveScreen(qtbot, options)
    yield screen
    screen.close()


def endless(**settings: Any) -> ScriptedSource:
    return ScriptedSource([good], repeat=True, **settings)


def test_a_stream_fills_every_view(screen: LiveScreen) -> None:
    screen.run(endless())
    screen.until_shown(3)
    screen.until(lambda: len(screen.running.cloud.shown or ()) > 0)
    screen.until(lambda: len(screen.window.layers.buttons) == 12)
    screen.until(lambda: bool(screen.window.card.cards))
    screen.until(lambda: screen.window.legend._model.rows != ())
    assert screen.state is LiveState.LIVE
    assert screen.window._spread.isVisible()
    figures = screen.window._live_bar._figures
    screen.until(lambda: ("valid depth", "100 %") in [column[:2] for column in figures._columns])


def test_space_freezes_a_click_probes_and_the_cloud_is_made_in_full(screen: LiveScreen) -> None:
    screen.run(endless())
    screen.until_shown(2)
    QTest.keyClick(screen.window, Qt.Key.Key_Space)
    assert screen.state is LiveState.FROZEN
    frame = screen.application.session.frame
    assert frame is not None
    valid = int((frame.depth_m > 0).sum())
    screen.until(lambda: len(screen.running.cloud.shown or ()) == valid)
    canvas = screen.window.picture.canvas
    where = canvas.to_viewport(30, 40).toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    probes = screen.window.picture._marks._marks.probes
    assert (30, 40) in [(probe.u, probe.v) for probe in probes]
    assert screen.application.session.frame is frame
    before = screen.shown
    QTest.keyClick(screen.window, Qt.Key.Key_Period)
    screen.until(lambda: screen.shown == before + 1)
    assert screen.state is LiveState.FROZEN
    QTest.keyClick(screen.window, Qt.Key.Key_Space)
    screen.until_shown(before + 4)


def test_an_unplugged_camera_comes_back(screen: LiveScreen) -> None:
    pulled = threading.Event()

    def good_until_pulled(camera: ScriptedCamera, timeout_s: float) -> LiveFrame | None:
        return (unplug() if pulled.is_set() else good)(camera, timeout_s)

    source = ScriptedSource([good_until_pulled], [good], repeat=True)
    screen.run(source, replace(STEADY, back_off_s=(60.0,)))
    screen.until_shown(2)
    pulled.set()
    image = screen.window.picture.canvas._image
    screen.until(lambda: screen.state is LiveState.LOST and image.opacity() < 1)
    assert "Lost" in screen.window.picture.labels.message.text()
    QTest.mouseClick(screen.window.live_bar.hurry_button, Qt.MouseButton.LeftButton)
    screen.until(lambda: screen.state is LiveState.LIVE and image.opacity() == 1)
    assert source.reopened == ["S1"]
    assert source.kind.cameras[0].closes == 1


def test_a_killed_renderer_does_not_stop_the_stream(screen: LiveScreen) -> None:
    screen.run(endless())
    screen.until(lambda: screen.running.cloud._screen.scene is not None)
    (renderer,) = multiprocessing.active_children()
    assert renderer.pid is not None
    os.kill(renderer.pid, signal.SIGKILL)
    restart = screen.running.cloud.findChild(QPushButton, "cloudRestart")
    screen.until(restart.isVisible)
    screen.until_shown(screen.shown + 3)
    QTest.mouseClick(restart, Qt.MouseButton.LeftButton)
    screen.until(lambda: not restart.isVisible() and bool(multiprocessing.active_children()))


def test_the_window_closes_in_the_middle_of_a_frame_and_a_hanging_driver_is_left(
    screen: LiveScreen,
) -> None:
    source = endless(hangs=True)
    screen.run(source, replace(STEADY, hung_s=30.0))  # a read may be slow on a busy machine
    screen.until_shown(1)
    (camera,) = source.kind.cameras
    screen.window.close()
    assert screen.running.close(60) == ()  # nothing of ours is left
    assert camera.closes == 1
    names = {thread.name for thread in threading.enumerate()}
    assert not {name for name in names if name.startswith(("sgnet-live", "sgnet-camera"))}
    assert "sgnet-close-S1" in names  # the driver's, which hangs yet
    camera.let_go.set()


def test_opening_a_frame_ends_the_stream(screen: LiveScreen, shared_sample: str) -> None:
    source = endless()
    screen.run(source)
    screen.until_shown(1)
    screen.application.frames.open_sample(shared_sample)
    screen.until(lambda: screen.application.session.frames is not None)
    assert screen.application.live.stream is None
    screen.until(lambda: source.kind.cameras[0].closes == 1)
    screen.until(lambda: screen.application.session.result is not None)
    assert screen.state is None


def test_a_dropped_video_is_streamed(screen: LiveScreen, tmp_path: Path) -> None:
    screen.run(endless())
    screen.until_shown(1)
    stream, live = screen.application.live.stream, screen.application.live
    live.open = partial(LiveController.open, live)  # as it was before the script
    screen.window.dropped.emit([str(film(tmp_path / "film.avi"))])
    screen.until(lambda: screen.application.live.stream is not stream and screen.shown >= 2)
    shown = screen.application.session.frame
    assert shown is not None
    assert (shown.size, shown.depth_m) == (SIZE, None)
    assert str(tmp_path / "film.avi") in screen.application.settings.recent()[0]


@pytest.fixture
def shared_sample() -> str:
    return samples()[0]


def test_a_recording_is_streamed_measured_and_pictured_by_the_command(
    record: Callable[[int], Path], checkpoint: Path, tmp_path: Path
) -> None:
    stats, shot = tmp_path / "stats.json", tmp_path / "window.png"
    words = ["--checkpoint", str(checkpoint), "--device", "cpu", "--size", "96x128"]
    words += ["--window-size", "1280x720", "--screenshot", str(shot), "live"]
    words += ["--source", str(record(12)), "--every-frame", "--once", "--stats", str(stats)]
    assert main_in_a_process(words) == 0
    found = json.loads(stats.read_text())
    assert (found["captured"], found["inferred"], found["shown"]) == (12, 12, 12)
    assert found["dropped"] == 0
    assert found["latency_ms"] > 0
    image = QImage(str(shot))
    assert (image.width(), image.height()) == (1280, 720)


def test_a_video_without_depth_is_pictured_and_not_inferred(
    checkpoint: Path, tmp_path: Path
) -> None:
    stats, shot = tmp_path / "stats.json", tmp_path / "window.png"
    video = film(tmp_path / "film.avi")
    words = ["--checkpoint", str(checkpoint), "--device", "cpu", "live", "--source", str(video)]
    words += ["--every-frame", "--once", "--stats", str(stats), "--screenshot", str(shot)]
    assert main_in_a_process(words) == 0
    found = json.loads(stats.read_text())
    assert (found["captured"], found["inferred"], found["shown"]) == (10, 0, 10)
    assert shot.is_file()


def film(path: Path) -> Path:
    """Ten frames of a video."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, SIZE[::-1])
    for grey in range(10):
        writer.write(np.full((*SIZE, 3), 20 * grey, np.uint8))
    writer.release()
    return path


@pytest.fixture
def record(tmp_path: Path) -> Callable[[int], Path]:
    """Writes a recording of so many small frames."""

    def make(frames: int) -> Path:
        folder = tmp_path / "recording"
        recorder = Recorder(folder, "a test")
        for number in range(frames):
            recorder.put(frame(number, size=SIZE, focal=100.0))
        recorder.close(30.0)
        return folder

    return make


def main_in_a_process(words: list[str]) -> int:
    """A QApplication of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "sgnet_viewer", *words], timeout=PATIENCE_MS / 1000 * 3, check=False
    )
    return run.returncode
