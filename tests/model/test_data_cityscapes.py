"""Cityscapes: disparity to metres, its camera files, its ids."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from dataset_support import write_depth, write_labels, write_rgb
from PIL import Image

from sgnet_model.data import CITYSCAPES19, NYU40, open_frames
from sgnet_model.data.cityscapes import metres_from_disparity
from sgnet_model.data.labels import own_ids
from sgnet_model.types import Origin, UserError

BASELINE, FX = 0.209313, 2262.52
SIZE = 12, 6  # the aspect of the camera files
NAMES = (
    ("train", "aachen", "aachen_000000_000019"),
    ("val", "frankfurt", "frankfurt_000000_000294"),
)


def make(root: Path, disparity: int = 2561, label: int = 26) -> Path:
    for split, city, name in NAMES:
        place = f"{split}/{city}/{name}"
        write_rgb(root / "leftImg8bit" / f"{place}_leftImg8bit.png", size=SIZE)
        write_depth(root / "disparity" / f"{place}_disparity.png", disparity, size=SIZE)
        write_labels(root / "gtFine" / f"{place}_gtFine_labelIds.png", label, size=SIZE)
        write_labels(root / "gtFine" / f"{place}_gtFine_instanceIds.png", 99, size=SIZE)
        camera = {
            "extrinsic": {"baseline": BASELINE, "pitch": 0.038},
            "intrinsic": {"fx": FX, "fy": 2265.3, "u0": 1096.98, "v0": 513.137},
        }
        file = root / "camera" / f"{place}_camera.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(camera))
    return root


def test_disparity_to_metres_by_hand() -> None:
    stored = np.array([[0, 1, 2, 257, 2561, 32768]], np.float32)
    metres = metres_from_disparity(stored, 0.2, 2000)
    np.testing.assert_allclose(metres[0], [0, 0, 0, 400 * 0, 40, 400 * 256 / 32767], rtol=1e-6)
    assert metres_from_disparity(np.full((1, 1), 258, np.float32), 0.2, 2000) == 0  # 398 m
    assert metres_from_disparity(np.full((1, 1), 385, np.float32), 0.2, 2000) == pytest.approx(
        266.7, abs=0.1
    )


def test_frames(tmp_path: Path) -> None:
    frames = open_frames(make(tmp_path))
    assert (frames.splits(), len(frames)) == (("train", "val"), 2)
    assert (frames.frame_name(1), frames.scene(1)) == (NAMES[1][2], "frankfurt")
    frame = frames.split("val").load(0)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, BASELINE * FX / 10, rtol=1e-6)  # 10 pixels
    assert frame.depth_info is not None
    assert frame.depth_info.origin is Origin.DATASET
    assert frame.labels is not None
    assert set(np.unique(frame.labels)) == {0, CITYSCAPES19.classes.index("car") + 1}
    camera = frame.intrinsics  # given for 2048 x 1024
    assert camera.origin is Origin.FILE
    assert camera.fx == pytest.approx(FX * SIZE[0] / 2048)
    assert camera.cy == pytest.approx(513.637 * SIZE[1] / 1024 - 0.5)


def test_what_is_missing_or_out_of_range_is_said(tmp_path: Path) -> None:
    make(tmp_path, label=34)
    frames = open_frames(tmp_path)
    assert "holds the label 34: Cityscapes has labelIds 0 to 33" in frames.load(0).notes[0]
    shutil.rmtree(tmp_path / "camera")
    frames = open_frames(tmp_path)
    assert "no folder camera" in frames.notes[0]
    with pytest.raises(UserError, match="camera_trainvaltest"):
        frames.load(0)
    (tmp_path / "disparity/train/aachen/aachen_000000_000019_disparity.png").unlink()
    with pytest.raises(UserError, match=r"aachen_000000_000019_disparity\.png does not exist"):
        frames.load(0)


def test_own_ids() -> None:
    labels = np.arange(19, dtype=np.uint8)[None]
    ids = own_ids(labels, CITYSCAPES19)[0].tolist()
    assert ids == [7, 8, 11, 12, 13, 17, *range(19, 29), 31, 32, 33]
    assert own_ids(labels, NYU40)[0].tolist() == list(range(1, 20))


def test_real_labels(tmp_path: Path, shared_data: Path) -> None:
    make(tmp_path)
    name = NAMES[1][2]
    for folder, kind in (("leftImg8bit", "leftImg8bit"), ("gtFine", "gtFine_labelIds")):
        source = shared_data / "cityscapes" / f"{name}_{kind}.png"
        shutil.copy(source, tmp_path / folder / "val/frankfurt" / source.name)
    stored = np.full((128, 256), 4000, np.uint16)
    Image.fromarray(stored).save(tmp_path / "disparity/val/frankfurt" / f"{name}_disparity.png")
    frame = open_frames(tmp_path).split("val").load(0)
    train_ids = np.array(
        Image.open(shared_data / "cityscapes" / f"{name}_gtFine_labelTrainIds.png")
    )
    assert frame.labels is not None
    expected = np.where(train_ids == 255, 0, train_ids + 1)
    assert (frame.labels == expected).mean() > 0.997  # shrunk apart, they differ at some borders
    for label in np.unique(frame.labels):
        assert np.bincount(expected[frame.labels == label]).argmax() == label
