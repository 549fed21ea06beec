"""The real window: a stroke of the depth brush is asked about, printed, undone and taken back."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_support import Screen, options_for, write_checkpoint, write_pair

from sgnet_model.cli.entry import main as sgnet_model
from sgnet_model.edits import Edits
from sgnet_model.inspection.compare import four_counts, shares_of
from sgnet_model.inspection.finding import Finding
from sgnet_viewer.render.comparison import Compared
from sgnet_viewer.state.comparing import Layout

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("weights") / "small.safetensors")


@contextmanager
def opened(qtbot: QtBot, folder: Path, checkpoint: Path) -> Iterator[Screen]:
    """The window on a pair of files; closed at the end, so that a command has the threads alone."""
    screen = Screen(qtbot, options_for(write_pair(folder), checkpoint))
    screen.show().until_drawn()
    yield screen
    screen.close()


def said_by(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the copied command prints."""
    assert words[0] == "sgnet-model"
    assert sgnet_model(words[1:]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def clipboard() -> list[str]:
    return shlex.split(QApplication.clipboard().text())


def drag(screen: Screen, *places: tuple[int, int]) -> None:
    canvas = screen.window.picture.canvas

    def at(u: int, v: int) -> QPoint:
        return canvas.to_viewport(u, v).toPoint()

    QTest.mousePress(canvas.viewport(), LEFT, pos=at(*places[0]))
    for place in places:
        QTest.mouseMove(canvas.viewport(), at(*place))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=at(*places[-1]))


def test_a_stroke_changes_the_answer_as_the_command_says_and_undo_brings_all_back(
    qtbot: QtBot, tmp_path: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(qtbot, tmp_path, checkpoint) as screen:
        words, finding, edits = paint_and_undo(screen)
    assert words[words.index("--edit") + 1] == "constant=2"
    said = said_by(words, capsys)
    assert said["edits"] == list(edits.texts)
    weights = [layer["weight"] for layer in finding.values["layers"]]
    assert [layer["weight"] for layer in said["layers"]] == pytest.approx(weights, abs=1e-4)


def paint_and_undo(screen: Screen) -> tuple[list[str], Finding, Edits]:
    """The command that was copied, what the panel had found, and with which edits."""
    session, window = screen.application.session, screen.window
    plain = session.result
    assert plain is not None
    table, commands = screen.application.table, screen.application.commands
    commands.run("brush.kind.constant")
    screen.application.document.amend(explain="reads")
    drag(screen, (30, 50), (50, 50), (64, 60), (100, 60))
    screen.until(lambda: session.result is not None and session.result.edits == session.edits)
    screen.until_drawn()
    result = session.result
    assert result is not None
    assert len(result.edits.items) == 1
    assert not np.array_equal(result.prediction.logits, plain.prediction.logits)
    screen.until(lambda: screen.application.explain.finding is not None)
    finding = screen.application.explain.finding
    assert finding is not None
    commands.run("explain.copy_command")
    commands.run("edit.undo")
    screen.until_drawn()
    assert session.result is plain
    commands.run("edit.redo")
    screen.until(lambda: session.result is result)
    (word,) = [one for one in window._status.departures if not one.isHidden()]
    assert word.text() == "1 edit of depth"
    QTest.mouseClick(word, LEFT)
    screen.until(lambda: session.result is plain)
    assert table.run("edit.depth.reset") == "The depth is as it was read."
    return clipboard(), finding, result.edits


def test_a_second_answer_is_compared_as_the_command_does(
    qtbot: QtBot,
    tmp_path: Path,
    checkpoint: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with opened(qtbot, tmp_path, checkpoint) as screen:
        found = compare_without_offsets(screen)
        words = clipboard()
        save_end_and_open(screen, tmp_path / "both.sgnet.json", found, monkeypatch)
    said = said_by(words, capsys)
    assert said["disagreement"] == pytest.approx(found.disagreement, abs=1e-3)
    assert found.js is not None
    assert said["js_mean"] == pytest.approx(float(found.js.mean()), abs=1e-4)


@pytest.mark.parametrize("voids", [True, False])
def test_the_command_knows_the_ground_truth(
    qtbot: QtBot,
    tmp_path: Path,
    checkpoint: Path,
    capsys: pytest.CaptureFixture[str],
    voids: bool,
) -> None:
    """Of a set whose labels count from 0; its second frame alone does not show that."""
    rgb, depth = write_pair(tmp_path / "pair")
    random = np.random.default_rng(0)
    for index in range(2):
        for folder, source in (("rgb", rgb), ("depth", depth)):
            (tmp_path / "set" / folder).mkdir(parents=True, exist_ok=True)
            copy(source, tmp_path / "set" / folder / f"{index}.png")
        labels = random.integers(0 if voids else 1, 40, (96, 128)).astype(np.uint8)
        if voids and index == 0:
            labels[:8] = 255
        (tmp_path / "set" / "label").mkdir(exist_ok=True)
        assert cv2.imwrite(str(tmp_path / "set" / "label" / f"{index}.png"), labels)
    screen = Screen(qtbot, options_for((str(tmp_path / "set"),), checkpoint))
    screen.show().until_drawn()
    application = screen.application
    application.commands.run("frame.next")
    screen.until(lambda: application.session.index == 1)
    screen.until_drawn()
    application.commands.run("compare.b.offsets.zero")
    screen.until(lambda: application.compare.found is not None)
    found = application.compare.found
    assert found is not None
    assert found.four is not None
    application.commands.run("compare.copy_command")
    words = clipboard()
    screen.close()
    said = said_by(words, capsys)
    shares = [said[name] for name in ("both", "only_a", "only_b", "neither")]
    assert shares == pytest.approx(list(shares_of(four_counts(found.four)).values()), abs=1e-3)
    assert ("--label-offset" in words) == voids


def compare_without_offsets(screen: Screen) -> Compared:
    """B has no offsets; both are seen side by side, with a map over pictures and cloud."""
    application, window = screen.application, screen.window
    application.commands.run("compare.b.offsets.zero")
    screen.until(lambda: application.compare.found is not None)
    screen.until_drawn()
    found = application.compare.found
    assert found is not None
    assert found.disagreement > 0
    panel = window._compare
    assert (panel.names[0].text(), panel.names[1].text()) == (
        "A   nothing switched",
        "B   all offsets zero",
    )
    application.commands.run("compare.copy_command")
    assert window._picture._other.taps.isVisible()  # both models' taps of the probe
    QTest.mouseClick(panel.layouts[Layout.SIDE], LEFT)
    screen.until(lambda: window._picture._other.second.isVisible())
    panel.maps.setCurrentIndex(1)
    panel.maps.activated.emit(1)
    application.commands.run("view.cloud.explanation")
    screen.until(lambda: window._picture._overlay is not None)
    screen.until_drawn()
    return found


def save_end_and_open(
    screen: Screen, saved: Path, found: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session has B; the amber word ends the comparison; the session brings it back."""
    application, window = screen.application, screen.window
    monkeypatch.setattr(window, "ask_save", lambda *_: str(saved))
    application.sessions.save()
    screen.until(saved.exists)
    (word,) = [one for one in window._status.departures if not one.isHidden()]
    assert word.text() == "compared with B"
    QTest.mouseClick(word, LEFT)
    screen.until(lambda: not window._picture._other.second.isVisible())
    screen.until_drawn()
    assert application.compare.found is None
    assert window._picture._overlay is None
    application.sessions.open(saved)
    screen.until(lambda: window._picture._overlay is not None)
    screen.until(lambda: window._picture._other.second.isVisible())
    assert application.compare.found is not None
    assert application.compare.found.disagreement == found.disagreement
