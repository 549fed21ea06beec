"""Tables, desks, counters with sinks, night stands."""

from __future__ import annotations

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import carcass, fronts, legs, pick_grid


def table(p: Palette) -> Thing:
    """Dining, meeting or side table, round or square."""
    rng = p.rng
    return _table(p, rng.uniform(0.7, 2.0), rng.uniform(0.65, 1.1), rng.uniform(0.68, 0.78))


def coffee_table(p: Palette) -> Thing:
    """Low."""
    rng = p.rng
    return _table(p, rng.uniform(0.6, 1.3), rng.uniform(0.45, 0.75), rng.uniform(0.32, 0.5))


def _table(p: Palette, w: float, d: float, h: float) -> Thing:
    rng = p.rng
    label = Label.TABLE
    top = p.surface() if rng.random() < 0.9 else p.paint(0.9, sensor=0.3)
    if p.profile.glass and rng.random() < 0.08:
        top = p.glass()
    frame = top if rng.random() < 0.4 else (p.metal() if rng.random() < 0.5 else p.wood())
    thing = Thing(w, d, h)
    thick = rng.uniform(0.015, 0.05)
    if rng.random() < 0.3:
        if rng.random() < 0.6:
            thing.width = w = d
        thing.add(shapes.cylinder(32), (w, d, thick), (0, d / 2, h - thick / 2), label, top)
        inset = 0.3
    else:
        thing.box((w, d, thick), (0, d / 2, h - thick / 2), label, top)
        inset = 0.0
    _under(thing, p, (w, d, h - thick), inset, frame)
    edge = 0.05 + 0.12 * inset
    thing.tops.append(Top(-w / 2 + edge, w / 2 - edge, edge, d - edge, h))
    return thing


def _under(
    thing: Thing, p: Palette, size: tuple[float, float, float], inset: float, frame: int
) -> None:
    rng = p.rng
    w, d, h = size
    label = Label.TABLE
    style = rng.random()
    if style < 0.25 and w < 1.5:
        thing.add(shapes.cylinder(12), (0.09, 0.09, h), (0, d / 2, h / 2), label, frame)
        thing.add(shapes.cylinder(20), (0.5 * d, 0.5 * d, 0.03), (0, d / 2, 0.015), label, frame)
    elif style < 0.35:
        for side in (-1, 1):
            thing.box((0.04, 0.85 * d, h), (side * (w / 2 - 0.12), d / 2, h / 2), label, frame)
    else:
        legs(thing, p, w / 2 * (1 - inset), (d * inset / 2, d * (1 - inset / 2)), h, label, frame)
        if inset == 0 and rng.random() < 0.6:
            rail = rng.uniform(0.05, 0.1)
            for y in (0.05, d - 0.05):
                thing.box((w - 0.08, 0.02, rail), (0, y, h - rail / 2), label, frame)
        if rng.random() < 0.2:
            thing.box((w * 0.9, d * 0.9, 0.02), (0, d / 2, 0.3 * h), label, frame)


def desk(p: Palette) -> Thing:
    """A writing surface with drawers on one or both sides, or panels; hutch now and then."""
    rng = p.rng
    label = Label.DESK
    w, d, h = rng.uniform(1.0, 1.9), rng.uniform(0.5, 0.8), rng.uniform(0.7, 0.78)
    body = p.surface()
    face = body if rng.random() < 0.7 else p.surface()
    thing = Thing(w, d, h)
    thing.box(
        (w, d, 0.03), (0, d / 2, h - 0.015), label, p.surface() if rng.random() < 0.3 else body
    )
    block = rng.uniform(0.35, 0.45)
    sides = [(-1, 1), (1, 0), (-1, 0), (0, 0)][int(rng.integers(4))]
    for side in (-1, 1):
        if side in sides:
            x = side * (w - block) / 2
            thing.box((block, d - 0.06, h - 0.08), (x, d / 2, h / 2 + 0.02), label, body)
            rows = int(rng.integers(2, 5))
            span = (x - block / 2, x + block / 2, 0.06, h - 0.03)
            fronts(thing, p, span, d - 0.03, (1, rows), label, face)
        else:
            thing.box(
                (0.03, d - 0.04, h - 0.03), (side * (w / 2 - 0.015), d / 2, h / 2), label, body
            )
    thing.box((w - 0.04, 0.02, 0.35), (0, 0.06, h - 0.2), label, body)
    if rng.random() < 0.25:
        rise = rng.uniform(0.3, 0.6)
        carcass_at = Thing(w, 0.28, rise)
        carcass(carcass_at, (w, 0.28), (rise - 0.3, rise), label, body)
        thing.put(carcass_at, (0, 0, h))
        for side in (-1, 1):
            thing.box((0.02, 0.28, rise), (side * (w / 2 - 0.01), 0.14, h + rise / 2), label, body)
        thing.height = h + rise
    thing.tops.append(Top(-w / 2 + 0.04, w / 2 - 0.04, 0.04, d - 0.05, h, 0.25))
    return thing


def night_stand(p: Palette) -> Thing:
    """Beside a bed: a small case with one to three drawers."""
    rng = p.rng
    label = Label.NIGHT_STAND
    w, d, h = rng.uniform(0.38, 0.6), rng.uniform(0.34, 0.48), rng.uniform(0.45, 0.68)
    body = p.surface()
    foot = rng.uniform(0.02, 0.2)
    thing = Thing(w, d, h)
    legs(thing, p, w / 2 - 0.01, (0, d), foot, label, body)
    if rng.random() < 0.3:
        carcass(thing, (w, d - 0.02), (foot, h - 0.02), label, body)
        span = (-w / 2 + 0.02, w / 2 - 0.02, h - 0.2, h - 0.03)
        fronts(thing, p, span, d - 0.03, (1, 1), label, body)
    else:
        thing.box((w, d - 0.02, h - foot), (0, d / 2, (h + foot) / 2), label, body)
        span = (-w / 2 + 0.01, w / 2 - 0.01, foot + 0.02, h - 0.03)
        fronts(thing, p, span, d - 0.01, (1, int(rng.integers(1, 4))), label, body)
    thing.box((w + 0.03, d + 0.02, 0.02), (0, d / 2, h), label, body)
    thing.tops.append(Top(-w / 2, w / 2, 0.03, d - 0.03, h + 0.01))
    return thing


def office_counter(p: Palette) -> Thing:
    """A plain counter without a sink, open below or boxed in."""
    rng = p.rng
    w, d, h = rng.uniform(1.2, 2.6), rng.uniform(0.5, 0.7), rng.uniform(0.85, 1.1)
    top, body = p.surface(), p.surface()
    thing = Thing(w, d, h)
    thing.box((w, d, 0.04), (0, d / 2, h - 0.02), Label.COUNTER, top)
    under = Label.CABINET if rng.random() < 0.6 else Label.COUNTER
    thing.box((w - 0.06, d - 0.1, h - 0.04), (0, d / 2, (h - 0.04) / 2), under, body)
    if under == Label.CABINET:
        grid = pick_grid(rng, w, h)
        fronts(thing, p, (-w / 2 + 0.03, w / 2 - 0.03, 0.08, h - 0.06), d - 0.05, grid, under, body)
    thing.tops.append(Top(-w / 2 + 0.05, w / 2 - 0.05, 0.05, d - 0.08, h))
    return thing
