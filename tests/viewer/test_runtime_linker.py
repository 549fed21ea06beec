"""While the dynamic linker works nobody computes, so that nobody waits for it with the GIL."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from scripted import frame

from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.live.segment_thread import DrawRequest, decoded, drawn
from sgnet_viewer.runtime import importing as quiet_import
from sgnet_viewer.runtime.importing import Linker, computing, loading
from sgnet_viewer.runtime.worker import Worker
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.view_settings import ViewSettings

SOON_S, PATIENCE_S = 0.2, 60.0


def begun(work: Callable[[], object]) -> threading.Event:
    """Set when `work`, in a thread of its own, has come to its end."""
    over = threading.Event()

    def run() -> None:
        work()
        over.set()

    threading.Thread(target=run, daemon=True).start()
    return over


def enter(side: Callable[[], object]) -> None:
    with side():  # type: ignore[attr-defined]
        pass


def test_each_side_waits_for_the_other() -> None:
    linker = Linker(timeout_s=PATIENCE_S)
    with linker.computing():
        load = begun(lambda: enter(linker.loading))
        assert not load.wait(SOON_S)
        later = begun(lambda: enter(linker.computing))  # the linker is next
        assert not later.wait(SOON_S)
    assert load.wait(PATIENCE_S)
    assert later.wait(PATIENCE_S)
    with linker.loading():
        compute = begun(lambda: enter(linker.computing))
        assert not compute.wait(SOON_S)
    assert compute.wait(PATIENCE_S)


def test_who_computes_may_compute_more_and_load_itself() -> None:
    linker = Linker(timeout_s=PATIENCE_S)

    def nested() -> None:
        with linker.computing(), linker.loading(), linker.computing():
            pass

    assert begun(nested).wait(PATIENCE_S / 2)
    assert begun(lambda: enter(linker.loading)).wait(PATIENCE_S / 2)


def test_neither_waits_for_ever() -> None:
    linker = Linker(timeout_s=0.01)
    with linker.computing():
        assert begun(lambda: enter(linker.loading)).wait(PATIENCE_S)
    with linker.loading():
        assert begun(lambda: enter(linker.computing)).wait(PATIENCE_S)


def work_in_a_worker() -> None:
    done = threading.Event()
    worker = Worker("test-worker", lambda _: None, Activity())
    worker.submit(lambda _: done.set(), lambda _: None, lambda _: None)
    assert done.wait(PATIENCE_S)
    assert worker.close(PATIENCE_S)


def decode() -> None:
    live = frame(0)
    assert decoded(live) is live


def draw() -> None:
    drawn(frame(0).frame, DrawRequest(NetworkChoice(), ViewSettings()))


def capture() -> None:
    live = frame(0, depth="nan")  # which is cleaned where the source makes its frame
    assert isinstance(live, LiveFrame)


@pytest.mark.parametrize("work", [work_in_a_worker, decode, draw, capture])
def test_what_computes_beside_the_window_waits(work: Callable[[], None]) -> None:
    with loading():
        over = begun(work)
        assert not over.wait(SOON_S)
    assert over.wait(PATIENCE_S)


@pytest.mark.skipif(sys.platform != "linux", reason="libraries are linked beforehand on Linux")
def test_torch_is_linked_while_nobody_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[bool] = []

    def dlopen(_: bytes, __: int) -> None:
        entered.append(begun(lambda: enter(computing)).wait(SOON_S))

    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(dlopen=dlopen))
    quiet_import._link_torch()
    assert entered == [False] * len(quiet_import.LIBRARIES)
    assert begun(lambda: enter(computing)).wait(PATIENCE_S)
