"""Procedural indoor scenes: RGB, metric depth and NYU40 labels, drawn from a seed."""

from .export import synthesize
from .generate import render_scene
from .profile import (
    CLASSIC,
    FURNISHED,
    PROFILES,
    REALISTIC,
    Profile,
    profile_named,
    training_profile,
)
from .seeds import FIRST_TRAINING_SEED, HELD_OUT_SEEDS

__all__ = [
    "CLASSIC",
    "FIRST_TRAINING_SEED",
    "FURNISHED",
    "HELD_OUT_SEEDS",
    "PROFILES",
    "REALISTIC",
    "Profile",
    "profile_named",
    "render_scene",
    "synthesize",
    "training_profile",
]
