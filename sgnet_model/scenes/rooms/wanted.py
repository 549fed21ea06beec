"""Where a thing of each class is to be found, and which class the next scene must show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sgnet_model.scenes.furniture import (
    bathroom,
    bedroom,
    hangings,
    kitchen,
    others,
    people,
    props,
    seating,
    storage,
    tables,
)
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.profile import CLASSIC, Profile

from . import shares
from .recipes import RECIPES, Maker


class Slot(StrEnum):
    """The kinds of place a thing can take."""

    WALL = "wall"  # on the floor, its back to a wall
    MIDDLE = "middle"  # anywhere on the floor
    HUNG = "hung"  # on a wall
    TOP = "top"  # on a table, a shelf ...
    OPENING = "opening"  # a hole in a wall
    MAT = "mat"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One way to have a class in a room: kinds of room, slot, maker (None: an opening or a mat)."""

    rooms: tuple[str, ...]
    slot: Slot
    maker: Maker | None = None
    low: float = 1.0
    high: float = 1.5


_ANY = tuple(RECIPES)
_DRY = ("bedroom", "living", "office", "dining")

WANTED: dict[Label, tuple[Wanted, ...]] = {
    Label.CABINET: (Wanted(("bedroom", "office", "dining", "store"), Slot.WALL, storage.cabinet),),
    Label.BED: (Wanted(("bedroom",), Slot.WALL, bedroom.bed),),
    Label.CHAIR: (
        Wanted(("dining", "classroom", "kitchen"), Slot.MIDDLE, tables.table),
        Wanted(("office", "bedroom"), Slot.WALL, tables.desk),
        Wanted(("living", "office", "kitchen", "bedroom"), Slot.WALL, seating.chair),
        Wanted(("living", "office", "kitchen"), Slot.MIDDLE, seating.chair),
    ),
    Label.SOFA: (Wanted(("living",), Slot.WALL, seating.sofa),),
    Label.TABLE: (
        Wanted(("dining", "classroom", "kitchen", "office"), Slot.MIDDLE, tables.table),
        Wanted(("living",), Slot.MIDDLE, tables.coffee_table),
    ),
    Label.DOOR: (Wanted(_ANY, Slot.OPENING),),
    Label.WINDOW: (Wanted(_ANY, Slot.OPENING),),
    Label.BLINDS: (Wanted(_ANY, Slot.OPENING),),
    Label.CURTAIN: (Wanted(_DRY, Slot.OPENING),),
    Label.BOOKSHELF: (Wanted(("office", "living", "bedroom"), Slot.WALL, storage.bookshelf),),
    Label.PICTURE: (Wanted(_DRY, Slot.HUNG, hangings.framed_picture),),
    Label.COUNTER: (
        Wanted(("kitchen",), Slot.WALL, kitchen.kitchen_row),
        Wanted(("kitchen", "office"), Slot.WALL, tables.office_counter),
    ),
    Label.DESK: (Wanted(("office", "bedroom"), Slot.WALL, tables.desk),),
    Label.SHELVES: (
        Wanted(("store", "office", "living"), Slot.WALL, storage.shelves),
        Wanted(_DRY, Slot.HUNG, storage.wall_shelf),
    ),
    Label.DRESSER: (Wanted(("bedroom",), Slot.WALL, storage.dresser),),
    Label.PILLOW: (
        Wanted(("bedroom",), Slot.WALL, bedroom.bed),
        Wanted(("living",), Slot.WALL, seating.sofa),
    ),
    Label.MIRROR: (
        Wanted(("bathroom", "bedroom", "dining"), Slot.HUNG, hangings.mirror, 0.8, 1.1),
    ),
    Label.FLOOR_MAT: (Wanted(_ANY, Slot.MAT),),
    Label.CLOTHES: (
        Wanted(("bedroom", "store"), Slot.HUNG, hangings.hanging_clothes, 0.7, 0.9),
        Wanted(("bedroom", "store", "bathroom"), Slot.MIDDLE, props.clothes_heap),
        Wanted(("bedroom", "store"), Slot.TOP, props.clothes_heap),
    ),
    Label.BOOKS: (
        Wanted(("office", "living", "bedroom"), Slot.WALL, storage.bookshelf),
        Wanted(("office", "living", "bedroom"), Slot.TOP, props.books),
    ),
    Label.REFRIGERATOR: (Wanted(("kitchen",), Slot.WALL, storage.refrigerator),),
    Label.TELEVISION: (
        Wanted(("living", "bedroom", "classroom"), Slot.HUNG, props.wall_television, 0.9, 1.3),
        Wanted(("living", "bedroom", "store"), Slot.TOP, props.television),
    ),
    Label.PAPER: (
        Wanted(("office", "classroom", "kitchen"), Slot.HUNG, hangings.notices),
        Wanted(("office", "classroom"), Slot.TOP, props.papers),
    ),
    Label.TOWEL: (
        Wanted(("bathroom", "kitchen"), Slot.HUNG, bathroom.towel_rail),
        Wanted(("bathroom",), Slot.TOP, props.folded_towels),
    ),
    Label.SHOWER_CURTAIN: (Wanted(("bathroom",), Slot.WALL, bathroom.bathtub),),
    Label.BOX: (
        Wanted(("store", "office", "bedroom"), Slot.MIDDLE, props.carton),
        Wanted(("store", "office"), Slot.TOP, props.carton),
    ),
    Label.WHITEBOARD: (Wanted(("office", "classroom"), Slot.HUNG, hangings.whiteboard, 0.8, 1.0),),
    Label.PERSON: (Wanted(_ANY, Slot.MIDDLE, people.standing),),
    Label.NIGHT_STAND: (Wanted(("bedroom",), Slot.WALL, tables.night_stand),),
    Label.TOILET: (Wanted(("bathroom",), Slot.WALL, bathroom.toilet),),
    Label.SINK: (
        Wanted(("bathroom",), Slot.WALL, bathroom.wash_stand),
        Wanted(("kitchen",), Slot.WALL, kitchen.kitchen_counter),
    ),
    Label.LAMP: (
        Wanted(("living", "bedroom", "office"), Slot.WALL, props.floor_lamp),
        Wanted(("living", "bedroom", "office"), Slot.TOP, props.table_lamp),
    ),
    Label.BATHTUB: (Wanted(("bathroom",), Slot.WALL, bathroom.bathtub),),
    Label.BAG: (
        Wanted(("store", "office", "bedroom"), Slot.MIDDLE, props.bag),
        Wanted(("store", "office", "bedroom"), Slot.TOP, props.bag),
    ),
    Label.OTHER_STRUCTURE: (
        Wanted(("living",), Slot.WALL, others.fireplace),
        Wanted(("store", "living"), Slot.WALL, others.stairs),
        Wanted(("kitchen", "store"), Slot.WALL, kitchen.appliance),
        Wanted(_ANY, Slot.WALL, others.radiator),
        Wanted(_ANY, Slot.HUNG, hangings.vent, 0.3, 2.0),
        Wanted(_ANY, Slot.WALL, others.column),
    ),
    Label.OTHER_FURNITURE: (
        Wanted(("office", "kitchen", "classroom"), Slot.WALL, others.waste_bin),
        Wanted(("living", "bedroom"), Slot.MIDDLE, others.ottoman),
        Wanted(("store", "living"), Slot.MIDDLE, others.games_table),
        Wanted(("living",), Slot.WALL, others.piano),
        Wanted(("kitchen", "store"), Slot.MIDDLE, others.stool),
    ),
    Label.OTHER_PROP: (
        Wanted(_ANY, Slot.TOP, props.gadget),
        Wanted(_ANY, Slot.MIDDLE, props.plant),
        Wanted(_ANY, Slot.HUNG, hangings.fixture),
    ),
}

# Small or rarely seen classes are asked for more often than the others (weight 1).
URGENCY: dict[Label, float] = {
    Label.SINK: 2.5,
    Label.REFRIGERATOR: 1.6,
    Label.NIGHT_STAND: 1.5,
    Label.TOILET: 1.5,
    Label.PAPER: 1.5,
    Label.TELEVISION: 1.4,
    Label.COUNTER: 1.3,
    Label.BLINDS: 1.3,
    Label.FLOOR_MAT: 1.3,
    Label.TOWEL: 1.3,
    Label.BATHTUB: 1.3,
    Label.OTHER_STRUCTURE: 1.5,
    Label.OTHER_FURNITURE: 1.3,
    Label.WINDOW: 0.7,
    Label.SHOWER_CURTAIN: 0.5,
    Label.WHITEBOARD: 0.7,
    Label.BED: 0.7,
}


def drawn_target(rng: np.random.Generator, profile: Profile = CLASSIC) -> Label:
    """The class that the next scene must show."""
    labels = list(WANTED)
    urgency = shares.URGENCY if profile.real_shares else URGENCY
    weight = np.array([urgency.get(label, 1.0) for label in labels])
    return labels[int(rng.choice(len(labels), p=weight / weight.sum()))]
