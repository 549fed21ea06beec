"""Every kind of bad frame in the middle of a run: named, skipped or stopped by choice, counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from cli_support import Run
from PIL import Image
from test_evaluation_frames import Frames, classify

from sgnet_model.data.palettes import NYU13
from sgnet_model.evaluation.depth_doubts import Remark, odd_units
from sgnet_model.evaluation.frames import evaluate_frames
from sgnet_model.types import DepthInfo, Origin, UserError

SIZE = (36, 48)
NAMES = ("0001", "0002", "0005")
Spoil = Callable[[Path], None]


def save(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of pairs with labels, nobody's layout: depth units are guessed."""
    random = np.random.default_rng(4)
    for name in NAMES:
        save(tmp_path / "set/rgb" / f"{name}.png", random.integers(0, 256, (*SIZE, 3), np.uint8))
        depth = random.integers(900, 3000, SIZE).astype(np.uint16)
        save(tmp_path / "set/depth" / f"{name}.png", depth)
        save(tmp_path / "set/labels" / f"{name}.png", random.integers(0, 41, SIZE, np.uint8))
    return tmp_path / "set"


@pytest.fixture
def evaluate(run: Run, small_checkpoint: Path) -> Run:
    common = ("--checkpoint", small_checkpoint, "--size", "32x48", "--device", "cpu")
    return lambda data, *more: run("evaluate", "--data", data, *common, *more)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def in_feet(path: Path) -> None:
    """Floats that can be no metres."""
    path.unlink()
    np.save(path.with_suffix(".npy"), np.full(SIZE, 50.0, np.float32))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda root: cut(root / "rgb/0002.png"), "0002.png"),
        (lambda root: cut(root / "depth/0002.png"), "0002.png"),
        (lambda root: cut(root / "labels/0002.png"), "No ground truth: "),
        (lambda root: save(root / "depth/0002.png", np.full((36, 20), 999, np.uint16)), "20 x 36"),
        (lambda root: save(root / "labels/0002.png", np.ones((36, 20), np.uint8)), "20 x 36"),
        (lambda root: save(root / "depth/0002.png", np.full(SIZE, 7, np.uint16)), "above 255"),
        (lambda root: in_feet(root / "depth/0002.png"), "--depth-unit"),
        (lambda root: save(root / "depth/0002.png", np.zeros(SIZE, np.uint16)), "no valid depth"),
        (lambda root: save(root / "depth/0002.png", np.zeros(SIZE, np.uint8)), "8-bit"),
        (lambda root: save(root / "labels/0002.png", np.full(SIZE, 77, np.uint8)), "77 classes"),
    ],
)
def test_a_bad_frame(evaluate: Run, root: Path, spoil: Spoil, said: str) -> None:
    spoil(root)
    values = evaluate(root, "--on-error", "skip", "--json").json
    assert (values["frames"], values["scored"]) == (3, 2)
    (skipped,) = values["skipped"]
    assert skipped["frame"] == "0002"
    assert said in skipped["reason"]


def mat_file(path: Path) -> None:
    """NYUv2's layout, each frame compressed by itself."""
    random = np.random.default_rng(0)
    count, (height, width) = 4, SIZE
    arrays: dict[str, Any] = {
        "images": random.integers(0, 256, (count, 3, width, height)).astype(np.uint8),
        "depths": random.uniform(1, 4, (count, width, height)).astype(np.float32),
        "labels": random.integers(0, 895, (count, width, height)).astype(np.uint16),
    }
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in arrays.items():
            chunk = (1, *values.shape[1:])
            file.create_dataset(name, data=values, chunks=chunk, compression="gzip")


def test_a_bad_frame_stops_where_nobody_says_otherwise(evaluate: Run, root: Path) -> None:
    cut(root / "depth/0002.png")
    stopped = evaluate(root).sentence
    assert "Frame 0002 cannot be scored (--on-error skip goes on without it): 0002.png" in stopped


def test_a_mat_file_damaged_in_the_middle(evaluate: Run, tmp_path: Path) -> None:
    path = tmp_path / "nyu_depth_v2_labeled.mat"
    mat_file(path)
    with h5py.File(path) as file:
        place = file["depths"].id.get_chunk_info(2)
    content = bytearray(path.read_bytes())
    content[place.byte_offset : place.byte_offset + 40] = bytes(40)
    path.write_bytes(content)
    assert "Frame 0003 cannot be scored" in evaluate(path).sentence
    values = evaluate(path, "--on-error", "skip", "--json").json
    assert (values["scored"], [one["frame"] for one in values["skipped"]]) == (3, ["0003"])
    assert "truncated, damaged" in values["skipped"][0]["reason"]


def test_a_mat_file_cut_off(evaluate: Run, tmp_path: Path) -> None:
    path = tmp_path / "nyu_depth_v2_labeled.mat"
    mat_file(path)
    cut(path)
    assert (
        "nyu_depth_v2_labeled.mat cannot be read" in evaluate(path, "--on-error", "skip").sentence
    )


def test_a_given_unit_is_believed(evaluate: Run, root: Path) -> None:
    save(root / "depth/0002.png", np.full(SIZE, 7, np.uint16))
    values = evaluate(root, "--depth-unit", "mm", "--json").json
    assert values["scored"] == 3
    (remark,) = values["remarks"]
    assert remark["frame"] == "0002"
    assert "0.007 m" in remark["remark"]
    assert "remarks on frames: 1" in evaluate(root, "--depth-unit", "mm").out


def test_labels_of_another_size_are_told(evaluate: Run, root: Path) -> None:
    save(root / "labels/0002.png", np.ones((72, 96), np.uint8))
    (remark,) = evaluate(root, "--json").json["remarks"]
    assert remark["frame"] == "0002"
    assert "0002.png is 96 x 72 and was resized to the picture's 48 x 36" in remark["remark"]


def test_a_unit_guessed_unlike_the_others_is_told(evaluate: Run, root: Path) -> None:
    save(root / "depth/0005.png", np.full(SIZE, 20_000, np.uint16))
    remarks = evaluate(root, "--json").json["remarks"]
    assert {remark["frame"] for remark in remarks} == {"0005"}
    said = " ".join(remark["remark"] for remark in remarks)
    assert "that of 2 frames in mm" in said
    assert "0005.png was taken to be in 0.1mm, which is doubtful" in said
    assert odd_units({"mm": ["a", "b"]}) == ()


def test_remarks_outlive_an_interruption(evaluate: Run, root: Path, tmp_path: Path) -> None:
    save(root / "depth/0001.png", np.full(SIZE, 20_000, np.uint16))
    cut(root / "rgb/0005.png")
    state = ("--resume", tmp_path / "state.json")
    assert "Frame 0005" in evaluate(root, *state).sentence
    save(root / "rgb/0005.png", np.full((*SIZE, 3), 9, np.uint8))
    values = evaluate(root, *state, "--json").json
    assert values["resumed"] == 2
    assert {one["frame"] for one in values["remarks"]} == {"0001"}


def test_only_guesses_are_doubted() -> None:
    frames = Frames()
    load = frames.load

    def with_depth(origin: Origin, metres: float) -> None:
        info = DepthInfo("mm", origin, metres, 1.0)
        frames.load = lambda index, strict=True: replace(  # type: ignore[method-assign]
            load(index, strict), depth_info=info, notes=("grey",)
        )

    for origin in (Origin.DATASET, Origin.GIVEN, Origin.FILE):
        with_depth(origin, 90.0)
        tally = evaluate_frames(frames, classify, NYU13)
        assert tally.units == {}
        assert tally.remarks()[0] == Remark("frame0", "grey")
    for metres in (90.0, 0.03):
        with_depth(Origin.GUESS, metres)
        with pytest.raises(UserError, match=rf"guessed to be in mm, has a median of {metres:g} m"):
            evaluate_frames(frames, classify, NYU13)
