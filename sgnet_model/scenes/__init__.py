"""Procedural indoor scenes: RGB, metric depth and NYU40 labels, drawn from a seed."""

from .export import synthesize
from .generate import render_scene
from .seeds import FIRST_TRAINING_SEED, HELD_OUT_SEEDS

__all__ = [
    "FIRST_TRAINING_SEED",
    "HELD_OUT_SEEDS",
    "render_scene",
    "synthesize",
]
