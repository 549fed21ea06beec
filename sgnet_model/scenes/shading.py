"""Colours of hit points: procedural albedo, lights with shadows, ambient light, highlights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .lights import Light, shadow
from .materials import Material
from .mesh import SceneMesh
from .rays import Caster, Hits
from .textures import LEVELS, SIZE, atlas

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The materials' numbers as arrays over materials, for look-up by pixel."""

    colour: Float  # (M, 3)
    second: Float
    pattern: NDArray[np.int64]
    period: Float
    turn: Float
    grain: Float
    gloss: Float
    glow: Float
    mirror: Float
    sensor: Float
    images: dict[int, NDArray[np.float32]]

    @classmethod
    def of(cls, materials: Sequence[Material]) -> Table:
        """Gathers them."""

        def column(name: str) -> Float:
            return np.array([getattr(m, name) for m in materials], np.float32)

        return cls(
            column("colour"),
            column("second"),
            np.array([m.pattern for m in materials], np.int64),
            column("period"),
            column("turn"),
            column("grain"),
            column("gloss"),
            column("glow"),
            column("mirror"),
            column("sensor"),
            {k: m.image for k, m in enumerate(materials) if m.image is not None},
        )


def albedo(mesh: SceneMesh, table: Table, hits: Hits, footprint: Float) -> Float:
    """(N, 3) float32 reflectance; `footprint` (N,): a pixel's width at the hit, in metres."""
    part = np.maximum(hits.part, 0)
    material = mesh.material[part]
    u, v = _texture_coordinates(mesh, part, hits)
    value = _pattern(table, material, u, v, footprint)
    grain = _grain(u, v, footprint) * table.grain[material]
    colour = table.colour[material]
    colour += value[:, None] * (table.second[material] - colour)
    for index, image in table.images.items():
        chosen = np.flatnonzero(material == index)
        if len(chosen):
            colour[chosen] = _image(mesh, part[chosen], hits, chosen, image)
    colour *= (1 + grain)[:, None]
    return np.clip(colour, 0.0, 1.0)


def _local(mesh: SceneMesh, part: NDArray[np.int32], vector: Float) -> list[Float]:
    """Components of world vectors along their part's axes."""
    turn = mesh.rotation
    return [
        vector[:, 0] * turn[part, 0, k]
        + vector[:, 1] * turn[part, 1, k]
        + vector[:, 2] * turn[part, 2, k]
        for k in range(3)
    ]


def _texture_coordinates(
    mesh: SceneMesh, part: NDArray[np.int32], hits: Hits
) -> tuple[Float, Float]:
    """Metres over the face of the part's own box that the normal points through."""
    x, y, z = _local(mesh, part, hits.point - mesh.centre[part])
    nx, ny, nz = (np.abs(n) for n in _local(mesh, part, hits.normal))
    sideways = (nx > ny) & (nx > nz)
    level = (nz > ny) & ~sideways
    return np.where(sideways, y, x), np.where(level, y, z)


def _pattern(
    table: Table, material: NDArray[np.int32], u: Float, v: Float, footprint: Float
) -> Float:
    """(N,) float32 in 0..1 from the bank, at the reduction that suits the pixel's footprint."""
    bank = atlas()
    turn, period = table.turn[material], table.period[material]
    c, s = np.cos(turn), np.sin(turn)
    texel = footprint * (SIZE / period)
    level = np.clip(np.log2(np.maximum(texel, 1e-6)) + 0.5, 0, LEVELS - 1).astype(np.int64)
    size = SIZE >> level
    x = ((c * u - s * v) / period * size).astype(np.int64) & (size - 1)
    y = ((s * u + c * v) / period * size).astype(np.int64) & (size - 1)
    start = bank.starts[table.pattern[material], level]
    return bank.texels[start + y * size + x].astype(np.float32) / 255


def _grain(u: Float, v: Float, footprint: Float) -> Float:
    """A fine noise about 0, fading where it is finer than a pixel."""
    bank = atlas()
    start = bank.starts[bank.kinds["noise"][1], 0]
    x = (u * 420).astype(np.int64) & (SIZE - 1)
    y = (v * 420).astype(np.int64) & (SIZE - 1)
    value = bank.texels[start + y * SIZE + x].astype(np.float32) / 46 - 2.77
    return value * np.clip(0.006 / footprint, 0, 1)


def _image(
    mesh: SceneMesh, part: NDArray[np.int32], hits: Hits, chosen: NDArray[np.int64], image: Float
) -> Float:
    """Stretched over the two longest sides of the part, upright where one of them is z."""
    local = _local(mesh, part, hits.point[chosen] - mesh.centre[part])
    size = mesh.size[part]
    thin = np.argmin(size, 1)
    x = np.where(thin == 0, local[1] / size[:, 1], local[0] / size[:, 0])
    y = np.where(thin == 2, local[1] / size[:, 1], local[2] / size[:, 2])
    rows, columns = image.shape[:2]
    u = np.clip((0.5 - x) * columns - 0.5, 0, columns - 1).astype(np.float32)
    v = np.clip((0.5 - y) * rows - 0.5, 0, rows - 1).astype(np.float32)
    return np.asarray(
        cv2.remap(image, u[None], v[None], cv2.INTER_LINEAR)[0]
        if len(chosen) < 32_000
        else image[v.astype(np.int64), u.astype(np.int64)],
        np.float32,
    )


def lit(
    caster: Caster,
    hits: Hits,
    eye: Float,
    surface: tuple[Float, Float, Float],
    lights: Sequence[Light],
    ambient: Float,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> Float:
    """(N, 3) float32 radiance; `surface`: albedo (N, 3), gloss (N,), glow (N,)."""
    colour, gloss, glow = surface
    openness = ambient_openness(caster, hits, shape, rng)
    total = colour * ambient * (openness * (0.7 + 0.3 * hits.normal[:, 2]))[:, None]
    view = eye - hits.point
    view /= np.maximum(np.linalg.norm(view, axis=1), 1e-6)[:, None]
    for light in lights:
        way = light.position - hits.point
        square = np.einsum("ij,ij->i", way, way)
        way /= np.sqrt(np.maximum(square, 1e-6))[:, None]
        facing = np.maximum(np.einsum("ij,ij->i", way, hits.normal), 0)
        power = 2.2 * _half(caster, hits, light, shape, rng) / (0.8 + square)
        half = way + view
        half /= np.maximum(np.linalg.norm(half, axis=1), 1e-6)[:, None]
        sharp = np.maximum(np.einsum("ij,ij->i", half, hits.normal), 0) ** (6 + 60 * gloss)
        total += (colour * facing[:, None] + (0.5 * gloss * sharp)[:, None]) * (
            power[:, None] * light.colour
        )
    total += colour * glow[:, None]
    return total


def _half(
    caster: Caster, hits: Hits, light: Light, shape: tuple[int, int], rng: np.random.Generator
) -> Float:
    """Shadows at half the resolution, enlarged."""
    point = hits.point.reshape(*shape, 3)[::2, ::2]
    normal = hits.normal.reshape(*shape, 3)[::2, ::2]
    small = shadow(caster, light, point.reshape(-1, 3), normal.reshape(-1, 3), point.shape[:2], rng)
    return np.asarray(
        cv2.resize(small, shape[::-1], interpolation=cv2.INTER_LINEAR).ravel(), np.float32
    )


def ambient_openness(
    caster: Caster, hits: Hits, shape: tuple[int, int], rng: np.random.Generator, reach: float = 0.5
) -> Float:
    """(N,) float32 in 0.3..1: how far the half-space before each point is free, from two rays each."""
    point = hits.point.reshape(*shape, 3)[::2, ::2].reshape(-1, 3)
    normal = hits.normal.reshape(*shape, 3)[::2, ::2].reshape(-1, 3)
    free = np.zeros(len(point), np.float32)
    for _ in range(2):
        way = rng.normal(0, 1, point.shape).astype(np.float32)
        way /= np.maximum(np.linalg.norm(way, axis=1), 1e-6)[:, None]
        way += normal * 1.02
        start = point + 0.004 * normal
        free += ~caster.blocked(start, start + np.float32(reach) * way)
    small = cv2.blur(free.reshape((shape[0] + 1) // 2, -1) / 2, (5, 5))
    large = cv2.resize(small, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(0.3 + 0.7 * large.ravel(), np.float32)
