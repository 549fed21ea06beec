"""What every test gets: real frames where they lie, a fixed seed, and a watch over what it leaves.

A test that leaves a thread, a process or a window behind fails; so does one that skips for a
reason which is not expected on this machine (`skip_policy`).
"""

from __future__ import annotations

import os

# Before torch, OpenCV or Open3D are imported: two threads are what the smallest machine has.
os.environ.setdefault("OMP_NUM_THREADS", str(min(2, os.cpu_count() or 1)))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # windows need no screen

import functools
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from skip_policy import DATA_ABSENT, SHARED_DATA, unexpected

import sgnet_model  # noqa: F401  before torch: on busy cores, waiting threads shall sleep

PATIENCE_MS = 60_000  # what a busy machine may take for what an idle one does at once
GRACE_S = 30.0  # what a thread or a process that was told to end may take

pytest_plugins = ["pytester"]


@dataclass(frozen=True, slots=True)
class NyuPaths:
    """One real NYUv2 frame, 640x480. Its intrinsics stand in the README of the shared data."""

    name: str
    folder: Path

    @property
    def rgb(self) -> Path:
        """uint8 colour."""
        return self.folder / "rgb.png"

    @property
    def depth(self) -> Path:
        """uint16 raw depth, millimetres, 0 = hole."""
        return self.folder / "depth_raw_mm.png"

    @property
    def labels(self) -> Path:
        """uint8 NYU40 labels, 0 = void, 1..40."""
        return self.folder / "label40.png"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real frames beside the project; the test skips where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(DATA_ABSENT)
    return SHARED_DATA


@pytest.fixture(params=["0001", "0433"])
def nyu_frame(request: pytest.FixtureRequest, shared_data: Path) -> NyuPaths:
    """Each of the two real NYUv2 frames in turn."""
    return NyuPaths(request.param, shared_data / "nyuv2" / request.param)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> Any:
    """pytest-qt's, but waiting for as long as a busy machine may need, not for five seconds."""
    del qapp
    from pytestqt.qtbot import QtBot

    class PatientBot(QtBot):
        pass

    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        wait = functools.partialmethod(getattr(QtBot, name), timeout=PATIENCE_MS)
        setattr(PatientBot, name, wait)
    return PatientBot(request)


@pytest.fixture(autouse=True)
def fixed_seed() -> None:
    """The same numbers in every run; torch only where somebody imported it already."""
    random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails the test that leaves a thread, a child process or an open window behind.

    What fixtures of a wider scope hold is there before the test, and is not counted.
    """
    before = {watch: set(watch()) for watch in (_threads, _processes, _windows)}
    hidden = set(_top_widgets())
    yield
    for watch, known in before.items():
        left = _left_after_grace(watch, known)
        if left:
            pytest.fail(f"left behind: {', '.join(map(repr, left))}", pytrace=False)
    _delete_closed_windows(hidden)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns a skip of a test that nobody expects here into a failure."""
    report = yield
    _refuse_unexpected_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a file that skips while it is read."""
    report = yield
    _refuse_unexpected_skip(report)
    return report


def _refuse_unexpected_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    complaint = unexpected(reason.removeprefix("Skipped: "))
    if complaint:
        report.outcome = "failed"
        report.longrepr = complaint


def _left_after_grace(watch: Callable[[], list[Any]], known: set[Any]) -> list[Any]:
    deadline = time.monotonic() + GRACE_S
    while (left := [one for one in watch() if one not in known]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def _threads() -> list[Any]:
    """Daemons of libraries may stay, ours may not."""
    return [
        thread
        for thread in threading.enumerate()
        if not thread.daemon or thread.name.startswith("sgnet-")
    ]


def _processes() -> list[Any]:
    return list(multiprocessing.active_children())


def _windows() -> list[Any]:
    """Visible windows; those that pytest-qt knows are closed by now."""
    return [widget for widget in _top_widgets() if widget.isVisible()]


def _top_widgets() -> list[Any]:
    """All windows, closed ones too; empty without a QApplication."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return [widget for widget in widgets.QApplication.topLevelWidgets() if not widget.parent()]


def _delete_closed_windows(known: set[Any]) -> None:
    """A window that is closed but not deleted would still listen to the application's signals."""
    new = [widget for widget in _top_widgets() if widget not in known]
    for widget in new:
        widget.deleteLater()
    if new:
        core = sys.modules["PySide6.QtCore"]
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
