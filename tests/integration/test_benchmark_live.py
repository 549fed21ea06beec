"""The benchmark of live mode streams through the real program, and memory stays."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from window_support import write_checkpoint

from sgnet_model.types import UserError
from sgnet_viewer.benchmark import live
from sgnet_viewer.benchmark.live import (
    LiveFindings,
    growth_measures,
    relative_measures,
    speed_measures,
    stream,
)
from sgnet_viewer.benchmark.memory import Memory
from sgnet_viewer.benchmark.small_recording import record_small
from sgnet_viewer.cameras.protocol import CameraOptions
from sgnet_viewer.cameras.replay.replay_camera import ReplayKind

STATS = {"shown": 400, "fps": 9.0, "latency_ms": 120.0}
STATS |= {"gui_block_ms": 60.0, "gui_block_start_ms": 40.0}
FOUND = {"seconds": 20.0, "captured": 599, "missed": 1, "cloud_updates": 70}


def test_every_small_frame_is_shown_and_memory_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short version of 10,000 frames: the same program, the same count of what stays."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # on a busy machine threads wait for each other
    record_small(tmp_path / "small", 30)  # begins again twice
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    words = ("--source", str(tmp_path / "small"), "--every-frame", "--size", "48x64")
    small = ("--checkpoint", str(checkpoint), "--device", "cpu", "--window-size", "900x600")
    findings = stream((*words, *small), count=80)
    assert findings.stats["shown"] >= 80
    assert findings.stats["dropped"] == 0
    assert findings.found["captured"] >= 79
    counts = [count for count, _ in findings.found["memory"]]
    assert counts == sorted(counts)
    assert counts[0] == 8
    assert all(megabytes > 100 for _, megabytes in findings.found["memory"])
    shown, growth = growth_measures(findings)
    assert shown.figure == findings.stats["shown"]
    assert growth.figure < 40  # of so few frames caches are the most


def test_the_targets_of_speed() -> None:
    findings = LiveFindings(STATS, {**FOUND, "memory": []}, Memory(900.0, 1000.0, 600.0))
    rows = {measure.name: measure.row() for measure in speed_measures(findings)}
    assert {name for name, row in rows.items() if row["met"]} == {
        "fps",
        "cloud_fps",
        "captured_fps",
        "start_block",
        "peak_mb",
    }
    assert (rows["cloud_fps"]["figure"], rows["captured_fps"]["figure"]) == (3.5, 29.95)
    assert rows["block"]["met"] is False
    assert rows["start_block"]["figure"] == 40


def test_the_targets_in_predictions_are_held_against_the_yardstick() -> None:
    stats = {**STATS, "fps": 8.0, "latency_ms": 250.0}
    findings = LiveFindings(stats, FOUND, None)
    before, after = {"int8": 90.0, "bf16": 120.0}, {"int8": 110.0, "bf16": 140.0}
    rows = {each.name: each.row() for each in relative_measures(findings, before, after)}
    assert (rows["fps_bf16"]["figure"], rows["fps_int8"]["figure"]) == (1.04, 0.8)
    assert (rows["latency_bf16"]["figure"], rows["latency_int8"]["figure"]) == (1.923, 2.5)
    assert (rows["fps_bf16"]["met"], rows["latency_bf16"]["met"]) == (True, True)
    assert (rows["fps_int8"]["met"], rows["latency_int8"]["met"]) == (None, None)
    assert rows["prediction_bf16"]["samples"] == [120.0, 140.0]


def test_a_prediction_is_timed_in_the_type_of_streams_and_in_the_yardstick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "WARM_UP", 0)
    monkeypatch.setattr(live, "PREDICTIONS", 1)
    times = live.prediction_times()
    assert list(times)[-1] in ("bf16", "fp32")
    assert all(0 < each < 60_000 for each in times.values())


def test_growth_is_that_of_medians() -> None:
    memory = [(100 * (n + 1), 500.0 + n + (300 if n == 1 else 0)) for n in range(20)]
    findings = LiveFindings({**STATS, "shown": 2000}, {"memory": memory}, None)
    shown, growth = growth_measures(findings)
    assert (shown.figure, growth.figure, growth.met) == (2000.0, 14.0, True)
    assert growth.what == "memory growth over 2,000 small frames"
    assert len(growth_measures(LiveFindings(STATS, {"memory": []}, None))) == 1


def test_the_recorded_room_opens_as_a_source(tmp_path: Path) -> None:
    live.record(tmp_path / "room", live.swaying_room(3))
    camera = ReplayKind().open(str(tmp_path / "room"), CameraOptions(every_frame=True, loop=False))
    try:
        frames = [camera.read(10) for _ in range(3)]
    finally:
        camera.close()
    assert all(one is not None and one.frame.size == (480, 640) for one in frames)
    first, second = frames[0], frames[1]
    assert first is not None
    assert second is not None
    assert (first.raw_depth != second.raw_depth).any()


def test_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def streamed(words: tuple[str, ...], count: int = 0) -> LiveFindings:
        asked.append((" ".join(words), count))
        found: dict[str, Any] = {**FOUND, "memory": [(1, 500.0), (2, 501.0)] if count else []}
        return LiveFindings(STATS, found, None)

    monkeypatch.setattr(live, "stream", streamed)
    monkeypatch.setattr(live, "RECORDED", 2)
    report = live.run(Namespace(frames=50, seconds=3.0))
    assert [count for _, count in asked] == [0, 50]
    assert "--size 480x640 --seconds 3" in asked[0][0]
    assert "--every-frame --size 48x64" in asked[1][0]
    assert (
        "| memory growth over 400 small frames | 1 MB | 1-1 | at most 20 | yes |"
        in report["markdown"]
    )
    assert report["met"] is False  # the block
    assert json.loads(json.dumps(report)) == report


def test_a_part_is_left_out_where_it_is_given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def streamed(_: tuple[str, ...], count: int = 0) -> LiveFindings:
        asked.append(count)
        found = {**FOUND, "memory": [(1, 500.0), (2, 501.0)] if count else []}
        return LiveFindings(STATS, found, None)

    monkeypatch.setattr(live, "stream", streamed)
    monkeypatch.setattr(live, "RECORDED", 2)
    live.run(Namespace(frames=0, seconds=None))
    live.run(Namespace(frames=60, seconds=0))
    assert asked == [0, 60]
    assert live.lengths(None, None) == (20.0, 10_000)


@pytest.mark.parametrize(
    ("seconds", "frames", "said"),
    [
        (-1, None, "--seconds from 1"),
        (float("nan"), None, "--seconds from 1"),
        (1e9, None, "to 3600"),
        (None, 5, "--frames from 50"),
        (None, -1, "--frames from 50"),
    ],
)
def test_what_measures_nothing_is_refused(
    seconds: float | None, frames: int | None, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        live.run(Namespace(seconds=seconds, frames=frames))
