"""People of capsules and rounded blocks, standing or sitting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes import shapes
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Part, Thing

P = Label.PERSON


def standing(p: Palette) -> Thing:
    """Upright, arms hanging or reaching forwards."""
    size = p.rng.uniform(0.9, 1.08)
    thing = Thing(0.6 * size, 0.5, 1.75 * size)
    hip = np.array([0.0, 0.25, 0.92]) * size
    _body(thing, p, hip, size, sitting=False)
    return thing


def seated(p: Palette, seat: float = 0.46) -> Thing:
    """Sitting on something `seat` metres high, whose back stands at y = 0."""
    size = p.rng.uniform(0.9, 1.05)
    thing = Thing(0.6 * size, 0.8, seat + 0.9)
    _body(thing, p, np.array([0.0, 0.2, seat + 0.1]), size, sitting=True)
    return thing


def _body(thing: Thing, p: Palette, hip: NDArray[np.float64], size: float, sitting: bool) -> None:
    rng = p.rng
    skin = p.paint(0.2, _skin(rng))
    shirt, trousers, shoe, hair = p.fabric(), p.fabric(), p.paint(0.3), p.paint(0.2)
    chest = hip + np.array([0, -0.02, 0.5]) * size
    _limb(thing, hip + np.array([0, 0, 0.02]), chest, 0.34 * size, shirt, 0.62)
    for side in (-1, 1):
        top = hip + np.array([0.09 * side, 0, 0]) * size
        knee = (
            top
            + (
                np.array([0.05 * side, 0.45, -0.02])
                if sitting
                else np.array([0.02 * side, rng.uniform(0, 0.12), -0.44])
            )
            * size
        )
        ankle = np.array([knee[0], knee[1] + rng.uniform(-0.1, 0.05), 0.07])
        _limb(thing, top, knee, 0.16 * size, trousers)
        _limb(thing, knee, ankle, 0.12 * size, trousers)
        _limb(thing, ankle - (0, 0.05, 0.02), ankle + np.array([0, 0.16, -0.03]), 0.1 * size, shoe)
        shoulder = chest + np.array([0.2 * side, 0, -0.03]) * size
        swing = rng.uniform(-0.1, 0.9)
        elbow = shoulder + 0.28 * size * np.array([0.25 * side, np.sin(swing), -np.cos(swing)])
        bend = swing + rng.uniform(0, 1.2)
        hand = elbow + 0.27 * size * np.array([0, np.sin(bend), -np.cos(bend)])
        _limb(thing, shoulder, elbow, 0.11 * size, shirt)
        _limb(thing, elbow, hand, 0.085 * size, shirt if rng.random() < 0.5 else skin)
        _limb(thing, hand, hand + 0.08 * (hand - elbow), 0.09 * size, skin)
    neck = chest + np.array([0, 0, 0.07]) * size
    head = chest + np.array([0, 0.02, 0.24]) * size
    _limb(thing, neck - (0, 0, 0.04), head, 0.11 * size, skin)
    thing.add(shapes.rounded(0.9), (0.155 * size, 0.19 * size, 0.23 * size), tuple(head), P, skin)
    crown = tuple(head + np.array([0, -0.025, 0.03]) * size)
    thing.add(shapes.rounded(0.9), (0.175 * size, 0.19 * size, 0.21 * size), crown, P, hair)


def _limb(
    thing: Thing,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    thick: float,
    material: int,
    flat: float = 1.0,
) -> None:
    """A capsule from start to end; `flat` squeezes it from front to back."""
    along = end - start
    length = float(np.linalg.norm(along))
    z = along / length
    x = np.array([1.0, 0, 0]) - z[0] * z
    x /= np.linalg.norm(x)
    rotation = np.stack([x, np.cross(z, x), z], 1)
    size = (thick, thick * flat, length + 0.7 * thick)
    thing.parts.append(Part(shapes.rounded(0.6, 8), size, (start + end) / 2, rotation, P, material))


def _skin(rng: np.random.Generator) -> tuple[float, float, float]:
    tone = rng.uniform(0.08, 0.6)
    return tone, tone * rng.uniform(0.6, 0.75), tone * rng.uniform(0.4, 0.58)
