"""Furnishes a room: openings, what was asked for, large things, small things, clutter."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes.furniture import others, people, props
from sgnet_model.scenes.furniture.furniture_things import made
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.profile import CLASSIC, Profile
from sgnet_model.scenes.thing import Placed, Thing

from . import annex, floors, openings, shares
from .ceiling import hang_lights, soffit
from .groups import companions
from .recipes import RECIPES, Item, Maker, Recipe
from .room import Rect, Room, stand_on
from .shell import shell, wall_material
from .wanted import WANTED, Slot, Wanted


def furnished_room(
    rng: np.random.Generator, target: Label, profile: Profile = CLASSIC
) -> tuple[Room, list[Placed]]:
    """A room that has `target` in it, unless there was no room for it, with everything else."""
    p = Palette(rng, profile=profile)
    ways = WANTED[target]
    wanted = ways[int(rng.integers(len(ways)))]
    recipe = RECIPES[_kind(rng, wanted)]
    low, high = recipe.size
    low, high = low * profile.room_size, high * profile.room_size
    room = Room(rng.uniform(low, high), rng.uniform(low, high), rng.uniform(2.3, 3.0), p)
    room.paint = wall_material(p)
    hang_lights(room)
    if rng.random() < (0.2 if profile.real_shares else 0.12):
        soffit(room, room.paint)
    if wanted.slot == Slot.OPENING:
        _opening(room, target)
    if profile.open_doors and rng.random() < profile.open_doors:
        annex.doorway(room)
    _openings(room)
    if wanted.maker and wanted.slot in (Slot.WALL, Slot.MIDDLE, Slot.HUNG):
        _asked_for(room, wanted, wanted.maker)
    for item in recipe.walls:
        for maker in _drawn(p, item):
            _stand(room, maker, Slot.WALL)
    for item in recipe.middle:
        for maker in _drawn(p, item):
            _stand(room, maker, Slot.MIDDLE)
    for item in recipe.hung:
        for maker in _drawn(p, item):
            room.hang(made(maker, p), item.low, item.high)
    if wanted.slot == Slot.MAT or rng.random() < profile.rugs:
        _rug(room)
    _floor_things(room, recipe)
    _tops(room, recipe, wanted.maker if wanted.slot == Slot.TOP else None)
    return room, shell(room) + room.placed


def _kind(rng: np.random.Generator, wanted: Wanted) -> str:
    share = np.array([RECIPES[kind].share for kind in wanted.rooms])
    return str(rng.choice(list(wanted.rooms), p=share / share.sum()))


def _drawn(p: Palette, item: Item) -> list[Maker]:
    density = p.profile.density
    if p.profile.real_shares:
        density *= shares.NUMBERS.get(item.maker, 1.0)
    count = 1 if item.number == 1.0 else int(p.rng.poisson(density * item.number))
    return [item.maker] * count


def _asked_for(room: Room, wanted: Wanted, maker: Maker) -> None:
    for _ in range(4):
        if wanted.slot == Slot.HUNG:
            if room.hang(made(maker, room.palette), wanted.low, wanted.high):
                return
        elif _stand(room, maker, wanted.slot):
            return


def _stand(room: Room, maker: Maker, slot: Slot) -> bool:
    thing = made(maker, room.palette)
    placed = room.against_wall(thing) if slot == Slot.WALL else _in_the_middle(room, thing)
    if placed:
        companions(room, maker, placed)
    return placed is not None


def _in_the_middle(room: Room, thing: Thing) -> Placed | None:
    rng = room.rng
    for _ in range(10):
        yaw = rng.integers(4) * np.pi / 2 if rng.random() < 0.75 else rng.uniform(0, 2 * np.pi)
        x = rng.uniform(-0.45, 0.45) * room.width
        y = rng.uniform(-0.45, 0.45) * room.depth
        placed = room.place(thing, x, y, float(yaw), 0.2)
        if placed:
            return placed
    return None


def _openings(room: Room) -> None:
    rng = room.rng
    if rng.random() < (0.3 if room.palette.profile.real_shares else 0.7):
        _opening(room, Label.DOOR)
    for _ in range(rng.poisson(0.8)):
        often = Label.BLINDS if room.palette.profile.real_shares else Label.WINDOW
        dress = (Label.WINDOW, often, Label.BLINDS, Label.CURTAIN)[int(rng.integers(4))]
        _opening(room, dress)
    structure = 0.2 if room.palette.profile.real_shares else 0.08
    if rng.random() < structure:
        room.against_wall(others.column(room.palette))
    if rng.random() < structure:
        room.against_wall(others.radiator(room.palette))


def _opening(room: Room, label: Label) -> None:
    """A door or a closet, or a window dressed as `label` says."""
    rng, p = room.rng, room.palette
    if label == Label.DOOR:
        wide = rng.random() < 0.15
        cut = room.cut(
            rng.uniform(1.2, 2.0) if wide else rng.uniform(0.75, 1.0), 0.0, rng.uniform(1.95, 2.15)
        )
        if cut:
            made = openings.closet(p, cut[1]) if wide else openings.door(p, cut[1])
            x, y, yaw = room.on_wall(cut[0], 0.0)
            room.drop(made, (x, y, 0.0), yaw)
        return
    low = rng.uniform(0.5, 1.1)
    high = min(low + rng.uniform(0.8, 1.5), room.height - 0.25)
    cut = room.cut(rng.uniform(0.6, 2.2), low, high)
    if cut:
        x, y, yaw = room.on_wall(cut[0], 0.0)
        room.drop(openings.window(p, cut[1], label), (x, y, 0.0), yaw)


def _floor_things(room: Room, recipe: Recipe) -> None:
    rng, p = room.rng, room.palette
    for item in recipe.floor:
        for maker in _drawn(p, item):
            if rng.random() < 0.6:
                room.against_wall(made(maker, p), 4)
            else:
                _in_the_middle(room, made(maker, p))
    for _ in range(rng.poisson(1.6 if p.profile.real_shares else 0.8)):
        thing = made((props.gadget, props.plant, props.fan, props.vessel)[int(rng.integers(4))], p)
        if not room.against_wall(thing, 4):
            _in_the_middle(room, thing)
    for _ in range(rng.poisson(0.02 if p.profile.real_shares else 0.06)):
        _in_the_middle(room, made(people.standing, p))


def _tops(room: Room, recipe: Recipe, wanted: Maker | None) -> None:
    """Clutter on every top; what was asked for comes first, on as many as three of them."""
    rng, p = room.rng, room.palette
    hosts = [(placed, top) for placed in room.placed for top in placed.thing.tops]
    favoured = set(rng.choice(len(hosts), min(3, len(hosts)), replace=False)) if hosts else set()
    for index, (placed, top) in enumerate(hosts):
        taken: list[Rect] = []
        if wanted and index in favoured:
            stand_on(placed, top, made(wanted, p), rng, taken)
        area = (top.x1 - top.x0) * (top.y1 - top.y0)
        usual = min(2.0, 0.5 + area) if top.soft else min(8.0, 1.2 + 5.0 * area)
        for maker in _clutter(p, top.soft, rng.poisson(p.profile.clutter * recipe.clutter * usual)):
            stand_on(placed, top, made(maker, p), rng, taken)


def _clutter(p: Palette, soft: bool, count: int) -> list[Maker]:
    hard = props.REAL_TABLE_PROPS if p.profile.real_shares else props.TABLE_PROPS
    choices = props.SOFT_PROPS if soft else hard
    odds = np.array([weight for _, weight in choices])
    return [choices[k][0] for k in p.rng.choice(len(choices), count, p=odds / odds.sum())]


def _rug(room: Room) -> None:
    rng = room.rng
    if room.palette.profile.real_floors:
        _real_rug(room)
        return
    w, d = rng.uniform(0.6, 0.7 * room.width), rng.uniform(0.5, 0.7 * room.depth)
    x, y = rng.uniform(-0.5, 0.5) * (room.width - w), rng.uniform(-0.5, 0.5) * (room.depth - d)
    room.drop(others.rug(room.palette, w, d), (x, y - d / 2, 0.0), 0.0)


def _real_rug(room: Room) -> None:
    """Half of them reach under a piece of furniture."""
    rng = room.rng
    w, d = rng.uniform(0.6, 0.6 * room.width), rng.uniform(0.45, 0.6 * room.depth)
    x, y = rng.uniform(-0.5, 0.5) * (room.width - w), rng.uniform(-0.5, 0.5) * (room.depth - d)
    if room.rects and rng.random() < 0.5:
        under = room.rects[int(rng.integers(len(room.rects)))]
        x = float(np.clip((under.x0 + under.x1) / 2, (w - room.width) / 2, (room.width - w) / 2))
        y = float(np.clip((under.y0 + under.y1) / 2, (d - room.depth) / 2, (room.depth - d) / 2))
    room.drop(floors.rug(room.palette, w, d), (x, y - d / 2, 0.0), 0.0)
