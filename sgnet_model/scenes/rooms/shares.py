"""How often things stand in rooms so that each class covers as many pixels as in NYUv2's frames.

`NYUV2` holds the classes' shares there. Two means lead to them: `NUMBERS` multiplies how many of a
thing a recipe expects, and `URGENCY` says how often a scene is asked to show a class. The second
was solved for: rooms asked for each class in turn, their shares of pixels measured, and the weights
taken whose mixture comes nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sgnet_model.scenes.furniture import (
    bathroom,
    hangings,
    kitchen,
    others,
    props,
    seating,
    storage,
    tables,
)
from sgnet_model.scenes.labels import Label

# Shares of the labelled pixels, 1 / the weights by inverse frequency that are published for the
# training half of NYUv2 (rounded; they sum to 1).
NYUV2: dict[Label, float] = {
    Label.WALL: 0.2617,
    Label.FLOOR: 0.1113,
    Label.CABINET: 0.0796,
    Label.BED: 0.0426,
    Label.CHAIR: 0.0410,
    Label.SOFA: 0.0286,
    Label.TABLE: 0.0245,
    Label.DOOR: 0.0243,
    Label.WINDOW: 0.0267,
    Label.BOOKSHELF: 0.0233,
    Label.PICTURE: 0.0242,
    Label.COUNTER: 0.0162,
    Label.BLINDS: 0.0190,
    Label.DESK: 0.0120,
    Label.SHELVES: 0.0150,
    Label.CURTAIN: 0.0120,
    Label.DRESSER: 0.0110,
    Label.PILLOW: 0.0097,
    Label.MIRROR: 0.0129,
    Label.FLOOR_MAT: 0.0078,
    Label.CLOTHES: 0.0102,
    Label.CEILING: 0.0176,
    Label.BOOKS: 0.0065,
    Label.REFRIGERATOR: 0.0064,
    Label.TELEVISION: 0.0067,
    Label.PAPER: 0.0045,
    Label.TOWEL: 0.0040,
    Label.SHOWER_CURTAIN: 0.0049,
    Label.BOX: 0.0050,
    Label.WHITEBOARD: 0.0032,
    Label.PERSON: 0.0037,
    Label.NIGHT_STAND: 0.0031,
    Label.TOILET: 0.0034,
    Label.SINK: 0.0029,
    Label.LAMP: 0.0033,
    Label.BATHTUB: 0.0026,
    Label.BAG: 0.0025,
    Label.OTHER_STRUCTURE: 0.0275,
    Label.OTHER_FURNITURE: 0.0227,
    Label.OTHER_PROP: 0.0560,
}

NUMBERS: dict[Callable[..., Any], float] = {
    hangings.framed_picture: 2.0,
    seating.sofa: 1.5,
    storage.cabinet: 1.5,
    storage.refrigerator: 0.5,
    storage.dresser: 0.6,
    tables.desk: 0.6,
    props.carton: 0.3,
    props.bag: 0.2,
    props.clothes_heap: 2.0,
    hangings.hanging_clothes: 2.0,
    hangings.notices: 0.6,
    hangings.whiteboard: 0.3,
    hangings.vent: 3.0,
    hangings.fixture: 2.0,
    bathroom.towel_rail: 0.6,
    props.floor_lamp: 0.25,
    bathroom.bathtub: 0.4,
    others.radiator: 2.0,
    others.stairs: 1.5,
    others.fireplace: 1.5,
    others.waste_bin: 1.5,
    others.ottoman: 1.5,
    others.stool: 1.5,
    kitchen.appliance: 1.5,
}

URGENCY: dict[Label, float] = {
    Label.CABINET: 0.95,
    Label.BED: 2.2,
    Label.CHAIR: 1.1,
    Label.SOFA: 1.8,
    Label.TABLE: 0.95,
    Label.DOOR: 0.55,
    Label.WINDOW: 1.0,
    Label.BLINDS: 3.0,
    Label.CURTAIN: 0.7,
    Label.BOOKSHELF: 1.05,
    Label.PICTURE: 0.8,
    Label.COUNTER: 2.6,
    Label.DESK: 0.75,
    Label.SHELVES: 0.8,
    Label.DRESSER: 1.4,
    Label.PILLOW: 2.4,
    Label.MIRROR: 1.1,
    Label.FLOOR_MAT: 1.7,
    Label.CLOTHES: 1.5,
    Label.BOOKS: 1.3,
    Label.REFRIGERATOR: 0.8,
    Label.TELEVISION: 1.2,
    Label.PAPER: 0.9,
    Label.TOWEL: 1.2,
    Label.SHOWER_CURTAIN: 0.5,
    Label.BOX: 0.6,
    Label.WHITEBOARD: 0.5,
    Label.PERSON: 0.85,
    Label.NIGHT_STAND: 1.3,
    Label.TOILET: 1.3,
    Label.SINK: 2.5,
    Label.LAMP: 0.7,
    Label.BATHTUB: 0.45,
    Label.BAG: 1.0,
    Label.OTHER_STRUCTURE: 2.6,
    Label.OTHER_FURNITURE: 2.3,
    Label.OTHER_PROP: 1.8,
}
