"""Floor, ceiling and walls of a room, and what they are made of."""

from __future__ import annotations

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Placed, Thing

from . import floors
from .openings import Hole
from .room import Room

WALL_THICKNESS = 0.3


def shell(room: Room) -> list[Placed]:
    """Floor, ceiling and the four walls around their holes."""
    p, rng = room.palette, room.rng
    w, d, h = room.width, room.depth, room.height
    floor = floors.floor_material(p) if p.profile.real_floors else floor_material(p)
    ceiling, paint = ceiling_material(p), room.paint
    slab = Thing(w, d, h)
    beyond = 14.0 if room.annexes else 4.0  # metres: under what an open door shows, too
    slab.box((w + beyond, d + beyond, 0.2), (0, 0, -0.1), Label.FLOOR, floor)
    slab.box((w + beyond, d + beyond, 0.2), (0, 0, h + 0.1), Label.CEILING, ceiling)
    placed = [Placed(slab, (0, 0, 0), 0.0)]
    accent = wall_material(p) if rng.random() < 0.3 else paint
    skirted = 0.85 if p.profile.detail else 0.6
    board = (rng.uniform(0.05, 0.16), p.surface()) if rng.random() < skirted else None
    for wall in range(4):
        holes = sorted((hole for k, hole in room.holes if k == wall), key=lambda hole: hole.x0)
        thing = Thing(room.wall_length(wall), 0, h)
        _wall(thing, room.wall_length(wall), h, holes, accent if wall == 0 else paint)
        if holes and wall not in room.annexes:
            end = room.wall_length(wall) / 2 + WALL_THICKNESS
            behind = accent if wall == 0 else paint
            thing.box((2 * end, 0.1, h), (0, -1.6, h / 2), Label.WALL, behind)
        if board:
            _skirting(thing, room.wall_length(wall), holes, *board)
        x, y, yaw = room.on_wall(wall, 0.0)
        placed.append(Placed(thing, (x, y, 0.0), yaw))
    return placed


def _wall(thing: Thing, length: float, h: float, holes: list[Hole], material: int) -> None:
    end = length / 2 + WALL_THICKNESS
    at = -end
    pieces = []
    for hole in holes:
        pieces.append((at, hole.x0, 0.0, h))
        pieces.append((hole.x0, hole.x1, 0.0, hole.z0))
        pieces.append((hole.x0, hole.x1, hole.z1, h))
        at = hole.x1
    pieces.append((at, end, 0.0, h))
    for x0, x1, z0, z1 in pieces:
        if x1 - x0 > 0.001 and z1 - z0 > 0.001:
            centre = ((x0 + x1) / 2, -WALL_THICKNESS / 2, (z0 + z1) / 2)
            thing.box((x1 - x0, WALL_THICKNESS, z1 - z0), centre, Label.WALL, material)


def _skirting(thing: Thing, length: float, holes: list[Hole], height: float, material: int) -> None:
    at = -length / 2
    for hole in [*(h for h in holes if h.z0 < height), Hole(length / 2, length / 2, 0, 0)]:
        if hole.x0 - at > 0.01:
            centre = ((at + hole.x0) / 2, 0.006, height / 2)
            thing.box((hole.x0 - at, 0.012, height), centre, Label.WALL, material)
        at = hole.x1


def wall_material(p: Palette) -> int:
    """Paint or wallpaper: mostly light and quiet."""
    rng = p.rng
    draw = rng.random()
    if p.profile.real_colours:
        draw **= 1.6  # 69 % light paint, 18 % any colour, 13 % patterned
    if draw < 0.55:
        v = rng.uniform(0.4, 0.9)
        tint = 1 - rng.uniform(0, 0.25, 3) * rng.random()
        if p.profile.real_colours:
            tint = 0.5 + 0.5 * tint
        return p.paint(0.05, (v * tint[0], v * tint[1], v * tint[2]))
    if draw < 0.8:
        return p.paint(0.05)
    return p.patterned(("stripes", "ornament", "noise", "tiles", "dots", "planks", "blobs"))


def floor_material(p: Palette) -> int:
    """Boards, tiles, carpet, stone."""
    draw = p.rng.random()
    if draw < 0.35:
        return p.patterned(("planks",), p.rng.uniform(0.6, 1.4))
    if draw < 0.6:
        return p.patterned(("tiles", "checks", "marble", "patches"), p.rng.uniform(0.6, 2.0))
    if draw < 0.85:
        return p.fabric()
    return p.paint(0.3)


def ceiling_material(p: Palette) -> int:
    """White more often than not, tiles now and then."""
    rng = p.rng
    if rng.random() < (0.9 if p.profile.real_colours else 0.7):
        v = rng.uniform(0.55, 0.9)
        return p.paint(0.0, (v, v, v * rng.uniform(0.85, 1.0)))
    return p.patterned(("tiles", "planks", "noise"), rng.uniform(1.2, 2.4))
