"""Things in a room stand on the floor, within the walls, and not inside one another."""

import numpy as np
import pytest

from sgnet_model.scenes.furniture import bedroom, seating, storage, tables
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rooms.arrange import furnished_room
from sgnet_model.scenes.rooms.openings import Hole
from sgnet_model.scenes.rooms.recipes import RECIPES
from sgnet_model.scenes.rooms.room import Room, footprint, stand_on
from sgnet_model.scenes.rooms.shell import shell
from sgnet_model.scenes.rooms.wanted import WANTED, Slot
from sgnet_model.scenes.thing import Placed, Thing, Top

MAKERS = sorted(
    {item.maker for r in RECIPES.values() for item in (*r.walls, *r.middle, *r.floor, *r.hung)}
    | {way.maker for ways in WANTED.values() for way in ways if way.maker},
    key=lambda maker: f"{maker.__module__}.{maker.__name__}",
)


def palette(seed: int = 0) -> Palette:
    return Palette(np.random.default_rng(seed))


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_everything_made_stays_near_its_footprint_and_above_the_floor(maker) -> None:  # type: ignore[no-untyped-def]
    hung = any(item.maker is maker for r in RECIPES.values() for item in r.hung)
    for seed in range(8):
        thing = maker(palette(seed))
        mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
        low, high = mesh.vertices.min(0), mesh.vertices.max(0)
        if not hung:
            assert low[2] > -0.05
        assert high[0] - low[0] < thing.width + 0.6
        assert high[1] < thing.depth + 0.45
        assert low[1] > -0.45
        assert np.isfinite(mesh.vertices).all()


@pytest.mark.parametrize("target", [t for t, ways in WANTED.items()], ids=lambda t: t.name)
def test_a_class_asked_for_is_in_the_room(target: Label) -> None:
    found = 0
    for seed in range(12):
        _, placed = furnished_room(np.random.default_rng(seed), target)
        found += any(part.label == target for each in placed for part in each.thing.parts)
    assert found >= 6


def test_things_on_the_floor_do_not_overlap() -> None:
    room = Room(4, 4, 2.5, palette())
    for _ in range(30):
        room.against_wall(storage.cabinet(room.palette))
        room.against_wall(seating.chair(room.palette))
    assert len(room.rects) > 5
    for k, first in enumerate(room.rects):
        assert room.inside(first)
        assert not any(first.meets(other) for other in room.rects[k + 1 :])


def test_a_thing_against_a_wall_has_its_back_to_it() -> None:
    room = Room(5, 4, 2.5, palette(1))
    placed = room.against_wall(bedroom.bed(room.palette))
    assert placed is not None
    front = np.array([-np.sin(placed.yaw), np.cos(placed.yaw)])
    x, y = placed.at[:2]
    assert max(abs(x) / 2.5, abs(y) / 2) > 0.95
    assert np.dot(front, [x, y]) < 0


def test_a_footprint_follows_the_yaw() -> None:
    rect = footprint(Thing(2, 1, 1), 0, 0, np.pi / 2)
    assert (rect.x0, rect.x1) == pytest.approx((-1, 0))
    assert (rect.y0, rect.y1) == pytest.approx((-1, 1))


def test_hung_things_keep_clear_of_tall_furniture_and_of_each_other() -> None:
    room = Room(3, 3, 2.5, palette(2))
    for _ in range(20):
        room.against_wall(storage.bookshelf(room.palette))
    for _ in range(40):
        room.hang(Thing(0.6, 0.02, 0.5), 1.0, 1.6)
    for k, first in enumerate(room.hung):
        for other in room.hung[k + 1 :]:
            apart = first.x1 <= other.x0 or other.x1 <= first.x0
            apart |= first.z1 <= other.z0 + 0.02 or other.z1 <= first.z0 + 0.02
            assert first.wall != other.wall or apart


def test_walls_leave_their_holes_open() -> None:
    room = Room(4, 3, 2.5, palette())
    room.holes.append((0, Hole(-0.5, 0.5, 1.0, 2.0)))
    first = [each for each in shell(room) if each.at[1] < 0 and each.yaw == 0]
    walls = [p for p in first[0].thing.parts if p.label == Label.WALL and p.size[1] == 0.3]
    assert len(first) == 1
    assert len(walls) == 4  # left, right, below, above
    assert sum(p.size[0] * p.size[2] for p in walls) == pytest.approx(4.6 * 2.5 - 1.0)
    for part in walls:
        x, _, z = part.centre
        assert (
            abs(x) >= 0.5 + part.size[0] / 2 - 1e-6 or abs(z - 1.5) >= 0.5 + part.size[2] / 2 - 1e-6
        )


def test_clutter_stands_on_its_top_and_within_it() -> None:
    p = palette(3)
    host = Placed(tables.table(p), (0, 0, 0), 0.0)
    top = Top(-0.4, 0.4, 0.1, 0.6, 0.75)
    before = len(host.thing.parts)
    cube = Thing(0.2, 0.2, 0.2)
    cube.box((0.2, 0.2, 0.2), (0, 0.1, 0.1), Label.BOX, 0)
    taken = []  # type: ignore[var-annotated]
    placed = sum(stand_on(host, top, cube, p.rng, taken) for _ in range(20))
    assert 1 <= placed < 20
    for part in host.thing.parts[before:]:
        assert part.centre[2] == pytest.approx(0.85)
        assert -0.4 <= part.centre[0] <= 0.4
    assert not stand_on(host, Top(0, 0.1, 0, 0.1, 1), cube, p.rng, [])


def test_every_way_to_want_a_class_names_a_maker_or_an_opening() -> None:
    for ways in WANTED.values():
        for way in ways:
            assert (way.maker is None) == (way.slot in (Slot.OPENING, Slot.MAT))
            assert set(way.rooms) <= set(RECIPES)


def test_room_shares_sum_to_one() -> None:
    assert sum(recipe.share for recipe in RECIPES.values()) == pytest.approx(1.0)
