"""Materials of one scene: colours drawn without a look at the class, patterns from the bank."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.profile import CLASSIC, Profile

from .textures import atlas

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """How a surface answers light. Colours are linear reflectances 0..1.

    The pattern blends `colour` into `second`; `period` is the pattern's width in metres, above 0.
    `grain` is the strength of a fine noise.
    `image`: (h, w, 3) float32 laid over the part's largest face, in place of the pattern.
    """

    colour: Colour
    second: Colour
    pattern: int = 0
    period: float = 1.0
    turn: float = 0.0
    grain: float = 0.015
    gloss: float = 0.0  # 0 matt .. 1 mirror-like highlight
    glow: float = 0.0  # emitted light, in the colour of the surface
    mirror: float = 0.0
    wear: float = 0.0  # strength of stains and of uneven light on it, some decimetres wide
    folds: float = 0.0  # how far its normal wavers: wrinkled cloth, leather
    sensor: float = 1.0  # how well the depth camera sees it: 0 never, 1 always
    image: NDArray[np.float32] | None = None
    mapped: bool = False  # the image follows the shape's texture coordinates

    def __post_init__(self) -> None:
        if not self.period > 0:
            raise ValueError(f"period is {self.period} m: a pattern needs a width above 0")


@dataclass(slots=True)
class Palette:
    """Hands out materials and remembers them by number."""

    rng: np.random.Generator
    materials: list[Material] = field(default_factory=list)
    theme: list[Colour] = field(default_factory=list)
    profile: Profile = CLASSIC

    def __post_init__(self) -> None:
        if not self.theme:
            self.theme = [self.new_colour() for _ in range(4)]

    def twin(self, style: int) -> Palette:
        """The same materials and theme with chance restarted: equal styles make equal things."""
        return Palette(np.random.default_rng(style), self.materials, self.theme, self.profile)

    def keep(self, material: Material) -> int:
        """The number of a material that parts refer to."""
        self.materials.append(material)
        return len(self.materials) - 1

    def colour(self) -> Colour:
        """A colour for anything: one of the room's few, or a new one."""
        if self.rng.random() < 0.35:
            return self.theme[self.rng.integers(len(self.theme))]
        return self.new_colour()

    def new_colour(self) -> Colour:
        """As often of each kind as the profile has it."""
        return real_colour(self.rng) if self.profile.real_colours else any_colour(self.rng)

    def paint(self, gloss: float = 0.1, colour: Colour | None = None, sensor: float = 1.0) -> int:
        """One plain colour."""
        colour = colour or self.colour()
        return self.keep(
            Material(
                colour,
                shade(colour, self.rng.uniform(0.8 if self.profile.detail else 0.92, 1.0)),
                pick(self.rng, "noise"),
                2.5,
                gloss=gloss,
                sensor=sensor,
                wear=self._wear(0.12),
            )
        )

    def wood(self) -> int:
        """Boards: mostly browns, now and then painted or stained."""
        rng = self.rng
        browns = 0.8 if self.profile.real_colours else 0.6
        colour = self._timber() if rng.random() < browns else self.colour()
        contrast = rng.uniform(0.3 if self.profile.detail else 0.55, 0.95)
        return self.keep(
            Material(
                colour,
                shade(colour, contrast),
                pick(rng, "wood"),
                rng.uniform(0.3, 1.2),
                turn=rng.choice([0.0, np.pi / 2]),
                gloss=rng.uniform(0, 0.5),
                wear=self._wear(0.3),
            )
        )

    def _timber(self) -> Colour:
        return timber(self.rng) if self.profile.real_colours else brown(self.rng)

    def _wear(self, most: float) -> float:
        return float(self.rng.uniform(0, most)) if self.profile.detail else 0.0

    def _folds(self) -> float:
        return float(self.rng.uniform(0.3, 1.3)) if self.profile.detail else 0.0

    def fabric(self) -> int:
        """Cloth: plain, woven or printed."""
        rng = self.rng
        colour = self.colour()
        kind = rng.choice(
            ["flat", "noise", "stripes", "checks", "dots", "blobs", "weave", "ornament", "patches"],
            p=[0.2, 0.22, 0.1, 0.1, 0.08, 0.08, 0.1, 0.1, 0.02],
        )
        second = self.colour() if rng.random() < 0.6 else shade(colour, rng.uniform(0.5, 0.9))
        return self.keep(
            Material(
                colour,
                second,
                pick(rng, kind),
                rng.uniform(0.1, 0.9),
                turn=rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)]),
                grain=rng.uniform(0.01, 0.06),
                wear=self._wear(0.4),
                folds=self._folds(),
            )
        )

    def surface(self) -> int:
        """What furniture is made of: wood, paint or laminate."""
        draw = self.rng.random()
        if draw < 0.5:
            return self.wood()
        if draw < 0.85:
            return self.paint(self.rng.uniform(0, 0.6))
        return self.patterned(("noise", "marble", "dots", "checks"))

    def metal(self) -> int:
        """Shiny greys, brass, black; painted now and then."""
        rng = self.rng
        grey = rng.uniform(0.03, 0.7)
        plain = 0.85 if self.profile.real_colours else 0.6
        colour = (grey, grey, grey) if rng.random() < plain else self.colour()
        return self.paint(rng.uniform(0.4, 0.9), colour, sensor=rng.uniform(0.5, 1.0))

    def glass(self) -> int:
        """A dark or greenish plate that reflects the room and returns little to a depth camera."""
        rng = self.rng
        grey = rng.uniform(0.01, 0.25)
        colour = (0.8 * grey, grey, 0.95 * grey)
        mirror = rng.uniform(0.12, 0.4)
        return self.keep(Material(colour, colour, gloss=0.9, mirror=mirror, sensor=0.2))

    def ceramic(self) -> int:
        """Bathroom ware: white more often than not."""
        rng = self.rng
        white = rng.uniform(0.65, 0.9)
        whites = 0.85 if self.profile.real_colours else 0.6
        colour = (
            (white, white, white * rng.uniform(0.9, 1)) if rng.random() < whites else self.colour()
        )
        return self.paint(0.7, colour)

    def patterned(self, kinds: tuple[str, ...], period: float | None = None) -> int:
        """Two colours through a pattern of one of the kinds."""
        rng = self.rng
        colour = self.colour()
        second = self.colour() if rng.random() < 0.5 else shade(colour, rng.uniform(0.4, 0.9))
        return self.keep(
            Material(
                colour,
                second,
                pick(rng, str(rng.choice(kinds))),
                rng.uniform(0.3, 2.0) if period is None else period,
                gloss=rng.uniform(0, 0.5),
            )
        )

    def anything(self) -> int:
        """For clutter."""
        draw = self.rng.random()
        if draw < 0.4:
            return self.paint(self.rng.uniform(0, 0.7))
        if draw < 0.6:
            return self.fabric()
        if draw < 0.75:
            return self.metal()
        return self.patterned(("noise", "stripes", "checks", "text", "blobs", "ornament"), 0.2)


def any_colour(rng: np.random.Generator) -> Colour:
    """Neutrals light and dark, browns, and every saturated hue."""
    draw = rng.random()
    if draw < 0.3:
        return tinted_grey(rng, 0.35, 0.85)
    if draw < 0.5:
        return tinted_grey(rng, 0.02, 0.2)
    if draw < 0.68:
        return brown(rng)
    hue, saturation, value = rng.uniform(0, 1), rng.uniform(0.2, 0.95), rng.uniform(0.05, 0.8)
    return colorsys.hsv_to_rgb(hue, saturation, value)


def real_colour(rng: np.random.Generator) -> Colour:
    """As in photographs of rooms: whites, beiges, greys, blacks and wood; one in ten saturated."""
    draw = rng.random()
    if draw < 0.4:
        warm = rng.uniform(0.04, 0.15) if rng.random() < 0.75 else rng.uniform(0, 1)
        return colorsys.hsv_to_rgb(warm, rng.uniform(0, 0.18), rng.uniform(0.2, 0.88))
    if draw < 0.62:
        return tinted_grey(rng, 0.008, 0.12)
    if draw < 0.84:
        return timber(rng)
    if draw < 0.9:
        return colorsys.hsv_to_rgb(rng.uniform(0, 1), rng.uniform(0.1, 0.4), rng.uniform(0.05, 0.5))
    return colorsys.hsv_to_rgb(rng.uniform(0, 1), rng.uniform(0.45, 0.9), rng.uniform(0.05, 0.6))


def timber(rng: np.random.Generator) -> Colour:
    """Birch and beech, oak and cherry, mahogany and wenge: the darker, the redder."""
    value = float(np.exp(rng.uniform(np.log(0.025), np.log(0.6))))
    hue = rng.uniform(0.02, 0.07) + 0.04 * value / 0.6
    return colorsys.hsv_to_rgb(hue, rng.uniform(0.35, 0.8) * (1 - 0.4 * value), value)


def tinted_grey(rng: np.random.Generator, low: float, high: float) -> Colour:
    """A grey or off-white with a slight tint."""
    return colorsys.hsv_to_rgb(rng.uniform(0, 1), rng.uniform(0, 0.15), rng.uniform(low, high))


def brown(rng: np.random.Generator) -> Colour:
    """From birch to mahogany."""
    return colorsys.hsv_to_rgb(
        rng.uniform(0.04, 0.12), rng.uniform(0.35, 0.8), rng.uniform(0.06, 0.6)
    )


def shade(colour: Colour, factor: float) -> Colour:
    """A lighter (> 1) or darker copy."""
    r, g, b = (min(0.95, c * factor) for c in colour)
    return r, g, b


def pick(rng: np.random.Generator, kind: str) -> int:
    choices = atlas().kinds[kind]
    return choices[int(rng.integers(len(choices)))]
