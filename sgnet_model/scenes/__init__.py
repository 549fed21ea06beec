"""Procedural indoor scenes: RGB, metric depth and NYU40 labels, drawn from a seed."""

from .export import synthesize
from .generate import render_scene
from .profile import CLASSIC, PROFILES, REALISTIC, Profile, profile_named
from .seeds import FIRST_TRAINING_SEED, HELD_OUT_SEEDS

__all__ = [
    "CLASSIC",
    "FIRST_TRAINING_SEED",
    "HELD_OUT_SEEDS",
    "PROFILES",
    "REALISTIC",
    "Profile",
    "profile_named",
    "render_scene",
    "synthesize",
]
