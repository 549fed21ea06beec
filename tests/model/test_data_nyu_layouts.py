"""NYUv2 as other projects lay it out: the SGNet authors' lists, ESANet, SA-Gate, DFormer."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import NyuPaths
from dataset_support import write_depth, write_labels, write_rgb
from PIL import Image

from sgnet_model.data import open_frames
from sgnet_model.data.palettes import NYU40, SUN37
from sgnet_model.types import Origin, UserError


def make_sgnet(root: Path, prefix: str = "NYUDatasets/") -> None:
    lines: dict[str, list[str]] = {"train": [], "test": []}
    for number, split, folder in ((1, "test", "val"), (3, "train", "train"), (4, "train", "train")):
        names = [
            f"{kind}/{folder}/{number}.{end}"
            for kind, end in (
                ("images", "jpg"),
                ("labels", "png"),
                ("depths", "png"),
                ("HHAs", "png"),
            )
        ]
        base = root / "dataset" / "NYUDatasets"
        write_rgb(base / names[0], number)
        write_labels(base / names[1], 40)
        write_depth(base / names[2], 1000 * number)
        lines[split].append(" ".join(prefix + name for name in names))
    lines["train"].append(lines["train"][0])
    for split, rows in lines.items():
        file = root / "dataset" / "list" / "nyud" / f"{split}_nyud.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("prefix", "opened"),
    [
        ("NYUDatasets/", "."),
        ("/NYUDatasets/", "dataset"),
        ("", "dataset"),
        ("", "."),
        ("dataset/NYUDatasets/", "."),
        ("dataset/NYUDatasets/", "dataset"),
    ],
)
def test_the_authors_lists(tmp_path: Path, prefix: str, opened: str) -> None:
    make_sgnet(tmp_path, prefix)
    frames = open_frames(tmp_path / opened)
    assert frames.splits() == ("train", "test")
    assert [frames.frame_name(index) for index in range(len(frames))] == ["3", "4", "1"]
    assert "1 lines of train_nyud.txt stand twice" in frames.notes[0]
    frame = frames.split("test").load(0)
    assert frame.depth_m is not None
    assert frame.depth_info is not None
    assert (frame.depth_m == 1).all()
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("mm", Origin.DATASET)
    assert frame.intrinsics.origin is Origin.DATASET
    assert frame.labels is not None
    assert (frame.labels[0] == 0).all()
    assert (frame.labels[1:] == 40).all()


def make_both(root: Path) -> None:
    """Frames of the same names, the one in mm, the other in SUN's codes."""
    make_sgnet(root)
    base = root / "dataset" / "SUNRGBD"
    write_rgb(base / "image" / "3.jpg")
    write_labels(base / "label" / "3.png", 37)
    write_depth(base / "depth" / "3.png", 1800 << 3)
    file = root / "dataset" / "list" / "sun" / "train.txt"
    file.parent.mkdir(parents=True)
    row = "SUNRGBD/image/3.jpg SUNRGBD/label/3.png SUNRGBD/depth/3.png SUNRGBD/hha/3.png"
    file.write_text(row + "\n")


def test_lists_of_both_data_sets_together(tmp_path: Path) -> None:
    make_both(tmp_path)
    frames = open_frames(tmp_path)
    read = {}
    for index in range(len(frames)):
        frame = frames.load(index)
        assert frame.depth_info is not None
        assert frame.label_scheme is not None
        values = frame.depth_info.unit, frame.label_scheme.name, frame.intrinsics.origin
        read[frames.frame_name(index)] = (*values, round(frame.depth_info.median_m, 3))
    assert read == {
        "nyud/3": ("mm", "nyu40", Origin.DATASET, 3.0),
        "nyud/4": ("mm", "nyu40", Origin.DATASET, 4.0),
        "sun/3": ("sun", "sun37", Origin.GUESS, 1.8),
        "nyud/1": ("mm", "nyu40", Origin.DATASET, 1.0),
    }


def test_a_list_whose_pictures_are_elsewhere_is_left_out_and_said(tmp_path: Path) -> None:
    make_both(tmp_path)
    shutil.rmtree(tmp_path / "dataset" / "SUNRGBD")
    frames = open_frames(tmp_path)
    assert [frames.frame_name(index) for index in range(len(frames))] == ["3", "4", "1"]
    assert "Left out: the list sun/train.txt" in frames.notes[0]
    (tmp_path / "dataset/NYUDatasets/images/train/3.jpg").unlink()  # the first of several
    assert len(open_frames(tmp_path)) == 3


def test_a_line_of_three_paths_and_lists_without_pictures_are_refused(tmp_path: Path) -> None:
    make_sgnet(tmp_path)
    file = tmp_path / "dataset" / "list" / "nyud" / "test_nyud.txt"
    text = file.read_text()
    file.write_text(text + "a b c\n")
    with pytest.raises(UserError, match=r"Line 2 of test_nyud\.txt has 3 paths"):
        open_frames(tmp_path)
    file.write_text(text)
    shutil.rmtree(tmp_path / "dataset" / "NYUDatasets")
    with pytest.raises(UserError, match=r"begins with NYUDatasets/images"):
        open_frames(tmp_path)


def test_a_file_missing_from_a_list_is_named_by_its_frame_alone(tmp_path: Path) -> None:
    make_sgnet(tmp_path)
    (tmp_path / "dataset/NYUDatasets/depths/train/4.png").unlink()
    frames = open_frames(tmp_path)
    assert len(frames) == 3
    with pytest.raises(UserError, match=r"depths.train.4\.png does not exist"):
        frames.load(1)
    assert frames.load(0).depth_m is not None


def test_labels_outside_the_classes_are_told(tmp_path: Path) -> None:
    make_sgnet(tmp_path)
    write_labels(tmp_path / "dataset/NYUDatasets/labels/val/1.png", 41)
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.labels is None
    assert "holds the label 41: nyu40 has 0 (void) to 40" in frame.notes[0]


def make_esanet(root: Path, labels: str) -> None:
    for split, name in (("train", "0003"), ("test", "0001")):
        write_rgb(root / split / "rgb" / f"{name}.png")
        write_depth(root / split / "depth" / f"{name}.png", 2500)
        write_depth(root / split / "depth_raw" / f"{name}.png", 1000)
        write_labels(root / split / labels / f"{name}.png", 13)
        (root / f"{split}.txt").write_text(f"{name}\n")


@pytest.mark.parametrize(
    ("labels", "scheme", "value"),
    [
        ("labels_40", "nyu40", 13),
        ("semantic_40", "nyu40", 13),
        ("labels_13", "nyu13", 13),
        ("labels_894", "nyu40", 40),
        ("semantic_37", "sun37", 13),
    ],
)
def test_esanet(tmp_path: Path, labels: str, scheme: str, value: int) -> None:
    make_esanet(tmp_path, labels)
    frames = open_frames(tmp_path)
    assert frames.splits() == ("train", "test")
    frame = frames.split("test").load(0)
    assert frame.name == "0001"
    assert frame.depth_m is not None
    np.testing.assert_allclose(frame.depth_m, 2.5)
    assert frame.labels is not None
    assert frame.label_scheme is not None
    assert frame.label_scheme.name == scheme
    assert frame.labels.max() == value


def test_esanet_follows_its_list_even_to_a_missing_file(tmp_path: Path) -> None:
    make_esanet(tmp_path, "labels_40")
    write_rgb(tmp_path / "test/rgb/0009.png")  # not listed
    (tmp_path / "test.txt").write_text("0001\n0777\n")
    test = open_frames(tmp_path).split("test")
    assert [test.frame_name(index) for index in range(len(test))] == ["0001", "0777"]
    with pytest.raises(UserError, match=r"0777\.png does not exist"):
        test.load(1)


def test_lists_of_file_names_are_lists_of_ids(tmp_path: Path) -> None:
    make_esanet(tmp_path, "labels_40")
    for split, name in (("train", "0003"), ("test", "0001")):
        (tmp_path / f"{split}.txt").write_text(f"{name}.png\n")
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.name == "0001"
    assert frame.labels is not None
    for split in ("train", "test"):
        (tmp_path / f"{split}.txt").write_text("notes on this split\n")
    frames = open_frames(tmp_path)  # by the search for pairs: the texts list none of its pictures
    assert len(frames) == 2
    assert frames.load(0).depth_m is not None


def make_nicr_sun(root: Path, camera: dict[str, float] | None) -> None:
    """Ids with folders, .jpg pictures, labels in a folder `semantic`, a camera for each."""
    for split, name in (("train", "kv1/NYUdata/NYU0003"), ("test", "kv2/kinect2data/1")):
        folder = root / split
        write_rgb(folder / "rgb" / f"{name}.jpg")
        write_depth(folder / "depth" / f"{name}.png", 1000 << 3)
        write_labels(folder / "semantic" / f"{name}.png", 37)
        (root / f"{split}.txt").write_text(f"{name}\n")
        if camera:
            file = folder / "intrinsics" / f"{name}.json"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(camera))


@pytest.mark.parametrize(
    "camera",
    [{"fx": 7, "fy": 7.5, "cx": 4, "cy": 3}, {"fx": 7 / 8, "fy": 1.25, "cx": 0.5, "cy": 0.5}],
)
def test_nicr_sun(tmp_path: Path, camera: dict[str, float]) -> None:
    """The camera beside each frame, in pixels or in parts of the 8 x 6 picture."""
    make_nicr_sun(tmp_path, camera)
    frames = open_frames(tmp_path)
    assert [frames.frame_name(index) for index in (0, 1)] == [
        "kv1/NYUdata/NYU0003",
        "kv2/kinect2data/1",
    ]
    frame = frames.split("train").load(0)
    found = frame.intrinsics
    assert (found.fx, found.fy, found.cx, found.cy) == (7, 7.5, 4, 3)
    assert found.origin is Origin.FILE
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.median_m) == ("sun", 1)
    assert frame.label_scheme is SUN37
    assert frame.labels is not None
    assert frame.labels.max() == 37


def test_other_sets_of_the_nicr_tools_have_not_nyus_camera(tmp_path: Path) -> None:
    """Hypersim's and ScanNet's labels are NYU's 40 classes too; their cameras are not NYU's."""
    for root, name in ((tmp_path / "a", "scene_1/0000"), (tmp_path / "b", "2000")):
        write_rgb(root / "test" / "rgb" / f"{name}.png")
        write_depth(root / "test" / "depth" / f"{name}.png", 1500)
        write_labels(root / "test" / "semantic_40" / f"{name}.png", 40)
        frame = open_frames(root).load(0)
        assert frame.name == name
        assert frame.label_scheme is NYU40
        assert frame.intrinsics.origin is Origin.GUESS
    make_esanet(tmp_path / "c", "labels_40")
    assert open_frames(tmp_path / "c").load(0).intrinsics.origin is Origin.DATASET


def test_nicr_hypersim(tmp_path: Path) -> None:
    """One published camera for all: 60 degrees across."""
    name = "ai_001_001/cam_00/0000"
    write_rgb(tmp_path / "valid" / "rgb" / f"{name}.png")
    write_depth(tmp_path / "valid" / "depth" / f"{name}.png", 1500)
    write_labels(tmp_path / "valid" / "semantic_40" / f"{name}.png", 40)
    found = open_frames(tmp_path).split("valid").load(0).intrinsics
    assert found.origin is Origin.DATASET
    assert found.fx == pytest.approx(4 / math.tan(math.pi / 6), rel=1e-4)  # 8 pixels across


@pytest.mark.parametrize("labels", ["semantic_refined_40", "semantic_raw_40"])
def test_nicr_scannet(tmp_path: Path, labels: str) -> None:
    """Two kinds of labels, of which the filtered is preferred; one camera for a scene."""
    scene = "structureio_480x640/scene0000_00"
    folder, name = tmp_path / "train", f"{scene}/00050"
    write_rgb(folder / "rgb" / f"{name}.jpg")
    write_depth(folder / "depth" / f"{name}.png", 1500)
    write_labels(folder / "semantic_raw_40" / f"{name}.png", 7)
    write_labels(folder / labels / f"{name}.png", 40)
    (tmp_path / "train.txt").write_text(f"{name}\n")
    camera = folder / "rgb_intrinsics" / f"{scene}.json"
    camera.parent.mkdir(parents=True)
    camera.write_text(json.dumps({"fx": 7 / 8, "fy": 7 / 6, "cx": 0.5, "cy": 0.5}))
    frame = open_frames(tmp_path).split("train").load(0)
    assert frame.labels is not None
    assert frame.labels.max() == 40
    assert frame.label_scheme is NYU40
    assert (frame.intrinsics.fx, frame.intrinsics.fy) == (pytest.approx(7), pytest.approx(7))
    assert frame.intrinsics.origin is Origin.FILE
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == pytest.approx(1.5)


def test_esanets_lists_of_sun(tmp_path: Path) -> None:
    """Three lists a split; labels are arrays that it saves in a tree of its own."""
    for split, number in (("train", 1), ("test", 2)):
        frame = f"kv1/b3dodata/img_{number:04d}"
        write_rgb(tmp_path / frame / "image" / "a.jpg")
        write_depth(tmp_path / frame / "depth_bfx" / "a.png", 2000 << 3)
        label = tmp_path / "SUNRGBD" / frame / "label" / "label.npy"
        label.parent.mkdir(parents=True)
        np.save(label, np.full((6, 8), 30 + number, np.uint8))
        for part, file in (
            ("rgb", "image/a.jpg"),
            ("depth", "depth_bfx/a.png"),
            ("label", "label/label.npy"),
        ):
            (tmp_path / f"{split}_{part}.txt").write_text(f"{frame}/{file}")
    frames = open_frames(tmp_path)
    assert frames.splits() == ("train", "test")
    frame = frames.split("test").load(0)
    assert frame.name == "img_0002"
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == 2
    assert frame.labels is not None
    assert (frame.labels == 32).all()
    assert frame.label_scheme is SUN37
    (tmp_path / "test_depth.txt").write_text("")
    with pytest.raises(UserError, match=r"test_label\.txt have 1, 0 and 1 lines"):
        open_frames(tmp_path)


def test_sa_gates_labels_count_from_zero(tmp_path: Path) -> None:
    make_rgb_depth_label(tmp_path, "Depth/{}.npy", "float32", 3, LINES[0])
    for name in ("0", "2"):
        values = np.full((6, 8), 39, np.uint8)
        values[0], values[1] = 255, 0
        Image.fromarray(values).save(tmp_path / "Label" / f"{name}.png")
    frames = open_frames(tmp_path)
    labels = frames.split("test").load(0).labels
    assert labels is not None
    assert labels[:, 0].tolist() == [0, 1, 40, 40, 40, 40]
    assert any("count classes from 0" in note for note in frames.split("test").notes)


def make_rgb_depth_label(root: Path, depth: str, dtype: str, value: int, line: str) -> None:
    for name in ("0", "2"):
        write_rgb(root / "RGB" / f"{name}.jpg")
        write_depth(root / depth.format(name), value, dtype)
        write_labels(root / "Label" / f"{name}.png", 40, palette=True)
        write_rgb(root / "HHA" / f"{name}.jpg")
    (root / "train.txt").write_text(line.format("2") + "\n")
    (root / "test.txt").write_text(line.format("0") + "\n")


LINES = ["RGB/{0}.jpg\tLabel/{0}.png", "RGB/{0}.jpg", "{0}", "RGB/{0}.jpg Label/{0}.png"]


@pytest.mark.parametrize("line", LINES)
def test_sa_gate(tmp_path: Path, line: str) -> None:
    make_rgb_depth_label(tmp_path, "Depth/{}.npy", "float32", 3, line)
    frames = open_frames(tmp_path)
    assert frames.splits() == ("train", "test")
    frame = frames.split("test").load(0)
    assert frame.name == "0"
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.median_m) == ("m", 3)
    assert frame.labels is not None
    assert frame.labels.max() == 40  # the palette's indices, not its colours


def test_arrays_of_whole_numbers_are_not_sa_gates(tmp_path: Path) -> None:
    """Millimetres in somebody else's folder of that arrangement: 700 are not 700 m."""
    make_rgb_depth_label(tmp_path, "depth/{}.npy", "uint16", 700, LINES[2])
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("mm", Origin.GUESS)
    assert frame.depth_info.median_m == pytest.approx(0.7)
    assert frame.intrinsics.origin is Origin.GUESS
    make_rgb_depth_label(tmp_path, "depth/{}.npy", "float32", 3, LINES[2])
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.origin is frame.intrinsics.origin is Origin.DATASET


def test_pictures_of_whole_numbers_are_not_sa_gates(tmp_path: Path) -> None:
    """Neither its camera nor its classes: 16-bit pictures, labels and lists are anyone's."""
    make_rgb_depth_label(tmp_path, "depth/{}.png", "uint16", 700, LINES[2])
    write_labels(tmp_path / "Label" / "0.png", 60)
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == pytest.approx(0.7)
    assert frame.intrinsics.origin is Origin.GUESS
    assert frame.label_scheme is not None
    assert frame.label_scheme.name == "generic60"


def test_a_list_of_something_else_is_passed_over(tmp_path: Path) -> None:
    make_rgb_depth_label(tmp_path, "Depth/{}.png", "uint16", 700, LINES[2])
    for split in ("train", "test"):
        (tmp_path / f"{split}.txt").write_text("a note on this data\n")
    frames = open_frames(tmp_path)
    assert [frame.name for frame in frames] == ["0", "2"]


def test_depth_pictures_of_dformer_are_refused_with_the_reason(tmp_path: Path) -> None:
    make_rgb_depth_label(tmp_path, "Depth/{}.png", "uint8", 200, LINES[1])
    frames = open_frames(tmp_path)
    with pytest.raises(UserError, match=r"8-bit depth stretched .* the metric scale is lost"):
        frames.load(0)
    shown = frames.load(0, strict=False)  # the window shows the picture and says why
    assert shown.depth_m is None
    assert "metric scale is lost" in shown.notes[0]
    shutil.rmtree(tmp_path / "Depth")
    with pytest.raises(UserError, match="is an HHA picture"):
        open_frames(tmp_path).load(0)


def test_real_frame_in_the_authors_layout(tmp_path: Path, nyu_frame: NyuPaths) -> None:
    make_sgnet(tmp_path)
    base = tmp_path / "dataset" / "NYUDatasets"
    for source, target in (
        (nyu_frame.rgb, "images/val/1.jpg"),
        (nyu_frame.labels, "labels/val/1.png"),
        (nyu_frame.depth, "depths/val/1.png"),
    ):
        shutil.copy(source, base / target)
    frame = open_frames(tmp_path).split("test").load(0)
    assert frame.size == (480, 640)
    assert frame.labels is not None
    assert 20 < frame.labels.max() <= 40
    assert frame.depth_info is not None
    assert 1 < frame.depth_info.median_m < 4


def test_ten_thousand_frames_open_without_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sgnet(tmp_path)
    file = tmp_path / "dataset" / "list" / "nyud" / "train_nyud.txt"
    row = "NYUDatasets/images/train/{0}.jpg NYUDatasets/l/{0}.png NYUDatasets/d/{0}.png h"
    file.write_text(
        "\n".join([file.read_text().split("\n")[0], *map(row.format, range(9, 10_008))])
    )

    def refuse(*_: object) -> None:
        raise AssertionError("a picture was read")

    monkeypatch.setattr("sgnet_model.data.decode._first_bytes", refuse)
    frames = open_frames(tmp_path)
    assert len(frames) == 10_001
    assert frames.frame_name(10_000) == "1"


def test_splits_that_are_not_there(tmp_path: Path) -> None:
    make_sgnet(tmp_path)
    with pytest.raises(UserError, match="has no split 'val': use train or test"):
        open_frames(tmp_path).split("val")
    write_rgb(tmp_path / "plain" / "rgb.png")
    write_depth(tmp_path / "plain" / "depth.png", 2000)
    plain = open_frames(tmp_path / "plain")
    assert (plain.splits(), plain.scene(0)) == ((), "")
    with pytest.raises(UserError, match="is not divided into splits"):
        plain.split("test")


def test_a_camera_files_scale_is_for_listed_folders_too(tmp_path: Path) -> None:
    """`rgb`, `depth` and lists: the same depth as without the list."""
    for number in ("1", "2"):
        write_rgb(tmp_path / "rgb" / f"{number}.png")
        write_depth(tmp_path / "depth" / f"{number}.png", 7260)
    (tmp_path / "camera.json").write_text(json.dumps({"depth_scale": 0.00025}))
    for lines in (None, "1\n2\n"):
        if lines:
            (tmp_path / "train.txt").write_text(lines)
        frame = open_frames(tmp_path).load(0)
        assert frame.depth_info is not None
        assert frame.depth_info.median_m == pytest.approx(1.815)
        assert (frame.depth_info.unit, frame.depth_info.origin) == ("0.25mm", Origin.FILE)
        assert any("by camera.json (depth_scale 0.00025)" in note for note in frame.notes)
