"""Frames found in folders of every layout, and through the one door."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
import pytest
from dataset_support import write_depth, write_labels, write_rgb
from PIL import Image

from sgnet_model.data import datasets, folder
from sgnet_model.data.folder import find_frames
from sgnet_model.data.listing import Listing, list_folder
from sgnet_model.data.open import open_frames
from sgnet_model.data.pair_set import PairSet
from sgnet_model.types import Origin, UserError

DEPTH = np.full((6, 8), 2000, np.uint16)


def make(root: Path, *names: str) -> None:
    """Small pictures: 16-bit where the name says depth, 8-bit grey where it says label."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if "depth" in name.lower() or name == "2.png":
            Image.fromarray(DEPTH).save(path)
        elif "label" in name.lower() or "gt" in name.lower():
            Image.new("L", (8, 6), 3).save(path)
        else:
            Image.new("RGB", (8, 6), (1, 2, 3)).save(path)


def pairs(root: Path) -> list[tuple[str, str, str | None]]:
    """(rgb, depth, labels) relative to `root`."""

    def relative(path: Path | None) -> str | None:
        return None if path is None else path.relative_to(root).as_posix()

    found = find_frames(root).frames
    return [(str(relative(f.rgb)), str(relative(f.depth)), relative(f.labels)) for f in found]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.csv",
        "frames.csv",
        "metadata.yaml",
        "a.h5",
        "camera.json",
        "poses.txt",
        "meta.npy",
    ],
)
def test_a_pipe_beside_a_frame_is_not_waited_for(tmp_path: Path, name: str) -> None:
    make(tmp_path, "rgb.png", "depth.png")
    os.mkfifo(tmp_path / name)
    frames = open_frames(tmp_path)
    assert frames.load(0).size == (6, 8)


def test_a_link_to_itself_hides_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, "rgb.png", "depth.png")
    for name in ("aaa", "zzz.png"):
        (tmp_path / name).symlink_to(name)
    assert open_frames(tmp_path).load(0).size == (6, 8)
    assert open_frames(tmp_path / "rgb.png").load(0).depth_m is not None


@pytest.mark.parametrize("letter", ["a", "é"])
def test_names_as_long_as_names_may_be(tmp_path: Path, letter: str) -> None:
    """255 bytes: what is looked for beside a frame has a longer name, and is not there."""
    stem = letter * (251 // len(letter.encode()))
    make(tmp_path, f"rgb/{stem}.png")
    (tmp_path / "depth").mkdir()
    Image.fromarray(DEPTH).save(tmp_path / "depth" / f"{stem}.png")
    for given in ([tmp_path], [tmp_path / "rgb", tmp_path / "depth"]):
        frame = open_frames(*given).load(0)
        assert (frame.name, frame.size) == (stem, (6, 8))


def test_a_camera_file_of_an_impossible_name_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "rgb.png", "depth.png")
    for name in ("x" * 300, "x," * 200):
        with pytest.raises(UserError, match="fx,fy,cx,cy"):
            open_frames(tmp_path / "rgb.png", tmp_path / "depth.png", intrinsics=name).load(0)


LAYOUTS = [
    (["rgb/2.png", "rgb/10.png", "depth/2.png", "depth/10.png"], "depth/2.png", None),
    (["RGB/2.jpg", "Depth/2.png", "Label/2.png"], "Depth/2.png", "Label/2.png"),
    (["color/00002.jpg", "depth/2.png"], "depth/2.png", None),
    (["images/a.jpg", "depths/a.png", "labels/a.png"], "depths/a.png", "labels/a.png"),
    (["image/x.jpg", "depth/y_abs.png", "depth_bfx/y.png"], "depth_bfx/y.png", None),
    (["rgb/2.png", "depth_raw/2.png", "depth/2.png"], "depth/2.png", None),
    (
        ["rgb/2.png", "depth/2.png", "labels13/2.png", "labels_40/2.png"],
        "depth/2.png",
        "labels_40/2.png",
    ),
    (["rgb.png", "depth.png", "labels.png"], "depth.png", "labels.png"),
    (["rgb.png", "depth_raw_mm.png", "depth_mm.png", "hha.png"], "depth_mm.png", None),
    (["rgb.png", "depth_raw.png", "label13.png", "label40.png"], "depth_raw.png", "label40.png"),
    (["a_rgb.png", "a_depth.png", "a_label.png"], "a_depth.png", "a_label.png"),
    (["a-color.png", "a-depth.png"], "a-depth.png", None),
    (["a_color.ppm", "a_depth.pgm"], "a_depth.pgm", None),
    (["frame7.jpg", "frame7_depth.png"], "frame7_depth.png", None),
    (["frame-000001.color.jpg", "frame-000001.depth.png"], "frame-000001.depth.png", None),
    (["rgb_0001.png", "depth_0001.png"], "depth_0001.png", None),
    (
        ["40_rgb.png", "40_depth.png", "40_label.png", "40_label13.png"],
        "40_depth.png",
        "40_label.png",
    ),
    (
        ["a_leftImg8bit.png", "a_depth.png", "a_gtFine_labelIds.png"],
        "a_depth.png",
        "a_gtFine_labelIds.png",
    ),
    (["rgb/2.png", "depth/2.png", "semantics_label/2.png"], "depth/2.png", "semantics_label/2.png"),
    (["rgb.png", "depth_a.png", "depth_b.png", "label40.png"], "depth_a.png", "label40.png"),
    (["2.jpg", "2.png", "2_label.png"], "2.png", "2_label.png"),
    (["rgb_3.png", "depth_far.png", "label_1.png", "label_3.png"], "depth_far.png", "label_3.png"),
    (["rgb_3.png", "depth_far.png", "label_1.png", "label_2.png"], "depth_far.png", None),
    (
        [
            *("rgb_1305031102.175.png", "rgb_1305031102.275.png"),
            *("depth_1305031102.180.png", "depth_1305031102.280.png"),
            *("label_1305031102.175.png", "label_1305031102.275.png"),
        ],
        "depth_1305031102.180.png",
        "label_1305031102.175.png",
    ),
]


@pytest.mark.parametrize(("names", "depth", "labels"), LAYOUTS)
def test_layouts(tmp_path: Path, names: list[str], depth: str, labels: str | None) -> None:
    make(tmp_path, *names)
    found = pairs(tmp_path)
    assert found[0] == (names[0], depth, labels)
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_m is not None
    assert (frame.labels is not None) is (labels is not None)


def test_frames_stand_in_natural_order(tmp_path: Path) -> None:
    make(tmp_path, *(f"{kind}/{n}.png" for kind in ("rgb", "depth") for n in (10, 9, 100)))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(i) for i in range(len(frames))] == ["9", "10", "100"]


def test_what_is_left_out_or_preferred_is_said(tmp_path: Path) -> None:
    make(tmp_path, "rgb/1.png", "rgb/2.png", "rgb/3.png", "depth/1.png", "depth_raw/1.png")
    notes = " ".join(open_frames(tmp_path).notes)
    assert "Left out: 2 pictures without depth, first 2.png." in notes
    assert "read from depth, not from depth_raw" in notes


def test_pictures_without_depth_among_others_are_said(tmp_path: Path) -> None:
    make(tmp_path, "rgb1.png", "rgb2.png", "rgb3.png", "depth2.png", "result.png")
    frames = open_frames(tmp_path)
    assert [frames.frame_name(i) for i in range(len(frames))] == ["rgb2"]
    assert frames.notes == ("Left out: 2 pictures without depth, first rgb1.png.",)


def test_numbers_that_two_files_share_decide_nothing(tmp_path: Path) -> None:
    make(tmp_path, "rgb/1.png", "rgb/2.png", "depth/01.png", "depth/001.png", "depth/2.png")
    assert pairs(tmp_path) == [("rgb/2.png", "depth/2.png", None)]


def test_folders_of_frames(tmp_path: Path) -> None:
    make(tmp_path, "0001/rgb.png", "0001/depth.png", "0433/rgb.png", "0433/depth.png")
    make(tmp_path, ".hidden/rgb.png", ".hidden/depth.png", "notes/nothing.png")
    frames = open_frames(tmp_path)
    assert [frames.frame_name(i) for i in range(len(frames))] == ["0001", "0433"]
    assert frames.load(1).name == "0433"


def test_splits_are_told_apart(tmp_path: Path) -> None:
    make(tmp_path, *(f"{s}/{k}/0001.png" for s in ("test", "train") for k in ("rgb", "depth")))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(i) for i in range(2)] == ["test/0001", "train/0001"]
    assert frames.splits() == ("test", "train")
    assert open_frames(tmp_path / "test").splits() == ()


def test_folders_of_splits_that_lead_back_are_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links to the folder itself: each level would double what is looked at."""
    looked_at: list[Path] = []

    def note(root: Path) -> None:
        looked_at.append(root)
        assert len(looked_at) < 50

    monkeypatch.setattr(datasets, "RECOGNISERS", (note,))
    for name in ("train", "test"):
        (tmp_path / name).symlink_to(tmp_path)
    with pytest.raises(UserError):
        open_frames(tmp_path)
    assert looked_at == [tmp_path, tmp_path / "test", tmp_path / "train"]


@pytest.mark.parametrize(
    "place",
    [
        "{split}/rgb/{n}.png {split}/depth/{n}.png {split}/label/{n}.png",
        "{split}/RGB/{n}.png {split}/Depth/{n}.npy {split}/Label/{n}.png",
        "rgb/{split}/{n}.png depth/{split}/{n}.png label/{split}/{n}.png",
        "{split}/images/{n}.jpg {split}/depths/{n}.png {split}/semantic/{n}.png",
        "{split}/kitchen/rgb/{n}.png {split}/kitchen/depth/{n}.png {split}/kitchen/label/{n}.png",
        "mine/{split}/{n}_rgb.png mine/{split}/{n}_depth.png mine/{split}/{n}_label.png",
    ],
)
@pytest.mark.parametrize("names", [("Test", "train"), ("train", "val"), ("valid",)])
def test_folders_called_after_splits_are_splits(
    tmp_path: Path, place: str, names: tuple[str, ...]
) -> None:
    """Without a list of them. A picture's name does not tell its split."""
    for number, split in enumerate(names, 1):
        for n in (f"{number}", f"train{number}"):
            names_of = place.format(split=split, n=n).split()
            rgb, depth, labels = (tmp_path / name for name in names_of)
            write_rgb(rgb)
            write_depth(depth, 1500)
            write_labels(labels, 3)
    frames = open_frames(tmp_path)
    assert frames.splits() == tuple(name.lower() for name in names)
    assert len(frames) == 2 * len(names)
    for name in frames.splits():
        part = frames.split(name)
        assert len(part) == 2
        assert part.load(0).labels is not None
    if place.startswith("rgb"):  # the two folders named by hand
        parts = open_frames(tmp_path / "rgb", tmp_path / "depth", labels=tmp_path / "label")
        assert parts.splits() == frames.splits()


def test_one_folder_called_after_a_split_is_a_scene_among_others(tmp_path: Path) -> None:
    make(tmp_path, *(f"{s}/{k}/1.png" for s in ("kitchen", "test") for k in ("rgb", "depth")))
    assert open_frames(tmp_path).splits() == ()


def test_what_lies_beside_folders_of_splits_is_in_none(tmp_path: Path) -> None:
    places = ("train", "test", "more")
    make(tmp_path, *(f"{s}/{k}/1.png" for s in places for k in ("rgb", "depth")))
    frames = open_frames(tmp_path)
    assert (len(frames), frames.splits()) == (3, ("test", "train"))


def test_names_tell_frames_of_equal_folders_apart(tmp_path: Path) -> None:
    make(tmp_path, *(f"{s}/7/{k}.png" for s in ("a", "b") for k in ("rgb", "depth")))
    frames = open_frames(tmp_path)
    assert [frames.frame_name(i) for i in range(2)] == ["a/7", "b/7"]


def test_a_folder_inside_that_cannot_be_listed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a/rgb.png", "a/depth.png", "locked/rgb.png")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    frames = open_frames(tmp_path)
    assert len(frames) == 1
    assert "cannot be listed (Permission denied)" in frames.notes[0]
    with pytest.raises(UserError, match="cannot be listed"):
        open_frames(tmp_path / "locked")


def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may read everything, so the answers are those a user would get."""
    make(tmp_path, "rgb/1.png", "depth/1.png")
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path or mode == os.F_OK)
    with pytest.raises(UserError, match="may not be read by this user: check its permissions"):
        open_frames(tmp_path)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(UserError, match=r"1\.png may not be read by this user"):
        open_frames(tmp_path / "rgb" / "1.png")


def test_a_disk_is_no_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FOLDERS", 10)
    for number in range(10):
        (tmp_path / str(number)).mkdir()
    with pytest.raises(UserError, match="more than 10 folders"):
        open_frames(tmp_path)


def test_sun_tree(tmp_path: Path) -> None:
    for name in ("img_1", "img_2"):
        root = f"SUNRGBD/kv1/b3dodata/{name}"
        make(tmp_path, f"{root}/image/{name}.jpg", f"{root}/depth/{name}_abs.png")
        (tmp_path / root / "intrinsics.txt").write_text("9 0 4 0 9 3 0 0 1")
    frames = open_frames(tmp_path / "SUNRGBD")
    assert [frames.frame_name(i) for i in range(2)] == ["img_1", "img_2"]
    assert frames.load(1).intrinsics.fx == 9


@pytest.mark.parametrize("lists", [True, False])
def test_tum_pairs_by_time(tmp_path: Path, lists: bool) -> None:
    colours = ("1305031790.100000", "1305031790.200000", "1305031790.300000")
    depths = ("1305031790.095000", "1305031790.119000", "1305031790.330000")
    make(tmp_path, *(f"rgb/{t}.png" for t in colours), *(f"depth/{t}.png" for t in depths))
    if lists:
        for kind, times in (("rgb", colours), ("depth", depths)):
            lines = "".join(f"{t} {kind}/{t}.png\n" for t in reversed(times))
            (tmp_path / f"{kind}.txt").write_text(f"# timestamp filename\n{lines}")
    assert pairs(tmp_path) == [(f"rgb/{colours[0]}.png", f"depth/{depths[0]}.png", None)]
    assert "2 pictures" in open_frames(tmp_path).notes[0]


def test_one_file_finds_its_partner(tmp_path: Path) -> None:
    make(tmp_path, "rgb/1.png", "rgb/2.png", "depth/1.png", "depth/2.png", "x_rgb.png")
    make(tmp_path, "x_depth.png", "x_labels.png")
    for opened, name in (("rgb/2.png", "2"), ("depth/2.png", "2"), ("x_rgb.png", "x_rgb")):
        frames = open_frames(tmp_path / opened)
        assert len(frames) == 1
        assert frames.load(0).name == frames.name == name
    assert open_frames(tmp_path / "x_rgb.png").load(0).labels is not None


def test_a_picture_without_a_partner_can_still_be_seen(tmp_path: Path) -> None:
    make(tmp_path, "alone.png")
    frames = open_frames(tmp_path / "alone.png")
    with pytest.raises(UserError, match="without a depth file"):
        frames.load(0)
    assert frames.load(0, strict=False).depth_m is None


def test_given_files_and_settings(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "other/b_depth.png", "truth/c_label.png")
    frames = open_frames(
        tmp_path / "a.png",
        tmp_path / "other" / "b_depth.png",
        unit="1/5000m",
        intrinsics="9,9,4,3",
        labels=tmp_path / "truth" / "c_label.png",
    )
    frame = frames.load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == pytest.approx(0.4)
    assert frame.intrinsics.origin is Origin.GIVEN
    assert frame.labels is not None


@pytest.mark.parametrize("name", ["rgb", "Picture", "color_image"])
def test_a_name_that_says_nothing_gives_way_to_the_folders(tmp_path: Path, name: str) -> None:
    make(tmp_path / "kitchen", f"{name}.png", "depth.png")
    given = open_frames(tmp_path / "kitchen" / f"{name}.png", tmp_path / "kitchen" / "depth.png")
    assert given.frame_name(0) == open_frames(tmp_path / "kitchen").frame_name(0) == "kitchen"


def test_two_folders_and_a_folder_of_labels(tmp_path: Path) -> None:
    make(tmp_path, "a/1.png", "a/2.png", "b/1_depth.png", "b/2_depth.png", "c/2_label.png")
    frames = open_frames(tmp_path / "a", tmp_path / "b", labels=tmp_path / "c")
    assert len(frames) == 2
    assert frames.load(0).labels is None
    assert frames.load(1).labels is not None


def test_labels_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    make(tmp_path, "a/1.png", "b/1_depth.png", "c/1_label.png")
    for words in (("~/a", "~/b", "~/c"), ("~/a/1.png", "~/b/1_depth.png", "~/c/1_label.png")):
        path, depth, labels = words
        assert open_frames(path, depth, labels=labels).load(0).labels is not None


def test_indices(tmp_path: Path) -> None:
    make(tmp_path, "rgb.png", "depth.png")
    frames = open_frames(tmp_path)
    assert isinstance(frames, PairSet)
    for index in (-1, 1):
        with pytest.raises(UserError, match="an index from 0 to 0"):
            frames.load(index)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "only/a.png")
    refused = [
        ((tmp_path / "nowhere",), "does not exist: give an RGB file"),
        ((tmp_path / "only",), "No RGB and depth pairs were found"),
        ((tmp_path / "only", tmp_path / "a.png"), "two folders"),
    ]
    for arguments, sentence in refused:
        with pytest.raises(UserError, match=sentence):
            open_frames(*arguments)
    make(tmp_path, "rgb.png", "depth.png")
    with pytest.raises(UserError, match="a folder too"):
        open_frames(tmp_path, labels=tmp_path / "a.png")


@pytest.mark.parametrize(
    ("path", "count", "name", "unit"),
    [
        ("nyuv2", 2, "0001", "mm"),
        ("pairs", 1, "nyu_open3d_color", "kinect-disparity"),
        ("kinect2", 1, "kinect2", "0.1mm"),
        ("tum/rgbdvo", 5, "1305031790.645155", "1/5000m"),
        ("redwood", 5, "00000", "mm"),
        ("sunrgbd", 1, "img_0063", "sun"),
    ],
)
def test_real_folders(shared_data: Path, path: str, count: int, name: str, unit: str) -> None:
    frames = open_frames(shared_data / path)
    assert len(frames) == count
    frame = frames.load(0)
    assert frame.name == name
    assert frame.depth_info is not None
    assert frame.depth_info.unit == unit
    assert 1 < frame.depth_info.median_m < 4


def test_two_hdf5_files_are_colour_and_depth(tmp_path: Path) -> None:
    for name, values in (
        ("rgb", np.full((6, 8, 3), 7, np.uint8)),
        ("depth", np.full((6, 8), 1.5, np.float32)),
    ):
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            file[name] = values
    frame = open_frames(tmp_path / "rgb.h5", tmp_path / "depth.h5").load(0)
    assert frame.depth_m is not None
    assert (frame.depth_m == 1.5).all()
    assert (frame.rgb == 7).all()


def test_a_picture_below_a_folder_that_cannot_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where homes lie, one may pass and not look: /home of mode 711."""
    make(tmp_path, "alice/1.png")

    def listed(path: Path) -> Listing:
        if path == tmp_path:
            raise UserError(f"The folder {path} cannot be listed.")
        return list_folder(path)

    monkeypatch.setattr(folder, "list_folder", listed)
    frames = open_frames(tmp_path / "alice" / "1.png")
    assert len(frames) == 1
    frame = frames.load(0, strict=False)
    assert (frame.depth_m, frame.name) == (None, "1")
    with pytest.raises(UserError, match="came without a depth file"):
        frames.load(0)
