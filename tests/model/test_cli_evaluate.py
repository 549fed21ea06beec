"""`sgnet-model evaluate`: scores on data sets and on rendered scenes."""

from __future__ import annotations

import io
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from cli_support import Run, read_image
from PIL import Image
from sklearn.metrics import accuracy_score, jaccard_score

from sgnet_model.cli.console import Console
from sgnet_model.weights import load_checkpoint, save_checkpoint

SIZE = (40, 56)
IDS = ("0001", "0002", "0005")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """ESANet's layout: three test frames and a train frame."""
    root = tmp_path / "nyu"
    random = np.random.default_rng(0)
    for split, names in (("test", IDS), ("train", ("0003",))):
        for name in names:
            rgb = random.integers(0, 256, (*SIZE, 3)).astype(np.uint8)
            labels = random.integers(0, 12, SIZE).astype(np.uint8)
            for kind, values in (("rgb", rgb), ("labels_40", labels)):
                (root / split / kind).mkdir(parents=True, exist_ok=True)
                Image.fromarray(values).save(root / split / kind / f"{name}.png")
            (root / split / "depth").mkdir(exist_ok=True)
            depth = random.integers(900, 3000, SIZE).astype(np.uint16)
            Image.fromarray(depth).save(root / split / "depth" / f"{name}.png")
        (root / f"{split}.txt").write_text("\n".join(names))
    return root


@pytest.fixture
def evaluate(run: Run, data: Path, small_checkpoint: Path) -> Run:
    """With the small network, fed small pictures."""
    common = ("--checkpoint", small_checkpoint, "--size", "64x96", "--device", "cpu")
    return lambda *arguments: run("evaluate", "--data", data, *common, *arguments)


def test_scores_agree_with_scikit_learn_on_the_files(
    evaluate: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    values = evaluate("--split", "test", "--predictions", out, "--json").json
    assert (values["frames"], values["scored"], values["split"]) == (3, 3, "test")
    truth = np.stack([read_image(data / "test/labels_40" / f"{name}.png") for name in IDS])
    labels = np.stack([read_image(out / f"{name}.png") for name in IDS])
    assert labels.shape == (3, *SIZE)  # the pictures' size, not the network's
    assert labels.min() >= 1  # void is never predicted
    truth, labels = truth.ravel(), labels.ravel()
    truth, labels = truth[truth > 0], labels[truth > 0]
    assert values["acc"] == pytest.approx(accuracy_score(truth, labels))
    seen = sorted(set(truth) | set(labels))
    each = jaccard_score(truth, labels, average=None, labels=seen)
    assert values["miou"] == pytest.approx(each.mean())
    iou = list(values["iou"].values())
    assert [iou[label - 1] for label in seen] == pytest.approx(each)
    assert [index + 1 for index, value in enumerate(iou) if value is not None] == seen
    assert len(values["left_out_of_miou"]) == 40 - len(seen)
    assert len(values["left_out_of_macc"]) == 40 - len(set(truth))


def test_scales_and_flip_change_the_answer(evaluate: Run, tmp_path: Path) -> None:
    plain = evaluate("--split", "test", "--predictions", tmp_path / "a", "--json").json
    extras = ("--scales", "0.8", "1.0", "1.5", "--flip")
    wide = evaluate("--split", "test", *extras, "--predictions", tmp_path / "b", "--json").json
    assert (wide["scales"], wide["flip"], plain["scales"]) == ([0.8, 1.0, 1.5], True, [1.0])
    first, second = (read_image(tmp_path / folder / "0001.png") for folder in "ab")
    assert (first != second).any()
    refused = evaluate("--split", "test", "--scales", "0").sentence
    assert "scales" in refused


def test_a_picture_cut_off_in_the_middle(evaluate: Run, data: Path, tmp_path: Path) -> None:
    file = data / "test/rgb/0002.png"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    state = ("--resume", tmp_path / "state.json")
    told = evaluate("--split", "test", *state).sentence
    assert "Frame 0002" in told
    assert "--on-error skip" in told
    values = evaluate("--split", "test", *state, "--on-error", "skip", "--json").json
    assert (values["scored"], values["resumed"]) == (2, 1)
    assert values["skipped"][0]["frame"] == "0002"
    file.write_bytes(whole)
    repaired = evaluate("--split", "test", *state, "--json").json
    assert (repaired["scored"], repaired["resumed"], repaired["skipped"]) == (3, 2, [])
    fresh = evaluate("--split", "test", "--json").json
    assert repaired["iou"] == fresh["iou"]
    other = evaluate("--split", "train", *state).sentence
    assert "belongs to another evaluation, which differs in" in other


def test_a_state_of_other_data_or_settings_is_refused(
    evaluate: Run, data: Path, small_checkpoint: Path, tmp_path: Path
) -> None:
    """All that the counts depend on; what does not change them may differ."""
    state = ("--resume", tmp_path / "state.json")
    assert evaluate(*state).code == 0
    other = tmp_path / "other.safetensors"
    save_checkpoint(load_checkpoint(small_checkpoint), other, {"made": "again"})
    copy = tmp_path / "a copy"
    shutil.copytree(data, copy)
    for words, named in (
        (("--scales", 0.8, 1), "scales"),
        (("--flip",), "flip"),
        (("--size", "64x64"), "size"),
        (("--precision", "bf16"), "precision"),
        (("--depth-unit", "mm"), "depth unit"),
        (("--intrinsics", "50,50,28,20"), "intrinsics"),
        (("--checkpoint", other), "checkpoint"),
        (("--data", copy), "data"),
        (("--split", "train"), "data, frames"),
    ):
        assert f"which differs in {named}: delete it" in evaluate(*state, *words).sentence
    assert evaluate(*state, "--on-error", "skip", "--json").json["resumed"] == 4


def test_every_kind_of_bad_frame_is_named(evaluate: Run, data: Path) -> None:
    labels = data / "test/labels_40/0001.png"
    Image.fromarray(np.full(SIZE, 41, np.uint8)).save(labels)
    (data / "test/depth/0002.png").unlink()
    (data / "train.txt").write_text("0003\n0888")
    values = evaluate("--on-error", "skip", "--json").json
    reasons = {one["frame"]: one["reason"] for one in values["skipped"]}
    assert set(reasons) == {"0001", "0002", "0888"}
    assert "label 41" in reasons["0001"]
    assert "0002.png does not exist" in reasons["0002"]
    text = evaluate("--on-error", "skip").out
    assert "skipped: 3" in text
    assert "left out of the mean IoU" in text


def test_splits_that_are_not_there_and_flags_that_do_not_fit(evaluate: Run, run: Run) -> None:
    assert "has no split 'val': use train or test" in evaluate("--split", "val").sentence
    both = run("evaluate", "--synthetic", "--data", ".").sentence
    assert "not allowed with" in both
    assert "--split belongs to --data" in run("evaluate", "--synthetic", "--split", "test").sentence
    assert "required" in run("evaluate").sentence


@pytest.mark.parametrize("command", ["evaluate", "atlas"])
def test_options_that_would_be_ignored_are_refused(run: Run, data: Path, command: str) -> None:
    for flag, value in (("--count", 100), ("--seed", 0), ("--profile", "classic")):
        said = run(command, "--data", data, flag, value).sentence
        assert f"{flag} belongs to rendered scenes: leave it out with --data." in said
    for flag, value in (
        ("--split", "test"),
        ("--depth-unit", "mm"),
        ("--intrinsics", "50,50,28,20"),
        ("--label-offset", 0),
    ):
        said = run(command, "--synthetic", flag, value).sentence
        assert f"{flag} belongs to --data: leave it out for rendered scenes." in said


def test_rendered_scenes_go_through_the_same_loop(run: Run, small_checkpoint: Path) -> None:
    common = ("--checkpoint", small_checkpoint, "--size", "64x96", "--device", "cpu")
    values = run("evaluate", "--synthetic", "--count", 1, "--seed", 4, *common, "--json").json
    assert (values["count"], values["seed"]) == (1, 4)
    assert 0 <= values["acc"] <= 1
    assert len(values["iou"]) == 40
    assert "held out" in run("evaluate", "--synthetic", "--seed", 1_000_000, *common).sentence


class Terminal(io.StringIO):
    """Standard error with somebody in front of it."""

    def isatty(self) -> bool:
        return True


def test_the_time_left_is_shown_to_who_is_there() -> None:
    screen, log = Terminal(), io.StringIO()
    for stream in (screen, log):
        with Console(io.StringIO(), stream).progress("evaluating", "frame") as show:
            for done in (1, 2):
                time.sleep(0.15)  # the bar is drawn every tenth of a second
                show(done, 4)
    assert re.search(r"evaluating:  50%.* 2/4 \[00:00<0\d:\d\d", screen.getvalue())
    assert log.getvalue() == ""


def test_real_frames(run: Run, shared_data: Path, small_checkpoint: Path, tmp_path: Path) -> None:
    values = run(
        *("evaluate", "--data", shared_data / "nyuv2", "--checkpoint", small_checkpoint),
        *("--size", "96x128", "--device", "cpu", "--predictions", tmp_path / "out", "--json"),
    ).json
    assert values["scored"] == 2
    assert read_image(tmp_path / "out" / "0001.png").shape == (480, 640)


def test_one_frame_may_be_edited(run: Run, data: Path, small_checkpoint: Path) -> None:
    one = data.parent / "one"
    for kind, name in (("rgb", "rgb"), ("depth", "depth"), ("labels_40", "label")):
        one.mkdir(exist_ok=True)
        shutil.copy(data / "test" / kind / "0001.png", one / f"{name}.png")
    words = ("--checkpoint", small_checkpoint, "--size", "64x96", "--device", "cpu", "--json")
    plain = run("evaluate", "--data", one, *words).json
    edited = run("evaluate", "--data", one, *words, "--edit", "scale=2").json
    assert (plain["edits"], edited["edits"]) == ([], ["scale=2"])
    assert plain["iou"] != edited["iou"]
    undone = run("evaluate", "--data", one, *words, "--edit", "scale=2", "--edit", "scale=0.5").json
    assert undone["iou"] == plain["iou"]


def test_several_frames_are_not_edited(evaluate: Run) -> None:
    said = evaluate("--split", "test", "--edit", "scale=2").sentence
    assert "--edit changes the depth of one frame" in said
    assert "has 3" in said


def test_predictions_are_not_written_over_the_labels(evaluate: Run, data: Path) -> None:
    labels = data / "test" / "labels_40"
    before = {path: path.read_bytes() for path in labels.iterdir()}
    said = evaluate("--split", "test", "--predictions", labels).sentence
    assert "is a file of the data set itself" in said
    assert {path: path.read_bytes() for path in labels.iterdir()} == before


def test_a_link_to_itself_among_the_frames_is_no_fault_of_the_predictions(
    evaluate: Run, data: Path, tmp_path: Path
) -> None:
    picture = data / "test" / "depth" / "0001.png"
    picture.unlink()
    picture.symlink_to(picture)
    words = ("--split", "test", "--on-error", "skip", "--predictions", tmp_path / "out", "--json")
    assert evaluate(*words).json["scored"] == 2
