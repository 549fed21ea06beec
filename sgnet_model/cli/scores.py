"""The scores of an evaluation as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sgnet_model.evaluation.bins import depth_range_name

from .text import decimal, remark_lines, table

if TYPE_CHECKING:
    from sgnet_model.evaluation.results import Results, ScoreValues


def scores_text(title: str, scores: ScoreValues) -> str:
    """The means, the IoU of each class, and the classes left out."""
    means = ", ".join(
        f"{name} {decimal(value, 3)}"
        for name, value in (
            ("acc", scores.acc),
            ("macc", scores.macc),
            ("miou", scores.miou),
            ("fwiou", scores.fwiou),
        )
    )
    rows = [(name, decimal(iou, 3)) for name, iou in scores.iou.items()]
    lines = [f"{title}: {means}", "", table(("class", "IoU"), rows), ""]
    for mean, names in (
        ("mean accuracy", scores.left_out_of_macc),
        ("mean IoU", scores.left_out_of_miou),
    ):
        if names:
            lines.append(f"left out of the {mean}: {', '.join(names)}")
    return "\n".join(lines).rstrip()


def more_text(more: Mapping[str, Any]) -> str:
    """Calibration, borders and a line for each bin of depth."""
    edges = more["boundary_iou"]
    lines = [
        f"calibration: expected error {decimal(more['ece'], 4)}, best temperature "
        f"{decimal(more['temperature'])}",
        f"boundary IoU within {decimal(edges['d_px'], 0)} px: {decimal(edges['all'], 3)}, at "
        f"occlusions {decimal(edges['occlusion'], 3)}, flush {decimal(edges['flush'], 3)}",
        "",
    ]
    rows = [
        (
            depth_range_name(one),
            f"{one['pixels']:,}",
            *(decimal(one[name], 3) for name in ("acc", "macc", "miou")),
        )
        for one in more["by_depth"]
        if one["pixels"]
    ]
    return "\n".join(lines) + table(("depth", "pixels", "acc", "macc", "miou"), rows)


def results_text(results: Results) -> str:
    """The scores, what they were counted on, and what is missing from them."""
    title = f"{results.settings.data}: {results.scored} of {results.frames} frames"
    lines = [scores_text(title, results.scores)]
    if results.more:
        lines += ["", more_text(results.more), ""]
    if results.resumed:
        lines.append(f"of these, {results.resumed} were scored by an earlier run")
    if results.skipped:
        lines.append(f"skipped: {len(results.skipped)}")
        lines += [f"  {one.frame}: {one.reason}" for one in results.skipped]
    remarks = [(one.frame, one.text) for one in results.remarks]
    lines += remark_lines(remarks, "--json and --report tell all")
    lines += [f"note: {note}" for note in results.notes]
    return "\n".join(lines)
