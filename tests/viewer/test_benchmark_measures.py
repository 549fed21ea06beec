"""The benchmark's own arithmetic: figures and targets, memory, the pulse of the event loop."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sgnet_model.types import UserError
from sgnet_viewer.benchmark.gui_meter import GuiMeter, PaintWatch
from sgnet_viewer.benchmark.measure import Measure, table
from sgnet_viewer.benchmark.memory import MemoryWatch, descendants, memory_of
from sgnet_viewer.benchmark.script import Script, Waiting

MIB = 2**20


def test_the_median_is_held_against_the_target() -> None:
    fast = Measure("click", "a click", "ms", (50.0, 10.0, 20.0), 33)
    assert (fast.figure, fast.met) == (20.0, True)
    slowest = Measure("click", "a click", "ms", (50.0, 10.0, 20.0), 33, worst=True)
    assert (slowest.figure, slowest.met) == (50.0, False)
    rate = Measure("fps", "frames", "1/s", (9.0, 7.0), 8, "higher", worst=True)
    assert (rate.figure, rate.met) == (7.0, False)
    assert Measure("told", "only told", "MB", (1.0,)).met is None


def test_a_row_holds_all_and_reads_well() -> None:
    rows = [
        Measure("click", "click to taps", "ms", (50.0, 10.0, 20.0), 33).row(),
        Measure("fps", "frames", "1/s", (7.25,), 8, "higher").row(),
        Measure("told", "only told", "MB", (900.4,)).row(),
    ]
    assert rows[0]["samples"] == [50.0, 10.0, 20.0]
    assert (rows[0]["figure"], rows[0]["lowest"], rows[0]["highest"]) == (20.0, 10.0, 50.0)
    assert table(rows).splitlines()[2:] == [
        "| click to taps | 20 ms | 10-50 | at most 33 | yes |",
        "| frames | 7.25 1/s | 7.25-7.25 | at least 8 | no |",
        "| only told | 900.4 MB | 900.4-900.4 |  |  |",
    ]


def hold(megabytes: int, ready: Callable[[], None]) -> None:
    """A child's work: memory that is really used, until it is ended."""
    kept = np.ones(megabytes * MIB, np.uint8)
    ready()
    time.sleep(60 + kept[0])


def test_memory_counts_the_children() -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=hold, args=(64, ready.set))
    before = memory_of(os.getpid())
    child.start()
    try:
        assert ready.wait(60)
        assert child.pid in descendants(os.getpid())
        watch = MemoryWatch(os.getpid(), every_s=0.01)
        deadline = time.monotonic() + 30
        while not watch.samples and time.monotonic() < deadline:
            time.sleep(0.01)
        peak = watch.stop()
    finally:
        child.kill()
        child.join()
    assert before is not None
    assert peak is not None
    assert peak.own > before.own + 64
    assert peak.shared_out > peak.own
    assert peak.resident >= peak.shared_out
    assert child.pid not in descendants(os.getpid())


def test_a_process_that_is_gone_has_no_memory() -> None:
    assert memory_of(2**22 + 1) is None


def test_the_meter_finds_the_block(qtbot: QtBot) -> None:
    parent = QObject()
    meter = GuiMeter(parent)
    qtbot.wait(30)
    meter.start()
    qtbot.wait(30)
    calm = meter.read()
    deadline = time.perf_counter() + 0.12
    while time.perf_counter() < deadline:
        pass
    qtbot.wait(20)
    work = meter.read()
    assert work.block >= max(100, calm.block)
    assert work.gui > calm.gui


def test_paint_is_noted_once_it_is_over(qtbot: QtBot) -> None:
    painting: list[float] = []

    class Slow(QWidget):
        def paintEvent(self, _: object) -> None:
            time.sleep(0.02)
            painting.append(time.perf_counter())

    widget = Slow()
    qtbot.addWidget(widget)
    watch = PaintWatch(widget)
    assert watch.at < 0
    widget.show()
    qtbot.waitUntil(lambda: watch.at > 0)
    assert watch.at >= painting[0]


def test_a_script_waits_for_what_it_yields(qtbot: QtBot) -> None:
    said: list[object] = []
    state = {"there": False}

    def steps() -> Waiting:
        said.append("begun")
        yield lambda: state["there"]
        said.append("there")

    parent = QObject()
    script = Script(steps(), said.append, parent)
    qtbot.waitUntil(lambda: said == ["begun"])
    qtbot.wait(20)
    assert said == ["begun"]
    state["there"] = True
    qtbot.waitUntil(lambda: said == ["begun", "there", None])
    assert script.parent() is parent


def test_a_script_that_fails_or_waits_too_long_says_so(qtbot: QtBot) -> None:
    said: list[Exception | None] = []

    def broken() -> Waiting:
        yield lambda: True
        raise RuntimeError("no probe")

    def stuck() -> Waiting:
        yield lambda: False

    parent = QObject()
    scripts = [Script(broken(), said.append, parent), Script(stuck(), said.append, parent, 0.05)]
    qtbot.waitUntil(lambda: len(said) == len(scripts))
    assert {type(error) for error in said} == {RuntimeError, UserError}
