"""What belongs in a room of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sgnet_model.scenes.furniture import (
    bathroom,
    bedroom,
    hangings,
    kitchen,
    others,
    props,
    seating,
    storage,
    tables,
)
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing

Maker = Callable[[Palette], Thing]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing, how many of it to expect, and for HUNG the range of its lower edge in metres."""

    maker: Maker
    number: float = 1.0
    low: float = 1.0
    high: float = 1.6


@dataclass(frozen=True, slots=True)
class Recipe:
    """A room's side lengths in metres, its furniture by slot, and how cluttered its tops are.

    A number of exactly 1 is certain, others are the mean of a Poisson draw.
    """

    share: float  # how often, against the other kinds of room where the class asked for is found
    size: tuple[float, float]
    walls: tuple[Item, ...]
    middle: tuple[Item, ...] = ()
    floor: tuple[Item, ...] = ()
    hung: tuple[Item, ...] = ()
    clutter: float = 1.0


_PICTURES = Item(hangings.framed_picture, 1.6)
_NOTICES = Item(hangings.notices, 0.7)
_SHELF = Item(storage.wall_shelf, 0.35, 1.2, 1.6)
_FIXTURES = Item(hangings.fixture, 1.0, 0.9, 1.6)
_VENT = Item(hangings.vent, 0.15, 0.2, 2.2)

RECIPES: dict[str, Recipe] = {
    "bedroom": Recipe(
        0.2,
        (3.1, 4.8),
        (
            Item(bedroom.bed),
            Item(storage.dresser, 0.8),
            Item(storage.cabinet, 0.6),
            Item(tables.desk, 0.4),
            Item(storage.bookshelf, 0.4),
            Item(seating.chair, 0.6),
            Item(props.floor_lamp, 0.3),
            Item(storage.shelves, 0.2),
        ),
        (),
        (
            Item(props.clothes_heap, 0.7),
            Item(props.bag, 0.7),
            Item(props.carton, 0.6),
            Item(others.waste_bin, 0.3),
            Item(others.ottoman, 0.3),
        ),
        (
            _PICTURES,
            _SHELF,
            _FIXTURES,
            _VENT,
            Item(hangings.mirror, 0.5, 0.7, 1.2),
            Item(props.wall_television, 0.25, 1.1, 1.5),
            Item(hangings.hanging_clothes, 0.3, 0.7, 0.9),
        ),
    ),
    "living": Recipe(
        0.17,
        (3.7, 6.0),
        (
            Item(seating.sofa, 1.3),
            Item(storage.bookshelf, 0.7),
            Item(storage.cabinet, 0.7),
            Item(others.fireplace, 0.3),
            Item(others.piano, 0.12),
            Item(props.floor_lamp, 0.7),
            Item(seating.arm_chair, 0.6),
            Item(storage.shelves, 0.3),
        ),
        (
            Item(tables.coffee_table, 0.8),
            Item(others.ottoman, 0.4),
            Item(seating.arm_chair, 0.6),
            Item(seating.sofa, 0.3),
        ),
        (
            Item(props.bag, 0.4),
            Item(props.carton, 0.4),
            Item(props.plant, 0.7),
            Item(props.ball, 0.3),
        ),
        (
            _PICTURES,
            _SHELF,
            _FIXTURES,
            _VENT,
            Item(props.wall_television, 0.3, 1.0, 1.3),
            Item(hangings.mirror, 0.25, 0.9, 1.2),
        ),
    ),
    "office": Recipe(
        0.17,
        (3.1, 5.4),
        (
            Item(tables.desk, 1.8),
            Item(storage.cabinet, 1.0),
            Item(storage.bookshelf, 1.0),
            Item(storage.shelves, 0.3),
            Item(tables.office_counter, 0.2),
        ),
        (Item(tables.table, 0.5), Item(tables.desk, 0.3)),
        (
            Item(seating.office_chair, 0.9),
            Item(others.waste_bin, 0.8),
            Item(props.carton, 1.0),
            Item(props.bag, 0.8),
        ),
        (
            Item(hangings.whiteboard, 0.6, 0.8, 1.1),
            Item(hangings.notices, 1.2, 1.0, 1.6),
            Item(hangings.framed_picture, 0.6),
            _SHELF,
            _FIXTURES,
            _VENT,
        ),
        1.5,
    ),
    "kitchen": Recipe(
        0.14,
        (2.8, 4.8),
        (
            Item(kitchen.kitchen_row),
            Item(kitchen.kitchen_row, 0.4),
            Item(storage.refrigerator, 0.3),
            Item(storage.cabinet, 0.3),
            Item(tables.office_counter, 0.3),
            Item(storage.shelves, 0.3),
        ),
        (Item(tables.table, 0.7),),
        (
            Item(others.waste_bin, 0.9),
            Item(props.carton, 0.5),
            Item(props.bag, 0.4),
            Item(others.stool, 0.4),
            Item(seating.chair, 0.5),
        ),
        (
            Item(hangings.framed_picture, 0.4),
            _NOTICES,
            _SHELF,
            Item(hangings.fixture, 1.6, 0.9, 1.6),
            Item(bathroom.towel_rail, 0.3, 1.0, 1.3),
        ),
        1.6,
    ),
    "bathroom": Recipe(
        0.11,
        (2.2, 3.6),
        (
            Item(bathroom.bathtub, 0.8),
            Item(bathroom.toilet),
            Item(bathroom.wash_stand),
            Item(storage.cabinet, 0.2),
            Item(storage.shelves, 0.2),
        ),
        (),
        (
            Item(others.waste_bin, 0.5),
            Item(props.clothes_heap, 0.3),
            Item(props.folded_towels, 0.3),
        ),
        (
            Item(hangings.mirror, 0.9, 1.0, 1.2),
            Item(bathroom.towel_rail, 1.3, 1.0, 1.4),
            Item(hangings.framed_picture, 0.3),
            _SHELF,
            _FIXTURES,
            _VENT,
        ),
    ),
    "classroom": Recipe(
        0.07,
        (4.3, 6.9),
        (
            Item(storage.cabinet, 0.7),
            Item(storage.bookshelf, 0.6),
            Item(tables.desk, 0.8),
            Item(tables.table, 0.6),
            Item(seating.chair, 0.8),
            Item(others.radiator, 0.4),
        ),
        (Item(tables.table, 2.5), Item(tables.desk, 0.6)),
        (
            Item(seating.chair, 1.8),
            Item(props.bag, 1.0),
            Item(others.waste_bin, 0.6),
            Item(props.carton, 0.4),
        ),
        (
            Item(hangings.whiteboard, 1.5, 0.8, 1.0),
            Item(hangings.notices, 1.5, 1.0, 1.7),
            Item(props.wall_television, 0.3, 1.3, 1.6),
            Item(hangings.framed_picture, 0.5),
            _FIXTURES,
            _VENT,
        ),
    ),
    "dining": Recipe(
        0.08,
        (3.1, 5.2),
        (
            Item(storage.cabinet),
            Item(storage.dresser, 0.2),
            Item(storage.bookshelf, 0.4),
            Item(props.floor_lamp, 0.3),
            Item(storage.shelves, 0.3),
        ),
        (Item(tables.table),),
        (Item(props.plant, 0.6), Item(props.carton, 0.3), Item(props.bag, 0.3)),
        (
            Item(hangings.framed_picture, 1.8),
            Item(hangings.mirror, 0.4, 0.9, 1.2),
            _FIXTURES,
            _VENT,
        ),
    ),
    "store": Recipe(
        0.06,
        (2.5, 4.9),
        (
            Item(storage.shelves, 1.8),
            Item(storage.cabinet, 0.6),
            Item(tables.table, 0.4),
            Item(kitchen.appliance, 0.7),
            Item(storage.dresser, 0.3),
            Item(storage.refrigerator, 0.2),
            Item(others.stairs, 0.5),
        ),
        (Item(others.games_table, 0.3),),
        (
            Item(props.carton, 3.0),
            Item(props.bag, 1.0),
            Item(props.clothes_heap, 0.6),
            Item(others.waste_bin, 0.5),
            Item(others.stool, 0.4),
            Item(props.ball, 0.4),
        ),
        (
            Item(hangings.hanging_clothes, 0.6, 0.7, 0.9),
            _SHELF,
            _NOTICES,
            _FIXTURES,
            _VENT,
        ),
        1.6,
    ),
}
