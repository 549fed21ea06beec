"""Around the window: hooks for exceptions, the first paint, the screenshot, quiet import."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QtMsgType
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sgnet_model.types import UserError
from sgnet_viewer.launch.screenshot import Screenshot
from sgnet_viewer.launch.startup import AfterFirstPaint, exceptions_noticed, log_qt
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.state.notices import Notices, Report

PATIENCE_MS = 60_000


class Ending:
    """How a screenshot ended."""

    def __init__(self) -> None:
        self.ends: list[UserError | None] = []

    def __call__(self, error: UserError | None) -> None:
        self.ends.append(error)


def picture() -> QPixmap:
    pixmap = QPixmap(30, 20)
    pixmap.fill(QColor("red"))
    return pixmap


def shot(
    path: Path, complete: Callable[[], bool], ending: Ending, timeout_s: float = 9
) -> Screenshot:
    return Screenshot(path, complete, picture, ending, timeout_s)


def test_a_screenshot_is_taken_once_all_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    ending, complete = Ending(), [False]
    screenshot = shot(tmp_path / "a.png", lambda: complete[0], ending)
    screenshot.look()
    qtbot.wait(300)
    assert ending.ends == []
    complete[0] = True
    screenshot.look()
    qtbot.waitUntil(lambda: bool(ending.ends), timeout=PATIENCE_MS)
    assert ending.ends == [None]
    assert QPixmap(str(tmp_path / "a.png")).size() == picture().size()


def test_a_screenshot_waits_on_when_something_changes_meanwhile(
    qtbot: QtBot, tmp_path: Path
) -> None:
    ending, complete = Ending(), [True]
    screenshot = shot(tmp_path / "a.png", lambda: complete[0], ending)
    screenshot.look()
    complete[0] = False
    qtbot.wait(300)
    assert ending.ends == []


@pytest.mark.usefixtures("qtbot")
def test_a_failure_ends_it_once(tmp_path: Path) -> None:
    ending = Ending()
    screenshot = shot(tmp_path / "a.png", lambda: False, ending)
    screenshot.fail(UserError("No depth."))
    screenshot.fail(UserError("Again."))
    assert [str(error) for error in ending.ends] == ["No depth."]


def test_a_window_that_is_never_complete_is_given_up(qtbot: QtBot, tmp_path: Path) -> None:
    ending = Ending()
    screenshot = shot(tmp_path / "a.png", lambda: False, ending, timeout_s=0.05)
    qtbot.waitUntil(lambda: bool(ending.ends), timeout=PATIENCE_MS)
    assert "not complete after" in str(ending.ends[0])
    screenshot.look()


def test_a_place_that_cannot_be_written_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    ending = Ending()
    screenshot = shot(tmp_path / "no" / "a.png", lambda: True, ending)
    screenshot.look()
    qtbot.waitUntil(lambda: bool(ending.ends), timeout=PATIENCE_MS)
    assert "cannot be written" in str(ending.ends[0])


def test_a_picture_that_cannot_be_made_leaves_the_old_one(qtbot: QtBot, tmp_path: Path) -> None:
    ending, path = Ending(), tmp_path / "a.png"
    path.write_bytes(b"old")
    screenshot = Screenshot(path, lambda: True, QPixmap, ending, 9)  # an empty one
    screenshot.look()
    qtbot.waitUntil(lambda: bool(ending.ends), timeout=PATIENCE_MS)
    assert "cannot be made" in str(ending.ends[0])
    assert path.read_bytes() == b"old"


def test_on_a_full_disk_the_old_screenshot_stays(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, path = Ending(), tmp_path / "a.png"
    path.write_bytes(b"old")

    def half_written(partial: Path, data: bytes) -> int:
        with partial.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    screenshot = shot(path, lambda: True, ending)
    screenshot.look()
    qtbot.waitUntil(lambda: bool(ending.ends), timeout=PATIENCE_MS)
    assert "cannot be written (No space left" in str(ending.ends[0])
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_what_follows_the_first_paint_comes_once_and_after_it(qtbot: QtBot) -> None:
    events: list[str] = []

    class Painted(QWidget):
        def paintEvent(self, _: object) -> None:
            events.append("painted")

    widget = Painted()
    qtbot.addWidget(widget)
    AfterFirstPaint(widget, lambda: events.append("then"))
    widget.show()
    qtbot.waitUntil(lambda: "then" in events, timeout=PATIENCE_MS)
    widget.repaint()
    qtbot.wait(50)
    assert events[0] == "painted"
    assert events.count("then") == 1


def test_exceptions_of_every_thread_become_notices(qtbot: QtBot) -> None:
    notices, reports = Notices(), list[Report]()
    notices.added.connect(reports.append)
    before = sys.excepthook, threading.excepthook

    def fail() -> None:
        raise RuntimeError("in a thread")

    with exceptions_noticed(notices, GuiPost()):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        error = ValueError("on the GUI thread")
        sys.excepthook(ValueError, error, None)
        qtbot.waitUntil(lambda: len(reports) == 2, timeout=PATIENCE_MS)
    assert "RuntimeError: in a thread" in reports[0].text
    assert "in fail" in reports[0].details
    assert "ValueError: on the GUI thread" in reports[1].text
    assert (sys.excepthook, threading.excepthook) == before


def test_nothing_is_run_after_the_post_is_closed(qtbot: QtBot) -> None:
    ran: list[int] = []
    post = GuiPost()
    post(lambda: ran.append(1))
    qtbot.waitUntil(lambda: ran == [1], timeout=PATIENCE_MS)
    post(lambda: ran.append(2))
    post.close()
    qtbot.wait(50)
    assert ran == [1]


def test_qts_remarks_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sgnet_viewer.qt"):
        log_qt(QtMsgType.QtWarningMsg, None, "no propagateSizeHints")  # type: ignore[arg-type]
        log_qt(QtMsgType.QtCriticalMsg, None, "out of memory")  # type: ignore[arg-type]
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "no propagateSizeHints"),
        ("ERROR", "out of memory"),
    ]


def test_torch_imported_quietly_works_and_collection_goes_on() -> None:
    code = (
        "import gc, sys; from sgnet_viewer.runtime.importing import import_torch;"
        "import_torch(); import torch;"
        "print('torch' in sys.modules, gc.isenabled(), gc.get_freeze_count() > 10_000,"
        "float(torch.ones(2) @ torch.ones(2)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert ran.stdout.split() == ["True", "True", "True", "2.0"]


def test_a_thread_that_hangs_does_not_keep_the_process() -> None:
    code = (
        "import threading; from sgnet_model.types import UserError;"
        "from sgnet_viewer.launch.startup import leave_by_force;"
        "threading.Thread(target=threading.Event().wait).start();"
        "leave_by_force(UserError('No result.'), ('sgnet-frames', 'sgnet-films'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=False
    )
    said = "No result.\nLeft without waiting for sgnet-films.\n"  # its file is not there
    assert (ran.returncode, ran.stderr) == (2, said)


def test_threads_soon_leave_the_interpreter_to_the_window() -> None:
    code = (
        "import sys; from dataclasses import replace; from sgnet_viewer.cli.entry import parse;"
        "from sgnet_viewer.launch.startup import run;"
        "options = replace(parse([]), keep_settings=False);"
        "run(options, lambda _: sys.exit(round(1e5 * sys.getswitchinterval())))"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, timeout=120, check=False)
    assert ran.returncode == 100  # hundredths of a millisecond: a fifth of what is usual
