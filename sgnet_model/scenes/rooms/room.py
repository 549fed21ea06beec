"""The room as it fills: a floor plan and walls that keep things from overlapping."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.thing import Placed, Thing, Top

from .openings import Hole

IN_CORNER = 0.3  # chance of a thing at a wall to stand at its end
HANG_TRIES, CUT_TRIES = 12, 8


@dataclass(frozen=True, slots=True)
class Rect:
    """A footprint in the room's plan, x0..x1 by y0..y1 metres, up to `height`."""

    x0: float
    x1: float
    y0: float
    y1: float
    height: float

    def meets(self, other: Rect, gap: float = 0.0) -> bool:
        """Whether the two overlap, or come closer than `gap`."""
        return (
            self.x0 < other.x1 + gap
            and other.x0 < self.x1 + gap
            and self.y0 < other.y1 + gap
            and other.y0 < self.y1 + gap
        )


@dataclass(frozen=True, slots=True)
class WallItem:
    """What takes room on a wall: an interval along it and a range of heights, in metres."""

    wall: int
    x0: float
    x1: float
    z0: float
    z1: float


@dataclass(slots=True)
class Room:
    """x and y from -size/2 to size/2, floor at z = 0, ceiling at `height`."""

    width: float
    depth: float
    height: float
    palette: Palette
    placed: list[Placed] = field(default_factory=list)
    rects: list[Rect] = field(default_factory=list)
    hung: list[WallItem] = field(default_factory=list)
    holes: list[tuple[int, Hole]] = field(default_factory=list)
    lamps: list[tuple[float, float, float]] = field(default_factory=list)  # where light comes from
    paint: int = 0  # the walls' material
    annexes: list[int] = field(default_factory=list)  # walls with an open door, see `annex`
    far_lamps: list[tuple[float, float, float]] = field(default_factory=list)  # in there

    @property
    def rng(self) -> np.random.Generator:
        """The room's source of chance."""
        return self.palette.rng

    def wall_length(self, wall: int) -> float:
        """Walls 0 and 2 run along x, 1 and 3 along y."""
        return self.width if wall % 2 == 0 else self.depth

    def on_wall(self, wall: int, along: float, out: float = 0.0) -> tuple[float, float, float]:
        """(x, y, yaw) of a point `along` a wall from its middle and `out` metres before it."""
        yaw = wall * np.pi / 2
        reach = (self.depth if wall % 2 == 0 else self.width) / 2 - out
        x, y = along, -reach
        return x * np.cos(yaw) - y * np.sin(yaw), x * np.sin(yaw) + y * np.cos(yaw), yaw

    def inside(self, rect: Rect) -> bool:
        """Whether a footprint lies within the walls."""
        w, d = self.width / 2 + 0.01, self.depth / 2 + 0.01
        return -w <= rect.x0 and rect.x1 <= w and -d <= rect.y0 and rect.y1 <= d

    def place(
        self, thing: Thing, x: float, y: float, yaw: float, gap: float = 0.03
    ) -> Placed | None:
        """Puts a thing on the floor if there is room for it; its back's middle goes to (x, y)."""
        rect = footprint(thing, x, y, yaw)
        if not self.inside(rect) or any(rect.meets(other, gap) for other in self.rects):
            return None
        self.rects.append(rect)
        return self.drop(thing, (x, y, 0.0), yaw)

    def drop(self, thing: Thing, at: tuple[float, float, float], yaw: float) -> Placed:
        """Puts a thing anywhere, unchecked."""
        placed = Placed(thing, at, yaw)
        self.placed.append(placed)
        return placed

    def against_wall(self, thing: Thing, tries: int = 12) -> Placed | None:
        """Stands a thing with its back to a wall, away from doors and, if tall, from windows."""
        rng = self.rng
        for _ in range(tries):
            wall = int(rng.integers(4))
            slack = self.wall_length(wall) - thing.width - 0.04
            if slack < 0:
                continue
            along = (
                slack
                / 2
                * (rng.choice([-1, 1]) if rng.random() < IN_CORNER else rng.uniform(-1, 1))
            )
            span = WallItem(
                wall, along - thing.width / 2, along + thing.width / 2, 0.0, thing.height
            )
            if self._blocked(span):
                continue
            x, y, yaw = self.on_wall(wall, along, rng.uniform(0.01, 0.05))
            placed = self.place(thing, x, y, yaw)
            if placed:
                self.hung.append(span)
                return placed
        return None

    def hang(self, thing: Thing, low: float, high: float) -> bool:
        """Fixes a thing to a wall with its lower edge between low and high."""
        rng = self.rng
        for _ in range(HANG_TRIES):
            wall = int(rng.integers(4))
            slack = self.wall_length(wall) - thing.width - 0.1
            z = rng.uniform(low, max(low, min(high, self.height - thing.height - 0.1)))
            if slack < 0 or z + thing.height > self.height - 0.02:
                continue
            along = rng.uniform(-0.5, 0.5) * slack
            span = WallItem(
                wall, along - thing.width / 2, along + thing.width / 2, z, z + thing.height
            )
            if self._blocked(span):
                continue
            self.hung.append(span)
            x, y, yaw = self.on_wall(wall, along)
            self.drop(thing, (x, y, z), yaw)
            return True
        return False

    def cut(self, w: float, z0: float, z1: float) -> tuple[int, Hole] | None:
        """Reserves a hole of width w between heights z0 and z1 in some wall."""
        rng = self.rng
        for _ in range(CUT_TRIES):
            wall = int(rng.integers(4))
            slack = self.wall_length(wall) - w - 0.4
            if slack < 0:
                continue
            along = rng.uniform(-0.5, 0.5) * slack
            span = WallItem(wall, along - w / 2 - 0.12, along + w / 2 + 0.12, z0 - 0.1, z1 + 0.1)
            if self._blocked(span):
                continue
            self.hung.append(span)
            hole = Hole(along - w / 2, along + w / 2, z0, z1)
            self.holes.append((wall, hole))
            return wall, hole
        return None

    def _blocked(self, span: WallItem) -> bool:
        return any(
            h.wall == span.wall
            and h.x0 < span.x1
            and span.x0 < h.x1
            and h.z0 < span.z1 - 0.02
            and span.z0 < h.z1 - 0.02
            for h in self.hung
        )


def footprint(thing: Thing, x: float, y: float, yaw: float) -> Rect:
    """The axis-aligned bounds of a turned thing's plan."""
    half = thing.width / 2
    corners = np.array([(-half, 0), (half, 0), (half, thing.depth), (-half, thing.depth)])
    c, s = np.cos(yaw), np.sin(yaw)
    px = corners @ np.array([c, -s]) + x
    py = corners @ np.array([s, c]) + y
    return Rect(px.min(), px.max(), py.min(), py.max(), thing.height)


def stand_on(
    placed: Placed, top: Top, thing: Thing, rng: np.random.Generator, taken: list[Rect]
) -> bool:
    """Puts a thing on another's top, where nothing in `taken` (the top's frame) stands yet."""
    w, d = top.x1 - top.x0, top.y1 - top.y0
    if thing.height > top.headroom or thing.width > w + 0.02 or thing.depth > d + 0.1:
        return False
    for _ in range(6):
        x = rng.uniform(
            top.x0 + thing.width / 2, max(top.x0 + thing.width / 2 + 1e-6, top.x1 - thing.width / 2)
        )
        y = rng.uniform(top.y0, max(top.y0 + 1e-6, top.y1 - thing.depth))
        rect = Rect(x - thing.width / 2, x + thing.width / 2, y, y + thing.depth, thing.height)
        if any(rect.meets(other) for other in taken):
            continue
        taken.append(rect)
        placed.thing.put(thing, (x, y, top.z), rng.uniform(-0.3, 0.3))
        return True
    return False
