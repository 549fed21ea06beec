"""Flat things on walls: pictures, mirrors, white boards, notices. z = 0 is their lower edge."""

from __future__ import annotations

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Material, Palette
from sgnet_model.scenes.look.pictures import picture
from sgnet_model.scenes.thing import Thing

from .props import paper_material


def framed_picture(p: Palette) -> Thing:
    """A picture behind a frame of some width and depth, or an unframed canvas."""
    rng = p.rng
    w, h = rng.uniform(0.2, 1.1), rng.uniform(0.2, 0.9)
    thing = Thing(w, 0.03, h)
    bar, thick = rng.uniform(0.0, 0.07), rng.uniform(0.01, 0.04)
    thing.box((w, thick, h), (0, thick / 2, h / 2), Label.PICTURE, picture(p))
    if bar > 0.01:
        _frame(thing, (w, h, thick + 0.012), bar, Label.PICTURE, p.surface())
    return thing


def mirror(p: Palette) -> Thing:
    """Rectangular or round, framed or not."""
    rng = p.rng
    w, h = rng.uniform(0.4, 1.4), rng.uniform(0.5, 1.3)
    thing = Thing(w, 0.03, h)
    tint = rng.uniform(0.75, 0.92)
    glass = p.keep(Material((tint,) * 3, (tint,) * 3, gloss=0.0, mirror=0.92, sensor=0.3, grain=0))
    if rng.random() < 0.2:
        disc = shapes.cylinder(36)
        turn = (0.0, 1.5707963, 0.0)
        thing.add(
            disc, (w + 0.06, w + 0.06, 0.02), (0, 0.01, w / 2), Label.MIRROR, p.surface(), turn
        )
        thing.add(disc, (w, w, 0.025), (0, 0.013, w / 2), Label.MIRROR, glass, turn)
        thing.height = w
        return thing
    thing.box((w, 0.02, h), (0, 0.01, h / 2), Label.MIRROR, glass)
    if rng.random() < 0.75:
        _frame(thing, (w, h, 0.035), rng.uniform(0.015, 0.08), Label.MIRROR, p.surface())
    return thing


def whiteboard(p: Palette) -> Thing:
    """White or coloured board in a metal frame with a tray and some writing."""
    rng = p.rng
    w, h = rng.uniform(0.9, 2.6), rng.uniform(0.7, 1.25)
    thing = Thing(w, 0.08, h)
    light = rng.uniform(0.6, 0.9)
    base = (light,) * 3 if rng.random() < 0.8 else p.colour()
    board = p.keep(Material(base, base, gloss=0.5, sensor=0.9))
    thing.box((w, 0.02, h), (0, 0.01, h / 2), Label.WHITEBOARD, board)
    ink = p.keep(Material((0.05, 0.05, 0.2), (0.4, 0.02, 0.02)))
    for _ in range(int(rng.integers(0, 10))):
        x, z = rng.uniform(-0.4, 0.4) * w, rng.uniform(0.15, 0.85) * h
        size = (rng.uniform(0.05, 0.3) * w, 0.002, rng.uniform(0.008, 0.02))
        thing.box(size, (x * 0.8, 0.0205, z), Label.WHITEBOARD, ink, (0, 0, rng.uniform(-0.5, 0.5)))
    steel = p.metal()
    _frame(thing, (w, h, 0.03), 0.025, Label.WHITEBOARD, steel)
    thing.box((w * 0.6, 0.07, 0.02), (0, 0.035, 0.0), Label.WHITEBOARD, steel)
    return thing


def notices(p: Palette) -> Thing:
    """One to six sheets of paper pinned up."""
    rng = p.rng
    count = int(rng.integers(1, 7))
    thing = Thing(0.3 * count, 0.01, 0.5)
    for k in range(count):
        w, h = rng.choice([0.21, 0.3]), rng.choice([0.297, 0.42])
        at = ((k - (count - 1) / 2) * 0.32, 0.003, 0.2 + rng.uniform(-0.1, 0.1))
        thing.box((w, 0.004, h), at, Label.PAPER, paper_material(p), (0, 0, rng.normal(0, 0.03)))
    return thing


def hanging_clothes(p: Palette) -> Thing:
    """Garments on hooks."""
    rng = p.rng
    count = int(rng.integers(1, 6))
    step = rng.uniform(0.12, 0.3)
    thing = Thing(step * count + 0.3, 0.25, 1.1)
    rail = p.surface()
    thing.box((step * count + 0.2, 0.03, 0.08), (0, 0.015, 1.1), Label.OTHER_PROP, rail)
    for k in range(count):
        w, h = rng.uniform(0.3, 0.5), rng.uniform(0.55, 1.05)
        fold = shapes.folds(float(rng.choice([1.2, 2.0, 2.8])), 0.4, int(rng.integers(4)))
        x = (k - (count - 1) / 2) * step
        turn = (rng.uniform(-0.9, 0.9), 0.0, 0.0)
        cloth = p.fabric()
        thing.add(fold, (w, 0.16, h), (x, 0.12, 1.08 - h / 2), Label.CLOTHES, cloth, turn)
        thing.add(
            shapes.rounded(0.6, 8),
            (0.6 * w, 0.14, 0.8 * h),
            (x, 0.1, 1.02 - 0.4 * h),
            Label.CLOTHES,
            cloth,
            turn,
        )
    return thing


def vent(p: Palette) -> Thing:
    """A grille of slats, high up or near the floor."""
    rng = p.rng
    w, h = rng.uniform(0.2, 0.7), rng.uniform(0.12, 0.35)
    thing = Thing(w, 0.03, h)
    body = p.paint(0.3)
    thing.box((w, 0.008, h), (0, 0.004, h / 2), Label.OTHER_STRUCTURE, p.paint(0.0))
    _frame(thing, (w, h, 0.025), 0.025, Label.OTHER_STRUCTURE, body)
    count = max(3, int(h / 0.03))
    for k in range(count):
        z = (k + 0.5) * h / count
        thing.box((w, 0.018, 0.004), (0, 0.012, z), Label.OTHER_STRUCTURE, body, (0, 0.6, 0))
    return thing


def fixture(p: Palette) -> Thing:
    """What else is screwed to walls: switches, clocks, dispensers, thermostats, extinguishers."""
    rng = p.rng
    label, body = Label.OTHER_PROP, p.paint(0.4)
    draw = rng.integers(4)
    if draw == 0:
        thing = Thing(0.09, 0.02, 0.12)
        thing.box((0.08, 0.012, 0.12), (0, 0.006, 0.06), label, body)
        thing.box((0.03, 0.02, 0.05), (0, 0.01, 0.06), label, p.paint(0.4))
    elif draw == 1:
        w = rng.uniform(0.2, 0.38)
        thing = Thing(w, 0.05, w)
        turn = (0.0, 1.5707963, 0.0)
        thing.add(shapes.cylinder(24), (w, w, 0.04), (0, 0.02, w / 2), label, body, turn)
        face = p.paint(0.2)
        thing.add(
            shapes.cylinder(24), (0.85 * w, 0.85 * w, 0.05), (0, 0.02, w / 2), label, face, turn
        )
    elif draw == 2:
        w, d, h = rng.uniform(0.12, 0.4), rng.uniform(0.08, 0.25), rng.uniform(0.15, 0.45)
        thing = Thing(w, d, h)
        thing.box((w, d, h), (0, d / 2, h / 2), label, body)
        thing.box((0.7 * w, 0.02, 0.3 * h), (0, d, 0.4 * h), label, p.paint(0.5))
    else:
        thing = Thing(0.18, 0.2, 0.55)
        thing.add(shapes.rounded(0.5, 10), (0.15, 0.15, 0.48), (0, 0.1, 0.24), label, body)
        thing.add(shapes.cylinder(10), (0.05, 0.05, 0.1), (0, 0.1, 0.5), label, p.metal())
        thing.box((0.03, 0.16, 0.03), (0, 0.15, 0.53), label, p.metal())
    return thing


def _frame(
    thing: Thing, size: tuple[float, float, float], bar: float, label: Label, material: int
) -> None:
    w, h, thick = size
    for side in (-1, 1):
        thing.box((bar, thick, h + bar), (side * w / 2, thick / 2, h / 2), label, material)
        z = h / 2 + side * h / 2
        thing.box((w + bar, thick, bar), (0, thick / 2, z), label, material)
