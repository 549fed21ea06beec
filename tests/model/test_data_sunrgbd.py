"""SUN RGB-D's official tree and the toolbox's files, the latter as scipy and h5py write them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from dataset_support import HEIGHT, WIDTH, write_depth, write_rgb
from scipy.io import loadmat, savemat

from sgnet_model.data import open_frames
from sgnet_model.data.matlab5 import read_strings
from sgnet_model.types import Origin, UserError

KEYS = ("kv1/b3dodata/img_0063", "kv2/kinect2data/000002_x-resize", "xtion/sun3ddata/a/a/f1")
MILLIMETRES = 1999


def strings(values: list[str]) -> np.ndarray:
    """A MATLAB cell, 1 x N."""
    cell = np.empty((1, len(values)), object)
    cell[0, :] = values
    return cell


def make_toolbox(folder: Path, labels: list[np.ndarray]) -> None:
    listed = ["/n/fs/sun3d/data/SUNRGBD/" + KEYS[0] + "/", "/data1/SUNRGBD/" + KEYS[1]]
    (folder / "traintestSUNRGBD").mkdir(parents=True)
    (folder / "Metadata").mkdir()
    split = {"alltrain": strings(listed), "alltest": strings(["/data1/SUNRGBD/" + KEYS[2] + "/"])}
    savemat(folder / "traintestSUNRGBD/allsplit.mat", split, do_compression=True)
    order = [KEYS[2], KEYS[0], KEYS[1]]  # not the order of the folders
    meta = np.zeros((1, 3), [("groundtruth3DBB", object), ("sequenceName", object), ("K", object)])
    for index, key in enumerate(order):
        box = np.zeros(index, [("sequenceName", object)])  # nested, with a misleading field
        meta[0, index] = (box, f"SUNRGBD/{key}/", np.eye(3))
    savemat(folder / "Metadata/SUNRGBDMeta.mat", {"SUNRGBDMeta": meta}, do_compression=True)
    with h5py.File(folder / "Metadata/SUNRGBD2Dseg.mat", "w", userblock_size=512) as file:
        refs = file.create_dataset("SUNRGBD2Dseg/seglabel", (3, 1), h5py.ref_dtype)
        for index, picture in enumerate(labels):
            refs[index, 0] = file.create_dataset(f"#refs#/{index}", data=picture.T).ref


def make(root: Path, labels: list[np.ndarray] | None = None) -> Path:
    stored = ((MILLIMETRES << 3) | (MILLIMETRES >> 13)) & 0xFFFF
    for key in KEYS:
        folder = root / "SUNRGBD" / key
        write_rgb(folder / "image" / "a.jpg")
        write_depth(folder / "depth" / "a.png", 8)
        write_depth(folder / "depth_bfx" / "a.png", stored)
        (folder / "intrinsics.txt").write_text("9 0 4 0 8.5 3 0 0 1")
        (folder / "scene.txt").write_text("office")
    if labels is not None:
        make_toolbox(root / "SUNRGBDtoolbox", labels)
    return root


def labels_of(top: int) -> np.ndarray:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[1:, 2:] = top
    return labels


@pytest.mark.parametrize("opened", [".", "SUNRGBD"])
def test_tree_and_toolbox(tmp_path: Path, opened: str) -> None:
    frames = open_frames(make(tmp_path, [labels_of(37), labels_of(5), labels_of(9)]) / opened)
    assert (len(frames), frames.splits(), frames.notes) == (3, ("train", "test"), ())
    assert [len(frames.split(name)) for name in ("train", "test")] == [2, 1]
    frame = frames.split("test").load(0)
    assert frame.name == "f1"
    np.testing.assert_array_equal(frame.labels, labels_of(37))
    np.testing.assert_array_equal(frames.load(0).labels, labels_of(5))
    assert frame.label_scheme is not None
    assert frame.label_scheme.name == "sun37"
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("sun", Origin.DATASET)
    assert frame.depth_info.median_m == pytest.approx(MILLIMETRES / 1000)
    assert (frame.intrinsics.fx, frame.intrinsics.cy) == (9, 3)
    assert frames.scene(2) == "office"


@pytest.mark.parametrize("content", ["a word " * 10_000, None])
def test_a_scene_that_is_no_word_is_none(tmp_path: Path, content: str | None) -> None:
    """A file of any size, or a pipe that nobody writes into."""
    frames = open_frames(make(tmp_path))
    scene = tmp_path / "SUNRGBD" / KEYS[2] / "scene.txt"
    scene.unlink()
    if content is None:
        os.mkfifo(scene)
    else:
        scene.write_text(content)
    assert frames.scene(2) == ""


def test_without_the_toolbox_the_notes_say_what_is_missing(tmp_path: Path) -> None:
    frames = open_frames(make(tmp_path))
    assert frames.splits() == ()
    assert "SUNRGBD2Dseg.mat and SUNRGBDMeta.mat" in frames.notes[0]
    assert "allsplit.mat" in frames.notes[1]
    assert frames.load(0).labels is None


def test_bad_labels_are_named_with_their_frame(tmp_path: Path) -> None:
    frames = open_frames(make(tmp_path, [labels_of(38), labels_of(5)]))
    assert f"{KEYS[2]}, holds the label 38" in frames.load(2).notes[0]
    assert "no readable label picture 2" in frames.load(1).notes[0]  # a reference to nothing
    assert frames.load(0).labels is not None
    whole = (tmp_path / "SUNRGBDtoolbox/Metadata/SUNRGBDMeta.mat").read_bytes()
    (tmp_path / "SUNRGBDtoolbox/Metadata/SUNRGBDMeta.mat").write_bytes(whole[:-40])
    assert "SUNRGBDMeta.mat is damaged" in open_frames(tmp_path).load(0).notes[0]


@pytest.mark.parametrize("tree", ["", "SUNRGBD"])
def test_sun_in_folders_of_splits(tmp_path: Path, tree: str) -> None:
    """As SUN stores its depth, whatever the values would look like."""
    make(tmp_path / "whole")
    for split, key in zip(("train", "test", "test"), KEYS, strict=True):
        place = tmp_path / "own" / split / tree / key
        place.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "whole" / "SUNRGBD" / key).rename(place)
    frames = open_frames(tmp_path / "own")
    assert {name: len(frames.split(name)) for name in frames.splits()} == {"train": 1, "test": 2}
    assert not [note for note in frames.notes if "not divided" in note]
    for frame in frames:
        assert frame.depth_m is not None
        np.testing.assert_allclose(frame.depth_m, MILLIMETRES / 1000)
        assert frame.intrinsics.fx == 9


def test_equal_folder_names_are_told_apart(tmp_path: Path) -> None:
    make(tmp_path)
    shutil.copytree(tmp_path / "SUNRGBD" / KEYS[0], tmp_path / "SUNRGBD/kv2/other/img_0063")
    names = [open_frames(tmp_path).frame_name(index) for index in range(2)]
    assert names == [KEYS[0], KEYS[1]]


@pytest.mark.parametrize("compressed", [True, False])
def test_strings_of_matlab_files(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "a.mat"
    words = ["", "a", "abcd", "abcde", "größer ∑"]
    savemat(path, {"n": np.eye(3), "words": strings(words)}, do_compression=compressed)
    assert read_strings(path, "words") == words
    with pytest.raises(UserError, match="has no strings called others"):
        read_strings(path, "others")
    with pytest.raises(UserError, match="has no strings called n"):
        read_strings(path, "n")
    content = path.read_bytes()
    for end in (200, len(content) // 2, len(content) - 9):
        path.write_bytes(content[:end])
        with pytest.raises(UserError, match=r"damaged or cut off|has no strings called"):
            read_strings(path, "words")
    path.write_bytes(b"something else")
    with pytest.raises(UserError, match="is not a MATLAB 5 file"):
        read_strings(path, "words")


def test_real_split_as_scipy_reads_it(shared_data: Path) -> None:
    path = shared_data / "sunrgbd" / "allsplit.mat"
    expected = loadmat(path)
    for variable, count in (("alltrain", 5285), ("alltest", 5050)):
        found = read_strings(path, variable)
        assert len(found) == count
        assert found == [str(cell[0]) for cell in expected[variable][0]]


def test_real_frame(shared_data: Path) -> None:
    frames = open_frames(shared_data / "sunrgbd")
    assert (frames.splits(), frames.scene(0)) == (("train",), "office")
    frame = frames.load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == pytest.approx(1.958, abs=1e-3)
    assert frame.intrinsics.fx == pytest.approx(520.532)
