"""What an open door shows: a lit room or corridor behind the wall."""

from __future__ import annotations

from sgnet_model.scenes.furniture import hangings, seating, storage
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing

from . import openings
from .openings import Hole
from .room import Room
from .shell import WALL_THICKNESS


def doorway(room: Room) -> bool:
    """Cuts a door that stands open, or has no leaf, and builds what lies behind. False: no room."""
    rng, p = room.rng, room.palette
    cut = room.cut(rng.uniform(0.8, 1.4), 0.0, rng.uniform(2.0, 2.2))
    if cut is None:
        return False
    wall, hole = cut
    x, y, yaw = room.on_wall(wall, 0.0)
    room.drop(openings.open_door(p, hole), (x, y, 0.0), yaw)
    length, width = rng.uniform(1.8, 5.5), rng.uniform(1.2, 4.0)
    behind = _behind(p, hole, (width, length, room.height))
    room.drop(behind, (x, y, 0.0), yaw)
    room.annexes.append(wall)
    out = -WALL_THICKNESS - rng.uniform(0.3, 0.7) * length
    lx, ly, _ = room.on_wall(wall, (hole.x0 + hole.x1) / 2, out)
    room.far_lamps.append((lx, ly, room.height - 0.3))
    return True


def _behind(p: Palette, hole: Hole, size: tuple[float, float, float]) -> Thing:
    """Walls around a floor of (width, length), and some things before the far one."""
    rng = p.rng
    width, length, height = size
    paint = p.paint(0.05)
    x = (hole.x0 + hole.x1) / 2 + rng.uniform(-0.3, 0.3) * (width - 1.0)
    far = -WALL_THICKNESS - length
    thing = Thing(width, 0.0, height)
    for side in (-1, 1):
        at = (x + side * (width / 2 + 0.05), (far - WALL_THICKNESS) / 2, height / 2)
        thing.box((0.1, length, height), at, Label.WALL, paint)
    thing.box((width, 0.1, height), (x, far - 0.05, height / 2), Label.WALL, paint)
    _furnish(thing, p, x, far, width)
    return thing


def _furnish(thing: Thing, p: Palette, x: float, far: float, width: float) -> None:
    """A shut door or a piece of furniture in the middle, a picture or a shelf on the wall."""
    rng = p.rng
    makers = (storage.cabinet, storage.bookshelf, storage.dresser, seating.chair, seating.sofa)
    if rng.random() < 0.35:
        leaf = openings.door(p, Hole(-0.42, 0.42, 0.0, 2.05))
        thing.put(leaf, (x, far + 0.13, 0.0))
        return
    made = makers[int(rng.integers(len(makers)))](p)
    if made.width < width - 0.1:
        slack = (width - made.width) / 2
        thing.put(made, (x + rng.uniform(-slack, slack), far + 0.02, 0.0))
    if made.height < 1.3 and rng.random() < 0.7:
        thing.put(hangings.framed_picture(p), (x, far, rng.uniform(1.35, 1.6)))
