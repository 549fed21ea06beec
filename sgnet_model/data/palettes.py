"""The class lists and colours of the data sets a network or a ground truth may speak of.

Void is never a class: it is label 0, drawn as nothing or black.
"""

from __future__ import annotations

import colorsys

import numpy as np

from sgnet_model.types import LabelScheme, UInt8Array, UserError

MAX_CLASSES = 255  # labels are uint8 with 0 = void
GOLDEN_RATIO = 0.618033988749895


def bit_reversal_palette(first: int, count: int) -> UInt8Array:
    """(count, 3) uint8 RGB: entries `first`.. of PASCAL VOC's bit-reversal colour map.

    Bits 0, 1, 2 of an index become the highest bits of R, G, B, bits 3, 4, 5 the next ones, and so
    on: index 0 is black, 1 (128, 0, 0), 2 (0, 128, 0), 3 (128, 128, 0). NYU's 40 classes usually
    wear its entries 1..40.
    """
    colours = np.zeros((count, 3), np.uint8)
    for row, index in enumerate(range(first, first + count)):
        for bit in range(24):
            if index >> bit & 1:
                colours[row, bit % 3] |= 1 << (7 - bit // 3)
    return _frozen(colours)


def generated_palette(count: int) -> UInt8Array:
    """(count, 3) uint8 RGB: distinct colours for any number of classes, the same ones every time.

    Hues step by the golden ratio, so that neighbours in the list lie far apart; saturation and
    brightness cycle so that late hues near early ones still differ.
    """
    colours = [
        colorsys.hsv_to_rgb(
            (index * GOLDEN_RATIO) % 1.0,
            (0.85, 0.55, 0.7)[index % 3],
            (0.95, 0.75, 0.55)[index // 3 % 3],
        )
        for index in range(count)
    ]
    return _frozen(np.rint(np.asarray(colours).reshape(-1, 3) * 255).astype(np.uint8))


def scheme_for(classes: int) -> LabelScheme:
    """The scheme with that number of classes, else one with generic names "class 1", "class 2", ...

    Raises UserError outside 1..255.
    """
    for scheme in SCHEMES.values():
        if len(scheme.classes) == classes:
            return scheme
    if not 1 <= classes <= MAX_CLASSES:
        raise UserError(
            f"{classes} classes cannot be shown: labels are 8-bit with 0 = void, so use 1 to 255."
        )
    names = tuple(f"class {index}" for index in range(1, classes + 1))
    return LabelScheme(f"generic{classes}", names, generated_palette(classes))


def _frozen(colours: UInt8Array) -> UInt8Array:
    colours.flags.writeable = False
    return colours


_NYU40_NAMES = (
    *("wall", "floor", "cabinet", "bed", "chair", "sofa", "table", "door", "window", "bookshelf"),
    *("picture", "counter", "blinds", "desk", "shelves", "curtain", "dresser", "pillow"),
    *("mirror", "floor mat", "clothes", "ceiling", "books", "refridgerator", "television"),
    *("paper", "towel", "shower curtain", "box", "whiteboard", "person", "night stand"),
    *("toilet", "sink", "lamp", "bathtub", "bag"),
    *("otherstructure", "otherfurniture", "otherprop"),
)
NYU40 = LabelScheme("nyu40", _NYU40_NAMES, bit_reversal_palette(1, 40))

# SUN RGB-D's list is NYU's without the three "other" classes.
SUN37 = LabelScheme("sun37", _NYU40_NAMES[:37], bit_reversal_palette(1, 37))

_NYU13_AS_NYU40 = {
    "bed": "bed",
    "books": "books",
    "ceiling": "ceiling",
    "chair": "chair",
    "floor": "floor",
    "furniture": "cabinet",
    "objects": "otherprop",
    "picture": "picture",
    "sofa": "sofa",
    "table": "table",
    "tv": "television",
    "wall": "wall",
    "window": "window",
}
# A class keeps the colour of its namesake (or nearest kin) among the 40.
NYU13 = LabelScheme(
    "nyu13",
    tuple(_NYU13_AS_NYU40),
    _frozen(NYU40.palette[[_NYU40_NAMES.index(name) for name in _NYU13_AS_NYU40.values()]]),
)

_CITYSCAPES = {
    "road": (128, 64, 128),
    "sidewalk": (244, 35, 232),
    "building": (70, 70, 70),
    "wall": (102, 102, 156),
    "fence": (190, 153, 153),
    "pole": (153, 153, 153),
    "traffic light": (250, 170, 30),
    "traffic sign": (220, 220, 0),
    "vegetation": (107, 142, 35),
    "terrain": (152, 251, 152),
    "sky": (70, 130, 180),
    "person": (220, 20, 60),
    "rider": (255, 0, 0),
    "car": (0, 0, 142),
    "truck": (0, 0, 70),
    "bus": (0, 60, 100),
    "train": (0, 80, 100),
    "motorcycle": (0, 0, 230),
    "bicycle": (119, 11, 32),
}
CITYSCAPES19 = LabelScheme(
    "cityscapes19", tuple(_CITYSCAPES), _frozen(np.array(list(_CITYSCAPES.values()), np.uint8))
)

SCHEMES: dict[str, LabelScheme] = {
    scheme.name: scheme for scheme in (NYU40, SUN37, NYU13, CITYSCAPES19)
}
