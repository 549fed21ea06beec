"""The scores of an evaluation as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .text import decimal, table

if TYPE_CHECKING:
    from sgnet_model.evaluation.results import Results, ScoreValues


MOST_SHOWN = 10  # remarks


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


def results_text(results: Results) -> str:
    """The scores, what they were counted on, and what is missing from them."""
    title = f"{results.settings.data}: {results.scored} of {results.frames} frames"
    lines = [scores_text(title, results.scores)]
    if results.resumed:
        lines.append(f"of these, {results.resumed} were scored by an earlier run")
    if results.skipped:
        lines.append(f"skipped: {len(results.skipped)}")
        lines += [f"  {one.frame}: {one.reason}" for one in results.skipped]
    if results.remarks:
        lines.append(f"remarks on frames: {len(results.remarks)}")
        lines += [f"  {one.frame}: {one.text}" for one in results.remarks[:MOST_SHOWN]]
        if len(results.remarks) > MOST_SHOWN:
            lines.append("  ... (--json and --report tell all)")
    lines += [f"note: {note}" for note in results.notes]
    return "\n".join(lines)
