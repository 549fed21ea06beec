"""Toilets, bathtubs with shower curtains, wash basins, towels."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import cushion, fronts
from .kitchen import basin, tap


def toilet(p: Palette) -> Thing:
    """Cistern, bowl, seat ring, lid up or down."""
    rng = p.rng
    label = Label.TOILET
    white = p.ceramic()
    seat = white if rng.random() < 0.7 else p.surface()
    w, h = rng.uniform(0.36, 0.42), rng.uniform(0.38, 0.44)
    tank = rng.uniform(0.16, 0.22)
    d = tank + rng.uniform(0.46, 0.54)
    thing = Thing(w, d, 0.8)
    bowl = shapes.lathe(((0.22, -0.5), (0.25, -0.3), (0.3, 0.0), (0.48, 0.35), (0.5, 0.5)), 24)
    middle = tank + (d - tank) / 2
    thing.add(bowl, (w, d - tank, h), (0, middle, h / 2), label, white)
    inner = shapes.lathe(((0.0, -0.5), (0.25, -0.4), (0.4, 0.0), (0.5, 0.5)), 24)
    thing.add(inner, (w * 0.66, (d - tank) * 0.7, 0.2), (0, middle + 0.01, h - 0.08), label, white)
    ring = shapes.lathe(((0.34, 0.5), (0.34, -0.5), (0.5, -0.5), (0.5, 0.5), (0.34, 0.5)), 28, True)
    thing.add(ring, (w, d - tank, 0.035), (0, middle, h + 0.015), label, seat)
    if rng.random() < 0.55:
        thing.add(shapes.cylinder(28), (w, d - tank, 0.025), (0, middle, h + 0.045), label, seat)
    else:
        size = (w, 0.025, 0.42)
        cushion(thing, size, (0, tank + 0.05, h + 0.24), label, seat, (0, 0.15, 0), 0.5)
    rise = rng.uniform(0.32, 0.42)
    cushion(
        thing,
        (w + 0.04, tank, rise),
        (0, tank / 2, h + rise / 2 - 0.02),
        label,
        white,
        roundness=0.12,
    )
    thing.box((w + 0.06, tank + 0.02, 0.03), (0, tank / 2, h + rise - 0.01), label, white)
    thing.box((0.05, 0.02, 0.02), (-w / 3, tank + 0.01, h + rise - 0.08), label, p.metal())
    thing.box((0.2, tank + 0.15, h), (0, (tank + 0.15) / 2, h / 2), label, white)
    thing.tops.append(Top(-w / 2 + 0.03, w / 2 - 0.03, 0.02, tank, h + rise + 0.005, 0.4))
    return thing


def bathtub(p: Palette) -> Thing:
    """A tub along the wall, its bowl hollow, with a shower curtain on a rod in half the cases."""
    rng = p.rng
    label = Label.BATHTUB
    white = p.ceramic()
    w, d, h = rng.uniform(1.45, 1.8), rng.uniform(0.68, 0.82), rng.uniform(0.42, 0.6)
    thing = Thing(w, d, h)
    side = p.ceramic() if rng.random() < 0.3 else white
    thing.box((w, 0.02, h - 0.01), (0, d - 0.01, h / 2), label, side)
    for sx in (-1, 1):
        thing.box((0.02, d, h - 0.01), (sx * (w / 2 - 0.01), d / 2, h / 2), label, side)
        thing.box((0.09, d, 0.03), (sx * (w / 2 - 0.045), d / 2, h - 0.01), label, white)
    for y in (0.04, d - 0.04):
        thing.box((w, 0.08, 0.03), (0, y, h - 0.01), label, white)
    tub = shapes.lathe(((0.0, -0.5), (0.36, -0.48), (0.44, -0.3), (0.55, 0.5)), 28)
    thing.add(tub, (w * 0.98, d * 0.98, h - 0.08), (0, d / 2, h / 2 + 0.03), label, white)
    _tub_tap(thing, p, w, h)
    if rng.random() < (0.3 if p.profile.real_shares else 0.65):
        _shower_curtain(thing, p, w, d)
    return thing


def _tub_tap(thing: Thing, p: Palette, w: float, h: float) -> None:
    part = Thing(0.1, 0.2, 0.3)
    tap(part, p, (0, 0.02, 0))
    side = float(p.rng.choice([-1, 1]))
    thing.put(part, (side * (w / 2 - 0.06), 0.35, h), side * np.pi / 2)


def _shower_curtain(thing: Thing, p: Palette, w: float, d: float) -> None:
    rng = p.rng
    rod, cloth = p.metal(), p.fabric()
    top = rng.uniform(1.85, 2.05)
    thing.height = top
    thing.add(
        shapes.cylinder(8),
        (0.025, 0.025, w),
        (0, d, top),
        Label.SHOWER_CURTAIN,
        rod,
        (0, 0, np.pi / 2),
    )
    share = rng.uniform(0.3, 0.95)
    length, low = w * share, rng.uniform(0.08, 0.4)
    x = rng.choice([-1, 1]) * (w - length) / 2
    fold = shapes.folds(float(round(length * rng.uniform(4, 9))), 0.0, int(rng.integers(4)))
    size = (length, rng.uniform(0.04, 0.09), top - low - 0.03)
    thing.add(fold, size, (x, d + 0.06, (top + low) / 2), Label.SHOWER_CURTAIN, cloth)


def wash_stand(p: Palette) -> Thing:
    """A pedestal basin, or a vanity unit: cabinet, counter, basin."""
    rng = p.rng
    if rng.random() < 0.45:
        return _pedestal(p)
    w, d, h = rng.uniform(0.6, 1.4), rng.uniform(0.46, 0.58), rng.uniform(0.78, 0.9)
    body, top = p.surface(), p.patterned(("noise", "marble", "flat"), 0.6)
    thing = Thing(w, d, h)
    thing.box(
        (w, d - 0.04, h - 0.22), (0, (d - 0.04) / 2, 0.06 + (h - 0.22) / 2), Label.CABINET, body
    )
    grid = (max(1, round(w / 0.4)), 1)
    fronts(
        thing, p, (-w / 2 + 0.01, w / 2 - 0.01, 0.1, h - 0.06), d - 0.05, grid, Label.CABINET, body
    )
    sw, sd = min(0.5, w - 0.2), d * 0.62
    for sx in (-1, 1):
        each = (w - sw) / 2
        thing.box((each, d, 0.035), (sx * (w - each) / 2, d / 2, h - 0.0175), Label.COUNTER, top)
    y0 = d * 0.22
    thing.box((sw, y0, 0.035), (0, y0 / 2, h - 0.0175), Label.COUNTER, top)
    thing.box((sw, d - y0 - sd, 0.035), (0, (d + y0 + sd) / 2, h - 0.0175), Label.COUNTER, top)
    white = p.ceramic()
    basin(thing, (sw, sd, 0.14), (0, y0 + sd / 2, h), white)
    tap(thing, p, (0, y0 - 0.03, h))
    if w > sw + 0.3:
        for sx in (-1, 1):
            a, b = sorted((sx * (sw / 2 + 0.04), sx * (w / 2 - 0.03)))
            thing.tops.append(Top(a, b, 0.05, d - 0.06, h, 0.5))
    return thing


def _pedestal(p: Palette) -> Thing:
    rng = p.rng
    w, d, h = rng.uniform(0.45, 0.65), rng.uniform(0.38, 0.5), rng.uniform(0.78, 0.88)
    white = p.ceramic()
    thing = Thing(w, d, h)
    column = shapes.lathe(((0.35, -0.5), (0.25, -0.2), (0.25, 0.2), (0.5, 0.5)), 16)
    thing.add(column, (0.24, 0.24, h - 0.12), (0, d / 2, (h - 0.12) / 2), Label.SINK, white)
    outer = shapes.lathe(((0.12, -0.5), (0.35, -0.3), (0.5, 0.4), (0.5, 0.5), (0.44, 0.5)), 28)
    thing.add(outer, (w, d, 0.2), (0, d / 2, h - 0.1), Label.SINK, white)
    inner = shapes.lathe(((0.0, -0.5), (0.3, -0.35), (0.46, 0.3), (0.5, 0.5)), 28)
    thing.add(inner, (w * 0.9, d * 0.9, 0.14), (0, d / 2, h - 0.07), Label.SINK, white)
    tap(thing, p, (0, 0.05, h))
    return thing


def towel_rail(p: Palette) -> Thing:
    """Hangs: a rod with one or two towels folded over it; z = 0 is the rod."""
    rng = p.rng
    w = rng.uniform(0.4, 0.8)
    thing = Thing(w, 0.1, 0.1)
    rod = p.metal()
    thing.add(
        shapes.cylinder(8), (0.02, 0.02, w), (0, 0.07, 0), Label.OTHER_PROP, rod, (0, 0, np.pi / 2)
    )
    for k in range(int(rng.integers(1, 3))):
        cloth = p.fabric()
        width, fall = rng.uniform(0.25, 0.45), rng.uniform(0.3, 0.75)
        x = (k - 0.25) * w * 0.45
        fold = shapes.folds(float(rng.choice([0.7, 1.2, 1.8])), float(rng.choice([0.0, 0.1, 0.2])))
        thing.add(fold, (width, 0.04, fall), (x, 0.1, 0.02 - fall / 2), Label.TOWEL, cloth)
        thing.add(
            fold, (width, 0.03, 0.6 * fall), (x, 0.045, 0.02 - 0.3 * fall), Label.TOWEL, cloth
        )
        cushion(thing, (width, 0.09, 0.04), (x, 0.07, 0.015), Label.TOWEL, cloth, roundness=0.4)
    return thing
