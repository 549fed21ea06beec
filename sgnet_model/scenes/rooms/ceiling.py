"""What hangs from or runs along a ceiling: light panels, domes, pendants, vents, lowered edges."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Material, Palette
from sgnet_model.scenes.thing import Thing

from .room import Room


def hang_lights(room: Room) -> None:
    """One to four lights of one kind; the room's lamps shine from there."""
    rng = room.rng
    kind = ("panel", "dome", "pendant", "hidden")[int(rng.choice(4, p=[0.3, 0.25, 0.2, 0.25]))]
    style = int(rng.integers(2**32))
    for x, y in _spread(room, 1 if kind == "pendant" else int(rng.integers(1, 5))):
        p = room.palette.twin(style)
        fitting = {"panel": panel, "dome": dome, "pendant": pendant}.get(kind)
        drop = 0.0
        if fitting:
            thing = fitting(p)
            drop = thing.height
            room.drop(thing, (x, y, room.height), 0.0)
        room.lamps.append((x, y, room.height - drop - 0.08))


def _spread(room: Room, count: int) -> list[tuple[float, float]]:
    """Places along the room's middle line, at least roughly even."""
    rng = room.rng
    along = (np.arange(count) + 0.5) / count - 0.5 + rng.uniform(-0.1, 0.1, count)
    across = rng.uniform(-0.25, 0.25)
    if rng.random() < 0.5:
        return [(float(0.8 * a * room.width), across * room.depth) for a in along]
    return [(across * room.width, float(0.8 * a * room.depth)) for a in along]


def panel(p: Palette) -> Thing:
    """A flat rectangular light (NYUv2 files lights under "otherstructure"); hangs below z = 0."""
    rng = p.rng
    w, d = rng.uniform(0.25, 0.6), rng.uniform(0.6, 1.3)
    thing = Thing(w, d, 0.04)
    glow = p.keep(Material((0.9, 0.9, 0.85), (0.9, 0.9, 0.85), glow=rng.uniform(1.0, 4.0)))
    thing.box((w, d, 0.03), (0, 0, -0.015), Label.OTHER_STRUCTURE, p.metal())
    thing.box((w - 0.06, d - 0.06, 0.035), (0, 0, -0.0175), Label.OTHER_STRUCTURE, glow)
    return thing


def dome(p: Palette) -> Thing:
    """A shallow bowl of glass at the ceiling."""
    rng = p.rng
    w, h = rng.uniform(0.2, 0.45), rng.uniform(0.08, 0.16)
    thing = Thing(w, w, h)
    glow = p.keep(Material((0.9, 0.85, 0.75), (0.9, 0.85, 0.75), glow=rng.uniform(0.5, 3.0)))
    bowl = shapes.lathe(((0.0, -0.5), (0.3, -0.4), (0.45, 0.0), (0.5, 0.5)), 22)
    thing.add(bowl, (w, w, h), (0, 0, -h / 2), Label.OTHER_STRUCTURE, glow)
    thing.add(
        shapes.cylinder(22),
        (w + 0.03, w + 0.03, 0.02),
        (0, 0, -0.01),
        Label.OTHER_STRUCTURE,
        p.metal(),
    )
    return thing


def pendant(p: Palette) -> Thing:
    """A lamp on a cord."""
    rng = p.rng
    r, h = rng.uniform(0.12, 0.26), rng.uniform(0.5, 1.1)
    thing = Thing(2 * r, 2 * r, h)
    label = Label.OTHER_STRUCTURE if p.profile.revised else Label.LAMP  # NYUv2's "chandelier"
    colour = p.colour()
    cover = p.keep(Material(colour, colour, glow=rng.uniform(0.3, 2.0)))
    thing.add(shapes.cylinder(6), (0.015, 0.015, h), (0, 0, -h / 2), label, p.metal())
    if rng.random() < 0.3:
        thing.add(shapes.rounded(1.0), (2 * r, 2 * r, 2 * r), (0, 0, -h), label, cover)
        thing.height = h + r if p.profile.revised else h  # its lamp hangs below what is opaque
    else:
        hood = shapes.cone(float(rng.choice([0.2, 0.5, 0.9])), 24, open_ends=True)
        tall = rng.uniform(0.15, 0.3)
        thing.add(hood, (2 * r, 2 * r, tall), (0, 0, -h + tall / 2), label, cover)
    return thing


def soffit(room: Room, material: int) -> None:
    """A lowered edge along one wall, in the wall's paint."""
    rng = room.rng
    wall = int(rng.integers(4))
    length, d, h = room.wall_length(wall), rng.uniform(0.25, 0.7), rng.uniform(0.15, 0.45)
    thing = Thing(length, d, h)
    thing.box((length, d, h), (0, d / 2, -h / 2), Label.WALL, material)
    x, y, yaw = room.on_wall(wall, 0.0)
    room.drop(thing, (x, y, room.height), yaw)
