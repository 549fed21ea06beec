"""The written files, read back by other programs' readers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_support import read_image

from sgnet_model import exports
from sgnet_model.data.palettes import NYU13
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, Intrinsics, UserError

CAMERA = Intrinsics(10.0, 20.0, 1.0, 0.5, 4, 2)


def frame(depth: list[list[float]] | None) -> Frame:
    depth_m = None if depth is None else np.array(depth, np.float32)
    return Frame("f", np.full((2, 4, 3), 100, np.uint8), depth_m, CAMERA)


def prediction(labels: list[list[int]]) -> Prediction:
    zeros = np.zeros((2, 4), np.float32)
    logits = np.zeros((13, 1, 1), np.float32)
    return Prediction(np.array(labels, np.uint8), zeros, logits, (), (32, 32), NYU13, 0.0)


def test_labels_are_the_data_sets_ids(tmp_path: Path) -> None:
    labels = np.array([[0, 12, 254]], np.uint8)
    exports.write_labels(tmp_path / "labels.png", labels)
    stored = read_image(tmp_path / "labels.png")
    assert stored.dtype == np.uint8
    assert stored.tolist() == [[1, 13, 255]]


def test_the_overlay_is_rgb_under_the_palette(tmp_path: Path) -> None:
    said = prediction([[0, 0, 0, 0], [5, 5, 5, 5]])
    exports.write_overlay(tmp_path / "o.png", frame(None), said)
    stored = read_image(tmp_path / "o.png")[..., ::-1]
    expected = 0.45 * 100 + 0.55 * NYU13.palette[[0, 5]].astype(int)
    np.testing.assert_allclose(stored[:, 0], expected, atol=0.5)


def test_open3d_reads_the_cloud(tmp_path: Path) -> None:
    import open3d as o3d

    colours = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    picture = frame([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 4.0]])
    assert exports.write_cloud(tmp_path / "cloud.ply", picture, colours) == 2
    cloud = o3d.io.read_point_cloud(tmp_path / "cloud.ply")
    # (u - cx) z / fx and (v - cy) z / fy at pixels (0, 0) and (3, 1).
    np.testing.assert_allclose(np.asarray(cloud.points), [[-0.2, -0.05, 2], [0.8, 0.1, 4]])
    np.testing.assert_allclose(np.asarray(cloud.colors) * 255, [[0, 1, 2], [21, 22, 23]])


def test_no_depth_no_cloud(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no usable depth"):
        exports.write_cloud(tmp_path / "c.ply", frame(None), np.zeros((2, 4, 3), np.uint8))


def test_arrays_are_what_they_are_called(tmp_path: Path) -> None:
    said = replace(
        prediction([[0, 1, 2, 3], [4, 5, 6, 7]]),
        confidence=np.arange(8, dtype=np.float32).reshape(2, 4) / 8,
    )
    picture = frame([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 4.0]])
    exports.write_npz(tmp_path / "a.npz", picture, said)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert arrays["labels"].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
        assert arrays["intrinsics"].tolist() == [10, 20, 1, 0.5]  # fx, fy, cx, cy
        assert np.array_equal(arrays["confidence"], said.confidence)
        assert np.array_equal(arrays["depth_m"], np.asarray(picture.depth_m))
        assert np.array_equal(arrays["palette"], NYU13.palette)
        assert arrays["classes"].tolist() == list(NYU13.classes)
    exports.write_npz(tmp_path / "b.npz", frame(None), said)
    with np.load(tmp_path / "b.npz", allow_pickle=False) as arrays:
        assert "depth_m" not in arrays


def test_points_keep_label_and_confidence(tmp_path: Path) -> None:
    """Read byte by byte, as the header says, and by Open3D's reader of any property."""
    import open3d as o3d

    said = replace(
        prediction([[0, 1, 2, 3], [4, 5, 6, 7]]),
        confidence=np.arange(8, dtype=np.float32).reshape(2, 4) / 8,
    )
    colours = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    picture = frame([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 4.0]])
    exports.write_cloud(tmp_path / "c.ply", picture, colours, said)
    head, _, body = (tmp_path / "c.ply").read_bytes().partition(b"end_header\n")
    assert b"property uchar label\nproperty float confidence\n" in head
    points = np.frombuffer(
        body, [("xyz", "<f4", 3), ("rgb", "u1", 3), ("label", "u1"), ("confidence", "<f4")]
    )
    assert points["label"].tolist() == [1, 8]
    assert points["confidence"].tolist() == [0, 0.875]
    cloud = o3d.t.io.read_point_cloud(tmp_path / "c.ply")
    assert cloud.point["label"].numpy().ravel().tolist() == [1, 8]
    exports.write_cloud(tmp_path / "d.ply", picture, colours, said, ("confidence",))
    assert (tmp_path / "d.ply").stat().st_size < (tmp_path / "c.ply").stat().st_size
    assert b"red" not in (tmp_path / "d.ply").read_bytes()
