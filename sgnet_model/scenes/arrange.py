"""How rooms of each kind are furnished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import bathroom, bedroom, hangings, openings, others, people, props, seating, storage, tables
from .materials import Palette
from .room import Placed, Rect, Room, shell, stand_on
from .thing import Thing

Maker = Callable[[Palette], Thing]


@dataclass(frozen=True, slots=True)
class Recipe:
    """(maker, expected number) of what stands at walls, in the middle, on the floor, on walls."""

    size: tuple[float, float]
    walls: tuple[tuple[Maker, float], ...]
    middle: tuple[tuple[Maker, float], ...] = ()
    floor: tuple[tuple[Maker, float], ...] = ()
    hung: tuple[tuple[Maker, float, float, float], ...] = ()  # maker, number, lowest, highest
    clutter: float = 1.0


PICTURES = ((hangings.framed_picture, 1.6, 1.0, 1.6),)

RECIPES: dict[str, Recipe] = {
    "bedroom": Recipe(
        (3.0, 4.6),
        ((bedroom.bed, 1.0), (storage.dresser, 0.8), (storage.cabinet, 0.6), (tables.desk, 0.4),
         (storage.bookshelf, 0.4), (seating.chair, 0.5), (props.floor_lamp, 0.3), (storage.shelves, 0.2)),
        (),
        ((props.clothes_heap, 0.7), (props.bag, 0.7), (props.carton, 0.6), (others.waste_bin, 0.3), (others.ottoman, 0.3)),
        (*PICTURES, (hangings.mirror, 0.5, 0.7, 1.2), (props.wall_television, 0.25, 1.1, 1.5),
         (storage.wall_shelf, 0.3, 1.2, 1.6), (hangings.hanging_clothes, 0.3, 0.7, 0.9), (hangings.notices, 0.2, 1.1, 1.5)),
    ),
    "living": Recipe(
        (3.6, 6.0),
        ((seating.sofa, 1.2), (storage.bookshelf, 0.7), (storage.cabinet, 0.7), (tables.coffee_table, 0.3),
         (others.fireplace, 0.3), (others.piano, 0.12), (props.floor_lamp, 0.7), (seating.arm_chair, 0.6), (storage.shelves, 0.3)),
        ((tables.coffee_table, 0.8), (others.ottoman, 0.4), (seating.arm_chair, 0.5), (seating.sofa, 0.3)),
        ((props.bag, 0.4), (props.carton, 0.4), (props.plant, 0.7), (props.ball, 0.3)),
        (*PICTURES, (props.wall_television, 0.3, 1.0, 1.3), (hangings.mirror, 0.25, 0.9, 1.2), (storage.wall_shelf, 0.3, 1.2, 1.6)),
    ),
    "office": Recipe(
        (3.0, 5.5),
        ((tables.desk, 1.8), (storage.cabinet, 0.9), (storage.bookshelf, 1.0), (storage.shelves, 0.3), (tables.office_counter, 0.2)),
        ((tables.table, 0.5), (tables.desk, 0.3)),
        ((seating.office_chair, 0.8), (others.waste_bin, 0.8), (props.carton, 1.0), (props.bag, 0.8)),
        ((hangings.whiteboard, 0.7, 0.8, 1.1), (hangings.notices, 1.0, 1.0, 1.6), (hangings.framed_picture, 0.6, 1.1, 1.6), (storage.wall_shelf, 0.4, 1.2, 1.6)),
        1.4,
    ),
    "kitchen": Recipe(
        (2.6, 4.5),
        ((tables.kitchen_counter, 1.4), (storage.refrigerator, 0.9), (others.appliance, 0.9), (storage.cabinet, 0.3),
         (tables.office_counter, 0.2), (storage.shelves, 0.3)),
        ((tables.table, 0.7),),
        ((others.waste_bin, 0.7), (props.carton, 0.5), (props.bag, 0.4), (others.stool, 0.4)),
        ((hangings.framed_picture, 0.4, 1.1, 1.6), (hangings.notices, 0.7, 1.1, 1.5), (storage.wall_shelf, 0.4, 1.3, 1.6), (bathroom.towel_rail, 0.3, 1.0, 1.3)),
        1.4,
    ),
    "bathroom": Recipe(
        (1.9, 3.2),
        ((bathroom.bathtub, 0.8), (bathroom.toilet, 1.0), (bathroom.wash_stand, 1.0), (storage.cabinet, 0.2), (storage.shelves, 0.2)),
        (),
        ((others.waste_bin, 0.5), (props.clothes_heap, 0.3), (props.folded_towels, 0.3)),
        ((hangings.mirror, 0.9, 1.0, 1.2), (bathroom.towel_rail, 1.3, 1.0, 1.4), (storage.wall_shelf, 0.3, 1.2, 1.5), (hangings.framed_picture, 0.3, 1.2, 1.5)),
    ),
    "classroom": Recipe(
        (4.5, 7.0),
        ((storage.cabinet, 0.7), (storage.bookshelf, 0.6), (tables.desk, 0.8), (tables.table, 0.6), (seating.chair, 0.8), (others.radiator, 0.4)),
        ((tables.table, 2.2), (tables.desk, 0.6)),
        ((seating.chair, 1.5), (props.bag, 1.0), (others.waste_bin, 0.4), (props.carton, 0.4)),
        ((hangings.whiteboard, 1.5, 0.8, 1.0), (hangings.notices, 1.5, 1.0, 1.7), (props.wall_television, 0.3, 1.3, 1.6), (hangings.framed_picture, 0.5, 1.1, 1.6)),
    ),
    "dining": Recipe(
        (3.0, 5.0),
        ((storage.cabinet, 1.0), (storage.dresser, 0.2), (storage.bookshelf, 0.4), (props.floor_lamp, 0.3), (storage.shelves, 0.3)),
        ((tables.table, 1.1),),
        ((props.plant, 0.6), (props.carton, 0.3), (props.bag, 0.3)),
        ((hangings.framed_picture, 1.8, 1.0, 1.6), (hangings.mirror, 0.4, 0.9, 1.2)),
    ),
    "store": Recipe(
        (2.2, 4.5),
        ((storage.shelves, 1.8), (storage.cabinet, 0.6), (tables.table, 0.4), (others.appliance, 0.7), (storage.dresser, 0.3), (storage.refrigerator, 0.2), (others.stairs, 0.5)),
        ((others.games_table, 0.3),),
        ((props.carton, 3.0), (props.bag, 1.0), (props.clothes_heap, 0.6), (others.waste_bin, 0.5), (others.stool, 0.4), (props.ball, 0.4)),
        ((hangings.hanging_clothes, 0.6, 0.7, 0.9), (storage.wall_shelf, 0.6, 1.2, 1.6), (hangings.notices, 0.4, 1.1, 1.5)),
        1.5,
    ),
}  # fmt: skip


def furnished_room(rng: np.random.Generator) -> tuple[Room, list[Placed]]:
    """A room of some kind with everything in it."""
    p = Palette(rng)
    kind = str(rng.choice(list(RECIPES), p=[0.2, 0.17, 0.16, 0.14, 0.12, 0.07, 0.08, 0.06]))
    recipe = RECIPES[kind]
    low, high = recipe.size
    room = Room(rng.uniform(low, high), rng.uniform(low, high), rng.uniform(2.3, 3.0), p)
    _openings(room)
    for maker, number in recipe.walls:
        for _ in range(rng.poisson(number) if number != 1.0 else 1):
            placed = room.against_wall(maker(p))
            if placed:
                _companions(room, maker, placed)
    for maker, number in recipe.middle:
        for _ in range(rng.poisson(number)):
            placed = _in_the_middle(room, maker(p))
            if placed:
                _companions(room, maker, placed)
    for maker, number, low, high in recipe.hung:
        for _ in range(rng.poisson(number)):
            room.hang(maker(p), low, high)
    _small_things(room, recipe)
    _people(room)
    return room, shell(room) + room.placed


def _openings(room: Room) -> None:
    rng, p = room.rng, room.palette
    for _ in range(int(rng.integers(1, 3))):
        cut = room.cut(rng.uniform(0.75, 1.0), 0.0, rng.uniform(1.95, 2.15))
        if cut:
            wall, hole = cut
            x, y, yaw = room.on_wall(wall, 0.0)
            room.drop(openings.door(p, hole), (x, y, 0.0), yaw)
    if rng.random() < 0.15:
        cut = room.cut(rng.uniform(1.2, 2.0), 0.0, 2.05)
        if cut:
            x, y, yaw = room.on_wall(cut[0], 0.0)
            room.drop(openings.closet(p, cut[1]), (x, y, 0.0), yaw)
    for _ in range(rng.poisson(1.2)):
        low = rng.uniform(0.5, 1.1)
        cut = room.cut(
            rng.uniform(0.6, 2.2), low, min(low + rng.uniform(0.8, 1.5), room.height - 0.2)
        )
        if cut:
            x, y, yaw = room.on_wall(cut[0], 0.0)
            room.drop(openings.window(p, cut[1]), (x, y, 0.0), yaw)
    if rng.random() < 0.12:
        room.against_wall(others.column(p, room.height))
    if rng.random() < 0.12:
        room.against_wall(others.radiator(p))


def _in_the_middle(room: Room, thing: Thing) -> Placed | None:
    rng = room.rng
    for _ in range(10):
        yaw = rng.integers(4) * np.pi / 2 if rng.random() < 0.75 else rng.uniform(0, 2 * np.pi)
        x = rng.uniform(-0.4, 0.4) * room.width
        y = rng.uniform(-0.4, 0.4) * room.depth
        placed = room.place(thing, x, y, float(yaw), 0.25)
        if placed:
            return placed
    return None


def _beside(
    room: Room, host: Placed, thing: Thing, local: tuple[float, float], yaw: float
) -> Placed | None:
    c, s = np.cos(host.yaw), np.sin(host.yaw)
    x = host.at[0] + local[0] * c - local[1] * s
    y = host.at[1] + local[0] * s + local[1] * c
    return room.place(thing, x, y, host.yaw + yaw, -0.1)


def _companions(room: Room, maker: Maker, placed: Placed) -> None:
    """Chairs at tables and desks, night stands at beds, a table before the sofa, people."""
    rng, p, thing = room.rng, room.palette, placed.thing
    if maker is tables.desk or maker is tables.table:
        _chairs(room, placed, maker is tables.desk)
    elif maker is bedroom.bed:
        for side in (-1, 1):
            if rng.random() < 0.7:
                _beside(
                    room, placed, tables.night_stand(p), (side * (thing.width / 2 + 0.35), 0.02), 0
                )
    elif maker is seating.sofa:
        if rng.random() < 0.6:
            _beside(
                room, placed, tables.coffee_table(p), (rng.uniform(-0.3, 0.3), thing.depth + 0.4), 0
            )
        _cushions(room, placed)
    elif maker in (storage.cabinet, storage.dresser) and thing.height < 1.1 and rng.random() < 0.4:
        screen = props.television(p)
        if screen.width < thing.width + 0.2:
            thing.put(screen, (0, 0.08, thing.height))
            thing.tops = []


def _chairs(room: Room, placed: Placed, front_only: bool) -> None:
    rng, p, thing = room.rng, room.palette, placed.thing
    w, d = thing.width, thing.depth
    maker: Maker = (
        seating.office_chair
        if rng.random() < (0.7 if front_only else 0.15)
        else seating.kitchen_chair
    )
    style = int(rng.integers(2**32))
    seats = [(0.0, d, np.pi)] if front_only else [
        *((x, d, np.pi) for x in np.linspace(-0.5, 0.5, max(1, int(w / 0.65)) + 2)[1:-1] * w),
        *((x, 0.0, 0.0) for x in np.linspace(-0.5, 0.5, max(1, int(w / 0.65)) + 2)[1:-1] * w),
        (-w / 2, d / 2, -np.pi / 2), (w / 2, d / 2, np.pi / 2),
    ]  # fmt: skip
    for x, y, yaw in seats:
        if rng.random() > 0.75:
            continue
        chair = maker(p.twin(style))
        out = rng.uniform(0.35, 0.75) + (chair.depth - 0.45)
        local = (x + np.sin(yaw) * out, y - np.cos(yaw) * out)
        at = _beside(room, placed, chair, (local[0], local[1]), yaw + rng.normal(0, 0.15))
        if at and rng.random() < 0.1:
            chair.put(people.seated(p, 0.46), (0, 0.08, 0))


def _cushions(room: Room, placed: Placed) -> None:
    rng, thing = room.rng, placed.thing
    for _ in range(int(rng.integers(0, 4))):
        x = rng.uniform(-0.5, 0.5) * (thing.width - 0.7)
        thing.put(bedroom.pillow(room.palette), (x, 0.38, thing.tops[0].z), rng.uniform(-0.3, 0.3))
    if rng.random() < 0.1:
        thing.put(people.seated(room.palette, 0.44), (rng.uniform(-0.3, 0.3), 0.3, 0))
    if rng.random() < 0.1:
        thing.put(props.clothes_heap(room.palette), (rng.uniform(-0.4, 0.4), 0.3, thing.tops[0].z))


def _small_things(room: Room, recipe: Recipe) -> None:
    rng, p = room.rng, room.palette
    if rng.random() < 0.35:
        _rug(room)
    for maker, number in recipe.floor:
        for _ in range(rng.poisson(number)):
            thing = maker(p)
            if rng.random() < 0.6:
                room.against_wall(thing, 4)
            else:
                _in_the_middle(room, thing)
    makers = [maker for maker, _ in props.TABLE_PROPS]
    odds = np.array([weight for _, weight in props.TABLE_PROPS])
    for placed in list(room.placed):
        for top in placed.thing.tops:
            taken: list[Rect] = []
            area = (top.x1 - top.x0) * (top.y1 - top.y0)
            number = rng.poisson(recipe.clutter * min(6.0, 1.0 + 4.0 * area))
            for index in rng.choice(len(makers), number, p=odds / odds.sum()):
                stand_on(placed, top, makers[index](p), rng, taken)
    if any(placed.thing.tops for placed in room.placed) and rng.random() < 0.3:
        _desk_screens(room)


def _desk_screens(room: Room) -> None:
    for placed in room.placed:
        for top in placed.thing.tops[:1]:
            if 0.65 < top.z < 0.8 and room.rng.random() < 0.6:
                stand_on(placed, top, props.monitor(room.palette), room.rng, [])


def _rug(room: Room) -> None:
    rng = room.rng
    w, d = rng.uniform(0.6, 0.7 * room.width), rng.uniform(0.5, 0.7 * room.depth)
    x, y = rng.uniform(-0.5, 0.5) * (room.width - w), rng.uniform(-0.5, 0.5) * (room.depth - d)
    room.drop(others.rug(room.palette, w, d), (x, y - d / 2, 0.0), 0.0)


def _people(room: Room) -> None:
    rng = room.rng
    for _ in range(rng.poisson(0.15)):
        _in_the_middle(room, people.standing(room.palette))
