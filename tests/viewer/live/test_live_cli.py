"""`sgnet-viewer live`: its words, and what a measured run writes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sgnet_model.types import UserError
from sgnet_viewer.cli.entry import parse
from sgnet_viewer.controllers.live import source_of
from sgnet_viewer.launch.measure import EventLoopDelay, Measurement
from sgnet_viewer.live.meters import Meters
from sgnet_viewer.state.live_options import LiveOptions


def test_no_words_stream_what_is_found() -> None:
    assert parse(["live"]).live == LiveOptions()
    assert parse([]).live is None


def test_a_stream_that_is_opened_like_a_frame_is_streamed(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    options = parse(["open", str(film)])
    assert options.live == LiveOptions(str(film))
    (tmp_path / "rgb.png").touch()
    assert parse(["open", str(tmp_path / "rgb.png")]).live is None


def test_everything_at_once(tmp_path: Path) -> None:
    stats, shot = tmp_path / "stats.json", tmp_path / "window.png"
    words = ["--device", "cpu", "live", "--source", "webcam+depth", "--every-frame", "--once"]
    words += ["--seconds", "2.5", "--stats", str(stats), "--screenshot", str(shot)]
    words += ["--size", "240x320", "--calibration", "c.json", "--stand-in-depth", "plane"]
    options = parse(words)
    assert options.live == LiveOptions("webcam+depth", True, True, 2.5, stats, "c.json", "plane")
    assert options.screenshot == shot
    assert options.network.size == (240, 320)
    assert options.network.device == "cpu"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seconds", "no"], "number of seconds"),
        (["--seconds", "-1"], "number of seconds"),
        (["--stats", "/no/such/folder/stats.json"], "does not exist"),
        (["--screenshot", "window.jpg"], "PNG"),
    ],
)
def test_words_that_cannot_work_are_refused(words: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse(["live", *words])


def test_a_unit_and_a_camera_reach_the_source(tmp_path: Path) -> None:
    film, given = tmp_path / "film.mp4", ["--depth-unit", "0.25mm", "--intrinsics", "50,50,32,24"]
    film.touch()
    for words in (["live", "--source", str(film), *given], ["open", str(film), *given]):
        options = parse(words).live
        assert options == LiveOptions(str(film), unit="0.25mm", intrinsics="50,50,32,24")
        asked = source_of(options)._options  # type: ignore[attr-defined]
        assert (asked.unit, asked.intrinsics) == ("0.25mm", "50,50,32,24")


class Ended:
    """What `finish` was called with."""

    def __init__(self) -> None:
        self.errors: list[UserError | None] = []

    def __call__(self, error: UserError | None) -> None:
        self.errors.append(error)


def run_meters(frames: int = 3) -> Meters:
    meters = Meters()
    for number in range(frames):
        meters.capture(number)
        meters.infer()
    meters.show(time.monotonic())
    meters.show(time.monotonic() - 0.1)
    meters.count(dropped=1)
    return meters


def test_the_seconds_count_from_the_first_picture_and_the_keys_are_as_promised(
    qtbot: QtBot, tmp_path: Path
) -> None:
    ended, path = Ended(), tmp_path / "stats.json"
    measurement = Measurement(0.05, path, ended)
    qtbot.wait(100)
    assert ended.errors == []
    measurement.note_shown(run_meters())
    qtbot.waitUntil(lambda: bool(ended.errors))
    assert ended.errors == [None]
    stats = json.loads(path.read_text())
    promised = ("captured", "inferred", "shown", "dropped", "latency_ms", "peak_mb")
    assert [stats[key] for key in promised[:4]] == [3, 3, 2, 1]
    assert stats["latency_ms"] >= 100
    assert stats["peak_mb"] is None or stats["peak_mb"] > 20
    assert stats["gui_block_ms"] >= 0
    assert stats["fps"] == pytest.approx(1 / stats["seconds"], rel=0.05)


def test_a_stream_that_ends_early_ends_the_measurement(qtbot: QtBot, tmp_path: Path) -> None:
    ended, path = Ended(), tmp_path / "stats.json"
    measurement = Measurement(1000.0, path, ended)
    measurement.note_shown(run_meters())
    measurement.note_ended(None)
    measurement.end()
    assert ended.errors == [None]
    assert path.is_file()
    failed = Ended()
    Measurement(1000.0, path, failed).note_ended(ValueError("no"))
    assert "no" in str(failed.errors[0])
    assert qtbot is not None


def test_a_source_without_pictures_is_given_up(qtbot: QtBot) -> None:
    ended = Ended()
    measurement = Measurement(None, None, ended, start_s=0.02)
    qtbot.waitUntil(lambda: bool(ended.errors))
    assert "no picture" in str(ended.errors[0])
    assert measurement.report()["shown"] == 0


def test_stats_that_cannot_be_written_are_told(qtbot: QtBot, tmp_path: Path) -> None:
    ended = Ended()
    Measurement(None, tmp_path, ended).end()
    assert "cannot be written" in str(ended.errors[0])
    assert qtbot is not None


def test_on_a_full_disk_the_old_stats_stay(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, path = Ended(), tmp_path / "stats.json"
    path.write_text("old")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    Measurement(None, path, ended).end()
    assert "cannot be written (No space left" in str(ended.errors[0])
    assert path.read_text() == "old"
    assert qtbot is not None


def test_the_pulse_tells_how_long_the_window_was_away(qtbot: QtBot) -> None:
    pulse = EventLoopDelay()
    qtbot.wait(30)
    pulse.begin_anew()
    time.sleep(0.2)
    qtbot.wait(30)
    pulse.stop()
    assert pulse.longest_ms > 150
