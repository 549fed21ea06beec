"""The mailbox and the worker: newest wins, cancelling, errors, closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from sgnet_viewer.runtime.pool import WorkerPool
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.runtime.worker import Worker
from sgnet_viewer.state.activity import Activity, Step

PATIENCE_S = 60.0


class Desk:
    """Stands in for the GUI thread: what was posted is run when the test says so."""

    def __init__(self) -> None:
        self._posted: list[Callable[[], None]] = []
        self._arrived = threading.Condition()

    def __call__(self, function: Callable[[], None]) -> None:
        with self._arrived:
            self._posted.append(function)
            self._arrived.notify()

    def run_until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not reached():
            with self._arrived:
                arrived = self._arrived.wait_for(
                    lambda: bool(self._posted), deadline - time.monotonic()
                )
                assert arrived, "nothing more was posted"
                function = self._posted.pop(0)
            function()


class Bench:
    """A worker, its desk, and what came back."""

    def __init__(self, cancels_running: bool = True, keeps_all: bool = False) -> None:
        self.desk = Desk()
        self.activity = Activity()
        self.worker = Worker("test-worker", self.desk, self.activity, cancels_running, keeps_all)
        self.done: list[str] = []
        self.failed: list[Exception] = []

    def submit(self, work: Callable[[Task], str]) -> None:
        self.worker.submit(work, self.done.append, self.failed.append)

    def settle(self) -> None:
        self.desk.run_until(lambda: not self.worker.busy)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    assert bench.worker.close(PATIENCE_S)


class Gate:
    """Work that begins, waits, and heeds `task.cancel`."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self, task: Task) -> str:
        self.begun.set()
        while not self.open.wait(0.005):
            task.check()
        return self.answer


def test_a_post_runs_in_order_and_nothing_after_its_close(qtbot: QtBot) -> None:
    post, run = GuiPost(), []
    for number in (1, 2):
        post(partial(run.append, number))
    qtbot.waitUntil(lambda: run == [1, 2])
    post(partial(run.append, 3))
    post.close()
    QCoreApplication.processEvents()
    assert run == [1, 2]


def test_between_two_posts_the_event_loop_has_its_turn(qtbot: QtBot) -> None:
    """A click, say, does not wait for what two workers have to say."""
    post, run = GuiPost(), []

    def first() -> None:
        run.append("first")
        QTimer.singleShot(0, partial(run.append, "something else that is due"))

    post(first)
    post(partial(run.append, "second"))
    qtbot.waitUntil(lambda: len(run) == 3)
    assert run == ["first", "something else that is due", "second"]


def test_a_post_that_fails_does_not_keep_the_next_one(qtbot: QtBot) -> None:
    post, run = GuiPost(), []

    def fails() -> None:
        raise RuntimeError("a fault of the program")

    with qtbot.captureExceptions() as caught:
        post(fails)
        post(partial(run.append, "second"))
        qtbot.waitUntil(lambda: run == ["second"])
    assert len(caught) == 1


def test_work_runs_in_its_own_thread_and_its_result_on_the_desk(bench: Bench) -> None:
    bench.submit(lambda _: threading.current_thread().name)
    bench.settle()
    assert bench.done == ["test-worker"]


def test_only_the_newest_of_three_comes_back(bench: Bench) -> None:
    first = Gate("first")
    bench.submit(first)
    assert first.begun.wait(PATIENCE_S)
    bench.submit(lambda _: "second")
    bench.submit(lambda _: "third")
    bench.settle()
    assert bench.done == ["third"]
    assert not bench.failed


def test_a_result_that_was_on_its_way_when_it_became_stale_is_dropped(bench: Bench) -> None:
    finished = threading.Event()
    bench.submit(lambda _: "old")
    bench.worker.submit(lambda _: (finished.set(), "new")[1], bench.done.append, pytest.fail)
    assert finished.wait(PATIENCE_S)
    bench.settle()
    assert bench.done == ["new"]


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ({"cancels_running": False}, ["first", "third"]),
        ({"keeps_all": True}, ["first", "second", "third"]),
    ],
    ids=["cancels_none", "keeps_all"],
)
def test_what_was_begun_is_finished(kind: dict[str, bool], done: list[str]) -> None:
    """What waited meanwhile is replaced; one that keeps all does everything in its turn."""
    bench = Bench(**kind)
    first = Gate("first")
    bench.submit(first)
    assert first.begun.wait(PATIENCE_S)
    bench.submit(lambda _: "second")
    bench.submit(lambda _: "third")
    first.open.set()
    bench.settle()
    assert bench.done == done
    assert bench.worker.close(PATIENCE_S)


def test_what_is_kept_is_given_up_where_that_is_asked_for() -> None:
    bench = Bench(keeps_all=True)
    first, never = Gate("first"), Gate("never")
    bench.submit(first)
    assert first.begun.wait(PATIENCE_S)
    bench.submit(never)
    assert bench.worker.cancel()
    bench.submit(lambda _: "after")
    bench.settle()
    assert bench.done == ["after"]
    assert not never.begun.is_set()
    assert bench.worker.close(PATIENCE_S)


def test_what_is_kept_is_done_before_the_end() -> None:
    bench, written = Bench(keeps_all=True), []
    first = Gate("first")
    bench.submit(first)
    assert first.begun.wait(PATIENCE_S)
    bench.worker.submit(lambda _: written.append("second"), lambda _: None, pytest.fail)
    bench.worker.stop()
    first.open.set()
    assert bench.worker.close(PATIENCE_S)
    assert written == ["second"]


def test_whoever_gives_up_saving_does_not_give_up_a_recording() -> None:
    pool = WorkerPool(Desk(), Activity())
    saving, ending = Gate("saved"), Gate("ended")
    pool.export.submit(saving, lambda _: None, lambda _: None)
    pool.recordings.submit(ending, lambda _: None, lambda _: None)
    assert saving.begun.wait(PATIENCE_S)
    assert ending.begun.wait(PATIENCE_S)
    assert pool.cancel()
    assert pool.recordings.busy
    assert not pool.export.busy
    ending.open.set()
    assert pool.close(PATIENCE_S) == ()


def test_an_exception_comes_back(bench: Bench) -> None:
    def work(_: Task) -> str:
        raise OSError("the disk is gone")

    bench.submit(work)
    bench.settle()
    assert [str(error) for error in bench.failed] == ["the disk is gone"]
    assert bench.failed[0].__traceback__ is not None


def test_cancelled_work_comes_back_neither_way(bench: Bench) -> None:
    gate = Gate("never")
    bench.submit(gate)
    assert gate.begun.wait(PATIENCE_S)
    assert bench.worker.cancel()
    assert not bench.worker.cancel()
    bench.submit(lambda _: "after")
    bench.settle()
    assert bench.done == ["after"]


def test_steps_are_shown_while_they_last(bench: Bench) -> None:
    shown: list[Step | None] = []
    bench.activity.changed.connect(lambda: shown.append(bench.activity.current))

    def work(task: Task) -> str:
        task.report("Reading")
        task.report("Segmenting", 0.5)
        return "done"

    bench.submit(work)
    bench.settle()
    assert shown == [Step("Reading"), Step("Segmenting", 0.5), None]


def test_a_quick_count_is_shown_twenty_times_a_second_at_most() -> None:
    shown: list[Step] = []
    task = Task(shown.append)
    for count in range(1000):
        task.report("Counting", count / 1000)
    assert shown[0] == Step("Counting", 0.0)
    assert len(shown) < 100


def test_a_cancelled_task_raises_at_the_next_step() -> None:
    task = Task(lambda _: None)
    task.cancel()
    with pytest.raises(Cancelled):
        task.report("Reading")


def test_closing_ends_what_runs() -> None:
    bench = Bench()
    gate = Gate("never")
    bench.submit(gate)
    assert gate.begun.wait(PATIENCE_S)
    assert bench.worker.close(PATIENCE_S)


def test_closing_does_not_wait_for_ever_for_work_that_does_not_listen() -> None:
    bench = Bench()
    release = threading.Event()
    begun = threading.Event()

    def deaf(_: Task) -> str:
        begun.set()
        release.wait(PATIENCE_S)
        return "at last"

    bench.submit(deaf)
    assert begun.wait(PATIENCE_S)
    assert not bench.worker.close(0.01)
    release.set()
    assert bench.worker.close(PATIENCE_S)


def test_a_pool_ends_all_its_threads() -> None:
    before, pool = set(threading.enumerate()), WorkerPool(Desk(), Activity())
    for worker in vars(pool).values():
        worker.submit(lambda _: None, lambda _: None, lambda _: None)
    assert len(set(threading.enumerate()) - before) == len(vars(pool))
    assert pool.close(PATIENCE_S) == ()
    assert not set(threading.enumerate()) - before


def test_a_pool_names_the_threads_that_did_not_end() -> None:
    pool = WorkerPool(Desk(), Activity())
    release, begun = threading.Event(), threading.Event()

    def deaf(_: Task) -> None:
        begun.set()
        release.wait(PATIENCE_S)

    pool.network.submit(deaf, lambda _: None, lambda _: None)
    assert begun.wait(PATIENCE_S)
    assert pool.close(0.01) == ("sgnet-network",)
    release.set()
    assert pool.close(PATIENCE_S) == ()
