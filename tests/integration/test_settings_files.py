"""Whatever the settings file holds, the window opens, says what it reset, and closes."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot
from window_support import Screen, options_for, write_checkpoint, write_pair

from sgnet_viewer.launch.startup import NAME
from sgnet_viewer.views.window.window_docks import (
    GEOMETRY_KEY,
    STATE_KEY,
    SUM_KEY,
    restore_layout,
    save_layout,
)

GARBAGE = """
[view]
opacity=nan
mode="@ByteArray(\\xff\\xff)"
point_size=@Invalid()
[window]
layout_sum=abc
geometry=@Size(3 4)
state="[[[[", "]]]]"
theme=@Rect(0 0 1 1)
scale=7
dock_sizes="{Classes: [1"
swapped=perhaps
closed_panels=@Size(3 4)
[network]
device="\\0"
size=99999999999999999999x1
checkpoint=@Point(1 2)
[General]
recent=@ByteArray(\\0\\0)
shortcuts="[{}]"
"""


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    native = QSettings.Format.NativeFormat
    QSettings.setPath(native, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    path = Path(QSettings(NAME, NAME).fileName())
    assert path.is_relative_to(tmp_path)
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            GARBAGE.encode(),
            "checkpoint, closed panels, device, dock sizes, layout, mode, opacity, point size, "
            "recent, scale, shortcuts, size, swapped, theme",
        ),
        (b"[window]\nscale=1.25\nswapped=true\ndock_sizes={}\ntheme=dark\n", ""),
        (b"[window]\nstate=@Variant(\\0\\0\\0\\x7f)\n", "everything"),
        (bytes(range(256)) * 20, ""),
    ],
)
def test_the_window_opens_over_any_settings_file(
    qtbot: QtBot, tmp_path: Path, settings_file: Path, content: bytes, said: str
) -> None:
    settings_file.write_bytes(content)
    pair = write_pair(tmp_path / "frame")
    options = options_for(pair, write_checkpoint(tmp_path / "small.safetensors"))
    screen = Screen(qtbot, replace(options, keep_settings=True, given=frozenset()))
    texts = [notice.notice.text for notice in screen.window.notices.notices]
    assert any("were reset" in text and said in text for text in texts) == bool(said)
    screen.show().until_drawn()
    screen.close()


def _window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    for name in ("Classes", "Cloud", "Probes"):
        dock = QDockWidget(name, window)
        dock.setObjectName(name)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    return window


def test_a_damaged_layout_is_removed_before_qt_sees_it(qtbot: QtBot, tmp_path: Path) -> None:
    """Qt ends the program over some of these: bytes of a real layout changed, cut, of any type."""
    store = QSettings(str(tmp_path / "layout.ini"), QSettings.Format.IniFormat)
    window = _window(qtbot)
    window.resize(700, 500)
    save_layout(window, store)
    window.resize(400, 300)
    assert restore_layout(window, store) is True
    assert window.size() == QSize(700, 500)
    real = {key: store.value(key) for key in (GEOMETRY_KEY, STATE_KEY, SUM_KEY)}
    dice = random.Random(5)
    for key in (GEOMETRY_KEY, STATE_KEY):
        for _ in range(50):
            damaged = bytearray(real[key].data())
            damaged[dice.randrange(len(damaged))] ^= 1 + dice.randrange(255)
            cut = damaged[: dice.randrange(len(damaged))]
            for content in (QByteArray(bytes(damaged)), QByteArray(bytes(cut)), "text", 3, [1, 2]):
                for name, value in {**real, key: content}.items():
                    store.setValue(name, value)
                assert restore_layout(window, store) is None
                assert not any(store.contains(name) for name in real)
    assert restore_layout(window, store) is False


def test_two_windows_share_the_settings(settings_file: Path) -> None:
    """Two processes that write at once leave a file that holds what each of them wrote."""
    script = (
        "import sys; from PySide6.QtCore import QSettings;"
        f"store = QSettings({str(settings_file)!r}, QSettings.Format.IniFormat);"
        "[(store.setValue(f'{sys.argv[1]}/{n}', n), store.sync()) for n in range(50)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, name]) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    store = QSettings(str(settings_file), QSettings.Format.IniFormat)
    found = [store.value(f"{name}/{n}") for name in ("one", "two") for n in range(50)]
    assert found == [str(n) for n in range(50)] * 2
