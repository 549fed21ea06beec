"""The fixture that several tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from views_support import FakeCloud

from sgnet_viewer.views.window.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """The main window without a renderer, 1200 x 800 pixels, with settings of its own."""
    path = tmp_path_factory.mktemp("settings") / "window.ini"
    window = MainWindow(FakeCloud(), QSettings(str(path), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    yield window
    window.close()
