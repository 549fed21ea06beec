"""Scores of checkpoints on the six real frames of real_frames.json: rows of a Markdown table.

The frames are other people's, and not here. FOLDER is where they lie, by the names in that file.

    .venv/bin/python scripts/score_real_frames.py FOLDER checkpoints/*.safetensors
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model import Frame, Prediction, Predictor, load_pair
from sgnet_model.data.palettes import NYU40

FRAMES = Path(__file__).with_name("real_frames.json")
VOID = len(NYU40.classes)  # after the classes
BINS = 15  # of confidence, for the calibration error
OWN_LABELS = 2  # frames at the beginning whose labels are published


class Score(NamedTuple):
    accuracy: float
    mean_iou: float  # over the classes that are there
    confident: NDArray[np.float32]  # confidence of each labelled pixel
    right: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    given = parser.parse_args()
    described: list[dict[str, Any]] = json.loads(FRAMES.read_text())["frames"]
    frames = [_load(given.folder, one) for one in described]
    names = [one["name"] for one in described]
    print("| weights |", " | ".join([*names, "four", "six", "ECE of two, of four"]), "|")
    print("|---" * (len(names) + 4) + "|")
    for path in given.checkpoints:
        predictor = Predictor.load(path)
        scores = [score(_answered(predictor, frame), truths) for frame, truths in frames]
        print(f"| {path.name} |", " | ".join(_cells(scores)), "|", flush=True)


def _answered(predictor: Predictor, frame: Frame) -> Prediction:
    assert frame.depth_m is not None
    return predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)


def _load(folder: Path, described: dict[str, Any]) -> tuple[Frame, NDArray[np.bool_]]:
    """A frame, and (41, H, W) bool: for each class where it counts as right; the last is void."""
    labels = described.get("labels")
    frame = load_pair(
        folder / described["rgb"],
        folder / described["depth"],
        unit=described["unit"],
        labels_path=None if labels is None else folder / labels,
    )
    if labels is None:
        return frame, drawn(frame.size, described["outlines"])
    assert frame.labels is not None
    known = np.where(frame.labels == 0, VOID, frame.labels.astype(int) - 1)
    return frame, np.arange(VOID + 1)[:, None, None] == known


def drawn(size: tuple[int, int], outlines: list[dict[str, Any]]) -> NDArray[np.bool_]:
    truths = np.zeros((VOID + 1, *size), np.bool_)
    truths[VOID] = True
    for outline in outlines:
        inside = np.zeros(size, np.uint8)
        cv2.fillPoly(inside, [np.array(outline["points"], np.int32)], 1)
        truths[:, inside > 0] = False
        for one in [NYU40.classes.index(name) for name in outline["classes"]] or [VOID]:
            truths[one, inside > 0] = True
    return truths


def score(prediction: Prediction, truths: NDArray[np.bool_]) -> Score:
    """What counts as right either way is taken for what was answered, else for the first."""
    known = ~truths[VOID]
    answered, truth = prediction.labels[known], truths[:, known]
    right = truth[answered, np.arange(len(answered))]
    of = np.where(right, answered, truth.argmax(0))
    union = [((of == one) | (answered == one)).sum() for one in np.unique(of)]
    both = [((of == one) & (answered == one)).sum() for one in np.unique(of)]
    return Score(
        float(right.mean()),
        float(np.mean(np.divide(both, union))),
        prediction.confidence[known],
        right,
    )


def _cells(scores: list[Score]) -> list[str]:
    own, four = scores[:OWN_LABELS], scores[OWN_LABELS:]
    cells = [f"{one.accuracy:.3f} / {one.mean_iou:.3f}" for one in scores]
    for some in (four, scores):
        accuracy = np.mean([one.accuracy for one in some])
        cells.append(f"{accuracy:.3f} / {np.mean([one.mean_iou for one in some]):.3f}")
    return [*cells, f"{calibration_error(own):.3f}, {calibration_error(four):.3f}"]


def calibration_error(scores: list[Score]) -> float:
    """Expected difference of confidence and accuracy, over bins of equal width."""
    confident = np.concatenate([one.confident for one in scores])
    right = np.concatenate([one.right for one in scores])
    which = np.minimum((confident * BINS).astype(int), BINS - 1)
    error = 0.0
    for one in np.unique(which):
        inside = which == one
        error += inside.mean() * abs(float(confident[inside].mean()) - float(right[inside].mean()))
    return error


if __name__ == "__main__":
    main()
