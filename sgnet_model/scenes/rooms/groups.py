"""What comes along with a piece of furniture: chairs at tables, night stands, cushions, screens."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes.furniture import bedroom, people, props, seating, storage, tables
from sgnet_model.scenes.furniture.furniture_things import made
from sgnet_model.scenes.thing import Placed, Thing, Top

from .recipes import Maker
from .room import Room

Seat = tuple[float, float, float]  # x, y in the host's frame, and the chair's yaw


def companions(room: Room, maker: Maker, placed: Placed) -> None:
    """Adds what usually stands by the thing that `maker` made."""
    rng, thing = room.rng, placed.thing
    if maker is tables.desk:
        _chairs(room, placed, [(0.0, thing.depth, np.pi)])
        _workplace(room, placed)
    elif maker is tables.table:
        _chairs(room, placed, _around(thing))
    elif maker is bedroom.bed:
        _night_stands(room, placed)
    elif maker is seating.sofa:
        if rng.random() < 0.6:
            table = made(tables.coffee_table, room.palette)
            _beside(room, placed, table, (rng.uniform(-0.3, 0.3), thing.depth + 0.4), 0)
        _on_sofa(room, placed)
    elif maker in (storage.cabinet, storage.dresser) and thing.height < 1.1:
        _television(room, placed)


def _beside(
    room: Room, host: Placed, thing: Thing, local: tuple[float, float], yaw: float
) -> Placed | None:
    c, s = np.cos(host.yaw), np.sin(host.yaw)
    x = host.at[0] + local[0] * c - local[1] * s
    y = host.at[1] + local[0] * s + local[1] * c
    return room.place(thing, x, y, host.yaw + yaw, -0.1)


def _around(thing: Thing) -> list[Seat]:
    w, d = thing.width, thing.depth
    along = np.linspace(-0.5, 0.5, max(1, int(w / 0.65)) + 2)[1:-1] * w
    sides = [(float(x), y, yaw) for x in along for y, yaw in ((d, np.pi), (0.0, 0.0))]
    return [*sides, (-w / 2, d / 2, -np.pi / 2), (w / 2, d / 2, np.pi / 2)]


def _chairs(room: Room, placed: Placed, seats: list[Seat]) -> None:
    """Alike, more or less drawn up, each turned a little."""
    rng, p = room.rng, room.palette
    swivel = 0.7 if len(seats) == 1 else 0.15
    maker = seating.office_chair if rng.random() < swivel else seating.kitchen_chair
    style = int(rng.integers(2**32))
    for x, y, yaw in seats:
        if rng.random() > 0.78:
            continue
        chair = made(maker, p.twin(style))
        out = rng.uniform(0.3, 0.75) + (chair.depth - 0.45)
        local = (x + np.sin(yaw) * out, y - np.cos(yaw) * out)
        at = _beside(room, placed, chair, local, yaw + rng.normal(0, 0.2))
        if at and rng.random() < (0.04 if p.profile.real_shares else 0.1):
            chair.put(people.seated(p, 0.46), (0, 0.08, 0))


def _workplace(room: Room, placed: Placed) -> None:
    """A screen or a laptop in the middle of a desk; the rest of the top is left for clutter."""
    rng, p, thing = room.rng, room.palette, placed.thing
    if not thing.tops or rng.random() < 0.2:
        return
    top = thing.tops.pop(0)
    gear = made(props.laptop if rng.random() < 0.3 else props.monitor, p)
    x = rng.uniform(-0.3, 0.3) * (top.x1 - top.x0 - gear.width)
    thing.put(gear, (x, top.y0 + 0.02, top.z), rng.uniform(-0.2, 0.2))
    for x0, x1 in ((top.x0, x - gear.width / 2), (x + gear.width / 2, top.x1)):
        if x1 - x0 > 0.2:
            thing.tops.append(Top(x0, x1, top.y0, top.y1, top.z, 1.0))


def _night_stands(room: Room, placed: Placed) -> None:
    rng, p = room.rng, room.palette
    style = int(rng.integers(2**32))
    for side in (-1, 1):
        if rng.random() < 0.7:
            stand = made(tables.night_stand, p.twin(style))
            x = side * (placed.thing.width / 2 + stand.width / 2 + 0.05)
            if _beside(room, placed, stand, (x, 0.02), 0) and rng.random() < 0.5:
                lamp = made(props.table_lamp, p)
                stand.put(lamp, (0, 0.08, stand.tops[0].z))
                stand.tops = []


def _on_sofa(room: Room, placed: Placed) -> None:
    rng, p, thing = room.rng, room.palette, placed.thing
    z = thing.tops[0].z
    for _ in range(int(rng.integers(0, 5))):
        x = rng.uniform(-0.5, 0.5) * (thing.width - 0.7)
        thing.put(bedroom.pillow(p), (x, 0.38, z), rng.uniform(-0.3, 0.3))
    if rng.random() < (0.05 if p.profile.real_shares else 0.12):
        thing.put(people.seated(p, 0.44), (rng.uniform(-0.3, 0.3), 0.3, 0))
    if rng.random() < 0.1:
        thing.put(props.clothes_heap(p), (rng.uniform(-0.4, 0.4), 0.3, z))


def _television(room: Room, placed: Placed) -> None:
    thing = placed.thing
    if room.rng.random() > 0.45:
        return
    screen = made(props.television, room.palette)
    if screen.width < thing.width + 0.2:
        thing.put(screen, (0, 0.08, thing.height))
        thing.tops = []
