"""Small things that stand on tops or on the floor: lamps, screens, boxes, bags, paper, vessels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look import detail
from sgnet_model.scenes.look.materials import Material, Palette
from sgnet_model.scenes.look.pictures import picture, screen
from sgnet_model.scenes.thing import Thing

from .joinery import cushion

Maker = Callable[[Palette], Thing]


def table_lamp(p: Palette) -> Thing:
    """Foot, turned stem, shade; lit in half the cases."""
    rng = p.rng
    r, h = rng.uniform(0.11, 0.2), rng.uniform(0.35, 0.65)
    thing = Thing(2 * r, 2 * r, h)
    _lamp(thing, p, r, h, rng.uniform(0.03, 0.07))
    return thing


def floor_lamp(p: Palette) -> Thing:
    """Tall, on a round foot."""
    rng = p.rng
    r, h = rng.uniform(0.15, 0.24), rng.uniform(1.3, 1.75)
    thing = Thing(2 * r, 2 * r, h)
    _lamp(thing, p, r, h, 0.015)
    return thing


def _lamp(thing: Thing, p: Palette, r: float, h: float, stem: float) -> None:
    rng = p.rng
    label = Label.LAMP
    body = p.metal() if rng.random() < 0.6 else p.ceramic()
    colour = p.colour()
    glow = rng.uniform(0.5, 2.0) if rng.random() < 0.5 else 0.0
    cover = p.keep(Material(colour, colour, gloss=0.1, glow=glow))
    tall = rng.uniform(0.18, 0.34)
    foot = 0.8 * r
    thing.add(shapes.cylinder(20), (2 * foot, 2 * foot, 0.025), (0, r, 0.0125), label, body)
    turned = shapes.turned_vessel(int(rng.integers(64))) if stem > 0.02 else shapes.cylinder(8)
    thing.add(turned, (2 * stem, 2 * stem, h - tall), (0, r, (h - tall) / 2), label, body)
    hood = shapes.cone(float(rng.choice([0.45, 0.6, 0.8, 1.0])), 24, open_ends=True)
    thing.add(hood, (2 * r, 2 * r, tall), (0, r, h - tall / 2), label, cover)


def television(p: Palette) -> Thing:
    """A flat screen on a foot, or a deep tube."""
    rng = p.rng
    label = Label.TELEVISION
    dark, view = p.paint(0.6, _dark(p)), screen(p)
    if rng.random() < 0.3:
        w = rng.uniform(0.45, 0.75)
        h, d = 0.8 * w, 0.75 * w
        thing = Thing(w, d, h)
        thing.box((w, 0.4 * d, h), (0, 0.8 * d, h / 2), label, dark)
        thing.add(shapes.rounded(0.3), (0.8 * w, d, 0.75 * h), (0, d / 2, h / 2), label, dark)
        thing.box((0.8 * w, 0.01, 0.75 * h), (0, d, h * 0.54), label, view)
        return thing
    w = rng.uniform(0.6, 1.4)
    h = 0.58 * w + 0.06
    thing = Thing(w, 0.25, h)
    _panel(thing, (w, 0.58 * w), 0.06 + 0.29 * w, dark, view, label)
    thing.box((0.4 * w, 0.22, 0.015), (0, 0.12, 0.008), label, dark)
    thing.box((0.08, 0.03, 0.1), (0, 0.1, 0.05), label, dark)
    return thing


def wall_television(p: Palette) -> Thing:
    """A flat screen on a wall; z = 0 is its lower edge."""
    w = p.rng.uniform(0.7, 1.4)
    thing = Thing(w, 0.15, 0.58 * w)
    _panel(thing, (w, 0.58 * w), 0.29 * w, p.paint(0.6, _dark(p)), screen(p), Label.TELEVISION)
    return thing


def _panel(
    thing: Thing, size: tuple[float, float], z: float, dark: int, view: int, label: Label
) -> None:
    w, h = size
    thing.box((w, 0.04, h), (0, 0.12, z), label, dark)
    thing.box((w - 0.04, 0.006, h - 0.04), (0, 0.142, z), label, view)


def monitor(p: Palette) -> Thing:
    """A computer screen with a keyboard in front."""
    rng = p.rng
    label = Label.OTHER_PROP
    w = rng.uniform(0.36, 0.6)
    thing = Thing(w, 0.42, 0.6 * w + 0.12)
    dark = p.paint(0.3, _dark(p) if rng.random() < 0.6 else None)
    _panel(thing, (w, 0.6 * w), 0.12 + 0.3 * w, dark, screen(p), label)
    thing.box((0.05, 0.03, 0.2), (0, 0.1, 0.1), label, dark)
    thing.add(shapes.cylinder(16), (0.22, 0.18, 0.015), (0, 0.11, 0.008), label, dark)
    thing.box((0.42, 0.14, 0.02), (rng.uniform(-0.05, 0.05), 0.34, 0.01), label, dark, (0.05, 0, 0))
    return thing


def laptop(p: Palette) -> Thing:
    """Open."""
    rng = p.rng
    w, d = rng.uniform(0.3, 0.38), 0.24
    body = p.metal()
    thing = Thing(w, d + 0.08, 0.24)
    thing.box((w, d, 0.02), (0, d / 2 + 0.06, 0.01), Label.OTHER_PROP, body)
    tilt = rng.uniform(0.1, 0.5)
    y, z = 0.06 - 0.12 * np.sin(tilt), 0.12 * np.cos(tilt) + 0.01
    thing.box((w, 0.01, d), (0, y, z), Label.OTHER_PROP, body, (0, tilt, 0))
    thing.box(
        (w - 0.03, 0.003, d - 0.03), (0, y + 0.007, z), Label.OTHER_PROP, screen(p), (0, tilt, 0)
    )
    return thing


def _dark(p: Palette) -> tuple[float, float, float]:
    grey = p.rng.uniform(0.01, 0.12)
    return grey, grey, grey


def carton(p: Palette) -> Thing:
    """A box: closed, or open with its flaps out."""
    rng = p.rng
    w, d, h = rng.uniform(0.15, 0.5), rng.uniform(0.12, 0.4), rng.uniform(0.08, 0.45)
    side = p.paint(0.05) if rng.random() < 0.6 else p.patterned(("text", "stripes", "noise"), 0.4)
    thing = Thing(w, d, h)
    if rng.random() < 0.65:
        thing.box((w, d, h), (0, d / 2, h / 2), Label.BOX, side)
        if p.profile.detail and rng.random() < 0.6:
            detail.printed(thing, p, (w, d, h), Label.BOX)
            return thing
        if rng.random() < 0.4:
            thing.box((w * 1.03, d * 1.03, 0.2 * h), (0, d / 2, h * 0.9), Label.BOX, p.paint())
        else:
            thing.box((0.06, d * 1.005, h * 1.005), (0, d / 2, h / 2), Label.BOX, p.paint(0.4))
        return thing
    for sx in (-1, 1):
        thing.box((0.006, d, h), (sx * w / 2, d / 2, h / 2), Label.BOX, side)
        flap = (0.15, d, 0.005)
        thing.box(flap, (sx * (w / 2 + 0.06), d / 2, h + 0.02), Label.BOX, side, (0, 0, sx * -0.3))
    for y in (0, d):
        thing.box((w, 0.006, h), (0, y, h / 2), Label.BOX, side)
    thing.box((w, d, 0.006), (0, d / 2, 0.01), Label.BOX, side)
    return thing


def bag(p: Palette) -> Thing:
    """A rucksack, a hand bag or a paper bag."""
    rng = p.rng
    cloth = p.fabric() if rng.random() < 0.6 else p.paint(0.3)
    style = rng.integers(3)
    w, d, h = rng.uniform(0.25, 0.42), rng.uniform(0.12, 0.24), rng.uniform(0.26, 0.5)
    thing = Thing(w, d, h)
    label = Label.OTHER_PROP if style == 0 and p.profile.revised else Label.BAG  # "backpack"
    if style == 0:
        cushion(thing, (w, d, h), (0, d / 2, h / 2), label, cloth, roundness=0.5)
        pocket = (0.7 * w, 0.6 * d, 0.45 * h)
        cushion(thing, pocket, (0, d * 0.95, 0.28 * h), label, cloth, roundness=0.4)
    elif style == 2 and p.profile.revised:
        thing.box((w, d, h), (0, d / 2, h / 2), label, cloth)
    else:
        body = shapes.cone(0.75 if style == 1 else 1.0, 4 if style == 2 else 20)
        grow = 1.41 if style == 2 else 1.0
        thing.add(body, (w * grow, d * grow, h), (0, d / 2, h / 2), label, cloth)
    ring = shapes.lathe(((0.44, 0), (0.5, -0.5), (0.5, 0.5), (0.44, 0)), 18)
    thing.add(ring, (0.5 * w, 0.2, 0.02), (0, d / 2, h), label, p.paint(), (0, np.pi / 2, 0))
    return thing


def papers(p: Palette) -> Thing:
    """Sheets lying about."""
    rng = p.rng
    thing = Thing(0.3, 0.3, 0.01)
    for k in range(int(rng.integers(1, 5))):
        page = paper_material(p)
        at = (rng.uniform(-0.08, 0.08), 0.15 + rng.uniform(-0.08, 0.08), 0.003 + 0.002 * k)
        thing.box((0.21, 0.297, 0.002), at, Label.PAPER, page, (rng.uniform(-0.8, 0.8), 0, 0))
    return thing


def paper_material(p: Palette) -> int:
    """Printed paper: light, with text or a picture."""
    if p.rng.random() < 0.3:
        return picture(p)
    light = p.rng.uniform(0.6, 0.9)
    dark = p.rng.uniform(0.0, 0.3)
    base = (light, light, light * p.rng.uniform(0.85, 1)) if p.rng.random() < 0.8 else p.colour()
    return p.keep(Material(base, (dark, dark, dark), _text_pattern(p), 0.25))


def _text_pattern(p: Palette) -> int:
    from sgnet_model.scenes.look.textures import atlas

    return int(p.rng.choice(atlas().kinds["text"]))


def books(p: Palette) -> Thing:
    """A pile on a table."""
    rng = p.rng
    thing = Thing(0.28, 0.22, 0.15)
    z = 0.0
    for _ in range(int(rng.integers(1, 7))):
        thick = rng.uniform(0.012, 0.045)
        size = (rng.uniform(0.18, 0.28), rng.uniform(0.13, 0.21), thick)
        cover = p.paint(0.3) if rng.random() < 0.6 else picture(p)
        thing.box(
            size, (0, 0.11, z + thick / 2), Label.BOOKS, cover, (rng.uniform(-0.4, 0.4), 0, 0)
        )
        z += thick
    return thing


def vessel(p: Palette) -> Thing:
    """Bottle, cup, bowl, vase or pot: a turned shape."""
    rng = p.rng
    r, h = rng.uniform(0.03, 0.09), rng.uniform(0.07, 0.32)
    thing = Thing(2 * r, 2 * r, h)
    shape = shapes.turned_vessel(int(rng.integers(64)))
    thing.add(shape, (2 * r, 2 * r, h), (0, r, h / 2), Label.OTHER_PROP, p.anything())
    return thing


def plant(p: Palette) -> Thing:
    """A pot with leaves."""
    rng = p.rng
    r, h = rng.uniform(0.07, 0.18), rng.uniform(0.25, 0.9)
    thing = Thing(3 * r, 3 * r, h)
    label = Label.OTHER_PROP
    thing.add(
        shapes.cone(1.3, 16),
        (2 * r / 1.3, 2 * r / 1.3, r * 1.6),
        (0, 1.5 * r, 0.8 * r),
        label,
        p.paint(),
    )
    green = (rng.uniform(0.02, 0.3), rng.uniform(0.15, 0.45), rng.uniform(0.02, 0.15))
    leaf = p.paint(0.3, green)
    for _ in range(int(rng.integers(7, 16))):
        yaw, tilt, length = (
            rng.uniform(0, 2 * np.pi),
            rng.uniform(0.1, 0.9),
            h * rng.uniform(0.5, 1) - r,
        )
        out = 0.5 * length * np.sin(tilt)
        at = (
            -out * np.sin(yaw),
            1.5 * r + out * np.cos(yaw),
            1.6 * r + 0.5 * length * np.cos(tilt),
        )
        thing.add(
            shapes.rounded(1.0, 6), (0.25 * length, 0.015, length), at, label, leaf, (yaw, -tilt, 0)
        )
    return thing


def gadget(p: Palette) -> Thing:
    """A machine of no particular kind: printer, microwave, radio, toaster."""
    rng = p.rng
    w, d, h = rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.38), rng.uniform(0.08, 0.32)
    body, label = p.paint(0.4), Label.OTHER_PROP
    thing = Thing(w, d, h)
    if rng.random() < 0.5:
        thing.box((w, d, h), (0, d / 2, h / 2), label, body)
    else:
        cushion(thing, (w, d, h), (0, d / 2, h / 2), label, body, roundness=0.2)
    thing.box((0.6 * w, 0.012, 0.6 * h), (-0.12 * w, d, 0.5 * h), label, p.paint(0.6))
    for k in range(3):
        thing.add(
            shapes.cylinder(10),
            (0.025, 0.025, 0.02),
            (0.36 * w, d + 0.005, h * (0.25 + 0.25 * k)),
            label,
            p.metal(),
            (0, np.pi / 2, 0),
        )
    return thing


def fan(p: Palette) -> Thing:
    """A fan on a pole, or a music stand's like: a head on a thin column and a foot."""
    rng = p.rng
    r, h = rng.uniform(0.14, 0.24), rng.uniform(0.5, 1.3)
    body, label = p.metal(), Label.OTHER_PROP
    thing = Thing(2 * r, 2 * r, h + r)
    thing.add(shapes.cylinder(18), (1.4 * r, 1.4 * r, 0.04), (0, r, 0.02), label, body)
    thing.add(shapes.cylinder(8), (0.03, 0.03, h), (0, r, h / 2), label, body)
    turn = (float(rng.uniform(-0.6, 0.6)), np.pi / 2 - rng.uniform(0, 0.3), 0.0)
    ring = shapes.lathe(((0.44, 0.5), (0.44, -0.5), (0.5, -0.5), (0.5, 0.5), (0.44, 0.5)), 22, True)
    thing.add(ring, (2 * r, 2 * r, 0.12), (0, r, h), label, body, turn)
    for k in range(4):
        blade = (0.9 * r, 0.35 * r, 0.02)
        spin = k * np.pi / 2 + 0.4
        at = (0.45 * r * np.cos(spin), r, h + 0.45 * r * np.sin(spin))
        thing.box(blade, at, label, p.paint() if k == 0 else body, (0, np.pi / 2, 0))
    thing.add(shapes.rounded(0.8, 8), (0.1, 0.14, 0.1), (0, r, h), label, body)
    return thing


def ball(p: Palette) -> Thing:
    """A ball or a fruit."""
    size = p.rng.uniform(0.07, 0.26)
    thing = Thing(size, size, size)
    thing.add(
        shapes.rounded(1.0), (size,) * 3, (0, size / 2, size / 2), Label.OTHER_PROP, p.anything()
    )
    return thing


def clothes_heap(p: Palette) -> Thing:
    """Thrown over something or lying on the floor."""
    rng = p.rng
    w, d, h = rng.uniform(0.4, 0.9), rng.uniform(0.35, 0.7), rng.uniform(0.08, 0.3)
    thing = Thing(w, d, h)
    for _ in range(int(rng.integers(2, 5))):
        shape = shapes.heightfield(int(rng.integers(64)), 0.8)
        size = (w * rng.uniform(0.6, 1), d * rng.uniform(0.6, 1), h * rng.uniform(0.6, 1))
        at = (rng.uniform(-0.1, 0.1), d / 2, size[2] / 2)
        thing.add(shape, size, at, Label.CLOTHES, p.fabric(), (rng.uniform(0, 3), 0, 0))
    return thing


def folded_towels(p: Palette) -> Thing:
    """A stack."""
    rng = p.rng
    w, d = rng.uniform(0.25, 0.4), rng.uniform(0.2, 0.3)
    thing = Thing(w, d, 0.25)
    z = 0.0
    for _ in range(int(rng.integers(1, 5))):
        thick = rng.uniform(0.04, 0.07)
        cushion(
            thing, (w, d, thick), (0, d / 2, z + thick / 2), Label.TOWEL, p.fabric(), roundness=0.35
        )
        z += thick
    return thing


TABLE_PROPS: tuple[tuple[Maker, float], ...] = (
    (vessel, 5.0), (books, 2.0), (papers, 2.0), (carton, 1.5), (gadget, 1.8), (table_lamp, 1.0),
    (laptop, 0.8), (plant, 1.2), (ball, 0.6), (bag, 0.5), (folded_towels, 0.4), (clothes_heap, 0.3),
)  # fmt: skip
# NYUv2's other props are many and its lamps, bags and boxes few.
REAL_TABLE_PROPS: tuple[tuple[Maker, float], ...] = (
    (vessel, 6.0), (books, 1.2), (papers, 1.6), (carton, 0.5), (gadget, 4.0), (table_lamp, 0.4),
    (laptop, 1.2), (plant, 2.0), (ball, 0.8), (bag, 0.15), (folded_towels, 0.3),
    (clothes_heap, 0.5), (monitor, 0.6),
)  # fmt: skip
SOFT_PROPS: tuple[tuple[Maker, float], ...] = (
    (clothes_heap, 2.0), (bag, 1.0), (books, 0.8), (laptop, 0.5), (papers, 0.6), (ball, 0.4),
    (folded_towels, 0.6), (carton, 0.3),
)  # fmt: skip
