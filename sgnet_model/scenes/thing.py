"""A thing: parts in its own frame, placed into the room as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import shapes
from .labels import Label
from .shapes import Shape

Matrix = NDArray[np.float64]
Vec = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A shape scaled by `size`, turned by `rotation` and moved to `centre` (metres)."""

    shape: Shape
    size: Vec
    centre: Matrix  # (3,)
    rotation: Matrix  # (3, 3), its columns are the part's axes
    label: Label
    material: int


@dataclass(frozen=True, slots=True)
class Top:
    """A horizontal surface that carries other things; in the frame of the thing that offers it."""

    x0: float
    x1: float
    y0: float
    y1: float
    z: float
    headroom: float = 2.0
    soft: bool = False  # a bed: nothing fragile stands there


@dataclass(slots=True)
class Thing:
    """Frame: x to the right, y towards the front (the back stands at y = 0), z up from the floor.

    `width` (along x, centred), `depth` (0..depth along y), `height` in metres bound its footprint.
    """

    width: float
    depth: float
    height: float
    parts: list[Part] = field(default_factory=list)
    tops: list[Top] = field(default_factory=list)

    def add(
        self,
        shape: Shape,
        size: Vec,
        centre: Vec,
        label: Label,
        material: int,
        turn: Vec = (0, 0, 0),
    ) -> None:
        """A part: its box's size and centre before `turn` (yaw, pitch, roll in radians)."""
        rotation = turned(*turn) if any(turn) else np.eye(3)
        self.parts.append(Part(shape, size, np.array(centre, float), rotation, label, material))

    def box(
        self, size: Vec, centre: Vec, label: Label, material: int, turn: Vec = (0, 0, 0)
    ) -> None:
        """A cuboid."""
        self.add(shapes.box(), size, centre, label, material, turn)

    def put(self, other: Thing, at: Vec, yaw: float = 0.0) -> None:
        """Another thing's parts: its origin goes to `at`, its x axis is turned by `yaw`."""
        rotation, shift = turned(yaw, 0, 0), np.array(at, float)
        for part in other.parts:
            self.parts.append(
                Part(
                    part.shape,
                    part.size,
                    rotation @ part.centre + shift,
                    rotation @ part.rotation,
                    part.label,
                    part.material,
                )
            )

    def include(self, other: Thing, at: Vec) -> None:
        """Another thing with its tops, unturned."""
        self.put(other, at)
        x, y, z = at
        for t in other.tops:
            self.tops.append(
                Top(t.x0 + x, t.x1 + x, t.y0 + y, t.y1 + y, t.z + z, t.headroom, t.soft)
            )


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing with its place: origin (x, y, z) and yaw in the room."""

    thing: Thing
    at: tuple[float, float, float]
    yaw: float


def turned(yaw: float, pitch: float, roll: float) -> Matrix:
    """Rotation about y by roll, then x by pitch, then z by yaw (radians)."""
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (np.cos, np.sin))
    z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1.0]])
    x = np.array([[1.0, 0, 0], [0, cp, -sp], [0, sp, cp]])
    y = np.array([[cr, 0, sr], [0, 1.0, 0], [-sr, 0, cr]])
    return np.asarray(z @ x @ y)
