"""Ground truth for `inspect` and `compare`: what compares with it does, and files that are none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from cli_support import SIZE, Run, SmallFrame


def test_a_switch_says_what_it_costs(
    run: Run, small_checkpoint: Path, small_frame: SmallFrame, tmp_path: Path
) -> None:
    words = ("switches", *small_frame.flags, "--pixel", "50,40", "--layer", "layer4.2", "--json")
    network = ("--checkpoint", small_checkpoint, "--size", "64x96", "--device", "cpu")
    without = run("inspect", *words, *network).json
    assert all(row["dmiou"] is None for row in without["rows"])
    labels = tmp_path / "labels.png"
    cv2.imwrite(str(labels), np.random.default_rng(0).integers(0, 41, SIZE, np.uint8))
    found = run("inspect", *words, *network, "--labels", labels).json
    assert all(-1 < row["dmiou"] < 1 for row in found["rows"])
    other = run("inspect", *words, *network, "--labels", labels, "--label-offset", "1").json
    assert [row["dmiou"] for row in other["rows"]] != [row["dmiou"] for row in found["rows"]]


def test_two_answers_are_right_or_not(
    run: Run, small_checkpoint: Path, small_frame: SmallFrame, tmp_path: Path
) -> None:
    words = ("compare", *small_frame.flags, "--switch-b", "all:offsets=zero", "--json")
    words = (*words, "--checkpoint", str(small_checkpoint), "--size", "64x96", "--device", "cpu")
    assert run(*words).json["both"] is None
    labels = tmp_path / "labels.png"
    cv2.imwrite(str(labels), np.random.default_rng(0).integers(0, 41, SIZE, np.uint8))
    said = run(*words, "--labels", labels).json
    shares = [said[name] for name in ("both", "only_a", "only_b", "neither")]
    assert sum(shares) == pytest.approx(1)


def test_what_is_no_ground_truth_is_said(
    run: Run, small_checkpoint: Path, small_frame: SmallFrame, tmp_path: Path
) -> None:
    words = ("inspect", "switches", *small_frame.flags, "--pixel", "50,40")
    words = (*words, "--checkpoint", str(small_checkpoint))
    assert "is not a label picture" in run(*words, "--labels", small_frame.rgb).sentence
    assert "does not exist" in run(*words, "--labels", tmp_path / "none.png").sentence
    assert "name them with --labels" in run(*words, "--label-offset", "1").sentence


def test_labels_are_of_one_frame(run: Run, small_frame: SmallFrame) -> None:
    folder = small_frame.rgb.parent
    said = run("compare", "--data", folder, "--labels", small_frame.depth).sentence
    assert "leave it out with --data" in said
