"""Opening what the user names: pairs, bundled samples, the NYU pair of Open3D's cache."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from sgnet_model.types import UserError
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.sources import nyu_sample, target
from sgnet_viewer.sources.target import open_target
from sgnet_viewer.state.choices import Target
from sgnet_viewer.workers.frames import open_and_load, thumbnail


@pytest.fixture
def task() -> Task:
    return Task(lambda _: None)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of Open3D's."""
    monkeypatch.setenv("OPEN3D_DATA_ROOT", str(tmp_path))
    return tmp_path


def write_pair(folder: Path, name: str = "rgb.png", depth: str = "depth.png") -> tuple[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    rgb = np.full((48, 64, 3), (10, 20, 200), np.uint8)
    cv2.imwrite(str(folder / name), rgb)
    cv2.imwrite(str(folder / depth), np.full((48, 64), 1500, np.uint16))
    return str(folder / name), str(folder / depth)


def test_a_pair_in_either_order(tmp_path: Path, task: Task) -> None:
    rgb, depth = write_pair(tmp_path)
    for paths in ((rgb, depth), (depth, rgb)):
        opened = open_and_load(Target(paths), None, task)
        assert opened.frame.rgb[0, 0].tolist() == [200, 20, 10]
        assert opened.frame.depth_m is not None
        assert np.allclose(opened.frame.depth_m, 1.5)


def test_unit_and_camera_reach_the_reader(tmp_path: Path, task: Task) -> None:
    pair = write_pair(tmp_path)
    frame = open_and_load(Target(pair, unit="cm", intrinsics="50,51,31,23"), None, task).frame
    assert frame.depth_m is not None
    assert np.allclose(frame.depth_m, 15.0)
    assert (frame.intrinsics.fx, frame.intrinsics.fy) == (50, 51)


def test_depth_that_is_refused_leaves_the_picture(tmp_path: Path, task: Task) -> None:
    rgb, depth = write_pair(tmp_path)
    cv2.imwrite(depth, np.full((48, 64), 150, np.uint8))
    frame = open_and_load(Target((rgb, depth)), None, task).frame
    assert frame.depth_m is None
    assert any("8-bit" in note for note in frame.notes)


def test_too_many_files_are_refused(task: Task) -> None:
    with pytest.raises(UserError, match="3 files"):
        open_target(Target(("a", "b", "c")), task)


@pytest.mark.parametrize("name", ["a.bag", "a.DB3", "a.mp4"])
def test_a_stream_is_not_opened_but_watched(tmp_path: Path, task: Task, name: str) -> None:
    (tmp_path / name).write_bytes(b"frames")
    with pytest.raises(UserError, match=f"live --source {name}"):
        open_target(Target((str(tmp_path / name),)), task)


def test_bundled_samples_open_as_one_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: Task
) -> None:
    for name in ("bedroom", "kitchen"):
        write_pair(tmp_path / name)
    monkeypatch.setattr(target, "samples", lambda: ("bedroom", "kitchen"))
    monkeypatch.setattr(target, "sample_dir", lambda name: tmp_path / name)
    frames, index = open_target(Target(sample="kitchen"), task)
    assert [frames.frame_name(i) for i in range(len(frames))] == ["bedroom", "kitchen"]
    assert index == 1
    assert open_target(Target(sample=""), task)[1] == 0


def test_an_unknown_sample_is_refused(task: Task) -> None:
    with pytest.raises(UserError, match="no-such-room"):
        open_target(Target(sample="no-such-room"), task)


def test_a_small_picture_for_the_list(tmp_path: Path, task: Task) -> None:
    frames, _ = open_target(Target(write_pair(tmp_path)), task)
    picture = thumbnail(frames, 0)
    assert picture.shape == (72, 96, 3)
    assert picture[30, 30].tolist() == [200, 20, 10]


@pytest.mark.parametrize("folder", ["extract", "download"])
def test_the_nyu_pair_comes_from_the_cache(
    cache: Path, shared_data: Path, task: Task, folder: str
) -> None:
    place = cache / folder / nyu_sample.DATASET
    place.mkdir(parents=True)
    pairs = shared_data / "pairs"
    shutil.copy(pairs / "nyu_open3d_color.ppm", place / nyu_sample.COLOUR)
    shutil.copy(pairs / "nyu_open3d_depth.pgm", place / nyu_sample.DEPTH)
    opened = open_and_load(Target(sample="nyu-sample"), None, task)
    info = opened.frame.depth_info
    assert opened.frame.rgb.shape == (480, 640, 3)
    assert info is not None
    assert info.unit == "kinect-disparity"
    assert 0.5 < info.median_m < 6


def test_a_download_that_works_fills_the_cache(cache: Path, task: Task) -> None:
    place = cache / "extract" / nyu_sample.DATASET
    code = (
        f"import pathlib; place = pathlib.Path({str(place)!r}); place.mkdir(parents=True);"
        f"[(place / name).touch() for name in {(nyu_sample.COLOUR, nyu_sample.DEPTH)!r}]"
    )
    pair = nyu_sample.nyu_pair(task, (sys.executable, "-c", code))
    assert pair == (place / nyu_sample.COLOUR, place / nyu_sample.DEPTH)


def test_without_a_network_it_says_what_to_do(cache: Path, task: Task) -> None:
    code = "import sys; print('\\x1b[1;31mCould not resolve hostname'); sys.exit(1)"
    with pytest.raises(UserError, match="connect this machine to the network") as refused:
        nyu_sample.nyu_pair(task, (sys.executable, "-c", code))
    assert str(cache / "extract" / nyu_sample.DATASET) in str(refused.value)
    assert refused.value.details == "Could not resolve hostname\n"


@pytest.mark.usefixtures("cache")
def test_a_download_that_brings_nothing_is_said(task: Task) -> None:
    with pytest.raises(UserError, match=r"has no NYU_color\.ppm"):
        nyu_sample.nyu_pair(task, (sys.executable, "-c", ""))


def test_a_download_called_off_is_killed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **values: Any) -> None:
            super().__init__(*args, **values)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    task = Task(lambda _: task.cancel())  # with the first step shown
    with pytest.raises(Cancelled):
        nyu_sample.nyu_pair(task, (sys.executable, "-c", "import time; time.sleep(60)"))
    assert not cache.joinpath("extract").exists()
    assert [process.returncode for process in started] == [-signal.SIGKILL]
