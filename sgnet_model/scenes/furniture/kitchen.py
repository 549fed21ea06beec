"""Kitchens: counters with sinks and wall cabinets, cookers, and whole rows of them."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import fronts, pick_grid
from .storage import refrigerator


def kitchen_counter(p: Palette) -> Thing:
    """Base cabinets under a counter top, a sink let in, wall cabinets and a back splash above."""
    rng = p.rng
    w, d, h = rng.uniform(1.4, 3.2), rng.uniform(0.58, 0.68), rng.uniform(0.86, 0.95)
    body = p.surface()
    top = p.patterned(("noise", "marble", "dots", "flat", "wood"), rng.uniform(0.2, 0.8))
    thing = Thing(w, d, h)
    thing.box((w, d - 0.08, h - 0.14), (0, (d - 0.08) / 2, (h + 0.06) / 2), Label.CABINET, body)
    thing.box((w - 0.02, d - 0.14, 0.1), (0, (d - 0.14) / 2, 0.05), Label.CABINET, p.paint())
    columns = max(2, round(w / rng.uniform(0.4, 0.6)))
    drawers = h - rng.uniform(0.16, 0.22)
    fronts(thing, p, (-w / 2, w / 2, 0.11, drawers), d - 0.08, (columns, 1), Label.CABINET, body)
    fronts(
        thing, p, (-w / 2, w / 2, drawers, h - 0.05), d - 0.08, (columns, 1), Label.CABINET, body
    )
    x = rng.uniform(-0.3, 0.3) * w
    _top_with_sink(thing, p, (w, d, h), x, top)
    if rng.random() < 0.5:
        rise = rng.uniform(0.08, 0.5)
        thing.box((w, 0.02, rise), (0, 0.01, h + rise / 2), Label.COUNTER, top)
    if rng.random() < 0.75:
        _wall_cabinets(thing, p, w, body)
    for x0, x1 in ((-w / 2 + 0.05, x - 0.35), (x + 0.35, w / 2 - 0.05)):
        if x1 - x0 > 0.2:
            thing.tops.append(Top(x0, x1, 0.06, d - 0.08, h, 0.45))
    return thing


def _top_with_sink(
    thing: Thing, p: Palette, size: tuple[float, float, float], x: float, top: int
) -> None:
    """The slab as four boards around the basin, so that one can look into it."""
    w, d, h = size
    sw, sd, deep, thick = p.rng.uniform(0.4, 0.6), d * 0.66, 0.18, 0.04
    y0 = (d - sd) * 0.55
    z = h - thick / 2
    for a, b in ((-w / 2, x - sw / 2), (x + sw / 2, w / 2)):
        thing.box((b - a, d, thick), ((a + b) / 2, d / 2, z), Label.COUNTER, top)
    thing.box((sw, y0, thick), (x, y0 / 2, z), Label.COUNTER, top)
    rest = d - y0 - sd
    thing.box((sw, rest, thick), (x, d - rest / 2, z), Label.COUNTER, top)
    steel = p.metal() if p.rng.random() < 0.7 else p.ceramic()
    basin(thing, (sw, sd, deep), (x, y0 + sd / 2, h), steel)
    tap(thing, p, (x, y0 - 0.02, h))


def basin(
    thing: Thing, size: tuple[float, float, float], at: tuple[float, float, float], material: int
) -> None:
    """A rectangular bowl hanging from `at` (the middle of its rim)."""
    w, d, deep = size
    x, y, z = at
    rim = 0.03
    for sx in (-1, 1):
        thing.box((0.012, d, deep), (x + sx * w / 2, y, z - deep / 2), Label.SINK, material)
        thing.box((rim, d + rim, 0.01), (x + sx * w / 2, y, z + 0.005), Label.SINK, material)
    for sy in (-1, 1):
        thing.box((w, 0.012, deep), (x, y + sy * d / 2, z - deep / 2), Label.SINK, material)
        thing.box((w, rim, 0.01), (x, y + sy * d / 2, z + 0.005), Label.SINK, material)
    thing.box((w, d, 0.01), (x, y, z - deep), Label.SINK, material)


def tap(thing: Thing, p: Palette, at: tuple[float, float, float]) -> None:
    """A spout bent forwards and its lever."""
    x, y, z = at
    steel = p.metal()
    rise = p.rng.uniform(0.12, 0.32)
    pipe = shapes.cylinder(8)
    thing.add(pipe, (0.025, 0.025, rise), (x, y, z + rise / 2), Label.OTHER_PROP, steel)
    thing.add(
        pipe,
        (0.022, 0.022, 0.18),
        (x, y + 0.08, z + rise),
        Label.OTHER_PROP,
        steel,
        (0, np.pi / 2, 0),
    )
    thing.add(pipe, (0.022, 0.022, 0.06), (x, y + 0.17, z + rise - 0.03), Label.OTHER_PROP, steel)
    thing.box((0.02, 0.02, 0.1), (x + 0.06, y, z + 0.05), Label.OTHER_PROP, steel, (0, 0, 0.5))


def _wall_cabinets(thing: Thing, p: Palette, w: float, body: int) -> None:
    rng = p.rng
    z0 = rng.uniform(1.35, 1.5)
    h, d = rng.uniform(0.55, 0.85), rng.uniform(0.3, 0.38)
    part = w if rng.random() < 0.5 else w * rng.uniform(0.4, 0.8)
    x = rng.choice([-1, 1]) * (w - part) / 2
    thing.box((part, d, h), (x, d / 2, z0 + h / 2), Label.CABINET, body)
    grid = (pick_grid(rng, part, 0.1)[0], 1)
    fronts(thing, p, (x - part / 2, x + part / 2, z0, z0 + h), d, grid, Label.CABINET, body)
    thing.height = z0 + h


def kitchen_row(p: Palette) -> Thing:
    """Counter, cooker and refrigerator side by side against one wall."""
    rng = p.rng
    pieces = [kitchen_counter(p)]
    if rng.random() < 0.7:
        pieces.append(appliance(p))
    if rng.random() < 0.4:
        pieces.append(plain_counter(p, pieces[0].depth, pieces[0].height))
    rng.shuffle(pieces)
    if rng.random() < 0.7:
        pieces.insert(int(rng.choice([0, len(pieces)])), refrigerator(p))
    row = Thing(sum(t.width + 0.01 for t in pieces), 0.75, max(t.height for t in pieces))
    x = -row.width / 2
    for piece in pieces:
        row.include(piece, (x + piece.width / 2, 0, 0))
        x += piece.width + 0.01
    return row


def plain_counter(p: Palette, d: float, h: float) -> Thing:
    """A short stretch of counter with drawers below."""
    w = p.rng.uniform(0.4, 0.9)
    h = min(h, 0.95)
    body, top = p.surface(), p.surface()
    thing = Thing(w, d, h)
    thing.box((w, d - 0.06, h - 0.04), (0, (d - 0.06) / 2, (h - 0.04) / 2), Label.CABINET, body)
    grid = (1, int(p.rng.integers(1, 5)))
    fronts(thing, p, (-w / 2, w / 2, 0.1, h - 0.05), d - 0.06, grid, Label.CABINET, body)
    thing.box((w, d, 0.04), (0, d / 2, h - 0.02), Label.COUNTER, top)
    thing.tops.append(Top(-w / 2 + 0.03, w / 2 - 0.03, 0.05, d - 0.08, h, 0.45))
    return thing


def appliance(p: Palette) -> Thing:
    """A cooker, dish washer or washing machine: a cube with a window or a door."""
    rng = p.rng
    w, d, h = 0.6, rng.uniform(0.58, 0.65), rng.uniform(0.84, 0.92)
    body = p.ceramic()
    label = Label.OTHER_STRUCTURE  # as NYUv2 files dish washers and cookers
    thing = Thing(w, d, h)
    thing.box((w, d - 0.03, h), (0, d / 2 - 0.015, h / 2), label, body)
    if rng.random() < 0.5:
        disc, turn = shapes.cylinder(28), (0.0, np.pi / 2, 0.0)
        thing.add(disc, (0.4, 0.4, 0.05), (0, d - 0.02, 0.45), label, p.metal(), turn)
        thing.add(disc, (0.3, 0.3, 0.06), (0, d - 0.015, 0.45), label, p.paint(0.9), turn)
    else:
        fronts(thing, p, (-w / 2, w / 2, 0.1, h - 0.15), d - 0.03, (1, 1), label, body)
        thing.box((0.4, 0.01, 0.25), (0, d - 0.008, 0.45), label, p.paint(0.9))
        for sx in (-0.15, 0.15):
            for y in (0.17, 0.43):
                thing.add(
                    shapes.cylinder(20), (0.2, 0.2, 0.02), (sx, y, h + 0.01), label, p.metal()
                )
    for k in range(4):
        thing.add(
            shapes.cylinder(10),
            (0.04, 0.04, 0.03),
            (-0.2 + 0.13 * k, d - 0.01, h - 0.07),
            label,
            p.metal(),
            (0, np.pi / 2, 0),
        )
    thing.tops.append(Top(-w / 2 + 0.04, w / 2 - 0.04, 0.05, d - 0.1, h + 0.02))
    return thing
