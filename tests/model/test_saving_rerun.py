"""What is logged for Rerun, and where; closing its file: what fails is said, and nothing is waited
for without a limit."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_saving_batch import HEIGHT, WIDTH, Network

from sgnet_model.geometry import depth_to_points
from sgnet_model.saving import rerun_file
from sgnet_model.types import Frame, Intrinsics, UserError


def finish(disconnect: object, folder: Path) -> list[str]:
    """What is left in the folder; the library's part is a stand-in."""
    partial = folder / ".x.part.rrd"
    partial.write_bytes(b"rrd")
    calls: list[str] = []
    rr = SimpleNamespace(unregister_shutdown=lambda: calls.append("unregistered"))
    stream = SimpleNamespace(flush=lambda **_: None, disconnect=disconnect)
    try:
        rerun_file._finish(rr, stream, partial, folder / "x.rrd")
    finally:
        calls += sorted(path.name for path in folder.iterdir())
    return calls


def test_a_stream_that_closes_is_moved_to_its_name(tmp_path: Path) -> None:
    assert finish(lambda: None, tmp_path) == ["x.rrd"]


def test_an_error_while_closing_is_said_and_nothing_is_moved(tmp_path: Path) -> None:
    def refuse() -> None:
        raise RuntimeError("no space")

    with pytest.raises(UserError, match=r"x\.rrd cannot be written \(no space\)"):
        finish(refuse, tmp_path)
    assert not (tmp_path / "x.rrd").exists()


def test_a_stream_that_never_closes_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerun_file, "PATIENCE_S", 0.05)
    released = threading.Event()
    try:
        with pytest.raises(UserError, match="does not answer"):
            finish(released.wait, tmp_path)
    finally:
        released.set()
    assert not (tmp_path / "x.rrd").exists()


CAMERA = Intrinsics(40.0, 42.0, 20.0, 15.0, WIDTH, HEIGHT)
POSE = np.array([[0, -1, 0, 5], [1, 0, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]], float)


def logged(frame: Frame) -> dict[str, list[Any]]:
    """What is logged of a frame, by entity."""
    import rerun

    found: dict[str, list[Any]] = {}
    stream = SimpleNamespace(log=lambda entity, what: found.setdefault(entity, []).append(what))
    rerun_file._log_frame(rerun, stream, frame, Network()(frame))
    return found


def plain(component: Any) -> np.ndarray:
    return np.array(component.as_arrow_array().to_pylist(), float)


def make_frame() -> Frame:
    rng = np.random.default_rng(3)
    rgb = rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    return Frame("a", rgb, rng.uniform(1, 3, (HEIGHT, WIDTH)).astype(np.float32), CAMERA)


def test_the_pinhole_counts_from_the_pixels_corner() -> None:
    """A point of the cloud falls into the middle of its own pixel."""
    frame = make_frame()
    assert frame.depth_m is not None
    (pinhole,) = (one for one in logged(frame)["world/camera"] if hasattr(one, "resolution"))
    matrix = plain(pinhole.image_from_camera).reshape(3, 3).T  # stored column by column
    x, y, z = matrix @ depth_to_points(frame.depth_m, CAMERA)[7, 9].astype(float)
    assert (x / z, y / z) == pytest.approx((9.5, 7.5), abs=1e-4)


def test_camera_cloud_and_taps_lie_in_the_world_where_the_pose_is_known() -> None:
    frame = make_frame()
    for pose, expected in ((POSE, POSE), (None, np.eye(4))):  # it does not stay the last one
        said = logged(replace(frame, pose=pose))
        for entity in ("world/camera", "world/cloud", "world/taps"):
            (moved,) = (one for one in said[entity] if hasattr(one, "mat3x3"))
            assert plain(moved.translation)[0] == pytest.approx(expected[:3, 3])
            assert pytest.approx(expected[:3, :3]) == plain(moved.mat3x3)[0].reshape(3, 3).T
