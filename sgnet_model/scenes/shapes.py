"""Unit meshes inside the cube [-0.5, 0.5]^3 that parts of furniture are scaled from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Int = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A triangle mesh with a normal at each vertex.

    `vertices`, `normals`: (V, 3) float32, `triangles`: (T, 3) int32. `uv`: (V, 2) float32 texture
    coordinates, 1 = the picture's side, v upwards; None where nothing is laid on by them.
    """

    vertices: Float
    normals: Float
    triangles: Int
    uv: Float | None = None


@lru_cache(maxsize=1)
def box() -> Shape:
    """The unit cube, four vertices a side so that its edges stay sharp."""
    vertices: list[NDArray[np.float64]] = []
    normals: list[NDArray[np.float64]] = []
    triangles: list[tuple[int, int, int]] = []
    for axis in range(3):
        for sign in (-0.5, 0.5):
            first, second = (axis + 1) % 3, (axis + 2) % 3
            base = len(vertices)
            for a, b in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
                corner = np.zeros(3)
                corner[axis], corner[first], corner[second] = sign, a, b
                vertices.append(corner)
                normals.append(np.eye(3)[axis] * np.sign(sign))
            triangles += [(base, base + 1, base + 2), (base, base + 2, base + 3)]
    return Shape(
        np.array(vertices, np.float32), np.array(normals, np.float32), np.array(triangles, np.int32)
    )


@lru_cache(maxsize=256)
def lathe(profile: tuple[tuple[float, float], ...], sides: int = 20, sharp: bool = False) -> Shape:
    """A profile of (radius 0..0.5, height -0.5..0.5) points turned about the vertical axis.

    `sharp`: every ring is doubled, so that the segments of the profile meet in an edge.
    """
    if sharp:
        return joined([lathe(pair, sides) for pair in pairwise(profile)])
    points = np.array(profile, np.float32)
    angle = np.linspace(0, 2 * np.pi, sides + 1, dtype=np.float32)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    grid = np.empty((len(points), sides + 1, 3), np.float32)
    grid[..., :2] = points[:, None, :1] * ring[None]
    grid[..., 2] = points[:, None, 1]
    return surface(grid, closed=True)


def cylinder(sides: int = 20) -> Shape:
    """A capped cylinder of diameter and height 1."""
    return lathe(((0.0, -0.5), (0.5, -0.5), (0.5, 0.5), (0.0, 0.5)), sides, sharp=True)


def cone(top: float, sides: int = 20, open_ends: bool = False) -> Shape:
    """A frustum: radius 0.5 below, 0.5 `top` above."""
    side = ((0.5, -0.5), (0.5 * top, 0.5))
    if open_ends:
        return lathe(side, sides, sharp=True)
    return lathe(((0.0, -0.5), *side, (0.0, 0.5)), sides, sharp=True)


@lru_cache(maxsize=128)
def turned_vessel(seed: int) -> Shape:
    """A pot, bottle, bowl or stem: a random profile on a flat foot."""
    rng = np.random.default_rng([3, seed])
    heights = (-0.5, -0.5, -0.25, 0.0, 0.25, 0.5)
    radii = (0.0, *(float(r) for r in rng.uniform(0.2, 0.5, 5)))
    return lathe(tuple(zip(radii, heights, strict=True)), 16)


@lru_cache(maxsize=64)
def rounded(roundness: float = 0.35, steps: int = 12) -> Shape:
    """A superellipsoid: 1 is a sphere, towards 0 a box with rounded edges."""
    v = np.linspace(-np.pi / 2, np.pi / 2, steps + 1)
    u = np.linspace(-np.pi, np.pi, 2 * steps + 1)

    def power(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sign(x) * np.abs(x) ** roundness

    cv, sv, cu, su = power(np.cos(v)), power(np.sin(v)), power(np.cos(u)), power(np.sin(u))
    grid = np.stack([np.outer(cv, cu), np.outer(cv, su), np.outer(sv, np.ones_like(u))], -1)
    return surface((0.5 * grid).astype(np.float32), closed=True)


@lru_cache(maxsize=128)
def folds(count: float, taper: float = 0.0, seed: int = 0) -> Shape:
    """A hanging cloth: wide along x, folded along y, `count` waves across its width.

    `taper`: how much narrower it is at its top, 0..1. `seed` shifts the waves.
    """
    phase = 1.7 * seed
    x = np.linspace(-0.5, 0.5, 61, dtype=np.float32)
    z = np.linspace(-0.5, 0.5, 5, dtype=np.float32)
    wave = np.sin(2 * np.pi * count * x + phase) + 0.35 * np.sin(
        4.7 * np.pi * count * x + 2 * phase
    )
    grid = np.empty((5, 61, 3), np.float32)
    width = 1 - taper * (z + 0.5)
    grid[..., 0] = x[None] * width[:, None]
    grid[..., 1] = 0.37 * wave[None] * (0.6 + 0.4 * (0.5 - z))[:, None]
    grid[..., 2] = z[:, None]
    return surface(grid)


@lru_cache(maxsize=256)
def heightfield(seed: int, roughness: float = 0.5) -> Shape:
    """A lumpy sheet over a plane (blankets, heaps of clothes): 0 at its border, at most 1 high."""
    rng = np.random.default_rng([7, seed])
    axis = np.linspace(0, 1, 15)
    total = np.zeros((15, 15))
    for frequency in range(1, 5):
        amplitude = rng.uniform(0, 1) * roughness ** (frequency - 1)
        a, b = rng.uniform(0, 2 * np.pi, 2)
        tilt = rng.uniform(-1, 1)
        total += (
            amplitude
            * np.sin(2 * np.pi * frequency * (axis[:, None] + tilt * axis[None]) + a)
            * np.cos(2 * np.pi * frequency * axis[None] + b)
        )
    border = np.minimum(1, 6 * np.minimum(axis, 1 - axis))
    height = border[:, None] * border[None] * (total - total.min() + 0.4)
    height /= height.max()
    grid = np.stack(np.broadcast_arrays(axis[:, None] - 0.5, axis[None] - 0.5, height - 0.5), -1)
    return surface(grid.astype(np.float32))


def joined(shapes: Sequence[Shape]) -> Shape:
    """Several meshes as one, their vertices kept apart."""
    starts = np.cumsum([0, *(len(s.vertices) for s in shapes[:-1])])
    return Shape(
        np.concatenate([s.vertices for s in shapes]),
        np.concatenate([s.normals for s in shapes]),
        np.concatenate([s.triangles + n for s, n in zip(shapes, starts, strict=True)]).astype(
            np.int32
        ),
    )


def surface(grid: Float, closed: bool = False) -> Shape:
    """Triangles between neighbours of an (m, n, 3) grid; `closed`: its last column is its first."""
    rows, columns = grid.shape[:2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )
    normals = smooth_normals(grid.reshape(-1, 3), triangles).reshape(grid.shape)
    if closed:
        seam = normals[:, 0] + normals[:, -1]
        seam /= np.maximum(np.linalg.norm(seam, axis=-1, keepdims=True), 1e-9)
        normals[:, 0] = normals[:, -1] = seam
    return Shape(grid.reshape(-1, 3), normals.reshape(-1, 3), triangles)


def smooth_normals(vertices: Float, triangles: Int) -> Float:
    """Unit normals at vertices: the area-weighted mean over the triangles around each."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    face = _cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for i in range(3):
        np.add.at(total, triangles[:, i], face)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.maximum(length, 1e-12), np.float32)


def _cross(a: Float, b: Float) -> Float:
    """Row by row; for thousands of small meshes np.cross spends its time on checks."""
    x, y, z = (a[:, i] * b[:, k] - a[:, k] * b[:, i] for i, k in ((1, 2), (2, 0), (0, 1)))
    return np.stack([x, y, z], 1)
