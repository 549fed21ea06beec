"""When a label is said to be unsure."""

from __future__ import annotations

UNSURE_BELOW = 0.5  # of the winner's probability: the others together are then as likely


def is_unsure(probability: float | None) -> bool:
    """Whether a label of that probability comes with a hint instead of as a certainty."""
    return probability is not None and probability < UNSURE_BELOW
