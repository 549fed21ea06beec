"""What a set and an evaluation say of its frames, as the workers read them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgnet_model.data import FrameSet, open_frames
from sgnet_model.types import Frame, UserError
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.frame_rows import RowScore
from sgnet_viewer.workers.frame_facts import read_places, read_scores, scores_beside, splits_of
from sgnet_viewer.workers.own_cameras import with_own_cameras

Told = list[tuple[tuple[str, ...], tuple[str, ...]]]


def make_cityscapes(root: Path) -> Path:
    for split, city in (("train", "aachen"), ("train", "bochum"), ("val", "lindau")):
        for kind, suffix in (("leftImg8bit", "leftImg8bit"), ("disparity", "disparity")):
            path = root / kind / split / city / f"{city}_000000_000019_{suffix}.png"
            path.parent.mkdir(parents=True)
            Image.fromarray(np.full((8, 8), 300, np.uint16)).save(path)
    return root


def places(root: Path) -> Told:
    told: Told = []
    read_places(open_frames(root), lambda *values: told.append(values), Task(lambda _: None))
    return told


def test_splits_come_before_scenes(tmp_path: Path) -> None:
    assert places(make_cityscapes(tmp_path)) == [
        (("train", "train", "val"), ()),
        ((), ("aachen", "bochum", "lindau")),
    ]


def test_what_is_the_same_for_all_is_not_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for kind in ("rgb", "depth"):
            path = tmp_path / kind / f"{name}.png"
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(np.full((8, 8), 1000, np.uint16)).save(path)
    assert places(tmp_path) == []


class Numbered(FrameSet):
    """A set without files of its frames, in two parts; one scene cannot be read."""

    def __init__(self, numbers: range = range(6)) -> None:
        super().__init__("numbered")
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def frame_name(self, index: int) -> str:
        return f"frame {self.numbers[index]}"

    def load(self, index: int, strict: bool = True) -> Frame:
        raise NotImplementedError

    def splits(self) -> tuple[str, ...]:
        return ("odd", "three")

    def split(self, name: str) -> Numbered:
        return Numbered(range(1, 6, 2) if name == "odd" else range(4, 5))

    def scene(self, index: int) -> str:
        if index == 2:
            raise UserError("Its scene cannot be read.")
        return "hall"


def test_splits_of_any_set_by_the_names_of_its_parts() -> None:
    found = splits_of(Numbered(), Task(lambda _: None))
    assert found == ("", "odd", "", "odd", "three", "odd")


def test_reading_gives_up_when_nobody_wants_it() -> None:
    task = Task(lambda _: None)
    told: Told = []

    def deliver(*values: tuple[str, ...]) -> None:
        told.append(values)  # type: ignore[arg-type]
        task.cancel()

    with pytest.raises(Cancelled):
        read_places(Numbered(), deliver, task)  # type: ignore[arg-type]
    assert len(told) == 1


STATE = {"format": 2, "identity": {}, "matrix": [[1]]}


def test_scores_of_an_evaluation_by_frame(tmp_path: Path) -> None:
    file = tmp_path / "evaluation.json"
    file.write_text(json.dumps({**STATE, "frames": {"frame 4": [0.5, 0.25], "frame 1": [1, None]}}))
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"frame_scores": {"frame 0": [0.1, 0.2]}}))
    task = Task(lambda _: None)
    expected = {4: RowScore(0.25, 0.5), 1: RowScore(None, 1.0)}
    assert read_scores(Numbered(), file, task) == expected  # type: ignore[arg-type]
    assert read_scores(Numbered(), tmp_path, task) == expected  # type: ignore[arg-type]
    assert read_scores(Numbered(), report, task) == {0: RowScore(0.2, 0.1)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no JSON", "holds no scores of an evaluation"),
        ('{"frame_scores": {"a": [2, 2]}}', "holds no scores of an evaluation"),
        (json.dumps({**STATE, "frames": {}}), "has no scores of the frames of numbered:"),
        (json.dumps({**STATE, "frames": {"x": [1, 1]}}), r"\(1 of others, the first x\)"),
    ],
)
def test_a_file_without_scores_of_these_frames(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "evaluation.json"
    file.write_text(text)
    with pytest.raises(UserError, match=words):
        read_scores(Numbered(), file, Task(lambda _: None))  # type: ignore[arg-type]


def test_where_scores_are_looked_for(tmp_path: Path) -> None:
    root = tmp_path / "set"
    (root / "predictions").mkdir(parents=True)
    mat = root / "nyu.mat"
    mat.touch()
    assert scores_beside(root) is None
    places_ = (tmp_path / "evaluation.json", root / "predictions/evaluation.json")
    for file in (*places_, root / "evaluation.json"):  # each nearer than the one before
        file.write_text("{}")
        assert scores_beside(root) == file
        assert scores_beside(mat) == file


def test_frames_with_cameras_of_their_own_are_split_as_their_set_is(tmp_path: Path) -> None:
    """Asked by name, two frames of one name would be one."""
    frames = open_frames(make_cityscapes(tmp_path))
    own = with_own_cameras(frames, ((1, "9,9,4,4"),))
    assert splits_of(own, Task(lambda _: None)) == ("train", "train", "val")
    assert own.paths(1) == frames.paths(1)
    assert own.load(1, strict=False).intrinsics.fx == 9
    assert own.split("val").frame_name(0) == frames.frame_name(2)
