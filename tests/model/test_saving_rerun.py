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
from session_support import make_frame as make_shown
from session_support import make_prediction
from test_saving_batch import HEIGHT, WIDTH, Network

from sgnet_model.geometry import depth_to_points
from sgnet_model.inspection.probe import probe
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
    monkeypatch.setattr(rerun_file, "TIMEOUT_S", 0.05)
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


def test_a_frame_is_logged_in_metres_with_its_colours_and_the_files_class_ids() -> None:
    frame = make_frame()
    assert frame.depth_m is not None
    depth_m = frame.depth_m.copy()
    depth_m[3, 5] = 0
    said = logged(replace(frame, depth_m=depth_m))
    (depth,), (labels,) = said["world/camera/depth"], said["world/camera/labels"]
    assert plain(depth.meter).tolist() == [1]
    assert (plain(labels.buffer) == 4).all()  # class 3 of the network
    (cloud,) = (one for one in said["world/cloud"] if hasattr(one, "positions"))
    valid = depth_m > 0
    np.testing.assert_allclose(
        plain(cloud.positions), depth_to_points(depth_m, CAMERA)[valid], atol=1e-6
    )
    red, green, blue = frame.rgb[valid].astype(int).T
    rgba = (red << 24) + (green << 16) + (blue << 8) + 255
    assert plain(cloud.colors).tolist() == rgba.tolist()
    assert (plain(cloud.class_ids) == 4).all()


def test_classes_are_named_by_the_ids_of_our_files() -> None:
    import rerun

    scheme, said = Network()(make_frame()).scheme, []
    stream = SimpleNamespace(log=lambda _, what, **_static: said.append(what))
    rerun_file._log_classes(rerun, stream, scheme)
    (entries,) = said[0].context.as_arrow_array().to_pylist()
    infos = [entry["class_description"]["info"] for entry in entries]
    assert [(one["id"], one["label"]) for one in infos] == list(
        enumerate(("void", *scheme.classes))
    )
    red, green, blue = scheme.palette[0].astype(int)
    assert infos[1]["color"] == (red << 24) + (green << 16) + (blue << 8) + 255


def test_taps_lie_in_the_picture_and_in_space() -> None:
    """Larger where they weigh more; counted from the pixel's corner."""
    import rerun

    found: dict[str, Any] = {}
    stream = SimpleNamespace(log=found.__setitem__)
    frame, prediction = make_shown(), make_prediction()
    rerun_file._log_taps(rerun, stream, frame, prediction, (60, 40))
    read = probe(prediction, 60, 40, frame.depth_m, frame.intrinsics)
    for layer in read.layers:
        flat = found[f"world/camera/taps/{layer.name}"]
        places = plain(flat.positions)
        np.testing.assert_allclose(places[:, 0], layer.x + 0.5, atol=1e-4)
        np.testing.assert_allclose(places[:, 1], layer.y + 0.5, atol=1e-4)
        np.testing.assert_allclose(plain(flat.radii), 1 + 3 * layer.modulation, rtol=1e-5)
        np.testing.assert_allclose(
            plain(found[f"world/taps/{layer.name}"].positions), layer.points_m, rtol=1e-5
        )
