"""Cabinets, dressers, shelves, bookshelves with their books, refrigerators, whole wardrobes."""

from __future__ import annotations

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look import detail
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import carcass, fronts, legs, pick_grid


def cabinet(p: Palette) -> Thing:
    """Low sideboard, filing cabinet, tall cupboard or wardrobe."""
    rng = p.rng
    tall = rng.random() < 0.45
    w, d = rng.uniform(0.45, 1.8), rng.uniform(0.35, 0.62)
    h = rng.uniform(1.5, 2.2) if tall else rng.uniform(0.6, 1.3)
    body = p.surface() if rng.random() < 0.8 else p.metal()
    face = body if rng.random() < 0.8 else p.surface()
    thing = Thing(w, d, h)
    foot = rng.uniform(0.0, 0.12)
    thing.box((w, d - 0.02, h - foot), (0, d / 2 - 0.01, (h + foot) / 2), Label.CABINET, body)
    if foot > 0.03:
        legs(thing, p, w / 2, (0, d - 0.02), foot, Label.CABINET, body)
    columns = pick_grid(rng, w, h)[0]
    filing = w < 0.6 and not tall  # stacked drawers; otherwise doors, now and then under drawers
    rows = int(rng.integers(2, 5)) if filing else int(rng.choice([1, 1, 2]))
    span = (-w / 2 + 0.01, w / 2 - 0.01, foot + 0.02, h - 0.02)
    fronts(thing, p, span, d - 0.02, (columns, rows), Label.CABINET, face)
    thing.tops.append(Top(-w / 2 + 0.03, w / 2 - 0.03, 0.03, d - 0.05, h))
    return thing


def dresser(p: Palette) -> Thing:
    """A chest of drawers, with a moulded top and short feet."""
    rng = p.rng
    w, d, h = rng.uniform(0.8, 1.6), rng.uniform(0.42, 0.55), rng.uniform(0.75, 1.25)
    body = p.surface()
    thing = Thing(w, d, h)
    foot = rng.uniform(0.06, 0.16)
    legs(thing, p, w / 2, (0, d - 0.02), foot, Label.DRESSER, body)
    thing.box((w, d - 0.03, h - foot), (0, d / 2 - 0.015, (h + foot) / 2), Label.DRESSER, body)
    thing.box((w + 0.05, d + 0.02, 0.025), (0, d / 2, h), Label.DRESSER, body)
    columns = 1 if w < 0.9 else int(rng.integers(2, 4))
    rows = int(rng.integers(3, 6))
    span = (-w / 2 + 0.02, w / 2 - 0.02, foot + 0.03, h - 0.04)
    fronts(thing, p, span, d - 0.03, (columns, rows), Label.DRESSER, body)
    thing.tops.append(Top(-w / 2 + 0.03, w / 2 - 0.03, 0.03, d - 0.05, h + 0.012))
    return thing


def bookshelf(p: Palette) -> Thing:
    """An open case with boards, filled with books and some clutter."""
    rng = p.rng
    w, d, h = rng.uniform(0.6, 1.8), rng.uniform(0.24, 0.36), rng.uniform(0.9, 2.2)
    thing = _open_case(p, (w, d, h), Label.BOOKSHELF)
    label = Label.BOOKS
    if p.profile.real_shares and rng.random() < 0.65:
        label = Label.BOOKSHELF  # NYUv2's annotators often named a full case as one thing
    for top in thing.tops[:-1]:
        if rng.random() < 0.88:
            book_row(thing, p, top, rng.uniform(0.55, 1.0), label)
    thing.tops = thing.tops[-1:] + [t for t in thing.tops[:-1] if rng.random() < 0.15]
    return thing


def shelves(p: Palette) -> Thing:
    """Free-standing shelves for anything: boards between posts, or an open case."""
    rng = p.rng
    w, d, h = rng.uniform(0.6, 1.6), rng.uniform(0.3, 0.5), rng.uniform(1.0, 2.1)
    cased = rng.random() < 0.4
    thing = _open_case(p, (w, d, h), Label.SHELVES) if cased else _rack(p, (w, d, h))
    if p.profile.real_shares and rng.random() < 0.5:  # named as one thing with what it holds
        for top in thing.tops[:-1]:
            stuff_row(thing, p, top, Label.SHELVES)
        thing.tops = thing.tops[-1:]
    return thing


def _open_case(p: Palette, size: tuple[float, float, float], label: Label) -> Thing:
    w, d, h = size
    rng = p.rng
    body = p.surface()
    thing = Thing(w, d, h)
    carcass(thing, (w, d), (0.04, h), label, body, 0.025)
    columns = max(1, round(w / rng.uniform(0.5, 1.0)))
    for k in range(1, columns):
        x = -w / 2 + k * w / columns
        thing.box((0.02, d, h - 0.04), (x, d / 2, h / 2), label, body)
    count = max(2, round(h / rng.uniform(0.28, 0.42)))
    step = (h - 0.08) / count
    for row in range(count):
        z = 0.06 + row * step
        if row:
            thing.box((w - 0.03, d - 0.01, 0.02), (0, d / 2, z), label, body)
        for k in range(columns):
            x0 = -w / 2 + k * w / columns + 0.03
            x1 = -w / 2 + (k + 1) * w / columns - 0.03
            thing.tops.append(Top(x0, x1, 0.03, d - 0.02, z + 0.01, step - 0.05))
    thing.tops.append(Top(-w / 2 + 0.03, w / 2 - 0.03, 0.03, d - 0.05, h))
    return thing


def _rack(p: Palette, size: tuple[float, float, float]) -> Thing:
    w, d, h = size
    rng = p.rng
    post, board = p.metal(), p.surface()
    thing = Thing(w, d, h)
    for x in (-w / 2 + 0.015, w / 2 - 0.015):
        for y in (0.015, d - 0.015):
            thing.box((0.03, 0.03, h), (x, y, h / 2), Label.SHELVES, post)
    count = int(rng.integers(3, 6))
    for row in range(count):
        z = 0.1 + row * (h - 0.12) / (count - 1)
        thing.box((w, d, 0.025), (0, d / 2, z), Label.SHELVES, board)
        room = (h - 0.12) / (count - 1) - 0.05 if row < count - 1 else 1.0
        thing.tops.append(Top(-w / 2 + 0.05, w / 2 - 0.05, 0.03, d - 0.03, z + 0.0125, room))
    return thing


def wall_shelf(p: Palette) -> Thing:
    """One to three boards on brackets; hangs: its z = 0 is the lowest board."""
    rng = p.rng
    w, d = rng.uniform(0.5, 1.4), rng.uniform(0.18, 0.3)
    count, step = int(rng.integers(1, 4)), rng.uniform(0.28, 0.4)
    board, bracket = p.surface(), p.metal()
    thing = Thing(w, d, (count - 1) * step + 0.3)
    for row in range(count):
        z = row * step
        thing.box((w, d, 0.025), (0, d / 2, z), Label.SHELVES, board)
        for x in (-0.35 * w, 0.35 * w):
            thing.box((0.02, d * 0.8, 0.02), (x, d * 0.4, z - 0.03), Label.SHELVES, bracket)
            thing.box((0.02, 0.015, 0.14), (x, 0.008, z - 0.08), Label.SHELVES, bracket)
        top = Top(-w / 2 + 0.03, w / 2 - 0.03, 0.02, d - 0.02, z + 0.0125, step - 0.06)
        if rng.random() < 0.4:
            book_row(thing, p, top, rng.uniform(0.3, 0.9))
        else:
            thing.tops.append(top)
    return thing


def book_row(thing: Thing, p: Palette, top: Top, fill: float, label: Label = Label.BOOKS) -> None:
    """Upright books from the left, the last one leaning; a lying pile now and then."""
    rng = p.rng
    covers = [p.paint(0.3) for _ in range(4)] + [
        p.patterned(("stripes", "text", "noise"), 0.15) for _ in range(2)
    ]
    x = top.x0 + (rng.uniform(0, 0.3) * (1 - fill)) * (top.x1 - top.x0)
    end = x + fill * (top.x1 - x)
    tallest = min(top.headroom - 0.01, rng.uniform(0.2, 0.33))
    while x < end:
        if rng.random() < 0.06:
            x += _pile(thing, p, (x + 0.02, top), covers, label) + 0.04
            continue
        thick, height = rng.uniform(0.012, 0.055), tallest * rng.uniform(0.7, 1.0)
        deep = min(top.y1 - top.y0, height * rng.uniform(0.6, 0.8))
        y = top.y1 - deep / 2 - rng.uniform(0, 0.03)
        lean = 0.25 if rng.random() < 0.06 else 0.0
        thing.box(
            (thick, deep, height),
            (x + thick / 2 + 0.4 * lean * height, y, top.z + height / 2),
            label,
            covers[rng.integers(len(covers))],
            (0, 0, lean),
        )
        x += thick + 0.002 + 0.8 * lean * height


def stuff_row(thing: Thing, p: Palette, top: Top, label: Label) -> None:
    """Boxes, tins and vessels side by side."""
    rng = p.rng
    x = top.x0 + rng.uniform(0, 0.2)
    while x < top.x1 - 0.05:
        w = min(rng.uniform(0.05, 0.35), top.x1 - x)
        d = rng.uniform(0.4, 0.95) * (top.y1 - top.y0)
        h = rng.uniform(0.25, 0.95) * min(top.headroom, 0.45)
        at = (x + w / 2, top.y1 - d / 2 - rng.uniform(0, 0.05), top.z + h / 2)
        if rng.random() < 0.3:
            thing.add(
                shapes.turned_vessel(int(rng.integers(64))), (w, w, h), at, label, p.anything()
            )
        else:
            printed = rng.random() < 0.3
            thing.box((w, d, h), at, label, detail.print_of(p) if printed else p.anything())
        x += w + rng.uniform(0.0, 0.12)


def _pile(
    thing: Thing, p: Palette, at: tuple[float, Top], covers: list[int], label: Label
) -> float:
    rng = p.rng
    x, top = at
    width = rng.uniform(0.15, 0.26)
    z = top.z
    for _ in range(int(rng.integers(2, 6))):
        thick = rng.uniform(0.015, 0.045)
        if z + thick > top.z + top.headroom:
            break
        thing.box(
            (width, 0.18, thick),
            (x + width / 2, (top.y0 + top.y1) / 2, z + thick / 2),
            label,
            covers[rng.integers(len(covers))],
            (rng.uniform(-0.15, 0.15), 0, 0),
        )
        z += thick
    return float(width)


def refrigerator(p: Palette) -> Thing:
    """One tall door with a freezer above or below, or two doors side by side; long handles."""
    rng = p.rng
    label = Label.REFRIGERATOR
    tall = rng.random() < 0.85
    w, d = rng.uniform(0.55, 0.95), rng.uniform(0.58, 0.75)
    h = rng.uniform(1.5, 1.9) if tall else rng.uniform(0.8, 0.95)
    body = p.ceramic() if rng.random() < 0.5 else p.paint(0.5)
    grip = p.metal()
    thing = Thing(w, d, h)
    thing.box((w, d - 0.07, h - 0.04), (0, (d - 0.07) / 2, h / 2 + 0.02), label, body)
    style = int(rng.integers(3)) if tall else 3
    split = {0: 0.68, 1: 0.36, 2: 1.0, 3: 1.0}[style] * h
    doors = [(0.0, w, 0.05, split), (0.0, w, split, h)] if style < 2 else [(0.0, w, 0.05, h)]
    if style == 2:
        doors = [(-w / 4, w / 2, 0.05, h), (w / 4, w / 2, 0.05, h)]
    for k, (x, width, z0, z1) in enumerate(doors):
        thing.box((width - 0.01, 0.06, z1 - z0 - 0.012), (x, d - 0.03, (z0 + z1) / 2), label, body)
        side = (1 if k == 0 else -1) if style == 2 else -1
        gx = x + side * (width / 2 - 0.05)
        length = min(0.5, 0.7 * (z1 - z0))
        z = z0 + 0.05 + length / 2 if style == 0 and k == 1 else z1 - 0.05 - length / 2
        thing.box((0.025, 0.035, length), (gx, d + 0.025, z), label, grip)
    thing.tops.append(Top(-w / 2 + 0.05, w / 2 - 0.05, 0.05, d - 0.15, h, 0.5))
    return thing
