"""Windows and doors in a wall, with the blinds and curtains before them.

Frame of a wall: x along it, y into the room (its face at y = 0, recesses at y < 0), z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.furniture.joinery import fronts
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.look.pictures import outdoors
from sgnet_model.scenes.thing import Thing

RECESS = 0.12


@dataclass(frozen=True, slots=True)
class Hole:
    """A rectangle left out of a wall (metres along x and z)."""

    x0: float
    x1: float
    z0: float
    z1: float


def window(p: Palette, hole: Hole, dress: Label | None = None) -> Thing:
    """Panes in a frame with bars, a casing around and a sill below; then blinds or curtains.

    `dress`: BLINDS or CURTAIN for certain, WINDOW for neither; None leaves it to chance.
    """
    rng = p.rng
    w, h = hole.x1 - hole.x0, hole.z1 - hole.z0
    x, z = (hole.x0 + hole.x1) / 2, (hole.z0 + hole.z1) / 2
    thing = Thing(w, 0.1, hole.z1)
    frame = p.surface()
    view = outdoors(p)
    thing.box((w, 0.02, h), (x, -RECESS, z), Label.WINDOW, view)
    columns, rows = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    for k in range(columns + 1):
        at = hole.x0 + w * k / columns
        thing.box((0.05, 0.06, h), (at, -RECESS + 0.02, z), Label.WINDOW, frame)
    for k in range(rows + 1):
        at = hole.z0 + h * k / rows
        thing.box((w, 0.06, 0.05), (x, -RECESS + 0.02, at), Label.WINDOW, frame)
    if rng.random() < 0.7:
        casing(thing, hole, rng.uniform(0.05, 0.12), Label.WALL, frame, below=True)
    thing.box((w + 0.1, RECESS + 0.06, 0.03), (x, 0, hole.z0 - 0.015), Label.WINDOW, frame)
    dress = dress or Label(int(rng.choice([Label.WINDOW, Label.BLINDS, Label.CURTAIN])))
    if dress == Label.BLINDS or (dress == Label.CURTAIN and rng.random() < 0.2):
        blinds(thing, p, hole, view)
    if dress == Label.CURTAIN or (dress == Label.BLINDS and rng.random() < 0.15):
        curtains(thing, p, hole)
    return thing


def casing(
    thing: Thing, hole: Hole, width: float, label: Label, material: int, below: bool = False
) -> None:
    """Boards around the hole on the wall's face, and the sides of the recess."""
    w, h = hole.x1 - hole.x0, hole.z1 - hole.z0
    x, z = (hole.x0 + hole.x1) / 2, (hole.z0 + hole.z1) / 2
    for sx, at in ((-1, hole.x0), (1, hole.x1)):
        thing.box((width, 0.025, h), (at + sx * width / 2, 0.0125, z), label, material)
        thing.box((0.01, RECESS, h), (at, -RECESS / 2, z), label, material)
    thing.box((w + 2 * width, 0.028, width), (x, 0.014, hole.z1 + width / 2), label, material)
    if below:
        thing.box((w + 2 * width, 0.028, width), (x, 0.014, hole.z0 - width / 2), label, material)


def blinds(thing: Thing, p: Palette, hole: Hole, view: int) -> None:
    """Venetian slats, vertical strips or a roller cloth, drawn down part of the way.

    `view`: the material of what is seen through them. NYUv2's labels are outlines: between slats
    too a pixel is of the blinds, so that the view stands once more right behind them.
    """
    rng = p.rng
    label = Label.BLINDS
    w, h = hole.x1 - hole.x0 + 0.06, hole.z1 - hole.z0 + 0.05
    x, drop = (hole.x0 + hole.x1) / 2, h * rng.uniform(0.35, 1.0)
    colour, style = p.paint(0.2), rng.integers(3)
    y = 0.05
    thing.box((w, 0.06, 0.05), (x, y, hole.z1 + 0.03), label, colour)
    if style < 2 and p.profile.revised:
        low = min(drop if style == 0 else h, hole.z1 - hole.z0)
        thing.box((w - 0.06, 0.002, low), (x, 0.01, hole.z1 - low / 2), label, view)
    if style == 0:
        step = rng.uniform(0.03, 0.06)
        tilt = rng.uniform(-1.2, 1.2)
        for k in range(int(drop / step)):
            at = (x, y, hole.z1 - (k + 0.5) * step)
            thing.box((w, 0.9 * step, 0.003), at, label, colour, (0, tilt, 0))
    elif style == 1:
        step = rng.uniform(0.07, 0.11)
        tilt = rng.uniform(-1.1, 1.1)
        for k in range(int(w / step)):
            at = (hole.x0 + (k + 0.5) * step, y, hole.z1 - h / 2)
            thing.box((step, 0.003, h), at, label, colour, (tilt, 0, 0))
    else:
        cloth = p.fabric() if rng.random() < 0.4 else colour
        thing.box((w, 0.004, drop), (x, y, hole.z1 - drop / 2), label, cloth)
        thing.box((w, 0.02, 0.02), (x, y, hole.z1 - drop), label, colour)


def curtains(thing: Thing, p: Palette, hole: Hole) -> None:
    """One or two folded cloths on a rod, to the sill or to the floor."""
    rng = p.rng
    w = hole.x1 - hole.x0
    cloth, rod = p.fabric(), p.metal()
    top = hole.z1 + rng.uniform(0.05, 0.2)
    low = (
        rng.uniform(0.01, 0.1)
        if rng.random() < 0.6
        else max(0.02, hole.z0 - rng.uniform(0.05, 0.3))
    )
    over = rng.uniform(0.05, 0.3)
    turn = (0.0, 0.0, np.pi / 2)
    middle = (hole.x0 + hole.x1) / 2
    thing.add(
        shapes.cylinder(8),
        (0.03, 0.03, w + 2 * over + 0.1),
        (middle, 0.1, top),
        Label.CURTAIN,
        rod,
        turn,
    )
    share = rng.uniform(0.15, 0.5)
    for side in (-1, 1):
        if side > 0 and rng.random() < 0.15:
            continue
        width = over + w * share
        at = middle + side * (w / 2 + over - width / 2)
        count = float(max(1, round(width * rng.uniform(5, 10))))
        fold = shapes.folds(count, float(rng.choice([0.0, 0.0, 0.15])), int(rng.integers(4)))
        size = (width, rng.uniform(0.05, 0.11), top - low)
        thing.add(fold, size, (at, 0.1, (top + low) / 2), Label.CURTAIN, cloth)


def door(p: Palette, hole: Hole) -> Thing:
    """A leaf with panels and a handle in its frame: shut, or ajar into the room."""
    rng = p.rng
    thing = Thing(hole.x1 - hole.x0, 0.1, hole.z1)
    frame = p.surface()
    casing(thing, hole, rng.uniform(0.06, 0.12), Label.DOOR, frame)
    w, h = hole.x1 - hole.x0, hole.z1
    leaf = _leaf(p, w - 0.02, h - 0.02, frame)
    if rng.random() < 0.7:
        thing.put(leaf, (hole.x0 + 0.01, -0.06, 0.01))
    else:
        thing.put(leaf, (hole.x0 + 0.02, -0.02, 0.01), rng.uniform(0.5, 1.6))
    return thing


def open_door(p: Palette, hole: Hole) -> Thing:
    """A doorway; in seven of ten a leaf stands open into the room."""
    rng = p.rng
    thing = Thing(hole.x1 - hole.x0, 0.1, hole.z1)
    frame = p.surface()
    casing(thing, hole, rng.uniform(0.06, 0.12), Label.DOOR, frame)
    if rng.random() < 0.7:
        leaf = _leaf(p, min(0.9, hole.x1 - hole.x0) - 0.02, hole.z1 - 0.02, frame)
        thing.put(leaf, (hole.x0 + 0.02, -0.02, 0.01), rng.uniform(1.3, 2.2))
    return thing


def _leaf(p: Palette, w: float, h: float, frame: int) -> Thing:
    rng = p.rng
    label = Label.DOOR
    leaf = Thing(w, 0.05, h)
    skin = frame if rng.random() < 0.4 else p.surface()
    middle = (w / 2, 0.0, h / 2)
    leaf.box((w, 0.04, h), middle, label, skin)
    draw = rng.random()
    if draw < 0.5:
        grid = (int(rng.integers(1, 3)), int(rng.integers(1, 4)))
        low = Thing(w, 0.05, h)
        span = (0.1, w - 0.1, 0.15, h - 0.12)
        _panels(low, span, grid, skin)
        leaf.put(low, (0, 0, 0))
    elif draw < 0.65:
        tall = rng.uniform(0.3, 0.9)
        leaf.box((w * 0.5, 0.045, tall), (w / 2, 0, h - tall / 2 - 0.2), label, outdoors(p))
    steel = p.metal()
    for y in (-0.05, 0.05):
        leaf.add(shapes.rounded(1.0, 6), (0.05, 0.05, 0.05), (w - 0.07, y, 1.0), label, steel)
    leaf.box((0.03, 0.05, 0.16), (w - 0.07, 0, 1.0), label, steel)
    return leaf


def _panels(
    leaf: Thing, span: tuple[float, float, float, float], grid: tuple[int, int], skin: int
) -> None:
    x0, x1, z0, z1 = span
    columns, rows = grid
    for i in range(columns):
        for k in range(rows):
            w, h = (x1 - x0) / columns, (z1 - z0) / rows
            centre = (x0 + (i + 0.5) * w, 0.0, z0 + (k + 0.5) * h)
            leaf.box((w - 0.08, 0.055, h - 0.08), centre, Label.DOOR, skin)


def closet(p: Palette, hole: Hole) -> Thing:
    """Sliding or folding doors over a recess."""
    thing = Thing(hole.x1 - hole.x0, 0.1, hole.z1)
    casing(thing, hole, 0.07, Label.DOOR, p.surface())
    span = (hole.x0, hole.x1, 0.01, hole.z1)
    fronts(thing, p, span, -0.06, (int(p.rng.integers(2, 5)), 1), Label.DOOR, p.surface())
    return thing
