"""How well each frame was segmented, and where an evaluation keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.untrusted import number, read_json, reading

from .confusion import Counts, scores

STATE_NAME = "evaluation.json"  # beside the predictions
STATE_FORMAT = 2


@dataclass(frozen=True, slots=True)
class FrameScore:
    """Of one frame by itself, fractions of 1; None where no pixel of it has a known class.

    `miou`: the mean over the classes in the frame's ground truth or prediction.
    """

    acc: float | None
    miou: float | None


def frame_score(counts: Counts) -> FrameScore:
    """From the frame's own (C, C) counts."""
    of_frame = scores(counts)
    return FrameScore(_known(of_frame.acc), _known(of_frame.miou))


def read(path: Path | str) -> dict[str, FrameScore]:
    """The scores of the frames evaluated so far, by frame name, as they were scored.

    `path`: the folder of `evaluate --predictions`, or the file of `evaluate --resume`; it may be
    read while the evaluation runs. A folder without such a file holds none: {}. Raises UserError
    where a file is missing, or is no such file.
    """
    given = Path(path)
    file = given / STATE_NAME if given.is_dir() else given
    if given.is_dir() and not file.is_file():
        return {}
    sentence = (
        f"{file} holds no scores of an evaluation: give the folder of evaluate --predictions, or "
        "the file of evaluate --resume."
    )
    values = read_json(file, sentence)
    with reading(file, sentence):
        if values["format"] != STATE_FORMAT:
            raise ValueError("another format")
        return scores_from_json(values["frames"])


def scores_to_json(frames: Mapping[str, FrameScore]) -> dict[str, list[float | None]]:
    """Frame name -> [acc, miou]."""
    return {name: [score.acc, score.miou] for name, score in frames.items()}


def scores_from_json(values: Mapping[str, Any]) -> dict[str, FrameScore]:
    """The inverse; TypeError, ValueError or AttributeError for anything else."""
    return {name: FrameScore(*map(_fraction, pair)) for name, pair in values.items()}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _fraction(value: Any) -> float | None:
    if value is None:
        return None
    return number(value, 0, 1)
