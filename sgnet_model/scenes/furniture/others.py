"""The classes without a name of their own, other structure and other furniture, and mats."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import cushion, legs

FURNITURE, STRUCTURE = Label.OTHER_FURNITURE, Label.OTHER_STRUCTURE


def waste_bin(p: Palette) -> Thing:
    """Round or square, with a liner now and then."""
    rng = p.rng
    w, h = rng.uniform(0.22, 0.55), rng.uniform(0.28, 0.9)
    body = p.paint(0.3)
    thing = Thing(w, w, h)
    if rng.random() < 0.5:
        thing.add(
            shapes.cone(1.2, 20, open_ends=True),
            (w / 1.2, w / 1.2, h),
            (0, w / 2, h / 2),
            FURNITURE,
            body,
        )
        thing.add(shapes.cylinder(20), (w / 1.2, w / 1.2, 0.02), (0, w / 2, 0.05), FURNITURE, body)
    else:
        thing.box((w, w, h - 0.05), (0, w / 2, h / 2 - 0.02), FURNITURE, body)
        thing.box((w * 1.05, w * 1.05, 0.06), (0, w / 2, h - 0.03), FURNITURE, p.paint(0.3))
    return thing


def ottoman(p: Palette) -> Thing:
    """A padded stool without a back, or a bench."""
    rng = p.rng
    w, d, h = rng.uniform(0.4, 1.3), rng.uniform(0.38, 0.6), rng.uniform(0.36, 0.48)
    thing = Thing(w, d, h)
    frame = p.surface()
    legs(thing, p, w / 2, (0, d), h - 0.12, FURNITURE, frame)
    cushion(
        thing,
        (w, d, rng.uniform(0.12, 0.3)),
        (0, d / 2, h - 0.1),
        FURNITURE,
        p.fabric(),
        roundness=0.25,
    )
    return thing


def stool(p: Palette) -> Thing:
    """A round seat on three or four legs (a chair needs a back)."""
    rng = p.rng
    w, h = rng.uniform(0.3, 0.4), rng.uniform(0.45, 0.8)
    thing = Thing(w, w, h)
    frame = p.surface()
    legs(thing, p, w / 2, (0, w), h - 0.02, FURNITURE, frame)
    thing.add(shapes.cylinder(20), (w, w, 0.05), (0, w / 2, h), FURNITURE, p.surface())
    return thing


def piano(p: Palette) -> Thing:
    """Upright."""
    w, d, h = 1.45, 0.6, p.rng.uniform(1.05, 1.3)
    body, keys = p.wood(), p.patterned(("stripes",), 0.3)
    thing = Thing(w, d, h)
    thing.box((w, 0.35, h), (0, 0.175, h / 2), FURNITURE, body)
    thing.box((w, 0.28, 0.08), (0, 0.46, 0.68), FURNITURE, body)
    thing.box((w - 0.15, 0.15, 0.02), (0, 0.5, 0.73), FURNITURE, keys)
    for sx in (-1, 1):
        thing.box((0.06, 0.25, 0.66), (sx * (w / 2 - 0.03), 0.47, 0.33), FURNITURE, body)
    thing.tops.append(Top(-0.65, 0.65, 0.05, 0.3, h))
    return thing


def games_table(p: Palette) -> Thing:
    """A billiard table: cloth between cushions on thick legs."""
    rng = p.rng
    w, d, h = rng.uniform(1.8, 2.4), rng.uniform(1.0, 1.3), rng.uniform(0.75, 0.85)
    wood, cloth = p.wood(), p.fabric()
    thing = Thing(w, d, h)
    thing.box((w - 0.2, d - 0.2, 0.1), (0, d / 2, h - 0.12), FURNITURE, cloth)
    for sy in (0.07, d - 0.07):
        thing.box((w, 0.14, 0.16), (0, sy, h - 0.08), FURNITURE, wood)
    for sx in (-1, 1):
        thing.box((0.14, d, 0.16), (sx * (w / 2 - 0.07), d / 2, h - 0.08), FURNITURE, wood)
        for y in (0.2, d - 0.2):
            thing.add(
                shapes.cone(1.2, 14),
                (0.16, 0.16, h - 0.15),
                (sx * (w / 2 - 0.25), y, (h - 0.15) / 2),
                FURNITURE,
                wood,
            )
    thing.tops.append(Top(-w / 2 + 0.2, w / 2 - 0.2, 0.2, d - 0.2, h - 0.07))
    return thing


def column(p: Palette) -> Thing:
    """A pillar from floor to ceiling, or a chimney breast."""
    rng, height = p.rng, 3.05
    thing = Thing(0.4, 0.4, height)
    body = p.paint() if rng.random() < 0.5 else p.patterned(("tiles", "noise"), 0.8)
    if rng.random() < 0.3:
        d = rng.uniform(0.25, 0.45)
        thing.add(shapes.cylinder(24), (d, d, height), (0, 0.2, height / 2), STRUCTURE, body)
    else:
        w, d = rng.uniform(0.25, 0.6), rng.uniform(0.2, 0.5)
        thing.width, thing.depth = w, d
        thing.box((w, d, height), (0, d / 2, height / 2), STRUCTURE, body)
    return thing


def fireplace(p: Palette) -> Thing:
    """A surround with a mantel shelf and a dark opening."""
    rng = p.rng
    w, h, d = rng.uniform(1.2, 1.7), rng.uniform(0.95, 1.25), rng.uniform(0.2, 0.4)
    stone = p.patterned(("tiles", "marble", "noise"), 0.9)
    thing = Thing(w, d, h)
    inner, top = rng.uniform(0.6, 0.8), rng.uniform(0.55, 0.7)
    side = (w - inner) / 2
    for sx in (-1, 1):
        thing.box((side, d, h), (sx * (w - side) / 2, d / 2, h / 2), STRUCTURE, stone)
    thing.box((inner, d, h - top), (0, d / 2, (h + top) / 2), STRUCTURE, stone)
    soot = p.paint(0.0, (0.02, 0.02, 0.02), sensor=0.4)
    thing.box((inner, 0.02, top), (0, 0.02, top / 2), STRUCTURE, soot)
    thing.box((w + 0.15, d + 0.08, 0.06), (0, (d + 0.08) / 2, h), STRUCTURE, p.surface())
    thing.tops.append(Top(-w / 2, w / 2, 0.04, d, h + 0.03))
    return thing


def radiator(p: Palette) -> Thing:
    """Ribs under a window."""
    rng = p.rng
    w, h = rng.uniform(0.6, 1.4), rng.uniform(0.45, 0.7)
    body = p.paint(0.3)
    thing = Thing(w, 0.14, h + 0.1)
    count = int(w / 0.07)
    for k in range(count):
        x = (k + 0.5) / count * w - w / 2
        cushion(thing, (0.05, 0.11, h), (x, 0.08, h / 2 + 0.1), STRUCTURE, body, roundness=0.3)
    thing.box((w, 0.05, 0.05), (0, 0.07, 0.15), STRUCTURE, body)
    return thing


def stairs(p: Palette) -> Thing:
    """A short flight rising to the left or right along a wall."""
    rng = p.rng
    count, tread, rise = int(rng.integers(3, 8)), 0.27, 0.18
    d = rng.uniform(0.8, 1.0)
    wood, side = p.surface(), float(rng.choice([-1, 1]))
    thing = Thing(count * tread, d, count * rise)
    for k in range(count):
        x = side * ((k + 0.5) * tread - count * tread / 2)
        thing.box((tread, d, (k + 1) * rise), (x, d / 2, (k + 1) * rise / 2), STRUCTURE, wood)
        thing.box(
            (tread + 0.02, d + 0.01, 0.025),
            (x, d / 2, (k + 1) * rise),
            STRUCTURE,
            p.surface() if k == 0 else wood,
        )
        thing.box((0.03, 0.03, 0.9), (x, d - 0.03, (k + 1) * rise + 0.45), STRUCTURE, wood)
    slope = np.arctan2(rise, tread)
    length = count * np.hypot(rise, tread)
    thing.box(
        (length, 0.05, 0.05),
        (0, d - 0.03, (count + 1) * rise / 2 + 0.9),
        STRUCTURE,
        wood,
        (0, 0, -side * slope),
    )
    return thing


def rug(p: Palette, w: float, d: float) -> Thing:
    """A mat on the floor."""
    rng = p.rng
    cloth = (
        p.fabric()
        if rng.random() < 0.4
        else p.patterned(("ornament", "stripes", "checks", "patches"), max(w, d))
    )
    thing = Thing(w, d, 0.012)
    if rng.random() < 0.25:
        thing.add(shapes.cylinder(36), (w, d, 0.012), (0, d / 2, 0.006), Label.FLOOR_MAT, cloth)
    else:
        thing.box((w, d, 0.012), (0, d / 2, 0.006), Label.FLOOR_MAT, cloth)
        if rng.random() < 0.5:
            thing.box((w * 0.86, d * 0.86, 0.014), (0, d / 2, 0.0065), Label.FLOOR_MAT, p.fabric())
    return thing
