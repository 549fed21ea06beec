"""A confusion matrix as JSON values and as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sgnet_model.types import LabelScheme

from .text import decimal, table

if TYPE_CHECKING:
    from sgnet_model.evaluation.confusion import Counts

_MEANS = ("acc", "macc", "miou", "fwiou")


def score_values(matrix: Counts, scheme: LabelScheme) -> dict[str, Any]:
    """`acc`, `macc`, `miou`, `fwiou`: fractions of 1, None where undefined. `iou` by class, None
    where the class is in neither truth nor prediction. The classes each mean leaves out, by name.
    """
    from sgnet_model.evaluation.confusion import scores

    result = scores(matrix)
    in_truth, in_either = matrix.sum(1) > 0, (matrix.sum(0) + matrix.sum(1)) > 0
    absent = [name for name, seen in zip(scheme.classes, in_truth, strict=True) if not seen]
    nowhere = [name for name, seen in zip(scheme.classes, in_either, strict=True) if not seen]
    return {
        **{name: _number(getattr(result, name)) for name in _MEANS},
        "iou": {name: _number(iou) for name, iou in zip(scheme.classes, result.iou, strict=True)},
        "absent_from_truth": absent,
        "left_out_of_macc": absent,
        "left_out_of_miou": nowhere,
    }


def scores_text(title: str, values: dict[str, Any]) -> str:
    """The same as lines."""
    means = ", ".join(f"{name} {decimal(values[name], 3)}" for name in _MEANS)
    rows = [(name, decimal(iou, 3)) for name, iou in values["iou"].items()]
    lines = [f"{title}: {means}", "", table(("class", "IoU"), rows), ""]
    for mean, key in (("mean accuracy", "left_out_of_macc"), ("mean IoU", "left_out_of_miou")):
        if values[key]:
            lines.append(f"left out of the {mean}: {', '.join(values[key])}")
    return "\n".join(lines).rstrip()


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else float(value)
