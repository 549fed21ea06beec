"""ICL-NUIM and ScanNet's export, generated; TUM and Redwood are real in test_data_folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dataset_support import write_depth, write_rgb
from PIL import Image

from sgnet_model.data import open_frames
from sgnet_model.types import Origin, UserError

K = "{0} 0 {1} 0\n0 {0} {2} 0\n0 0 1 0\n0 0 0 1\n"


def make_icl(folder: Path) -> None:
    rows = []
    for number in (1, 2):
        write_rgb(folder / "rgb" / f"{number}.png")
        write_depth(folder / "depth" / f"{number - 1}.png", 5000 * number)
        rows.append(f"{number - 1} depth/{number - 1}.png {number} rgb/{number}.png")
    (folder / "associations.txt").write_text("\n".join(rows) + "\n")


def test_icl_nuim_pairs_by_its_file(tmp_path: Path) -> None:
    make_icl(tmp_path / "lr_traj0")
    frames = open_frames(tmp_path / "lr_traj0")
    assert [frames.frame_name(index) for index in range(len(frames))] == ["1", "2"]
    frame = frames.load(1)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, 2)  # depth/1.png: not the number of the picture
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("1/5000m", Origin.DATASET)
    assert frame.intrinsics.fx == pytest.approx(481.2 * 8 / 640)
    assert frame.intrinsics.origin is Origin.DATASET


def test_icl_nuim_sequences_together(tmp_path: Path) -> None:
    make_icl(tmp_path / "lr_traj0")
    make_icl(tmp_path / "of_traj1")
    frames = open_frames(tmp_path)
    assert frames.frame_name(3) == "of_traj1/2"
    assert frames.scene(3) == "of_traj1"
    (tmp_path / "of_traj1/associations.txt").write_text("0 depth/0.png 1 rgb/1.png\n1 half\n")
    with pytest.raises(UserError, match=r"Line 2 of of_traj1/associations\.txt"):
        open_frames(tmp_path)


def test_other_sequences_with_whole_numbers_are_not_icl_nuim(tmp_path: Path) -> None:
    """Colour first, and a camera file whose scale is not 1/5000 m."""
    room = tmp_path / "room"
    write_rgb(room / "rgb" / "1.png")
    write_depth(room / "depth" / "1.png", 1815)
    lists = room / "associations.txt"
    lists.write_text("1 rgb/1.png 1 depth/1.png\n")
    frame = open_frames(room).load(0)
    assert frame.intrinsics.origin is Origin.GUESS
    assert frame.depth_info is not None
    assert frame.depth_info.origin is Origin.GUESS
    (room / "camera.yaml").write_text("DepthMapFactor: 1000.0\n")
    for line in ("1 rgb/1.png 1 depth/1.png", "1 depth/1.png 1 rgb/1.png"):
        lists.write_text(line)
        frame = open_frames(room).load(0)
        assert frame.intrinsics.origin is Origin.GUESS
        assert frame.depth_info is not None
        assert (frame.depth_info.unit, frame.depth_info.origin) == ("mm", Origin.FILE)
        assert frame.depth_info.median_m == pytest.approx(1.815)


def test_icl_nuim_by_the_name_of_its_folder(tmp_path: Path) -> None:
    """Some tools want colour first, also of its sequences."""
    make_icl(tmp_path / "living_room_traj0_frei_png")
    lists = tmp_path / "living_room_traj0_frei_png" / "associations.txt"
    lists.write_text("1 rgb/1.png 0 depth/0.png\n")
    frame = open_frames(lists.parent).load(0)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("1/5000m", Origin.DATASET)


def test_the_scale_of_a_file_wins_over_the_data_sets(tmp_path: Path) -> None:
    """And it is said where they differ: somebody has stored the scans anew."""
    make_scannet(tmp_path, "scene0000_00")
    camera = tmp_path / "scene0000_00" / "camera.json"
    camera.write_text('{"depth_scale": 0.001}')
    info = open_frames(tmp_path).load(0).depth_info
    assert info is not None
    assert (info.unit, info.origin) == ("mm", Origin.DATASET)
    camera.write_text('{"depth_scale": 0.00025}')
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, 1500 / 4000)
    said = "is in 0.25mm by camera.json (depth_scale 0.00025), not in mm as in its data set."
    assert any(said in note for note in frame.notes)
    given = open_frames(tmp_path, unit="mm").load(0).depth_info
    assert given is not None
    assert (given.unit, given.origin) == ("mm", Origin.GIVEN)


def make_scannet(root: Path, scene: str, labels: str = "label", label: int = 40) -> None:
    folder = root / scene
    (folder / "color").mkdir(parents=True)
    (folder / "depth").mkdir()
    Image.new("RGB", (1296 // 8, 968 // 8)).save(folder / "color" / "0.jpg")
    Image.fromarray(np.full((60, 80), 1500, np.uint16)).save(folder / "depth" / "0.png")
    (folder / labels).mkdir()
    truth = np.full((968 // 8, 1296 // 8), label, np.uint16 if label > 255 else np.uint8)
    Image.fromarray(truth).save(folder / labels / "0.png")
    (folder / "intrinsic").mkdir()
    (folder / "intrinsic" / "intrinsic_color.txt").write_text(K.format(140, 80, 60))
    (folder / "intrinsic" / "intrinsic_depth.txt").write_text(K.format(70, 40, 30))


def test_scannet(tmp_path: Path) -> None:
    for scene in ("scene0000_00", "scene0001_00"):
        make_scannet(tmp_path / "scans", scene)
    (tmp_path / "scannetv2_train.txt").write_text("scene0000_00\n")
    (tmp_path / "scannetv2_val.txt").write_text("scene0001_00\n")
    frames = open_frames(tmp_path)
    assert (frames.splits(), len(frames)) == (("train", "val"), 2)
    assert frames.scene(1) == "scene0001_00"
    frame = frames.split("val").load(0)
    assert frame.name == "scene0001_00/0"
    assert frame.size == (121, 162)
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, 1.5)
    assert frame.depth_info is not None
    assert frame.depth_info.resized_from == (60, 80)  # colour is larger than depth
    assert frame.intrinsics.fx == 140  # the colour camera's
    assert frame.labels is not None
    assert frame.labels.max() == 40


def test_scannet_in_folders_of_splits(tmp_path: Path) -> None:
    """Its cameras, its classes and its scenes, as where the scenes lie in the root; what is no
    scene of ScanNet's is paired."""
    make_scannet(tmp_path / "train", "scene0000_00", "label-filt", 1165)
    make_scannet(tmp_path / "test" / "scans", "scene0001_00", "label-filt", 1165)
    (tmp_path / "val" / "rgb").mkdir(parents=True)
    (tmp_path / "val" / "depth").mkdir()
    Image.new("RGB", (80, 60)).save(tmp_path / "val" / "rgb" / "9.jpg")
    Image.fromarray(np.full((60, 80), 1500, np.uint16)).save(tmp_path / "val" / "depth" / "9.png")
    table = tmp_path / "scannetv2-labels.combined.tsv"
    table.write_text("id\traw_category\tnyu40id\n1165\tkeyboard\t39\n")
    frames = open_frames(tmp_path)
    assert (len(frames), set(frames.splits())) == (3, {"train", "test", "val"})
    for split, scene in (("train", "scene0000_00"), ("test", "scene0001_00")):
        part = frames.split(split)
        frame = part.load(0)
        assert (len(part), part.scene(0)) == (1, scene)
        assert frame.intrinsics.fx == 140
        assert frame.labels is not None
        assert (frame.labels == 39).all()
    assert frames.split("val").load(0).labels is None


def test_scannets_own_ids_need_its_table(tmp_path: Path) -> None:
    make_scannet(tmp_path, "scene0000_00", "label-filt", 1165)
    frame = open_frames(tmp_path).load(0)
    assert frame.labels is None
    assert "scannetv2-labels.combined.tsv" in frame.notes[-1]
    table = tmp_path / "scannetv2-labels.combined.tsv"
    table.write_text("id\traw_category\tnyu40id\n1\twall\t1\n1165\tkeyboard\t39\n")
    labels = open_frames(tmp_path).load(0).labels
    assert labels is not None
    assert (labels == 39).all()


def test_one_scene_alone(tmp_path: Path) -> None:
    make_scannet(tmp_path, "scene0000_00")
    frames = open_frames(tmp_path / "scene0000_00")
    assert (frames.frame_name(0), frames.scene(0)) == ("0", "scene0000_00")
