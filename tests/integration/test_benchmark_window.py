"""The window's benchmark starts the real program, uses it, and says what it found."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from window_support import write_checkpoint, write_pair

from sgnet_model.inspection.registry import inspections
from sgnet_model.types import UserError
from sgnet_viewer.benchmark import window
from sgnet_viewer.benchmark.memory import Memory


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A small frame and network; no settings of a user are touched."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    small = ("--checkpoint", str(checkpoint), "--size", "96x128", "--device", "cpu")
    return ("open", *write_pair(tmp_path / "frame"), *small, "--window-size", "1000x700")


def test_a_visit_measures_everything(words: tuple[str, ...], tmp_path: Path) -> None:
    found, memory = window.visit(2, words)
    assert 0 < found["visible_s"] < found["segmented_s"]
    assert len(found["clicks"]) == len(found["results"]) == len(found["clouds"]) == 2
    assert len(found["orbits"]) == len(found["keystrokes"]) == 2
    assert min(found["keystrokes"]) > 0
    assert min(found["orbits"]) > 0
    assert found["questions"].keys() == inspections().keys()
    for kind in ("results", "cloud_work"):
        assert all(work["gui"] > 0 and work["block"] >= 0 for work in found[kind])
    assert memory is not None
    assert 100 < memory.shared_out <= memory.resident  # torch and Open3D, in two processes
    assert not (tmp_path / "config").exists()


def test_a_program_that_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"could not be measured: .*nothing\.png does not exist"):
        window.visit(0, ("open", str(tmp_path / "nothing.png")))


def test_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    visits: list[int] = []

    def visit(count: int) -> tuple[dict[str, Any], Memory | None]:
        visits.append(count)
        start = {"visible_s": 1.0, "segmented_s": 7.0, "start_block_ms": 20.0}
        work = [{"gui": 12.0, "block": 9.0}] * count
        used = {"clicks": [20.0] * count, "clouds": [50.0] * count}
        used["orbits"] = [40.0] * count
        used["keystrokes"] = [5.0] * count
        used["questions"] = {"reads": 3.0, "shares": 40.0}
        used |= {"results": work, "cloud_work": work}
        return start | used, Memory(900.0, 1100.0, 600.0) if count else None

    monkeypatch.setattr(window, "visit", visit)
    report = window.run(Namespace(repeats=5, json=True))
    assert visits == [0, 0, 0, 5]
    rows = {row["name"]: row for row in report["measures"]}
    assert (rows["segmented"]["figure"], rows["segmented"]["met"]) == (7.0, False)
    assert len(rows["visible"]["samples"]) == 4
    assert rows["click"]["met"] is rows["result"]["met"] is rows["cloud"]["met"] is True
    assert (rows["question_block"]["figure"], rows["question_block"]["met"]) == (40.0, False)
    assert report["questions"] == {"reads": 3.0, "shares": 40.0}
    assert rows["orbit"]["met"] is rows["keystroke"]["met"] is True
    assert (rows["peak_mb"]["figure"], rows["peak_mb"]["met"]) == (900.0, True)
    assert report["met"] is False
    assert "| sample segmented and drawn | 7 s | 7-7 | at most 6 | no |" in report["markdown"]
    assert json.loads(json.dumps(report)) == report
