"""Which generator draws a scene: the classic one, or the one whose statistics follow real frames.

The classic scenes are those of the bundled samples and of the scores published so far; they stay
the same to the bit. Everything that a profile changes asks the palette's or the scene's profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sgnet_model.types import UserError

from . import furniture_package


@dataclass(frozen=True, slots=True)
class Profile:
    """What a seed is drawn with; the defaults are the classic generator's."""

    name: str
    real_sensor: bool = False  # holes where structured light has them, see `structured_light`
    real_shares: bool = False  # things as frequent as in NYUv2, see `shares`
    clutter: float = 1.0  # small things on tops, against the recipes
    real_floors: bool = False  # tiles with joints, concrete; rugs with borders, see `floors`
    room_size: float = 1.0  # side lengths, against the recipes
    density: float = 1.7  # of furniture, against the recipes
    reach: float = 1.0  # how far the camera stands from what it looks at
    open_doors: float = 0.0  # share of the rooms with a view into another, see `annex`
    real_colours: bool = False  # few saturated hues, much white, beige and dark wood
    detail: bool = False  # panels, prints, wear, folds, photographs, see `detail`
    glass: bool = False  # glazed doors, panes and floors that reflect, glare, motion blur
    real_shapes: bool = False  # half of the things from a package, see `furniture_things`
    revised: bool = False  # mends what classic scenes keep, see README.md: labels, lamps, margins
    rugs: float = 0.2  # share of the rooms that a mat was not asked of


CLASSIC = Profile("classic")
REALISTIC = Profile(
    "realistic",
    real_sensor=True,
    real_shares=True,
    clutter=1.6,
    real_floors=True,
    room_size=1.3,
    density=2.5,
    reach=1.2,
    open_doors=0.35,
    real_colours=True,
    detail=True,
    glass=True,
    revised=True,
    rugs=0.12,
)
FURNISHED = replace(REALISTIC, name="furnished", real_shapes=True)
PROFILES = {profile.name: profile for profile in (CLASSIC, REALISTIC, FURNISHED)}


def profile_named(name: str) -> Profile:
    """One of `PROFILES`; a UserError for another name, or where its models are missing."""
    if name not in PROFILES:
        raise UserError(
            f"There is no generator {name!r} of scenes: choose {' or '.join(PROFILES)}."
        )
    profile = PROFILES[name]
    if profile.real_shapes and not furniture_package.installed():
        raise UserError(
            "The furnished scenes need the models of Debian's package sweethome3d-furniture, which "
            "is not installed: install it, or choose realistic."
        )
    return profile


def training_profile() -> Profile:
    """The furnished scenes where the models are installed, else the realistic ones."""
    return FURNISHED if furniture_package.installed() else REALISTIC
