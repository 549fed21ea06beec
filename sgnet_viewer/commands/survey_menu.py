"""The commands of the windows on the whole set."""

from __future__ import annotations

from collections.abc import Iterator

from .command import Command
from .explain_menu import EXPLAIN
from .parts import Parts


def survey_commands(parts: Parts) -> Iterator[Command]:
    """Beneath the questions about one pixel."""
    yield Command(
        "survey.atlas",
        "&Atlas of taps over the set…",
        parts.atlas.show,
        EXPLAIN,
        refusal=parts.needs_set_of_frames,
        after_line=True,
        tip="How far apart taps lie against depth, by class and size, and whether they keep to one "
        "surface and one class",
    )
    yield Command(
        "survey.evaluation",
        "E&valuation of the set…",
        parts.evaluation.show,
        EXPLAIN,
        refusal=parts.needs_set_of_frames,
        tip="Confusion matrix, reliability and scores by depth; every cell leads to its frames",
    )
