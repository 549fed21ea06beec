"""The official NYUv2 file, in generated files of exactly its layout."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from sgnet_model.data.nyuv2 import NYUv2Mat
from sgnet_model.data.nyuv2_facts import MAP_894_TO_40, TEST, TRAIN
from sgnet_model.data.open import open_frames
from sgnet_model.types import Origin, UserError

FRAMES, HEIGHT, WIDTH = 4, 6, 8
RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (FRAMES, HEIGHT, WIDTH, 3), np.uint8)
FILLED = RNG.uniform(0.8, 9, (FRAMES, HEIGHT, WIDTH)).astype(np.float32)
RAW = np.where(RNG.random(FILLED.shape) < 0.3, 0, FILLED).astype(np.float32)
LABELS = RNG.integers(0, 895, (FRAMES, HEIGHT, WIDTH)).astype(np.uint16)


@pytest.fixture
def mat(tmp_path: Path) -> Path:
    """MATLAB's v7.3 form: a 512-byte user block, axes reversed, strings behind references."""
    path = tmp_path / "nyu_depth_v2_labeled.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["images"] = RGB.transpose(0, 3, 2, 1)
        file["depths"] = FILLED.transpose(0, 2, 1)
        file["rawDepths"] = RAW.transpose(0, 2, 1)
        file["labels"] = LABELS.transpose(0, 2, 1)
        scenes = file.create_dataset("scenes", (1, FRAMES), h5py.ref_dtype)
        for index in range(FRAMES):
            text = np.array([[ord(letter)] for letter in f"kitchen_{index:04d}"], np.uint16)
            scenes[0, index] = file.create_dataset(f"#refs#/{index}", data=text).ref
    return path


def test_a_frame_by_index(mat: Path) -> None:
    frames = open_frames(mat)
    assert len(frames) == FRAMES
    assert frames.frame_name(2) == "0003 kitchen_0002"
    frame = frames.load(2)
    np.testing.assert_array_equal(frame.rgb, RGB[2])
    np.testing.assert_array_equal(frame.depth_m, FILLED[2])
    np.testing.assert_array_equal(frame.labels, MAP_894_TO_40[LABELS[2]])
    assert frame.rgb.flags.c_contiguous
    assert frame.label_scheme is not None
    assert frame.label_scheme.name == "nyu40"
    assert frame.intrinsics.origin is Origin.DATASET
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("m", Origin.DATASET)
    assert frame.depth_info.valid_fraction == 1


def test_raw_depth_is_a_choice(mat: Path) -> None:
    frame = open_frames(mat, raw_depth=True).load(1)
    np.testing.assert_array_equal(frame.depth_m, RAW[1])
    assert frame.depth_info is not None
    assert frame.depth_info.valid_fraction == pytest.approx((RAW[1] > 0).mean())


def test_splits(mat: Path) -> None:
    test = NYUv2Mat(mat, split="test")
    assert [test.frame_name(i)[:4] for i in range(len(test))] == ["0001", "0002"]
    np.testing.assert_array_equal(NYUv2Mat(mat, split="train").load(0).rgb, RGB[2])
    with pytest.raises(UserError, match="no split 'val': use all, test or train"):
        NYUv2Mat(mat, split="val")
    with pytest.raises(UserError, match="from 0 to 3"):
        NYUv2Mat(mat).load(FRAMES)


def test_other_intrinsics(mat: Path) -> None:
    camera = open_frames(mat, intrinsics="9,9,4,3").load(0).intrinsics
    assert (camera.fx, camera.origin) == (9, Origin.GIVEN)


def test_what_the_file_says_itself_is_not_ignored_in_silence(mat: Path) -> None:
    assert len(open_frames(mat, unit="m", label_offset=0)) == FRAMES
    with pytest.raises(UserError, match="leave the depth unit and the label offset out"):
        open_frames(mat, unit="mm", label_offset=1)
    with pytest.raises(UserError, match="leave the labels out"):
        open_frames(mat, labels=mat.parent)


def test_a_frame_without_depth(mat: Path) -> None:
    with h5py.File(mat, "r+") as file:
        file["depths"][0] = 0
    with pytest.raises(UserError, match="no valid depth"):
        open_frames(mat).load(0)
    frame = open_frames(mat).load(0, strict=False)
    assert frame.depth_m is None
    assert "no valid depth" in frame.notes[0]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_truncated(mat: Path, kept: float, capfd: pytest.CaptureFixture[str]) -> None:
    mat.write_bytes(mat.read_bytes()[: int(mat.stat().st_size * kept)])
    with pytest.raises(UserError, match="2,972,037,809 bytes") as refusal:
        open_frames(mat).load(0)
    assert "\n" not in str(refusal.value)
    assert "".join(capfd.readouterr()) == ""


def test_other_mat_files(tmp_path: Path) -> None:
    old = tmp_path / "splits.mat"
    old.write_bytes(b"MATLAB 5.0 MAT-file" + bytes(200))
    with pytest.raises(UserError, match="another kind of"):
        open_frames(old)
    with h5py.File(tmp_path / "SUNRGBD2Dseg.mat", "w") as file:
        file["SUNRGBD2Dseg/seglabel"] = np.zeros(3)
    with pytest.raises(UserError, match="has no images and no depths"):
        open_frames(tmp_path / "SUNRGBD2Dseg.mat")
    with h5py.File(tmp_path / "odd.mat", "w") as file:
        file["images"], file["depths"] = np.zeros((2, 3, 8, 6)), np.zeros((2, 6, 8))
    with pytest.raises(UserError, match=r"\(1449, 3, 640, 480\)"):
        open_frames(tmp_path / "odd.mat")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("images", RGB.transpose(0, 3, 2, 1) / 255),
        ("depths", FILLED.transpose(0, 2, 1).astype(np.int32)),
        ("labels", LABELS.transpose(0, 2, 1).astype(np.float32)),
        ("labels", LABELS.transpose(0, 2, 1)[:, 1:]),
    ],
)
def test_values_of_another_kind(mat: Path, name: str, values: np.ndarray) -> None:
    with h5py.File(mat, "r+") as file:
        del file[name]
        file[name] = values
    with pytest.raises(UserError, match=f"has {name} of {values.dtype} .*8-bit images, floating"):
        open_frames(mat)


def test_a_renamed_file_is_recognised(mat: Path) -> None:
    assert len(open_frames(mat.rename(mat.with_suffix(".h5")))) == FRAMES


def test_bundled_facts(shared_data: Path) -> None:
    facts = json.loads((shared_data / "nyuv2" / "classes40.json").read_text())
    splits = json.loads((shared_data / "nyuv2" / "splits.json").read_text())
    assert MAP_894_TO_40[0] == 0
    assert MAP_894_TO_40[1:].tolist() == facts["map894to40"]
    assert list(TRAIN) == splits["train"]
    assert list(TEST) == splits["test"]


def test_facts_in_numbers() -> None:
    assert (len(TRAIN), len(TEST)) == (795, 654)
    assert MAP_894_TO_40[:6].tolist() == [0, 40, 40, 3, 22, 5]
