"""Beds with pillows and blankets, cots, and what lies on them."""

from __future__ import annotations

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import cushion, legs


def bed(p: Palette) -> Thing:
    """Head board at the back, mattress, blanket, one to six pillows."""
    rng = p.rng
    w, d = rng.choice([0.95, 1.2, 1.4, 1.6, 1.8]), rng.uniform(1.95, 2.15)
    base, top = rng.uniform(0.12, 0.35), rng.uniform(0.45, 0.68)
    wood = p.surface() if rng.random() < 0.7 else p.fabric()
    thing = Thing(w + 0.06, d + 0.1, top + 0.5)
    _frame(thing, p, (w, d, base), wood, top)
    sheet, blanket = p.fabric(), p.fabric()
    cushion(
        thing,
        (w, d, top - base),
        (0, d / 2 + 0.05, (top + base) / 2),
        Label.BED,
        sheet,
        roundness=0.12,
    )
    length = d * rng.uniform(0.55, 0.85)
    fall = rng.uniform(0.1, top - 0.05)
    y = d + 0.06 - length / 2
    if rng.random() < 0.85:
        cushion(
            thing,
            (w + 0.07, length + 0.05, fall),
            (0, y + 0.03, top + 0.03 - fall / 2),
            Label.BED,
            blanket,
            roundness=0.12,
        )
        lumps = shapes.heightfield(int(rng.integers(64)))
        thing.add(
            lumps, (w, length, rng.uniform(0.03, 0.12)), (0, y, top + 0.06), Label.BED, blanket
        )
    _pillows(thing, p, w, top)
    thing.tops.append(Top(-w / 2 + 0.15, w / 2 - 0.15, 0.7, d - 0.2, top + 0.06, soft=True))
    return thing


def _frame(
    thing: Thing, p: Palette, size: tuple[float, float, float], wood: int, top: float
) -> None:
    rng = p.rng
    w, d, base = size
    rail = rng.uniform(0.1, 0.3)
    legs(thing, p, w / 2, (0.03, d + 0.05), base, Label.BED, wood)
    thing.box((w + 0.04, d, rail), (0, d / 2 + 0.06, max(rail / 2 + 0.02, base)), Label.BED, wood)
    head = rng.uniform(0.8, 1.3)
    board = Label.OTHER_FURNITURE if p.profile.revised else Label.BED  # NYUv2's "headboard"
    style = rng.random()
    if style < 0.55:
        thing.box((w + 0.06, 0.05, head), (0, 0.025, head / 2), board, wood)
    elif style < 0.75:
        cushion(
            thing, (w + 0.06, 0.1, head), (0, 0.05, head / 2), board, p.fabric(), roundness=0.15
        )
    elif style < 0.92:
        for k in range(7):
            thing.box((0.03, 0.03, head), ((k / 6 - 0.5) * w, 0.03, head / 2), board, wood)
        thing.box((w + 0.06, 0.04, 0.06), (0, 0.03, head), board, wood)
    if rng.random() < 0.3:
        foot = top + rng.uniform(0.0, 0.3)
        thing.box((w + 0.06, 0.04, foot), (0, d + 0.08, foot / 2), Label.BED, wood)


def _pillows(thing: Thing, p: Palette, w: float, top: float) -> None:
    rng = p.rng
    across = 1 if w < 1.2 else int(rng.integers(2, 4))
    for row in range(int(rng.integers(1, 3))):
        cover = p.fabric()
        for k in range(across):
            x = (k - (across - 1) / 2) * w / across + rng.uniform(-0.04, 0.04)
            size = (min(0.7, 0.92 * w / across), rng.uniform(0.35, 0.5), rng.uniform(0.12, 0.2))
            lean = rng.uniform(0.1, 1.1)
            y = 0.2 + 0.25 * row + rng.uniform(0, 0.05)
            cushion(
                thing,
                size,
                (x, y, top + 0.07 + 0.2 * lean),
                Label.PILLOW,
                cover,
                (rng.uniform(-0.15, 0.15), -lean, 0),
                0.6,
            )


def pillow(p: Palette) -> Thing:
    """A loose one, leaning backwards on a sofa or a chair."""
    rng = p.rng
    side = rng.uniform(0.35, 0.5)
    thing = Thing(side, 0.3, side)
    lean = rng.uniform(0.9, 1.3)
    cushion(
        thing,
        (side, side * rng.uniform(0.7, 1), 0.14),
        (0, 0.12, side * 0.42),
        Label.PILLOW,
        p.fabric(),
        (rng.uniform(-0.2, 0.2), -lean, rng.uniform(-0.2, 0.2)),
        0.6,
    )
    return thing
