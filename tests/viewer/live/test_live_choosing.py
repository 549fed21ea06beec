"""The chooser's controller: looking in a worker, devices that appear by themselves."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from live_bench import PARTS
from live_support import Desk
from scripted import ScriptedKind, picture
from session_support import FakeView, HeldRunner

from sgnet_model.types import UserError
from sgnet_viewer.app.streams import StreamControllers
from sgnet_viewer.cameras.kinds import CameraKinds, KindReport
from sgnet_viewer.cameras.protocol import CameraOptions, Device, Found
from sgnet_viewer.contract.live import ChoosableDevice
from sgnet_viewer.controllers.live_chooser import ChooserController, choosable
from sgnet_viewer.live.source import NamedSource
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.runtime.worker import Worker
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.notices import Notices

REPORTS = (
    KindReport("oak", "OAK-D", Found(missing="depthai is missing.", remedy="pip install depthai")),
    KindReport("realsense", "RealSense", Found((Device("0123", "D435"), Device("", "any")))),
    KindReport("video", "Video", Found()),
)


class FakeKinds:
    """Finds `REPORTS`; `changed` is what a plugged device calls."""

    changed: Any = None
    stopped = 0

    def find_all(self) -> tuple[KindReport, ...]:
        return REPORTS

    def watch(self, changed: Any) -> Any:
        self.changed = changed
        return self._stop

    def _stop(self) -> None:
        self.stopped += 1


class Bench:
    def __init__(self) -> None:
        self.window: Any = FakeView()
        for part in PARTS:
            setattr(self.window, part, FakeView())
        self.runner, self.watcher = HeldRunner(), HeldRunner()
        self.desk, self.kinds = Desk(), FakeKinds()
        kinds: Any = self.kinds
        self.chooser = ChooserController(
            self.window, Notices(), self.runner, self.watcher, self.desk, lambda: kinds
        )


def test_the_dialogue_is_shown_at_once_and_filled_when_the_worker_is_done() -> None:
    bench = Bench()
    bench.chooser.show()
    view = bench.window.chooser
    assert view.called("show_chooser") == 1
    assert view.shown["set_searching"] == (True,)
    assert view.called("set_kinds") == 0
    bench.runner.let_go()
    (kinds,) = view.shown["set_kinds"]
    assert [kind.title for kind in kinds] == ["OAK-D", "RealSense"]
    assert kinds[0].remedy == "pip install depthai"
    assert view.shown["set_searching"] == (False,)


def test_a_device_that_is_plugged_in_has_it_look_again() -> None:
    bench = Bench()
    plugged: list[int] = []
    bench.chooser.plugged.connect(lambda: plugged.append(1))
    bench.chooser.show()
    bench.runner.let_go()
    bench.watcher.let_go()
    bench.kinds.changed()
    assert bench.runner.waiting == []  # another thread: only posted
    bench.desk.run()
    assert plugged == [1]
    bench.runner.let_go()
    assert bench.window.chooser.called("set_kinds") == 2
    bench.chooser.close()
    assert bench.kinds.stopped == 1


def test_a_lost_camera_does_not_cancel_the_search_and_is_watched_for_once() -> None:
    bench = Bench()
    bench.chooser.show()
    for _ in range(2):
        bench.chooser.watch()
    assert (len(bench.runner.waiting), len(bench.watcher.waiting)) == (1, 1)
    bench.chooser.refresh()  # nor a search the watching
    bench.watcher.let_go()
    bench.runner.let_go()
    assert bench.watcher.waiting == []
    bench.chooser.close()
    assert bench.kinds.stopped == 1


def test_watching_that_failed_is_begun_again() -> None:
    bench = Bench()

    def fail(_: Any) -> Any:
        raise OSError("no bus")

    bench.kinds.watch = fail  # type: ignore[method-assign]
    bench.chooser.watch()
    bench.watcher.let_go()
    bench.chooser.watch()
    assert len(bench.watcher.waiting) == 1


def test_both_workers_of_the_chooser_end() -> None:
    desk, activity = Desk(), Activity()
    finder, watcher = (Worker(name, desk, activity) for name in ("find", "watch"))
    for worker in (finder, watcher):
        worker.submit(lambda _: None, lambda _: None, lambda _: None)
    live: Any = FakeView()
    live.close = lambda _: ()
    streams = StreamControllers(live, Bench().chooser, finder, watcher)
    assert streams.close(time.monotonic() + 60) == ()
    assert not watcher._thread.is_alive()


def test_what_is_chosen_becomes_options() -> None:
    bench = Bench()
    chosen: list[LiveOptions] = []
    bench.chooser.chosen.connect(chosen.append)
    bench.window.chooser.chosen.emit("webcam", True, False, "plane")
    assert chosen == [LiveOptions("webcam", every_frame=True, stand_in_depth="plane")]
    (stand_ins,) = bench.window.chooser.shown["set_stand_ins"]
    assert "plane" in dict(stand_ins)


def test_devices_are_called_as_on_the_command_line() -> None:
    assert choosable(REPORTS[1]).devices == (
        ChoosableDevice("realsense:0123", "D435"),
        ChoosableDevice("realsense", "any"),
    )


def test_a_source_that_was_never_open_cannot_be_reopened() -> None:
    with pytest.raises(UserError, match="not been opened"):
        NamedSource("virtual", CameraOptions()).reopen("1")


def test_a_source_is_named_without_its_password() -> None:
    source = NamedSource("rtsp://me:secret@host/a?token=x", CameraOptions())
    assert source.title == "rtsp://host/a?token=***"


def test_a_device_has_less_time_to_open_than_files_have() -> None:
    kinds = CameraKinds([])
    for name in ("scripted", "replay", "virtual"):
        kinds._kinds[name] = ScriptedKind([[picture()]], name=name)
    limits = []
    for name in kinds.names:
        source = NamedSource(name, CameraOptions(), kinds)
        assert source.open_s == 30  # until it is decided what to open
        source.open().close()
        limits.append(source.open_s)
    assert limits == [30, math.inf, 200]


def test_whoever_opens_learns_that_nobody_waits() -> None:
    kind = ScriptedKind([[picture()]])
    kinds = CameraKinds([])
    kinds._kinds["scripted"] = kind
    source = NamedSource("scripted", CameraOptions(fps=15), kinds)
    source.open().close()
    assert not kind.options[0].given_up()
    stream = Stream(source)
    stream.stop()
    assert kind.options[0].given_up()
    assert kind.options[0].fps == 15
