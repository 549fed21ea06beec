"""Ten thousand frames: what is read, by whom, and when."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from session_support import make_frame

from sgnet_model.data.frames import FrameSet
from sgnet_model.types import Frame
from sgnet_viewer.controllers.frames import FrameListController
from sgnet_viewer.runtime.pool import WorkerPool
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.session import Session
from sgnet_viewer.views.frames.frame_list import FrameList

COUNT = 10_000
IN_SIGHT = 20  # rows of the list, at most


class Large(FrameSet):
    """A set that notes each reading with the thread it was done in."""

    def __init__(self) -> None:
        super().__init__("large set")
        self.loads: list[tuple[int, str]] = []
        self.scenes: list[str] = []

    def __len__(self) -> int:
        return COUNT

    def frame_name(self, index: int) -> str:
        return f"{index:05d}"

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        self.loads.append((index, threading.current_thread().name))
        return make_frame(str(index))

    def scene(self, index: int) -> str:
        self.scenes.append(threading.current_thread().name)
        return f"scene {index % 40}"


class Bench:
    """The list with real workers."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view = FrameList()
        qtbot.addWidget(self.view)
        self.view.resize(240, 400)
        self.view.show()
        self.post = GuiPost()
        self.pool = WorkerPool(self.post, Activity())
        self.session, self.rows, self.frames = Session(), FrameRows(), Large()
        view: Any = self.view
        self.controller = FrameListController(
            view, self.session, self.rows, self.pool.thumbnails, self.pool.places, self.post
        )


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.post.close()
    assert bench.pool.close() == ()


def test_only_what_is_in_sight_is_read_and_never_by_the_window(bench: Bench, qtbot: QtBot) -> None:
    frames: Any = bench.frames
    bench.session.set_frames(frames, Target(("large",)))
    assert bench.frames.loads == []
    assert bench.frames.scenes.count("MainThread") == 0
    qtbot.waitUntil(lambda: bench.rows.rows[0].scene != "", timeout=30_000)
    assert Counter(bench.frames.scenes) == {"sgnet-places": COUNT}
    qtbot.waitUntil(lambda: len(bench.frames.loads) > 3, timeout=30_000)
    last = bench.view.visible_numbers()[-1]
    qtbot.waitUntil(lambda: bench.view._model.has_thumbnail(last), timeout=30_000)
    numbers = [index for index, _ in bench.frames.loads]
    assert set(numbers) == set(range(max(numbers) + 1))  # from the top, without a gap
    assert max(numbers) < IN_SIGHT

    bench.view.list.scrollToBottom()
    qtbot.waitUntil(lambda: bench.view._model.has_thumbnail(COUNT - 1), timeout=30_000)
    assert len(bench.frames.loads) < 4 * IN_SIGHT
    assert {thread for _, thread in bench.frames.loads} == {"sgnet-thumbnails"}

    before = len(bench.frames.loads)
    bench.view.search.setText("scene 7")  # that of every fortieth frame
    assert bench.view._model.rowCount() == COUNT // 40
    wanted = bench.view.visible_numbers()[-1]
    qtbot.waitUntil(lambda: bench.view._model.has_thumbnail(wanted), timeout=30_000)
    assert len(bench.frames.loads) - before < 2 * IN_SIGHT


def test_another_set_ends_the_reading_of_the_last_one(bench: Bench, qtbot: QtBot) -> None:
    held, went_on = threading.Event(), threading.Event()

    class Slow(Large):
        def scene(self, index: int) -> str:
            if index == 5:
                held.set()
                assert went_on.wait(30)
            return super().scene(index)

    slow: Any = Slow()
    bench.session.set_frames(slow, Target(("slow",)))
    qtbot.waitUntil(held.is_set, timeout=30_000)
    frames: Any = bench.frames
    bench.session.set_frames(frames, Target(("large",)))
    went_on.set()
    qtbot.waitUntil(lambda: bench.rows.rows[0].scene != "", timeout=30_000)
    assert len(slow.scenes) == 6


def test_a_picture_that_cannot_be_read_is_asked_for_once(bench: Bench, qtbot: QtBot) -> None:
    from sgnet_model.types import UserError

    class Broken(Large):
        def load(self, index: int, strict: bool = True) -> Frame:
            frame = super().load(index, strict)
            if index == 1:
                raise UserError("It is damaged.")
            return frame

    broken: Any = Broken()
    bench.session.set_frames(broken, Target(("broken",)))
    qtbot.waitUntil(lambda: bench.view._model.has_thumbnail(2), timeout=30_000)
    assert "cannot be read" in bench.view._model.index(1).data(3)  # the tooltip
    bench.view.list.verticalScrollBar().setValue(5)
    qtbot.wait(150)  # the pause after which missing pictures are asked for
    assert Counter(index for index, _ in broken.loads)[1] == 1
