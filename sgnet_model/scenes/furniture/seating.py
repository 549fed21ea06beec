"""Chairs and sofas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Thing, Top

from .joinery import cushion, legs

CHAIR, SOFA = Label.CHAIR, Label.SOFA


def chair(p: Palette) -> Thing:
    """A chair of any make: kitchen, office, arm chair."""
    draw = p.rng.random()
    if draw < 0.5:
        return kitchen_chair(p)
    if draw < 0.8:
        return office_chair(p)
    return arm_chair(p)


def kitchen_chair(p: Palette) -> Thing:
    """Four legs, a seat, a back of slats, rungs or one board; arms now and then."""
    rng = p.rng
    w, d, seat = rng.uniform(0.4, 0.52), rng.uniform(0.4, 0.52), rng.uniform(0.42, 0.5)
    height = seat + rng.uniform(0.35, 0.6)
    frame = p.surface() if rng.random() < 0.7 else p.metal()
    cloth = p.fabric() if rng.random() < 0.5 else frame
    thing = Thing(w, d, height)
    legs(thing, p, w / 2, (0, d), seat, CHAIR, frame)
    thick = rng.uniform(0.025, 0.08)
    if cloth != frame:
        cushion(thing, (w, d, thick + 0.02), (0, d / 2, seat), CHAIR, cloth)
    else:
        thing.box((w, d, thick), (0, d / 2, seat), CHAIR, frame)
    _back(thing, p, (w, seat, height), frame, cloth)
    if rng.random() < 0.25:
        _arms(thing, (w, d, seat + 0.22), frame)
    return thing


def _back(
    thing: Thing, p: Palette, size: tuple[float, float, float], frame: int, cloth: int
) -> None:
    rng = p.rng
    w, seat, height = size
    lean = rng.uniform(0.02, 0.2)
    rise, middle = height - seat, (height + seat) / 2
    y = 0.02 - lean * rise / 2
    style = rng.integers(4)
    if style == 0:
        thing.box((w, 0.03, rise * 0.95), (0, y, middle), CHAIR, frame, (0, lean, 0))
        return
    if style == 1:
        cushion(
            thing, (w, 0.07, rise * 0.8), (0, y, middle + 0.1 * rise), CHAIR, cloth, (0, lean, 0)
        )
    for side in (-1, 1):
        thing.box(
            (0.03, 0.03, rise), (side * (w / 2 - 0.015), y, middle), CHAIR, frame, (0, lean, 0)
        )
    if style >= 2:
        thing.box((w, 0.025, 0.08), (0, 0.02 - lean * rise, height - 0.04), CHAIR, frame)
    count = int(rng.integers(2, 6))
    for k in range(count):
        share = (k + 0.5) / count
        if style == 2:
            at = ((share - 0.5) * w * 0.85, y, middle)
            thing.box((0.02, 0.015, rise), at, CHAIR, frame, (0, lean, 0))
        elif style == 3:
            at = (0.0, 0.02 - lean * rise * share, seat + rise * share)
            thing.box((w, 0.02, 0.4 * rise / count), at, CHAIR, frame)


def _arms(thing: Thing, size: tuple[float, float, float], material: int) -> None:
    w, d, top = size
    for side in (-1, 1):
        thing.box((0.04, d * 0.9, 0.03), (side * w / 2, d * 0.48, top), CHAIR, material)
        thing.box((0.03, 0.03, 0.25), (side * w / 2, d * 0.88, top - 0.13), CHAIR, material)


def office_chair(p: Palette) -> Thing:
    """A padded seat and back on a column with a star of castors."""
    rng = p.rng
    w, seat = rng.uniform(0.44, 0.56), rng.uniform(0.43, 0.55)
    height = seat + rng.uniform(0.4, 0.75)
    cloth = p.fabric() if rng.random() < 0.7 else p.paint(0.4)
    dark = p.metal()
    thing = Thing(w + 0.1, w + 0.1, height)
    middle = (w + 0.1) / 2
    for k in range(5):
        angle = 2 * np.pi * k / 5 + 0.3
        c, s = np.cos(angle), np.sin(angle)
        thing.box(
            (0.28, 0.04, 0.03), (0.14 * c, middle + 0.14 * s, 0.09), CHAIR, dark, (angle, 0, 0)
        )
        thing.add(
            shapes.rounded(1.0, 6), (0.06,) * 3, (0.27 * c, middle + 0.27 * s, 0.03), CHAIR, dark
        )
    thing.add(shapes.cylinder(10), (0.06, 0.06, seat - 0.1), (0, middle, seat / 2), CHAIR, dark)
    cushion(thing, (w, w, 0.1), (0, middle, seat), CHAIR, cloth, roundness=rng.uniform(0.2, 0.6))
    rise = height - seat - 0.1
    lean = rng.uniform(0.02, 0.2)
    centre = (0.0, middle - w / 2 + 0.02 - lean * rise / 2, seat + 0.1 + rise / 2)
    cushion(
        thing, (w * 0.95, 0.09, rise), centre, CHAIR, cloth, (0, lean, 0), rng.uniform(0.2, 0.6)
    )
    thing.box((0.06, 0.03, 0.3), (0, middle - w / 2 - 0.04, seat + 0.1), CHAIR, dark)
    if rng.random() < 0.6:
        for side in (-1, 1):
            x = side * (w / 2 + 0.03)
            thing.box((0.03, 0.05, 0.22), (x, middle, seat + 0.08), CHAIR, dark)
            cushion(thing, (0.06, 0.28, 0.03), (x, middle, seat + 0.2), CHAIR, dark)
    return thing


def arm_chair(p: Palette) -> Thing:
    """One padded seat between arms, on a wooden frame or upholstered all over."""
    rng = p.rng
    if rng.random() < 0.5:
        return _upholstered(p, CHAIR, 1)
    w, d, seat = rng.uniform(0.55, 0.7), rng.uniform(0.6, 0.75), rng.uniform(0.36, 0.44)
    frame, cloth = p.wood(), p.fabric()
    thing = Thing(w, d, seat + 0.45)
    legs(thing, p, w / 2, (0, d), seat + 0.2, CHAIR, frame)
    for side in (-1, 1):
        thing.box((0.07, d, 0.035), (side * (w / 2 - 0.035), d / 2, seat + 0.21), CHAIR, frame)
        thing.box((0.04, d, 0.06), (side * (w / 2 - 0.04), d / 2, seat - 0.12), CHAIR, frame)
    cushion(thing, (w - 0.1, d - 0.05, 0.16), (0, d / 2, seat - 0.04), CHAIR, cloth)
    cushion(thing, (w - 0.1, 0.15, 0.5), (0, 0.08, seat + 0.25), CHAIR, cloth, (0, 0.2, 0))
    return thing


def sofa(p: Palette) -> Thing:
    """Two to four seats; one in six with a chaise."""
    thing = _upholstered(p, SOFA, int(p.rng.integers(2, 5)))
    if p.rng.random() < 0.17:
        d = p.rng.uniform(1.3, 1.6)
        width, cloth = 0.7, thing.parts[0].material
        x = p.rng.choice([-1, 1]) * (thing.width / 2 - width / 2 - 0.15)
        cushion(thing, (width, d, 0.4), (x, d / 2, 0.24), SOFA, cloth, roundness=0.2)
        thing.depth = d
    return thing


@dataclass(frozen=True, slots=True)
class _Cut:
    """The measures of an upholstered seat: all in metres, heights above the floor."""

    seats: int
    each: float  # width of a seat
    arm: float  # width of an arm
    depth: float
    seat: float
    back: float
    arms: float
    base: float
    soft: float  # roundness of the cushions

    @property
    def width(self) -> float:
        return self.seats * self.each + 2 * self.arm


def _upholstered(p: Palette, label: Label, seats: int) -> Thing:
    rng = p.rng
    each, arm, depth = rng.uniform(0.52, 0.7), rng.uniform(0.12, 0.26), rng.uniform(0.78, 1.0)
    seat, back, arms = rng.uniform(0.38, 0.48), rng.uniform(0.7, 0.95), rng.uniform(0.52, 0.68)
    cloth, foot = p.fabric() if rng.random() < 0.75 else p.paint(0.4), p.wood()
    soft, base = rng.uniform(0.12, 0.4), rng.uniform(0.05, 0.15)
    cut = _Cut(seats, each, arm, depth, seat, back, arms, base, soft)
    thing = Thing(cut.width, depth, back)
    _padded_frame(thing, cut, label, cloth)
    legs(thing, p, cut.width / 2, (0, depth), base + 0.03, label, foot)
    for k in range(seats):
        x = (k - (seats - 1) / 2) * each
        _seat_cushions(thing, cut, x, rng.random() < 0.9, label, cloth)
    reach = cut.width / 2 - arm
    thing.tops.append(Top(-reach, reach, 0.4, depth - 0.1, seat + 0.03, 0.35, soft=True))
    return thing


def _padded_frame(thing: Thing, cut: _Cut, label: Label, cloth: int) -> None:
    w, d, base = cut.width, cut.depth, cut.base
    bench = (w - 0.02, d - 0.04, cut.seat - base - 0.08)
    middle = (0.0, d / 2, (cut.seat + base) / 2 - 0.04)
    cushion(thing, bench, middle, label, cloth, roundness=0.1)
    rest = (w - cut.arm, 0.24, cut.back - base)
    middle = (0.0, 0.13, (cut.back + base) / 2)
    cushion(thing, rest, middle, label, cloth, roundness=cut.soft)
    for side in (-1, 1):
        arm = (cut.arm, d - 0.02, cut.arms - base)
        middle = (side * (w - cut.arm) / 2, d / 2, (cut.arms + base) / 2)
        cushion(thing, arm, middle, label, cloth, roundness=cut.soft)


def _seat_cushions(
    thing: Thing, cut: _Cut, x: float, with_back: bool, label: Label, cloth: int
) -> None:
    pad = (cut.each - 0.01, cut.depth - 0.25, 0.17)
    middle = (x, cut.depth / 2 + 0.1, cut.seat - 0.05)
    cushion(thing, pad, middle, label, cloth, roundness=cut.soft)
    if with_back:
        rest = (cut.each - 0.02, 0.2, cut.back - cut.seat + 0.03)
        middle = (x, 0.3, (cut.back + cut.seat) / 2)
        cushion(thing, rest, middle, label, cloth, (0, 0.15, 0), cut.soft)
