"""The recorder: what it writes opens again bit for bit, and nothing it meets disturbs the view."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import frame

from sgnet_model.data import open_frames
from sgnet_model.data.images import read_depth, read_rgb
from sgnet_model.data.recording import read_index
from sgnet_model.types import Intrinsics, Origin, UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.recording import Colour, Recorder
from sgnet_viewer.recording import writer as writing
from sgnet_viewer.recording.writer import RecordingWriter

CAMERA = Intrinsics(60.5, 61.25, 31.5, 23.5, 64, 48, Origin.DATASET)


def noisy(number: int, unit_m: float = 0.001, camera: Intrinsics = CAMERA) -> LiveFrame:
    """Colour and counts of every value, from a seed."""
    rng = np.random.default_rng(number)
    shape = camera.height, camera.width
    return live_frame(
        rng.integers(0, 256, (*shape, 3), np.uint8),
        rng.integers(0, 65536, shape, np.uint16),
        camera,
        name=f"noisy {number}",
        number=number,
        unit_m=unit_m,
        device_s=1000 + number / 30,
        captured_s=50 + number / 10,
    )


def record(folder: Path, *frames: LiveFrame, colour: Colour = Colour.JPEG) -> None:
    recorder = Recorder(folder, "Test camera", colour)
    for each in frames:
        recorder.put(each)
    status = recorder.close(30)
    assert (status.error, status.frames, status.dropped) == ("", len(frames), 0)


class HeldWriter:
    """In the place of `RecordingWriter.write`: each frame waits for `release`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, self.begun = threading.Semaphore(0), threading.Semaphore(0)
        write = RecordingWriter.write

        def held(writer: RecordingWriter, entry: Any) -> int:
            self.begun.release()
            assert self.gate.acquire(timeout=60)
            return write(writer, entry)

        monkeypatch.setattr(RecordingWriter, "write", held)

    def release(self, count: int) -> None:
        self.gate.release(count)


@pytest.mark.parametrize("unit_m", [0.001, 0.0001, 0.00025])
def test_depth_is_bit_exact_and_times_are_kept(tmp_path: Path, unit_m: float) -> None:
    frames = [replace(noisy(k, unit_m), number=2 * k) for k in range(3)]
    record(tmp_path / "r", *frames, colour=Colour.PNG)
    lines = read_index(tmp_path / "r")
    assert [line.number for line in lines] == [0, 2, 4]
    assert [line.time_s for line in lines] == pytest.approx([0, 0.1, 0.2])
    assert [line.device_s for line in lines] == pytest.approx([1000, 1000 + 1 / 30, 1000 + 1 / 15])
    opened = open_frames(tmp_path / "r")
    for index, (line, given) in enumerate(zip(lines, frames, strict=True)):
        assert line.depth is not None
        np.testing.assert_array_equal(read_depth(line.depth), given.raw_depth)
        np.testing.assert_array_equal(read_rgb(line.rgb)[0], given.frame.rgb)
        loaded = opened.load(index)
        np.testing.assert_array_equal(loaded.depth_m, given.frame.depth_m)
        assert replace(loaded.intrinsics, origin=Origin.DATASET) == CAMERA


def test_numbers_go_on_after_a_source_was_lost(tmp_path: Path) -> None:
    """A fresh camera counts from 0 again; what it drops from then on is a gap as before."""
    numbers = [3, 4, 6, 0, 2, 2, 3]  # the same one twice: a picture that was sent again
    record(tmp_path / "r", *(replace(noisy(0), number=number) for number in numbers))
    assert [line.number for line in read_index(tmp_path / "r")] == [3, 4, 6, 7, 9, 10, 11]


def test_stand_ins_and_guesses_stay_labelled(tmp_path: Path) -> None:
    guessed = replace(CAMERA, origin=Origin.GUESS)
    live = noisy(0, camera=guessed)
    said = ("Stand-in depth,\n not measured", 'a "wall"')
    record(tmp_path / "r", replace(live, frame=replace(live.frame, notes=said)), noisy(1))
    opened = open_frames(tmp_path / "r")
    assert opened.notes == ("Stand-in depth, not measured", 'a "wall"')
    assert [opened.load(k).intrinsics.origin for k in (0, 1)] == [Origin.GUESS, Origin.FILE]


def test_jpeg_is_close_and_small(tmp_path: Path) -> None:
    smooth = frame(0, grey=100)
    record(tmp_path / "r", smooth)
    line = read_index(tmp_path / "r")[0]
    assert line.rgb.suffix == ".jpg"
    assert np.abs(read_rgb(line.rgb)[0].astype(int) - 100).max() <= 2


def test_the_camera_file_is_open3ds(tmp_path: Path) -> None:
    record(tmp_path / "r", noisy(0, 0.0001))
    layout = json.loads((tmp_path / "r" / "camera.json").read_text())
    assert (layout["width"], layout["height"], layout["depth_unit_m"]) == (64, 48, 0.0001)
    assert layout["intrinsic_matrix"] == [60.5, 0, 0, 0, 61.25, 0, 31.5, 23.5, 1]
    assert json.loads((tmp_path / "r" / "recording.json").read_text())["title"] == "Test camera"


def test_size_camera_and_unit_may_change_midway(tmp_path: Path) -> None:
    wide = Intrinsics(80, 80, 40, 20, 90, 40, Origin.DATASET)
    record(tmp_path / "r", noisy(0), noisy(1, 0.0001, wide), noisy(2))
    opened = open_frames(tmp_path / "r")
    loaded = [opened.load(k) for k in range(3)]
    assert [one.size for one in loaded] == [(48, 64), (40, 90), (48, 64)]
    assert [one.intrinsics.fx for one in loaded] == [60.5, 80, 60.5]
    np.testing.assert_array_equal(loaded[1].depth_m, noisy(1, 0.0001, wide).frame.depth_m)


def test_frames_without_depth_are_kept(tmp_path: Path) -> None:
    record(tmp_path / "r", frame(0, "none"), frame(1), frame(2, "zero"))
    lines = read_index(tmp_path / "r")
    assert [line.depth is None for line in lines] == [True, False, False]
    opened = open_frames(tmp_path / "r")
    assert [opened.load(k, strict=False).depth_m is None for k in range(3)] == [True, False, True]


@pytest.mark.parametrize(
    ("farthest_m", "unit_m"),
    [(1, 0.001), (65.5, 0.001), (65.6, 0.002), (140, 0.005), (600, 0.01), (1000, 0.02)],
)
def test_depth_in_metres_is_counted_in_millimetres_or_what_reaches_as_far(
    tmp_path: Path, farthest_m: float, unit_m: float
) -> None:
    """Each frame in its own unit."""
    rgb = np.zeros((48, 64, 3), np.uint8)
    near, far = (
        np.linspace(0, most, 64 * 48, dtype=np.float32).reshape(48, 64) for most in (3, farthest_m)
    )
    given = [live_frame(rgb, metres, CAMERA, name="a", number=0) for metres in (far, near)]
    record(tmp_path / "r", *given)
    assert [line.depth_unit_m for line in read_index(tmp_path / "r")] == [unit_m, 0.001]
    opened = open_frames(tmp_path / "r")
    for index, (metres, step) in enumerate(((far, unit_m), (near, 0.001))):
        read = opened.load(index, strict=False).depth_m
        assert read is not None
        assert read == pytest.approx(metres, abs=0.51 * step)


def test_put_never_waits_and_drops_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = HeldWriter(monkeypatch)
    one = frame(0)
    assert one.raw_depth is not None
    room_for_three = 3 * (one.frame.rgb.nbytes + one.raw_depth.nbytes)
    recorder = Recorder(tmp_path / "r", queue_bytes=room_for_three)
    recorder.put(one)
    assert writer.begun.acquire(timeout=60)  # it is out of the queue, and stuck
    for number in range(1, 6):
        recorder.put(frame(number))
    assert (recorder.status.waiting, recorder.status.dropped) == (3, 2)
    writer.release(6)
    status = recorder.close(30)
    assert (status.frames, status.dropped, status.waiting) == (4, 2, 0)
    assert [line.number for line in read_index(tmp_path / "r")] == [0, 1, 2, 3]


def test_a_disk_that_hangs_does_not_hold_up_the_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = HeldWriter(monkeypatch)
    recorder = Recorder(tmp_path / "r")
    for number in range(3):
        recorder.put(frame(number))
    assert writer.begun.acquire(timeout=60)
    status = recorder.close(0.05)
    assert (status.running, status.frames, status.dropped) == (False, 0, 2)
    writer.release(1)


def full_disk(path: Path) -> None:
    """Whatever is written there finds no room."""
    path.symlink_to("/dev/full")


def folder_in_the_way(path: Path) -> None:
    path.mkdir()


HINDRANCES = [(folder_in_the_way, "Is a directory")]
if Path("/dev/full").exists():  # Linux
    HINDRANCES.append((full_disk, "No space left on device"))


@pytest.mark.parametrize(("hinder", "reason"), HINDRANCES)
def test_a_disk_that_fails_ends_the_recording_with_a_sentence(
    tmp_path: Path, hinder: Callable[[Path], None], reason: str
) -> None:
    recorder = Recorder(tmp_path / "r")
    hinder(tmp_path / "r" / "depth" / "000002.png")
    for number in range(7):
        recorder.put(frame(number))
    status = recorder.close(30)
    assert not status.running
    assert status.frames == 2
    assert f"stopped after 2 frames ({reason})" in status.error
    assert status.frames + status.dropped <= 7
    assert len(open_frames(tmp_path / "r")) == 2
    recorder.put(frame(8))  # nobody minds
    assert recorder.status == status


@pytest.mark.parametrize("name", ["camera.json", "rgb/000000.jpg"])
def test_a_recording_without_a_frame_is_not_said_to_open(tmp_path: Path, name: str) -> None:
    recorder = Recorder(tmp_path / "r")
    folder_in_the_way(tmp_path / "r" / name)
    recorder.put(frame(0))
    status = recorder.close(30)
    assert (status.frames, status.dropped) == (0, 1)
    assert "stopped before its first frame was written (Is a directory)" in status.error
    assert "can be opened" not in status.error


@pytest.mark.parametrize("full", ["recording.json", "frames.csv"])
@pytest.mark.parametrize("there", [True, False])
def test_a_recording_that_cannot_be_started_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str, there: bool
) -> None:
    folder, usual = tmp_path / "r", Path.open
    if there:
        folder.mkdir()

    def opened(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        file = usual(path, mode, *rest, **more)
        if path.name != full or mode == "r":
            return file
        file.close()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        with pytest.raises(UserError, match="cannot be started"):
            Recorder(folder)
    assert folder.exists() is there
    record(folder, frame(0))


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="is not empty: choose a new or an empty folder"):
        Recorder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made"):
        Recorder(tmp_path / "file" / "r")


def test_what_is_recorded_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: dict[int, tuple[str, int]] = {}  # of a file: by which thread, and its size then

    def fsync(descriptor: int) -> None:
        about = os.fstat(descriptor)
        synced[about.st_ino] = threading.current_thread().name, about.st_size

    monkeypatch.setattr(writing.os, "fsync", fsync)
    folder = tmp_path / "place" / "r"
    record(folder, noisy(0), noisy(1))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 7
    for path in files:
        assert synced.pop(path.stat().st_ino) == ("sgnet-recording", path.stat().st_size)
    folders = (folder.parent, folder, folder / "rgb", folder / "depth")
    assert set(synced) == {place.stat().st_ino for place in folders}


def test_a_disk_that_does_not_confirm_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing.os, "fsync", fsync)
    recorder = Recorder(tmp_path / "r")
    recorder.put(noisy(0))
    status = recorder.close(30)
    assert (status.frames, status.dropped, status.safe) == (1, 0, False)
    expected = f"has not confirmed what was recorded into {tmp_path / 'r'} (Input/output error): "
    assert expected in status.error


def test_a_recording_is_safe_when_the_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, asked = threading.Event(), threading.Event()

    def fsync(_: int) -> None:
        asked.set()
        assert confirm.wait(60)

    monkeypatch.setattr(writing.os, "fsync", fsync)
    recorder = Recorder(tmp_path / "r")
    recorder.put(noisy(0))
    recorder.stop()
    assert asked.wait(60)
    recorder.put(noisy(1))  # too late
    assert not recorder.close(0.01).safe
    confirm.set()
    status = recorder.close(30)
    assert (status.safe, status.frames, status.error) == (True, 1, "")


KILLED = """
import os, sys, time
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from scripted import frame
from sgnet_viewer.recording import Recorder
recorder = Recorder(Path(sys.argv[1]))
for number in range(5):
    recorder.put(frame(number))
while recorder.status.frames < 4:
    time.sleep(0.01)
os.kill(os.getpid(), 9)
"""


def test_a_crash_leaves_a_readable_recording(tmp_path: Path) -> None:
    helpers = str(Path(__file__).parent / "cameras")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "r"), helpers, os.getcwd()], timeout=120
    )
    assert done.returncode != 0
    opened = open_frames(tmp_path / "r")
    assert len(opened) in (4, 5)
    for index in range(len(opened)):
        np.testing.assert_array_equal(opened.load(index).depth_m, frame(index).frame.depth_m)
