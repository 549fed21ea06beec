"""Two answers compared, and how sure one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from cli_support import Run, SmallFrame
from inspection_support import frame, subject
from sklearn.metrics import confusion_matrix

from sgnet_model.inspection.compare import FOUR, SetComparison, bootstrap, compare, divergence
from sgnet_model.inspection.uncertainty import class_probability, uncertainty
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError


def test_a_with_a_is_empty() -> None:
    asked = subject()
    found = compare(asked.prediction, asked.prediction, asked.frame)
    assert found.to_json() == {
        "disagreement": 0,
        "js_mean": pytest.approx(0, abs=1e-7),
        **dict.fromkeys(FOUR),
    }


def test_the_four_shares_give_both_accuracies() -> None:
    asked = subject()
    a = asked.prediction
    b = asked.predict(switches=parse_switches(["all:offsets=zero"]))
    truth = (a.labels + 1).astype(np.uint8)
    truth[:32] = b.labels[:32] + 1
    truth[:, :5] = 0
    shown = replace(frame(), labels=truth, label_scheme=a.scheme)
    found = compare(a, b, shown)
    known = truth > 0
    right_a, right_b = ((one.labels + 1 == truth)[known] for one in (a, b))
    shares = found.shares
    assert shares["both"] == pytest.approx((right_a & right_b).mean())
    assert shares["only_a"] == pytest.approx((right_a & ~right_b).mean())
    assert shares["only_b"] == pytest.approx((~right_a & right_b).mean())
    assert sum(shares.values()) == pytest.approx(1)
    assert found.check().error < 1e-12
    assert found.to_json()["disagreement"] == (a.labels != b.labels).mean() > 0
    total = SetComparison()
    total.add("one", found)
    total.add("two", compare(a, a, shown))
    said = total.to_json()
    only_a, only_b = (right_a & ~right_b).sum(), (~right_a & right_b).sum()
    assert said["mcnemar"] == {
        "only_a": only_a,
        "only_b": only_b,
        "statistic": pytest.approx((abs(int(only_a) - int(only_b)) - 1) ** 2 / (only_a + only_b)),
    }
    assert [row["frame"] for row in said["frames"]] == ["one", "two"]
    assert said["disagreement"] == pytest.approx(found.to_json()["disagreement"] / 2)
    both = (right_a & right_b).sum() + right_a.sum()  # of the two frames
    assert said["both"] == pytest.approx(both / (2 * known.sum()))
    assert said["check"]["error"] < 1e-12
    assert (
        said["bootstrap"]["low"]
        <= said["bootstrap"]["miou_difference"]
        <= said["bootstrap"]["high"]
    )


def test_labels_that_are_all_void_are_no_truth(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    asked = subject()
    a = asked.prediction
    void = replace(frame(), labels=np.zeros(a.labels.shape, np.uint8), label_scheme=a.scheme)
    found = compare(a, a, void)
    assert found.four is None
    total = SetComparison()
    total.add("void", found)
    known = replace(void, labels=(a.labels + 1).astype(np.uint8))
    total.add("known", compare(a, a, known))
    said = total.to_json()
    assert {row["frame"]: row["both"] for row in said["frames"]} == {"void": None, "known": 1}
    assert said["bootstrap"]["frames"] == 1
    assert cv2.imwrite(str(tmp_path / "void.png"), np.zeros((72, 100), np.uint8))
    flags = ("--checkpoint", small_checkpoint, "--size", "64x96", "--json")
    of_file = run("compare", *small_frame.flags, *flags, "--labels", tmp_path / "void.png").json
    assert of_file["both"] is None
    assert of_file["check"]["error"] == 0


def test_divergence_by_hand() -> None:
    """Certain of different classes: ln 2; (1, 0) against (0.5, 0.5): 0.2158."""
    p = np.array([[[1.0, 1.0, 0.3]], [[0.0, 0.0, 0.7]]], np.float32)
    q = np.array([[[0.0, 0.5, 0.3]], [[1.0, 0.5, 0.7]]], np.float32)
    assert divergence(p, q)[0] == pytest.approx([np.log(2), 0.21576155, 0], abs=1e-6)


def test_bootstrap_is_seeded_and_certain_where_all_frames_say_the_same() -> None:
    good, bad = np.diag([5, 5]), np.array([[3, 2], [2, 3]])
    found = bootstrap([(good, bad)] * 4)
    assert found["low"] == found["high"] == found["miou_difference"] == pytest.approx(1 - 3 / 7)
    mixed = [(good, bad), (bad, good), (good, good)]
    assert bootstrap(mixed) == bootstrap(mixed)
    assert bootstrap(mixed)["low"] < 0 < bootstrap(mixed)["high"]


def test_other_classes_cannot_be_compared() -> None:
    with pytest.raises(UserError, match="two networks of the same classes"):
        compare(subject().prediction, subject(classes=5).prediction, frame())


def test_uncertainty_is_that_of_the_probabilities() -> None:
    prediction = subject().prediction
    chances = prediction.probabilities.astype(np.float64)
    found = uncertainty(prediction)
    entropy = -(chances * np.log(np.maximum(chances, 1e-300))).sum(0) / np.log(6)
    assert found.entropy == pytest.approx(entropy, abs=1e-5)
    ranked = np.sort(chances, 0)
    assert found.margin == pytest.approx(ranked[-1] - ranked[-2], abs=1e-6)
    assert class_probability(prediction, 2) == pytest.approx(chances[2], abs=1e-6)


def test_the_command_on_a_frame_and_a_set(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    flags = ("--a", small_checkpoint, "--size", "64x96", "--json")
    same = run("compare", *small_frame.flags, *flags).json
    assert same["disagreement"] == 0
    off = ("--switch-b", "all:offsets=zero", "--edit-b", "hole", "box=10,10,9,9")
    out = tmp_path / "out"
    said = run("compare", *small_frame.flags, *flags, *off, "--pixel", "50,40", "--out", out).json
    assert said["disagreement"] > 0
    assert (said["switches_b"], said["edits_b"]) == (["all:offsets=zero"], ["hole box=10,10,9,9"])
    moved = [layer["taps"][0]["dx"] for layer in said["probe"]["a"]["layers"]]
    still = [layer["taps"][0]["dx"] for layer in said["probe"]["b"]["layers"]]
    assert any(moved)
    assert not any(still)
    assert np.load(out / "divergence.npy").mean() == pytest.approx(said["js_mean"])
    assert np.load(out / "disagreement.npy").mean() == pytest.approx(said["disagreement"])
    assert "Give either" in run("compare", *flags).sentence
    for folder in ("rgb", "depth"):
        (tmp_path / "set" / folder).mkdir(parents=True)
    for index in range(2):
        for folder, path in (("rgb", small_frame.rgb), ("depth", small_frame.depth)):
            picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            cv2.imwrite(str(tmp_path / "set" / folder / f"{index}.png"), picture)
    native = run("compare", *small_frame.flags, *flags, *off[:2], "--size", "native").json
    assert native["a"]["size"] == native["b"]["size"] == [72, 100]
    assert (said["frame"]["name"], said["frame"]["depth_unit_origin"]) == ("frame", "guess")
    readable = run("compare", *small_frame.flags, *flags[:-1], *off).out
    for words in ("depth in mm (guess)", "A: small on cpu", "B: small on cpu"):
        assert words in readable
    both = run("compare", "--data", tmp_path / "set", *flags, *off[:2], "--size", "native").json
    assert both["a"]["size"] is None  # each frame's own
    assert len(both["frames"]) == 2
    assert both["mcnemar"] is both["bootstrap"] is both["both"] is None
    assert both["disagreement"] > 0


def test_the_confusion_that_shares_rest_on_is_scikit_learns() -> None:
    asked = subject()
    truth = np.roll(asked.prediction.labels, 3, 1).astype(np.uint8) + 1
    shown = replace(frame(), labels=truth, label_scheme=asked.prediction.scheme)
    found = compare(asked.prediction, asked.prediction, shown)
    expected = confusion_matrix(truth.ravel() - 1, asked.prediction.labels.ravel(), labels=range(6))
    assert np.array_equal(found.counts_a, expected)
