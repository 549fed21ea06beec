"""Which scenes may be trained on: the one place that separates training from evaluation."""

from __future__ import annotations

HELD_OUT_SEEDS = range(1_000_000)  # evaluation and samples only
FIRST_TRAINING_SEED = 1_000_000
