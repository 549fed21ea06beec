"""Floors as real rooms have them: tiles with joints, concrete, boards, carpet; and rugs."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import (
    Colour,
    Material,
    Palette,
    brown,
    pick,
    shade,
    tinted_grey,
)
from sgnet_model.scenes.thing import Thing

MAT = Label.FLOOR_MAT


def floor_material(p: Palette) -> int:
    """Tiles and concrete in four rooms of ten, else boards, carpet or lino."""
    draw = p.rng.random()
    if draw < 0.26:
        return tiles(p)
    if draw < 0.4:
        return concrete(p)
    if draw < 0.7:
        return boards(p)
    return carpet(p) if draw < 0.93 else p.paint(0.3)


def tiles(p: Palette) -> int:
    """Plain or veined squares, 0.2 to 0.6 m wide, with joints brighter or darker than they are."""
    rng = p.rng
    colour = floor_colour(rng)
    joint = shade(colour, rng.uniform(1.3, 2.2) if rng.random() < 0.5 else rng.uniform(0.25, 0.7))
    kind = str(rng.choice(["joints", "joints", "tiles"]))
    number = pick(rng, kind)
    period = rng.uniform(0.2, 0.6) * 4  # the patterns repeat after four tiles
    turn = float(rng.choice([0.0, 0.0, np.pi / 4]))
    gloss = rng.uniform(0.1, 0.75)
    mirror = 0.12 * max(0.0, gloss - 0.45) if p.profile.glass else 0.0
    material = Material(joint, colour, number, period, turn, 0.03, gloss, mirror=mirror, wear=0.2)
    return p.keep(material)


def concrete(p: Palette) -> int:
    """Concrete, screed, terrazzo or stone: grey or beige with clouds and specks."""
    rng = p.rng
    colour = tinted_grey(rng, 0.12, 0.7)
    kind = str(rng.choice(["noise", "noise", "marble", "dots"]))
    second = shade(colour, rng.uniform(0.75, 0.97) if kind == "noise" else rng.uniform(0.6, 1.3))
    period = rng.uniform(0.5, 3.0)
    gloss = rng.uniform(0.0, 0.65)
    return p.keep(Material(colour, second, pick(rng, kind), period, 0.0, 0.05, gloss, wear=0.35))


def boards(p: Palette) -> int:
    """Boards or parquet in a wood's colours, matt to lacquered."""
    rng = p.rng
    colour = brown(rng) if rng.random() < 0.85 else tinted_grey(rng, 0.15, 0.6)
    second = shade(colour, rng.uniform(0.4, 0.8))
    turn = float(rng.choice([0.0, np.pi / 2]))
    period = rng.uniform(0.5, 1.2)
    gloss = rng.uniform(0.0, 0.6)
    return p.keep(
        Material(colour, second, pick(rng, "planks"), period, turn, 0.02, gloss, wear=0.2)
    )


def carpet(p: Palette) -> int:
    """Mottled wool in quiet colours, a pattern now and then."""
    rng = p.rng
    if rng.random() < 0.2:
        return p.fabric()
    colour = floor_colour(rng)
    kind = str(rng.choice(["noise", "noise", "weave", "dust"]))
    second = shade(colour, rng.uniform(0.7, 0.95))
    return p.keep(Material(colour, second, pick(rng, kind), rng.uniform(0.2, 1.5), 0.0, 0.08))


def floor_colour(rng: np.random.Generator) -> Colour:
    """Beige, grey, white, terracotta, dark."""
    draw = rng.random()
    if draw < 0.45:
        return tinted_grey(rng, 0.25, 0.85)
    if draw < 0.6:
        return tinted_grey(rng, 0.03, 0.25)
    r, g, b = brown(rng)
    lift = rng.uniform(0.0, 0.5)
    return r + lift * (0.8 - r), g + lift * (0.75 - g), b + lift * (0.68 - b)


def rug(p: Palette, w: float, d: float) -> Thing:
    """A rug with ornament or plain, with a border, fringes at its ends, and some thickness."""
    rng = p.rng
    thick = rng.uniform(0.006, 0.022)
    if rng.random() < 0.5:
        field = p.patterned(("ornament",), max(w, d) * float(rng.choice([0.5, 1.0])))
    else:
        field = p.fabric()
    thing = Thing(w, d, thick)
    if rng.random() < 0.15:
        thing.add(shapes.cylinder(36), (w, d, thick), (0, d / 2, thick / 2), MAT, field)
        return thing
    border = p.fabric() if rng.random() < 0.7 else field
    thing.box((w, d, thick), (0, d / 2, thick / 2), MAT, border)
    inset = rng.uniform(0.04, 0.16) * min(w, d)
    if border != field:
        size = (w - 2 * inset, d - 2 * inset, thick + 0.002)
        thing.box(size, (0, d / 2, thick / 2), MAT, field)
    if rng.random() < 0.4:
        _fringes(thing, p, (w, d))
    return thing


def _fringes(thing: Thing, p: Palette, size: tuple[float, float]) -> None:
    w, d = size
    long, cloth = p.rng.uniform(0.04, 0.09), p.paint(0.0)
    for side in (-1, 1):
        x = side * (w + long) / 2
        for k in range(int(d / 0.05)):
            at = (x, (k + 0.5) * 0.05, 0.002)
            thing.box((long, 0.03, 0.004), at, MAT, cloth)
