"""The lamps of a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sgnet_model.scenes.rooms.room import Room


Float = NDArray[np.float32]
MOST = 3  # ceiling lights: each costs a shadow ray for every pixel


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """A small area light: `position` (3,), `colour` (3,) of its power, `radius` in metres."""

    position: Float
    colour: Float
    radius: float


def lights_of(room: Room) -> tuple[list[Light], Float]:
    """The room's lights and its ambient light (3,), float32."""
    rng = room.rng
    lights: list[Light] = []
    lit = room.lamps[: MOST - len(room.far_lamps)]
    sharing = lit if room.palette.profile.revised else room.lamps
    tint, power = _tint(rng), np.float32(rng.uniform(0.7, 3.0) / len(sharing))
    for lamp in lit:
        radius = float(rng.uniform(0.05, 0.4))
        lights.append(Light(np.array(lamp, np.float32), tint * power, radius))
    for lamp in room.far_lamps:  # as bright as in here, or much brighter
        colour = _tint(rng) * np.float32(rng.uniform(0.6, 2.5))
        lights.append(Light(np.array(lamp, np.float32), colour, 0.2))
    for wall, hole in room.holes:
        if hole.z0 > 0.2 and rng.random() < 0.7:
            x, y, _ = room.on_wall(wall, (hole.x0 + hole.x1) / 2, 0.3)
            day = np.array([0.9, 1.0, 1.12], np.float32) * np.float32(rng.uniform(0.5, 4.0))
            lights.append(Light(np.array([x, y, (hole.z0 + hole.z1) / 2], np.float32), day, 0.4))
    ambient = _tint(rng) * np.float32(rng.uniform(0.06, 0.35))
    return lights, ambient


def _tint(rng: np.random.Generator) -> Float:
    warm = rng.uniform(0, 1)
    return np.array([1.0 + 0.15 * warm, 1.0, 1.05 - 0.45 * warm], np.float32)
