"""Video files as live sources: bit-exact depth, plain pictures, pace, loops, damage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from scripted import frames_of

from sgnet_model.types import Origin, UserError
from sgnet_viewer.cameras.choose import choose_source, open_source
from sgnet_viewer.cameras.frames import NO_DEPTH
from sgnet_viewer.cameras.protocol import CameraOptions
from sgnet_viewer.cameras.replay import video_camera as video
from sgnet_viewer.cameras.replay.video_camera import UNIT_GUESSED, VideoKind

ONCE = CameraOptions(every_frame=True, loop=False)
FRAMES, SIZE = 5, (48, 64)
CAMERA = {"fx": 60.5, "fy": 61, "cx": 31, "cy": 23, "width": 64, "height": 48}


def counts(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 65536, SIZE).astype(np.uint16)


def write(path: Path, grey16: bool = False, frames: int = FRAMES, fps: int = 30) -> Path:
    """FFV1, without loss; frame k of colour is (10 k, 20 k, 30 k)."""
    fourcc = cv2.VideoWriter.fourcc(*"FFV1")
    kind = [cv2.VIDEOWRITER_PROP_DEPTH, cv2.CV_16U, cv2.VIDEOWRITER_PROP_IS_COLOR, 0]
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, fourcc, fps, SIZE[::-1], kind if grey16 else []
    )
    for k in range(frames):
        rgb = np.full((*SIZE, 3), (10 * k, 20 * k, 30 * k), np.uint8)
        writer.write(counts(k) if grey16 else rgb[..., ::-1])
    writer.release()
    return path


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    write(tmp_path / "colour.mkv")
    write(tmp_path / "depth.mkv", grey16=True)
    (tmp_path / "camera.json").write_text(json.dumps({**CAMERA, "depth_unit_m": 0.0001}))
    return tmp_path


def test_a_pair_is_read_bit_exact(pair: Path) -> None:
    frames = frames_of(open_source(str(pair), ONCE))
    assert [live.number for live in frames] == list(range(FRAMES))
    for k, live in enumerate(frames):
        assert live.raw_depth is not None
        assert live.frame.depth_m is not None
        assert np.array_equal(live.raw_depth, counts(k))
        assert np.abs(live.frame.rgb[9, 9].astype(int) - (10 * k, 20 * k, 30 * k)).max() <= 2
        assert live.frame.depth_m[9, 9] == pytest.approx(counts(k)[9, 9] * 0.0001, rel=1e-5)
        assert live.device_s == pytest.approx(k / 30, abs=0.002)
    camera = frames[0].frame.intrinsics
    assert (camera.fx, camera.cy, camera.origin) == (60.5, 23, Origin.FILE)
    assert frames[0].frame.notes == ()
    assert frames[0].frame.depth_info is not None
    assert frames[0].frame.depth_info.origin is Origin.FILE


@pytest.mark.parametrize("name", ["colour.mkv", "depth.mkv"])
def test_either_file_stands_for_the_pair(pair: Path, name: str) -> None:
    (live, *_) = frames_of(open_source(str(pair / name), ONCE))
    assert live.raw_depth is not None
    assert np.array_equal(live.raw_depth, counts(0))


def test_a_unit_that_nobody_names_is_said_to_be_guessed(pair: Path) -> None:
    (pair / "camera.json").write_text(json.dumps(CAMERA))
    (live, *_) = frames_of(open_source(str(pair), ONCE))
    assert live.depth_unit_m == 0.001
    assert live.frame.notes == (UNIT_GUESSED,)
    assert live.frame.depth_info is not None
    assert live.frame.depth_info.origin is Origin.GUESS


def test_an_ordinary_video_has_no_depth(tmp_path: Path) -> None:
    camera = open_source(str(write(tmp_path / "walk.mkv")), ONCE)
    assert (camera.title, camera.finite) == ("walk.mkv", True)
    (live, *rest) = frames_of(camera)
    assert len(rest) == FRAMES - 1
    assert live.frame.depth_m is None
    assert live.frame.notes == (NO_DEPTH,)
    assert live.frame.intrinsics.origin is Origin.GUESS


def test_a_chosen_stand_in_is_labelled(tmp_path: Path) -> None:
    path = write(tmp_path / "walk.mkv")
    options = CameraOptions(every_frame=True, loop=False, stand_in_depth="ground")
    (live, *_) = frames_of(open_source(str(path), options))
    assert live.frame.depth_m is not None
    assert "not measured" in live.frame.notes[0]


def test_a_loop_goes_on_counting(pair: Path) -> None:
    camera = open_source(str(pair), CameraOptions(every_frame=True))
    for k in range(2 * FRAMES + 1):
        live = camera.read(5)
        assert live is not None
        assert live.raw_depth is not None
        assert live.number == k
        assert np.array_equal(live.raw_depth, counts(k % FRAMES))
    camera.close()
    assert camera.read(0) is None


def test_the_shorter_of_a_pair_ends_it(pair: Path) -> None:
    write(pair / "depth.mkv", grey16=True, frames=3)
    assert len(frames_of(open_source(str(pair), ONCE))) == 3


def test_paced_frames_wait_for_their_time(tmp_path: Path) -> None:
    camera = open_source(str(write(tmp_path / "slow.mkv", fps=2)), CameraOptions())
    first, early, second = camera.read(5), camera.read(0), camera.read(5)
    camera.close()
    assert first is not None
    assert early is None
    assert second is not None
    assert (first.number, second.number) == (0, 1)
    assert second.captured_s - first.captured_s >= 0.4


def test_what_is_late_is_skipped(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late = iter([False, True, True, False, False])
    monkeypatch.setattr(video.Pace, "is_late", lambda *_: next(late))
    frames = frames_of(open_source(str(pair), CameraOptions(loop=False)))
    assert [live.number for live in frames] == [0, 3, 4]
    assert frames[1].raw_depth is not None
    assert np.array_equal(frames[1].raw_depth, counts(3))  # both files were skipped through


def test_depth_with_loss_is_refused(pair: Path) -> None:
    write(pair / "depth.mkv")
    with pytest.raises(UserError, match="16-bit grey without loss"):
        open_source(str(pair), ONCE).read(5)


def test_opencv_says_nothing_beside_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    code = (
        "from sgnet_viewer.cameras.protocol import CameraOptions\n"
        "from sgnet_viewer.cameras.replay.video_camera import VideoKind\n"
        "from sgnet_model.types import UserError\n"
        f"try: VideoKind().open({str(tmp_path / 'a.mp4')!r}, CameraOptions())\n"
        "except UserError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, env=environment
    )
    assert "cannot be read as a video" in said.stdout
    assert said.stderr == ""


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(UserError, match=r"a\.mp4 cannot be read as a video"):
        open_source(str(tmp_path / "a.mp4"), ONCE)
    kind = VideoKind()
    with pytest.raises(UserError, match="no pair of videos"):
        kind.open(str(tmp_path), ONCE)
    with pytest.raises(UserError, match="There is no video"):
        kind.open(str(tmp_path / "b.mp4"), ONCE)
    with pytest.raises(UserError, match="without a path"):
        kind.open("", ONCE)


def test_a_folder_of_another_spelling_is_a_pair_too(pair: Path) -> None:
    (pair / "colour.mkv").rename(pair / "color.mkv")
    choice = choose_source(str(pair))
    assert choice.kind.name == "video"
    assert len(frames_of(choice.open(ONCE))) == FRAMES


def test_a_video_goes_where_it_is_asked_to(pair: Path) -> None:
    camera = open_source(str(pair), CameraOptions())
    assert camera.playhead is not None
    assert len(camera.playhead) == FRAMES
    camera.playhead.pause()
    assert camera.read(0) is None
    for wanted in (4, 1, 0):
        camera.playhead.seek(wanted)
        live = camera.read(5)
        assert live is not None
        assert live.index == wanted
        assert np.array_equal(live.raw_depth, counts(wanted))
        assert camera.read(0) is None
    camera.playhead.set_range(2, 3)
    camera.playhead.resume()
    played = [camera.read(5) for _ in range(4)]
    camera.close()
    assert {live.index for live in played if live is not None} == {2, 3}


def test_a_read_ends_in_time_though_every_frame_is_late(
    pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def is_late(_: object, due_s: float) -> bool:
        asked.append(due_s)
        assert len(asked) < 100, "it does not end"
        return True

    monkeypatch.setattr(video.Pace, "is_late", is_late)
    camera = open_source(str(pair), CameraOptions())
    assert [camera.read(0) for _ in range(3)] == [None] * 3
    camera.close()


def test_a_read_ends_in_time_though_a_range_holds_no_frame(
    pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's head may promise more frames than can be decoded."""
    camera = open_source(str(pair), CameraOptions())
    assert camera.read(5) is not None
    tried: list[object] = []

    def advance(file: object) -> bool:
        tried.append(file)
        assert len(tried) < 100, "it does not end"
        return False

    monkeypatch.setattr(video.VideoFile, "advance", advance)
    camera.playhead.set_range(3, 4)
    assert camera.read(0) is None
    camera.close()


def test_what_is_sought_while_paused_still_comes_after_a_read_without_it(
    pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = iter([True, True, False])
    monkeypatch.setattr(video.Pace, "is_late", lambda *_: next(late))
    camera = open_source(str(pair), CameraOptions())
    camera.playhead.pause()
    camera.playhead.seek(1)
    assert [camera.read(0) for _ in range(2)] == [None, None]
    assert camera.read(5) is not None
    assert camera.read(0) is None
    camera.close()
