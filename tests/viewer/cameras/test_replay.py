"""Data on disk as a camera: pace, rounds, damage, counts, memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scripted import frame

from sgnet_model.types import Intrinsics, UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, LiveFrame, StreamEnded
from sgnet_viewer.cameras.replay import replay_camera as replay
from sgnet_viewer.cameras.replay.every_frame import EveryFrame
from sgnet_viewer.cameras.replay.replay_camera import PacedReplay, ReplayKind
from sgnet_viewer.cameras.replay.replay_frames import counts
from sgnet_viewer.recording import Recorder

READ_S = 20.0
CAMERA = Intrinsics(1.0, 1.0, 0.0, 0.0, 65535, 1)

Open = Callable[..., Any]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens replays, and closes them at the end."""
    cameras: list[Any] = []

    def open_replay(path: Path, **options: object) -> Any:
        cameras.append(ReplayKind().open(str(path), CameraOptions(**options)))  # type: ignore[arg-type]
        return cameras[-1]

    yield open_replay
    for camera in cameras:
        camera.close()


@dataclass(slots=True)
class Clock:
    """In the place of `time` in the replay: stands still until it is told."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(replay, "time", stopped)
    return stopped


def write_pairs(folder: Path, count: int) -> None:
    """A folder of pairs without times; the number of a frame is its grey and its depth."""
    for kind in ("rgb", "depth"):
        (folder / kind).mkdir(parents=True)
    for number in range(count):
        Image.new("RGB", (16, 12), (number, number, number)).save(folder / f"rgb/{number:04d}.png")
        depth = np.full((12, 16), 1000 + number, np.uint16)
        Image.fromarray(depth).save(folder / f"depth/{number:04d}.png")


def grey(live: LiveFrame | None) -> int:
    assert live is not None
    return int(live.frame.rgb[0, 0, 0])


def every(camera: EveryFrame) -> list[LiveFrame]:
    """All there is to read."""
    frames = []
    while True:
        try:
            live = camera.read(READ_S)
        except StreamEnded:
            return frames
        assert live is not None
        frames.append(live)


def test_every_frame_once(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path, 20)
    frames = every(opened(tmp_path, every_frame=True, loop=False))
    assert [grey(live) for live in frames] == list(range(20))
    assert [live.number for live in frames] == list(range(20))
    assert frames[3].depth_unit_m == 0.001
    assert frames[3].raw_depth is not None
    assert frames[3].raw_depth.dtype == np.uint16
    assert (frames[3].raw_depth == 1003).all()
    assert frames[3].frame.name == "0003"


def test_it_loops_unless_told_otherwise(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path, 3)
    camera = opened(tmp_path, every_frame=True)
    frames = [camera.read(READ_S) for _ in range(7)]
    assert [grey(live) for live in frames] == [0, 1, 2, 0, 1, 2, 0]
    assert [live.number for live in frames if live] == list(range(7))


def test_frames_come_when_they_are_due(tmp_path: Path, opened: Open, clock: Clock) -> None:
    write_pairs(tmp_path, 8)
    camera = opened(tmp_path, fps=10)
    assert grey(camera.read(0)) == 0
    assert camera.read(0) is None
    clock.now += 0.09
    assert camera.read(0) is None
    clock.now += 0.02
    second = camera.read(0)
    assert grey(second) == 1
    assert second is not None
    assert second.captured_s == clock.now


def test_of_late_frames_the_newest_wins(tmp_path: Path, opened: Open, clock: Clock) -> None:
    write_pairs(tmp_path, 50)
    camera = opened(tmp_path, fps=10)
    assert grey(camera.read(0)) == 0
    clock.now += 0.41
    assert grey(camera.read(0)) == 4
    clock.now += 3.0  # now 34 is due
    assert grey(camera.read(0)) == 34
    assert camera.read(0) is None
    clock.now += 2.0  # the next round: 54 is the fifth frame of it
    late = camera.read(0)
    assert grey(late) == 4
    assert late is not None
    assert late.number == 54


def test_played_once_the_last_frame_is_shown_however_late(
    tmp_path: Path, opened: Open, clock: Clock
) -> None:
    write_pairs(tmp_path, 5)
    camera = opened(tmp_path, fps=10, loop=False)
    assert grey(camera.read(0)) == 0
    clock.now += 60
    assert grey(camera.read(0)) == 4
    with pytest.raises(StreamEnded):
        camera.read(0)


def test_what_nobody_looks_at_is_not_decoded(
    tmp_path: Path, opened: Open, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pairs(tmp_path, 8)
    loaded: list[int] = []
    load = replay.ReplaySource.load

    def counted(source: replay.ReplaySource, place: int) -> LiveFrame:
        loaded.append(place)
        return load(source, place)

    monkeypatch.setattr(replay.ReplaySource, "load", counted)
    camera = opened(tmp_path, fps=10)
    loaded.clear()  # one was looked at, to see whether there is any
    grabbed = []
    for _ in range(5):
        grabbed.append(camera.grab(0))
        clock.now += 0.1001
    assert [later.number for later in grabbed] == [0, 1, 2, 3, 4]
    assert loaded == []
    assert [grey(grabbed[3].decoded()) for _ in range(2)] == [3, 3]
    assert loaded == [3]
    assert grabbed[3].decoded().captured_s == grabbed[3].captured_s


def test_recorded_times_set_the_pace(tmp_path: Path, opened: Open, clock: Clock) -> None:
    recorder = Recorder(tmp_path / "r")
    for number, at in enumerate((5.0, 5.5, 5.6)):
        live = frame(number)
        recorder.put(LiveFrame(live.frame, number, at, 77.0 + number, live.raw_depth, 0.001))
    assert recorder.close(30).frames == 3
    camera = opened(tmp_path / "r")
    first = camera.read(0)
    assert first is not None
    assert first.device_s == 77.0
    clock.now += 0.49
    assert camera.read(0) is None
    clock.now += 0.02
    second = camera.read(0)
    assert second is not None
    assert second.number == 1
    clock.now += 0.1
    third = camera.read(0)
    assert third is not None
    assert third.number == 2


def test_a_recording_is_replayed_bit_for_bit(tmp_path: Path, opened: Open) -> None:
    given = [frame(number) for number in range(3)]
    given[1] = replace(given[1], frame=replace(given[1].frame, notes=("Stand-in depth",)))
    recorder = Recorder(tmp_path / "r")
    for live in given:
        recorder.put(live)
    recorder.close(30)
    frames = every(opened(tmp_path / "r", every_frame=True, loop=False))
    for live, expected in zip(frames, given, strict=True):
        np.testing.assert_array_equal(live.raw_depth, expected.raw_depth)
        np.testing.assert_array_equal(live.frame.depth_m, expected.frame.depth_m)
        assert live.frame.intrinsics.fx == expected.frame.intrinsics.fx
        assert live.device_s == expected.device_s
        assert live.frame.notes == expected.frame.notes


@pytest.mark.parametrize("unit_m", [0.001, 0.0001, 0.0002, 0.01, 0.00025, 0.000125, 0.0003])
def test_counts_come_back_from_metres(unit_m: float) -> None:
    stored = np.arange(65535, dtype=np.uint16)[None]
    live = live_frame(np.zeros((1, 65535, 3), np.uint8), stored, CAMERA, name="", number=0)
    metres = stored.astype(np.float32) * np.float32(unit_m)
    by_division = (stored / (1 / unit_m)).astype(np.float32)  # as data sets of other units do
    for depth_m in (metres, by_division):
        np.testing.assert_array_equal(counts(replace(live.frame, depth_m=depth_m), unit_m), stored)


def test_a_damaged_frame_is_named_and_left_out(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path, 6)
    (tmp_path / "rgb" / "0002.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    whole = (tmp_path / "depth" / "0004.png").read_bytes()
    (tmp_path / "depth" / "0004.png").write_bytes(whole[: len(whole) // 2])
    camera = opened(tmp_path, every_frame=True)
    frames = [camera.read(READ_S) for _ in range(8)]
    assert [grey(live) for live in frames] == [0, 1, 3, 5, 0, 1, 3, 5]
    notes = [note for live in frames if live for note in live.frame.notes]
    assert [note.split(":")[0] for note in notes] == [
        "0002 was left out of the replay",
        "0004 was left out of the replay",
    ]
    assert camera.damaged == tuple(notes)


def test_a_damaged_frame_is_passed_by_at_its_pace_too(
    tmp_path: Path, opened: Open, clock: Clock
) -> None:
    write_pairs(tmp_path, 3)
    (tmp_path / "rgb" / "0001.png").write_bytes(b"torn")
    camera = opened(tmp_path, fps=10)
    seen = []
    for _ in range(6):
        seen.append(camera.read(0))
        clock.now += 0.1001
    assert [None if live is None else grey(live) for live in seen] == [0, None, 2, 0, None, 2]
    notes = [note for live in seen if live for note in live.frame.notes]
    assert [note.split(":")[0] for note in notes] == ["0001 was left out of the replay"]
    assert camera.damaged == tuple(notes)


@pytest.mark.parametrize("every_frame", [False, True])
def test_nothing_but_damage_is_a_lost_camera(
    tmp_path: Path, opened: Open, every_frame: bool
) -> None:
    write_pairs(tmp_path, 2)
    for path in (tmp_path / "rgb").iterdir():
        path.write_bytes(b"torn")
    with pytest.raises(CameraLost, match=r"No frame of .* can be read"):
        opened(tmp_path, every_frame=every_frame).read(READ_S)


def test_depth_with_nothing_valid_is_shown_without(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path, 2)
    Image.fromarray(np.zeros((12, 16), np.uint16)).save(tmp_path / "depth" / "0001.png")
    frames = every(opened(tmp_path, every_frame=True, loop=False))
    assert [live.frame.depth_m is None for live in frames] == [False, True]
    assert frames[1].raw_depth is None
    assert any("no valid depth" in note for note in frames[1].frame.notes)


@pytest.mark.parametrize("every_frame", [False, True])
def test_an_unexpected_error_reaches_the_reader(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, every_frame: bool
) -> None:
    write_pairs(tmp_path, 2)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    camera = None if every_frame else opened(tmp_path)
    monkeypatch.setattr(replay.ReplaySource, "load", broken)
    camera = camera or opened(tmp_path, every_frame=True)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            camera.read(READ_S)


@pytest.mark.parametrize("where", ["every_frame.give_way", "replay_damage.Damage.note"])
def test_an_error_wherever_it_is_does_not_leave_the_reader_waiting(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Outside of what decodes a frame, in the thread that reads ahead."""
    write_pairs(tmp_path, 2)
    (tmp_path / "rgb" / "0000.png").write_bytes(b"torn")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(f"sgnet_viewer.cameras.replay.{where}", broken)
    camera = opened(tmp_path, every_frame=True)
    with pytest.raises(ZeroDivisionError):
        camera.read(READ_S)
    camera._thread.join(READ_S)
    assert not camera._thread.is_alive()


@pytest.mark.parametrize("every_frame", [False, True])
def test_a_closed_replay_ends_for_its_reader(
    tmp_path: Path, opened: Open, every_frame: bool
) -> None:
    write_pairs(tmp_path, 2)
    camera = opened(tmp_path, every_frame=every_frame)
    camera.close()
    with pytest.raises(StreamEnded):
        camera.read(READ_S)
    if isinstance(camera, EveryFrame):
        assert not camera._thread.is_alive()


def test_closing_ends_a_read_that_waits(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path, 2)
    camera: PacedReplay = opened(tmp_path, fps=0.01)
    assert grey(camera.read(READ_S)) == 0
    threading.Timer(0.05, camera.close).start()
    with pytest.raises(StreamEnded):
        camera.read(READ_S)


def test_what_cannot_be_replayed_is_refused(tmp_path: Path) -> None:
    assert ReplayKind().find().devices == ()
    with pytest.raises(UserError, match="without a path"):
        ReplayKind().open("", CameraOptions())
    with pytest.raises(UserError, match="No RGB and depth pairs"):
        ReplayKind().open(str(tmp_path), CameraOptions())


def test_real_sequences(shared_data: Path, opened: Open) -> None:
    tum = every(opened(shared_data / "tum" / "rgbdvo", every_frame=True, loop=False))
    assert [live.device_s for live in tum[:2]] == [1305031790.645155, 1305031790.713097]
    assert tum[0].depth_unit_m == 0.0002
    stored = np.array(Image.open(shared_data / "tum/rgbdvo/depth/1305031790.640468.png"))
    np.testing.assert_array_equal(tum[0].raw_depth, stored)
    redwood = every(opened(shared_data / "redwood", every_frame=True, loop=False))
    assert len(redwood) == 5
    assert redwood[0].frame.intrinsics.fx == 525.0


def test_the_unit_and_the_camera_that_are_given_hold(tmp_path: Path, opened: Open) -> None:
    write_pairs(tmp_path / "set", 1)
    recorder = Recorder(tmp_path / "recording")
    recorder.put(frame(0))
    recorder.close(30)
    for folder in ("set", "recording"):
        (plain,) = every(opened(tmp_path / folder, every_frame=True, loop=False))
        height, width = plain.frame.size
        camera = f"50,50,{width / 2},{height / 2}"
        given = {"unit": "0.25mm", "intrinsics": camera}
        (live,) = every(opened(tmp_path / folder, every_frame=True, loop=False, **given))
        assert live.frame.intrinsics.fx == 50
        assert live.depth_unit_m == pytest.approx(0.00025)
        assert live.frame.depth_m == pytest.approx(plain.frame.depth_m / 4)
        np.testing.assert_array_equal(live.raw_depth, plain.raw_depth)
