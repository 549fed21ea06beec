"""A data set with an evaluation beside it: from `sgnet-model evaluate` to the list of frames."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_support import HEIGHT, WIDTH, Screen, options_for, write_checkpoint, write_pair

from sgnet_model.cli.entry import main as sgnet_model
from sgnet_viewer.state.frame_rows import FrameRow


def make_set(root: Path) -> Path:
    """NYUv2 as ESANet lays it out: random pictures, one of them broken."""
    random = np.random.default_rng(5)
    names = {"train": [f"{n:04d}" for n in range(1, 5)], "test": [f"{n:04d}" for n in range(5, 11)]}
    for split, listed in names.items():
        for kind in ("rgb", "depth", "labels_40"):
            (root / split / kind).mkdir(parents=True)
        for name in listed:
            rgb = random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
            depth = random.integers(1000, 3000, (HEIGHT, WIDTH)).astype(np.uint16)
            labels = random.integers(0, 41, (HEIGHT, WIDTH)).astype(np.uint8)
            for kind, values in (("rgb", rgb), ("depth", depth), ("labels_40", labels)):
                Image.fromarray(values).save(root / split / kind / f"{name}.png")
        (root / f"{split}.txt").write_text("\n".join(listed))
    (root / "test" / "rgb" / "0007.png").write_bytes(b"no picture")
    return root


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path) -> Iterator[Screen]:
    """The set, evaluated and then opened with the same network."""
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    root = make_set(tmp_path / "set")
    flags = ("evaluate", "--data", root, "--checkpoint", checkpoint, "--size", f"{HEIGHT}x{WIDTH}")
    more = ("--device", "cpu", "--on-error", "skip", "--resume", root / "evaluation.json")
    assert sgnet_model([str(flag) for flag in (*flags, *more)]) == 0
    screen = Screen(qtbot, options_for((str(root),), checkpoint))
    screen.show().until_drawn()
    yield screen
    screen.close()


def test_a_card_that_is_read_gives_up_no_scores(qtbot: QtBot, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    screen = Screen(qtbot, options_for(write_pair(tmp_path), checkpoint))
    pool, go_on, begun = screen.application.pool, threading.Event(), threading.Event()

    def read(_: object) -> None:
        begun.set()
        go_on.wait(60)

    pool.scores.submit(read, lambda _: None, lambda _: None)
    assert begun.wait(60)
    screen.application.network.show_card()
    assert pool.cards.busy
    assert pool.scores.busy
    go_on.set()
    screen.close()


def test_a_set_is_listed_with_splits_and_scores(
    screen: Screen, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    frames = screen.window.frames

    def rows() -> tuple[FrameRow, ...]:
        found: tuple[FrameRow, ...] = frames._model.rows
        return found

    screen.until(lambda: rows()[0].score is not None and rows()[0].split != "")
    assert [row.split for row in rows()] == ["train"] * 4 + ["test"] * 6
    assert [row.index for row in rows() if row.score is None] == [6]  # the broken one
    screen.until(lambda: rows()[0].own is not None)
    score, own = rows()[0].score, rows()[0].own
    assert score is not None
    assert own is not None
    assert own.miou == pytest.approx(score.miou, abs=1e-6)  # the same network, the same frame

    frames.filters.order.entries["worst"].trigger()
    worst = min((row for row in rows() if row.score is not None), key=lambda row: row.score.miou)
    QTest.keyClick(frames.search, "\r")
    screen.until(lambda: screen.application.session.index == worst.index)
    screen.until_drawn()

    screen.until(lambda: frames._model.has_thumbnail(6) or 6 not in frames.visible_numbers())
    frames.list.scrollToBottom()
    screen.until(lambda: frames._model.has_thumbnail(6))
    tip = frames._model.index_of(6).data(3)
    assert "cannot be read" in tip
