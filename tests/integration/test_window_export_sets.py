"""File > Export in the real window: a set is exported, called off, gone on with, and filmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from window_support import HEIGHT, WIDTH, Screen, options_for, write_checkpoint

COUNT = 6


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path) -> Iterator[Screen]:
    random = np.random.default_rng(5)
    for number in range(COUNT):
        for kind in ("rgb", "depth"):
            (tmp_path / "set" / kind).mkdir(parents=True, exist_ok=True)
            values = (
                random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
                if kind == "rgb"
                else random.integers(1000, 3000, (HEIGHT, WIDTH)).astype(np.uint16)
            )
            Image.fromarray(values).save(tmp_path / "set" / kind / f"{number}.png")
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    screen = Screen(qtbot, options_for((str(tmp_path / "set"),), checkpoint))
    screen.show().until_drawn()
    yield screen
    screen.close()


def test_a_set_is_exported_called_off_and_gone_on_with(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(screen.window, "ask_folder", lambda _title: str(out))
    monkeypatch.setattr(screen.window, "ask_save", lambda *_: str(tmp_path / "film.mp4"))
    reports: list[str] = []
    screen.application.notices.added.connect(lambda report: reports.append(report.text))
    table = screen.application.table

    table.run("export.frames")
    screen.until(lambda: (out / "labels" / "0.png").is_file())
    screen.window.cancel_requested.emit()
    screen.until(lambda: any("Cancelled" in text for text in reports))
    screen.until(lambda: not screen.application.pool.films.busy)
    table.run("export.frames")
    screen.until(lambda: any(text.startswith("Saved ") for text in reports))
    assert reports[-1].startswith("Saved ")
    assert len(list((out / "labels").iterdir())) == COUNT
    prediction = screen.application.session.prediction
    assert prediction is not None
    with Image.open(out / "labels" / "0.png") as stored:
        assert np.array_equal(np.asarray(stored), prediction.labels + 1)

    table.run("export.film")
    screen.until(lambda: any("a film of" in text for text in reports))
    assert (tmp_path / "film.mp4").stat().st_size > 500
