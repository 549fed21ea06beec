"""`sgnet-viewer ... --screenshot` as a process of its own, without a display."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_support import Screen, options_for, write_checkpoint, write_pair

from sgnet_viewer.launch.startup import Running
from sgnet_viewer.views.probes.probe_cards import ProbeCards

PATIENCE_S = 240


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("weights") / "small.safetensors")


def run_viewer(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Without a display, and with settings and caches of its own."""
    unwanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "sgnet_viewer", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_the_picture_of_the_window_has_its_size_and_content(
    tmp_path: Path, checkpoint: Path
) -> None:
    picture = tmp_path / "window.png"
    ran = run_viewer(
        *("open", *write_pair(tmp_path), "--checkpoint", str(checkpoint), "--size", "96x128"),
        *("--pixel", "88,50", "--layer", "layer1.2", "--screenshot", str(picture)),
        *("--window-size", "1200x750", "--device", "cpu"),
        home=tmp_path,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    image = cv2.imread(str(picture))
    assert image.shape == (750, 1200, 3)
    left, right = image[150:550, 250:750], image[150:350, 850:1150]
    assert left.std() > 20  # the picture, its taps
    assert right.std() > 10  # the cloud on its background
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 500


def test_the_picture_waits_for_the_self_check_of_the_probe(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checkpoint: Path
) -> None:
    badges = []

    def grab(running: Running) -> QPixmap:
        cards = running.window.findChild(ProbeCards)
        assert cards is not None
        badges.append(cards.cards[0].check.text())
        return QPixmap(4, 4)

    monkeypatch.setattr(Running, "_grab", grab)
    monkeypatch.setattr(QApplication, "quit", lambda: None)
    options = options_for(write_pair(tmp_path), checkpoint)
    options = replace(options, pixel=(88, 50), screenshot=tmp_path / "window.png")
    screen = Screen(qtbot, options).show()
    screen.until(lambda: bool(badges))
    screen.close()
    assert badges == ["✓"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pixel", "500,3"), "outside the picture"),
        (("--layer", "layer9.9"), "layer9.9"),
    ],
)
def test_a_wish_that_cannot_be_granted_ends_with_one_sentence(
    tmp_path: Path, checkpoint: Path, words: tuple[str, ...], said: str
) -> None:
    picture = tmp_path / "window.png"
    ran = run_viewer(
        *("open", *write_pair(tmp_path), "--checkpoint", str(checkpoint), "--size", "96x128"),
        *("--screenshot", str(picture), *words),
        home=tmp_path,
    )
    assert ran.returncode == 2
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not picture.exists()


def test_refused_depth_ends_with_its_sentence(tmp_path: Path, checkpoint: Path) -> None:
    ran = run_viewer(
        *("open", *write_pair(tmp_path, eight_bits=True), "--checkpoint", str(checkpoint)),
        *("--screenshot", str(tmp_path / "window.png")),
        home=tmp_path,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "8-bit" in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(signal.SIGINT, "Interrupted.\n"), (signal.SIGTERM, "Terminated.\n")],
)
def test_a_signal_closes_the_window_properly(
    tmp_path: Path, checkpoint: Path, number: signal.Signals, sentence: str
) -> None:
    # Without depth the network stays out of it: importing torch cannot be broken off, and on a busy
    # machine it takes longer than the window waits for a thread.
    words = ["open", *write_pair(tmp_path, eight_bits=True), "--checkpoint", str(checkpoint)]
    process = subprocess.Popen(
        [sys.executable, "-m", "sgnet_viewer", *words],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    settings = tmp_path / "sgnet-viewer" / "sgnet-viewer.conf"
    deadline = time.monotonic() + PATIENCE_S
    while not settings.exists() and time.monotonic() < deadline:
        time.sleep(0.1)  # it is written once a frame is open
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said) == (128 + number, sentence)
    assert "mode=overlay" in settings.read_text()


def test_nothing_heavy_is_imported_before_the_window_is_painted() -> None:
    code = (
        "import sys, sgnet_viewer.launch.startup;"
        "print([name for name in ('torch', 'open3d', 'h5py', 'scipy') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=True
    )
    assert ran.stdout.strip() == "[]"
