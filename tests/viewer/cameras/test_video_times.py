"""Videos by the times of their frames: unlike pairs, uneven gaps, heads that promise more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import frames_of

from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import open_source
from sgnet_viewer.cameras.frames import NO_DEPTH
from sgnet_viewer.cameras.playhead import Playhead
from sgnet_viewer.cameras.protocol import CameraOptions, LiveFrame

ONCE = CameraOptions(every_frame=True, loop=False)
SIZE = 48, 64
EVEN_MS = [round(1000 * k / 30) for k in range(30)]
UNEVEN_MS = [0, 33, 67, 100, 600, 1100, 1600, 2100, 2133, 2167, 2200, 2233]


def write(path: Path, times_ms: Sequence[int], fps: int = 30, size: tuple[int, int] = SIZE) -> Path:
    """Without loss; depth by its name. The frame of time t holds 1000 + t, or t / 10 as grey."""
    import av

    is_depth = path.name == "depth.mkv"
    millisecond = Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("ffv1", rate=fps)
        stream.height, stream.width = size
        stream.pix_fmt = "gray16le" if is_depth else "bgr0"
        stream.codec_context.time_base = stream.time_base = millisecond
        for time_ms in times_ms:
            if is_depth:
                pixels = np.full(size, 1000 + time_ms, np.uint16)
                frame = av.VideoFrame.from_ndarray(pixels, format="gray16le")
            else:
                grey = np.full((*size, 3), round(time_ms / 10), np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = time_ms, millisecond
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_pair(root: Path, depth_ms: Sequence[int], depth_fps: int = 30) -> Path:
    write(root / "colour.mkv", EVEN_MS)
    write(root / "depth.mkv", depth_ms, depth_fps)
    (root / "camera.json").write_text(json.dumps({"depth_unit_m": 0.001}))
    return root


def times_ms(live: LiveFrame) -> tuple[int, int | None]:
    """Of the picture, to 10 ms, and of its depth."""
    depth = None if live.raw_depth is None else int(live.raw_depth[0, 0]) - 1000
    return 10 * int(live.frame.rgb[0, 0, 0]), depth


def sought(camera: Any, index: int) -> LiveFrame:
    camera.playhead.seek(index)
    live: LiveFrame | None = camera.read(5)
    assert live is not None
    return live


def test_depth_of_another_rate_is_the_nearest_in_time(tmp_path: Path) -> None:
    frames = frames_of(open_source(str(write_pair(tmp_path, EVEN_MS[::2], 15)), ONCE))
    assert len(frames) == 30
    for live, taken_ms in zip(frames, EVEN_MS, strict=True):
        depth_ms = times_ms(live)[1]
        assert depth_ms is not None
        assert abs(depth_ms - taken_ms) <= 34
    assert "30 frames a second and depth.mkv 15" in frames[0].frame.notes[0]


def test_pictures_without_depth_at_their_time_say_so_and_later_ones_have_theirs(
    tmp_path: Path,
) -> None:
    lost = EVEN_MS[5:10]
    kept = [time_ms for time_ms in EVEN_MS if time_ms not in lost]
    frames = frames_of(open_source(str(write_pair(tmp_path, kept)), ONCE))
    assert [times_ms(live)[1] for live in frames] == [None if t in lost else t for t in EVEN_MS]
    assert frames[4].frame.notes == ()
    assert frames[7].frame.depth_m is None
    assert frames[7].frame.notes == (
        "depth.mkv has no frame at the time of this picture.",
        NO_DEPTH,
    )


def test_what_is_sought_has_its_own_depth_though_others_are_lost(tmp_path: Path) -> None:
    kept = EVEN_MS[:5] + EVEN_MS[15:]
    camera = open_source(str(write_pair(tmp_path, kept)), CameraOptions())
    camera.playhead.pause()
    for index in (25, 4, 16, 9, 29, 0):
        live = sought(camera, index)
        assert live.index == index
        assert times_ms(live)[1] == (EVEN_MS[index] if EVEN_MS[index] in kept else None)
    camera.close()


def test_depth_of_another_size_is_said_of_the_file(tmp_path: Path) -> None:
    write_pair(tmp_path, EVEN_MS[:2])
    write(tmp_path / "depth.mkv", EVEN_MS[:2], size=(24, 32))
    with pytest.raises(UserError, match=r"so make depth\.mkv the size of colour\.mkv\.$"):
        open_source(str(tmp_path), ONCE).read(5)


def test_frames_of_uneven_gaps_stand_where_their_time_is(tmp_path: Path) -> None:
    path = str(write(tmp_path / "uneven.mkv", UNEVEN_MS))
    frames = frames_of(open_source(path, ONCE))
    places = [round(30 * time_ms / 1000) for time_ms in UNEVEN_MS]
    assert [live.index for live in frames] == places
    camera = open_source(path, CameraOptions())
    assert len(camera.playhead) == places[-1] + 1
    camera.playhead.pause()
    for index, shown_ms in ((67, 2230), (20, 600), (3, 100), (66, 2200), (5, 100), (0, 0)):
        live = sought(camera, index)
        assert (live.index, times_ms(live)[0]) == (index, shown_ms)
    camera.playhead.set_range(18, 40)
    camera.playhead.resume()
    played = [camera.read(5) for _ in range(3)]
    camera.close()
    assert {live.index for live in played if live is not None} <= {18, 33}


def cut(tmp_path: Path) -> str:
    """Half of a video, whose head still promises the whole."""
    whole = write(tmp_path / "whole.mkv", EVEN_MS).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    return str(tmp_path / "cut.mkv")


def test_a_timeline_ends_with_the_last_frame(tmp_path: Path) -> None:
    camera = open_source(cut(tmp_path), ONCE)
    assert len(camera.playhead) == len(EVEN_MS)
    frames = frames_of(camera)
    assert 5 < len(frames) < 25
    assert len(camera.playhead) == len(frames)


def test_what_is_sought_beyond_the_last_frame_is_the_last_one(tmp_path: Path) -> None:
    camera = open_source(cut(tmp_path), CameraOptions())
    camera.playhead.pause()
    live = sought(camera, 29)
    camera.close()
    assert live.index == len(camera.playhead) - 1
    assert times_ms(live)[0] == pytest.approx(1000 * live.index / 30, abs=7)
    assert 5 < live.index < 25


def test_what_a_playhead_was_asked_beyond_its_end_is_its_last_frame() -> None:
    playhead = Playhead([0.1] * 9)
    playhead.set_range(3, 8)
    playhead.seek(7)
    playhead.end_at(5)
    play = playhead.play
    assert (len(playhead), len(playhead.starts_s)) == (5, 5)
    assert (play.first, play.last, play.sought) == (3, 4, 4)
