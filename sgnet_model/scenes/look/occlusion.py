"""What the points of a picture can see of the lamps and of the room: soft shadows without grain.

Neighbouring pixels try different directions out of one set of 16, in a pattern that repeats every
4 x 4 pixels; a mean over 4 x 4 then weighs all 16 alike.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.rays import Caster, Hits

from .lights import Light

Float = NDArray[np.float32]
TILE = 4
FINE_ROWS = 200  # taller pictures are sampled at every other pixel
DARKEST = 0.12  # ambient light in the deepest corner


class Visibility:
    """Visibility tests from the hit points of one picture."""

    def __init__(
        self, caster: Caster, hits: Hits, shape: tuple[int, int], rng: np.random.Generator
    ) -> None:
        step = 1 if shape[0] <= FINE_ROWS else 2
        point = hits.point.reshape(*shape, 3)[::step, ::step]
        normal = hits.normal.reshape(*shape, 3)[::step, ::step]
        self._caster, self._shape, self._grid = caster, shape, point.shape[:2]
        self._normal = normal.reshape(-1, 3)
        self._start = point.reshape(-1, 3) + np.float32(0.004) * self._normal
        self._tile = sphere(TILE * TILE, rng)

    def shadow(self, light: Light) -> Float:
        """(N,) float32: the share of the light's sphere in view, 0..1."""
        target = light.position + np.float32(light.radius) * self._spread(0)
        return self._smooth(~self._caster.blocked(self._start, target))

    def openness(self) -> Float:
        """(N,) float32, DARKEST..1: how much of the half-space is free nearby and farther off."""
        free = np.zeros(self._grid, np.float32)
        for turn, reach in ((1, 0.35), (2, 1.0)):
            way = self._spread(turn) + np.float32(1.02) * self._normal
            target = self._start + np.float32(reach) * way
            free += 0.5 * self._averaged(~self._caster.blocked(self._start, target))
        return np.asarray(DARKEST + np.float32(1 - DARKEST) * self._enlarged(free), np.float32)

    def _spread(self, turn: int) -> Float:
        """(n, 3) one direction of the 16 for each point; `turn` permutes them."""
        rows, columns = self._grid
        y, x = np.arange(rows)[:, None] % TILE, np.arange(columns)[None] % TILE
        index = (y * TILE + x + 5 * turn) % (TILE * TILE)
        return np.asarray(np.roll(self._tile, turn, axis=1)[index.ravel()], np.float32)

    def _smooth(self, free: NDArray[np.bool_]) -> Float:
        return self._enlarged(self._averaged(free))

    def _averaged(self, free: NDArray[np.bool_]) -> Float:
        mean = cv2.blur(free.reshape(self._grid).astype(np.float32), (TILE, TILE))
        return np.asarray(mean, np.float32)

    def _enlarged(self, small: Float) -> Float:
        if small.shape == self._shape:
            return small.ravel()
        large = cv2.resize(small, self._shape[::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(large.ravel(), np.float32)


def sphere(count: int, rng: np.random.Generator) -> Float:
    """(count, 3) float32 unit vectors spread evenly (a spiral), turned at random."""
    k = np.arange(count) + 0.5
    z, angle = 1 - 2 * k / count, k * np.pi * (1 + 5**0.5)
    r = np.sqrt(1 - z * z)
    points = np.stack([r * np.cos(angle), r * np.sin(angle), z], 1)
    turn, _ = np.linalg.qr(rng.normal(0, 1, (3, 3)))
    return np.asarray(rng.permutation(points @ turn), np.float32)
