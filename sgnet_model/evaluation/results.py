"""All that an evaluation found, and what it was: the JSON of `evaluate --json` and of a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sgnet_model.untrusted import number, reading, reason, whole

from .confusion import Counts, scores
from .depth_doubts import Remark
from .frame_scores import FrameScore, scores_from_json, scores_to_json
from .outcomes import Skipped

MEANS = ("acc", "macc", "miou", "fwiou")
MORE = ("ece", "temperature", "boundary_iou", "by_depth")  # `extra_counts.ExtraCounts.to_json`
FORMAT = "sgnet evaluation"


@dataclass(frozen=True, slots=True)
class Settings:
    """What was evaluated, and how. `count`, `seed`: of rendered scenes, None for a data set.

    `scheme`: name of the classes. `size`: (height, width) the network was fed; None: each
    picture's own. `checkpoint`: the file's name, `sha256` its content's.
    `switches`: what its layers did without, as `--switch` takes them; `edits`: of the depth, as
    `--edit` does. `rescale`: how scales were made, see `MultiScale`.
    """

    data: str
    split: str | None = None
    count: int | None = None
    seed: int | None = None
    variant: str = ""
    parameters: int | None = None
    scheme: str = ""
    checkpoint: str = ""
    sha256: str = ""
    scales: tuple[float, ...] = (1.0,)
    flip: bool = False
    size: tuple[int, int] | None = None
    precision: str = "fp32"
    device: str = ""
    processes: int = 1
    on_error: str = "stop"
    switches: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    rescale: str = "frame"  # what files without it were made with

    @property
    def rendered(self) -> bool:
        """Scenes made by this program, not somebody's data set."""
        return self.seed is not None


@dataclass(frozen=True, slots=True)
class ScoreValues:
    """Fractions of 1, None where undefined. `iou` by class, None where the class is in neither
    truth nor prediction. The classes each mean leaves out, by name.
    """

    acc: float | None
    macc: float | None
    miou: float | None
    fwiou: float | None
    iou: dict[str, float | None]
    left_out_of_macc: tuple[str, ...] = ()
    left_out_of_miou: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The keys that `evaluate --json` promises."""
        return {
            **{name: getattr(self, name) for name in MEANS},
            "iou": self.iou,
            "absent_from_truth": list(self.left_out_of_macc),
            "left_out_of_macc": list(self.left_out_of_macc),
            "left_out_of_miou": list(self.left_out_of_miou),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """One evaluation. `frames`: in the set; `scored` of them are in the scores.

    `stopped`: the frame that ended it before the others were scored. `remarks`: on frames that were
    scored and may be doubted; `notes`: on the set. `matrix` (C, C) int64, rows =
    truth, and `frame_scores` are kept in reports only: None and empty for what `--json` printed.
    `more`: see `extra_counts.ExtraCounts.to_json`; empty where an earlier run did not count it.
    """

    settings: Settings
    scores: ScoreValues
    frames: int
    scored: int
    resumed: int = 0
    skipped: tuple[Skipped, ...] = ()
    stopped: Skipped | None = None
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    machine: Mapping[str, str] = field(default_factory=dict)
    matrix: Counts | None = None
    frame_scores: Mapping[str, FrameScore] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def summary_json(self) -> dict[str, Any]:
        """What `evaluate --json` prints."""
        settings, size = self.settings, self.settings.size
        return {
            "data": settings.data,
            "split": settings.split,
            "count": settings.count,
            "seed": settings.seed,
            "frames": self.frames,
            "scored": self.scored,
            "resumed": self.resumed,
            "skipped": [_skipped_json(one) for one in self.skipped],
            "stopped": self.stopped and _skipped_json(self.stopped),
            "remarks": [{"frame": one.frame, "remark": one.text} for one in self.remarks],
            **{name: getattr(settings, name) for name in _PLAIN},
            "scales": list(settings.scales),
            "rescale": settings.rescale,
            "size": None if size is None else list(size),
            "switches": list(settings.switches),
            "edits": list(settings.edits),
            "machine": dict(self.machine),
            "notes": list(self.notes),
            **self.scores.to_json(),
            **{name: self.more.get(name) for name in MORE},
        }

    def to_json(self) -> dict[str, Any]:
        """The same with the confusion matrix and each frame's scores."""
        return {
            "format": FORMAT,
            **self.summary_json(),
            "confusion": None if self.matrix is None else self.matrix.tolist(),
            "frame_scores": scores_to_json(self.frame_scores),
        }


# Settings that go into JSON as they are.
_PLAIN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("variant", "scheme", "checkpoint", "sha256"), str),
    **dict.fromkeys(("precision", "device", "on_error"), str),
    **dict.fromkeys(("parameters", "processes"), whole),
    "flip": bool,
}


def score_values(matrix: Counts, classes: tuple[str, ...]) -> ScoreValues:
    """Of an accumulated (C, C) confusion matrix and the names of its classes."""
    result = scores(matrix)
    truth, either = matrix.sum(1) > 0, (matrix.sum(0) + matrix.sum(1)) > 0
    return ScoreValues(
        **{name: _number(getattr(result, name)) for name in MEANS},
        iou={name: _number(iou) for name, iou in zip(classes, result.iou, strict=True)},
        left_out_of_macc=tuple(name for name, seen in zip(classes, truth, strict=True) if not seen),
        left_out_of_miou=tuple(
            name for name, seen in zip(classes, either, strict=True) if not seen
        ),
    )


def results_from_json(values: Any, where: str) -> Results:
    """The inverse of `to_json` and of `summary_json`; keys that only reports have may be missing.

    `where` names the file in the UserError that anything else raises.
    """
    with reading(
        where,
        lambda error: (
            f"{where} is not the JSON of an evaluation ({reason(error)}): give the folder of a "
            "report, or what evaluate --json printed."
        ),
    ):
        return _results(values)


def _results(values: dict[str, Any]) -> Results:
    matrix = values.get("confusion")
    stopped = values.get("stopped")
    found = Results(
        settings=_settings(values),
        scores=_scores(values),
        frames=whole(values["frames"], 0),
        scored=whole(values["scored"], 0),
        resumed=whole(values.get("resumed", 0), 0),
        skipped=tuple(_skipped(one) for one in values["skipped"]),
        stopped=None if stopped is None else _skipped(stopped),
        remarks=tuple(
            Remark(str(one["frame"]), str(one["remark"])) for one in values.get("remarks", ())
        ),
        notes=tuple(map(str, values.get("notes", ()))),
        machine={str(name): str(text) for name, text in values.get("machine", {}).items()},
        matrix=None if matrix is None else np.array(matrix, np.int64),
        frame_scores=scores_from_json(values.get("frame_scores", {})),
        more={name: values[name] for name in MORE if values.get(name) is not None},
    )
    classes = len(found.scores.iou)
    if found.matrix is not None and found.matrix.shape != (classes, classes):
        raise ValueError(f"{classes} classes and a matrix of shape {found.matrix.shape}")
    return found


def _settings(values: dict[str, Any]) -> Settings:
    plain = {name: make(values[name]) for name, make in _PLAIN.items() if values.get(name)}
    size, count, seed = (values.get(name) for name in ("size", "count", "seed"))
    return Settings(
        data=str(values["data"]),
        split=None if values["split"] is None else str(values["split"]),
        count=None if count is None else whole(count),
        seed=None if seed is None else whole(seed),
        scales=tuple(map(number, values["scales"])),
        rescale=str(values.get("rescale", "frame")),
        size=None if size is None else (whole(size[0], 1), whole(size[1], 1)),
        switches=tuple(map(str, values.get("switches", ()))),
        edits=tuple(map(str, values.get("edits", ()))),
        **plain,
    )


def _scores(values: dict[str, Any]) -> ScoreValues:
    return ScoreValues(
        **{name: _fraction(values[name]) for name in MEANS},
        iou={str(name): _fraction(iou) for name, iou in values["iou"].items()},
        left_out_of_macc=tuple(map(str, values["left_out_of_macc"])),
        left_out_of_miou=tuple(map(str, values["left_out_of_miou"])),
    )


def _skipped_json(one: Skipped) -> dict[str, str]:
    return {"frame": one.frame, "reason": one.reason}


def _skipped(values: dict[str, Any]) -> Skipped:
    return Skipped(str(values["frame"]), str(values["reason"]))


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else float(value)


def _fraction(value: Any) -> float | None:
    return None if value is None else number(value, 0, 1)
