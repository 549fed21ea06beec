"""Colours of hit points: procedural albedo, lights with shadows, ambient light, highlights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.mesh import SceneMesh
from sgnet_model.scenes.rays import Caster, Hits
from sgnet_model.scenes.vectors import by_components, combined, dot, unit
from sgnet_model.types import Intrinsics

from .lights import Light
from .materials import Material
from .occlusion import Visibility
from .textures import LEVELS, SIZE, atlas

Float = NDArray[np.float32]
DULL = 0.12  # surfaces of less gloss have no highlight
NEAR = 1e-6  # metres: less gives no direction


@dataclass(frozen=True, slots=True, eq=False)
class MaterialTable:
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
    wear: Float
    folds: Float
    images: dict[int, NDArray[np.float32]]
    mapped: frozenset[int]  # images that follow texture coordinates

    @classmethod
    def of(cls, materials: Sequence[Material]) -> MaterialTable:
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
            column("wear"),
            column("folds"),
            {k: m.image for k, m in enumerate(materials) if m.image is not None},
            frozenset(k for k, m in enumerate(materials) if m.mapped),
        )


def albedo(mesh: SceneMesh, table: MaterialTable, hits: Hits, footprint: Float) -> Float:
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
        if len(chosen) and index in table.mapped and hits.uv is not None:
            colour[chosen] = _mapped(hits.uv[chosen], image)
        elif len(chosen):
            colour[chosen] = _image(mesh, part[chosen], hits, chosen, image)
    if table.wear.any():
        grain += table.wear[material] * _stains(u, v, footprint)
    colour *= (1 + grain)[:, None]
    return np.clip(colour, 0.0, 1.0)


def _local(mesh: SceneMesh, part: NDArray[np.int32], vector: Float) -> NDArray[np.float32]:
    """(3, N) components of world vectors along their part's axes."""
    return combined(vector.T, by_components(mesh.rotation), part)


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
    table: MaterialTable, material: NDArray[np.int32], u: Float, v: Float, footprint: Float
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
    return np.asarray(bank.texels[start + y * size + x].astype(np.float32) / 255, np.float32)


def _grain(u: Float, v: Float, footprint: Float) -> Float:
    """A fine noise about 0, fading where it is finer than a pixel."""
    bank = atlas()
    start = bank.starts[bank.kinds["dust"][0], 0]
    x = (u * 260).astype(np.int64) & (SIZE - 1)
    y = (v * 260).astype(np.int64) & (SIZE - 1)
    value = bank.texels[start + y * SIZE + x].astype(np.float32) / 46 - 2.77
    return np.asarray(value * np.clip(0.006 / footprint, 0, 1), np.float32)


def _stains(u: Float, v: Float, footprint: Float) -> Float:
    """A clouded noise about 0, of deviation 0.5, whose clouds are decimetres wide."""
    number = atlas().kinds["noise"][2]
    level = np.clip(np.log2(np.maximum(footprint * (SIZE / 1.7), 1e-6)) + 0.5, 0, LEVELS - 1)
    value = _texel(number, u / 1.7, v / 1.7, level.astype(np.int64))
    return np.asarray((value - 0.5) / 0.36, np.float32)


def _texel(number: int, u: Float, v: Float, level: NDArray[np.int64]) -> Float:
    """(N,) 0..1 of one pattern at (u, v) in periods, at a level of reduction."""
    bank, size = atlas(), SIZE >> level
    x = (u * size).astype(np.int64) & (size - 1)
    y = (v * size).astype(np.int64) & (size - 1)
    start = bank.starts[number, level]
    return np.asarray(bank.texels[start + y * size + x].astype(np.float32) / 255, np.float32)


def folded(mesh: SceneMesh, table: MaterialTable, hits: Hits) -> Hits:
    """The hits with the normals of cloth and leather wavering as over folds, for shading only."""
    part = np.maximum(hits.part, 0)
    strength = table.folds[mesh.material[part]]
    chosen = np.flatnonzero((strength > 0.02) & (hits.part >= 0))
    if not len(chosen):
        return hits
    part, some = part[chosen], hits.of(chosen)
    u, v = _texture_coordinates(mesh, part, some)
    number, period, step = atlas().kinds["noise"][3], 0.45, 2 / SIZE
    level = np.ones(len(part), np.int64)
    u, v = u / period, v / period
    here = _texel(number, u, v, level)
    du = _texel(number, u + step, v, level) - here
    dv = _texel(number, u, v + step, level) - here
    normal = hits.normal.copy()
    local = np.stack([du, dv, 0.5 * (du - dv)], 1) * (12 * strength[chosen])[:, None]
    turned = np.einsum("nij,nj->ni", mesh.rotation[part], local)
    normal[chosen] = unit(np.asarray(normal[chosen] - turned, np.float32), NEAR)
    return Hits(hits.distance, hits.part, hits.point, normal, hits.uv)


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
    return _looked_up(image, u, v)


def _mapped(uv: Float, image: Float) -> Float:
    """(n, 3) of an image laid on by texture coordinates, repeated beyond 0..1."""
    rows, columns = image.shape[:2]
    u = (uv[:, 0] % 1) * (columns - 1)
    v = (1 - uv[:, 1] % 1) * (rows - 1)
    return _looked_up(image, u.astype(np.float32), v.astype(np.float32))


def _looked_up(image: Float, u: Float, v: Float) -> Float:
    """(n, 3) between the pixels around (u, v), in pixels."""
    row, count = 1024, len(u)  # OpenCV maps an image, of limited width
    padded = -(-count // row) * row
    u, v = (np.resize(c, padded).reshape(-1, row) for c in (u, v))
    looked_up = cv2.remap(image, u, v, cv2.INTER_LINEAR)
    return np.asarray(looked_up.reshape(-1, 3)[:count], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Shader:
    """Computes how the hit points of one scene look."""

    mesh: SceneMesh
    table: MaterialTable
    caster: Caster
    lights: Sequence[Light]
    ambient: Float

    def seen(
        self, eye: Float, rays: Float, hits: Hits, camera: Intrinsics, rng: np.random.Generator
    ) -> tuple[Float, Float]:
        """(N, 3) albedo and (N, 3) radiance of a whole picture's hits, reflections included."""
        shape = camera.height, camera.width
        colour = self._colour(rays, hits, camera.fx)
        visibility = Visibility(self.caster, hits, shape, rng)
        shadows = [visibility.shadow(light) for light in self.lights]
        openness = visibility.openness()
        shaped = folded(self.mesh, self.table, hits)
        radiance = self._lit(eye, shaped, colour, shadows, openness)
        strength = self.table.mirror[self._material(hits)]
        glass = np.flatnonzero((strength > 0.01) & (hits.part >= 0))
        if len(glass):
            mirrored = self._reflection(rays[glass], hits.of(glass), camera.fx)
            share = strength[glass, None]
            radiance[glass] += share * (mirrored * colour[glass] ** 0.5 - radiance[glass])
        radiance[hits.part < 0] = 0
        return colour, radiance

    def facing(self, rays: Float, hits: Hits) -> Float:
        """(N,) cosine between ray and surface."""
        length = np.sqrt(dot(rays, rays))
        return np.asarray(np.abs(dot(rays, hits.normal)) / length, np.float32)

    def visibility(self, hits: Hits, colour: Float, rng: np.random.Generator) -> Float:
        """(N,) 0..1: how well each surface shows the depth camera's pattern.

        Dark colours swallow it; a part as a whole may do better or worse than its colour says.
        """
        luck = rng.normal(0, 0.12, len(self.mesh.label)).astype(np.float32)
        part = np.maximum(hits.part, 0)
        dark = np.clip(0.55 + colour.mean(1) / 0.06, 0, 1)
        gloss = 1 - 0.35 * self.table.gloss[self._material(hits)] * (1 - dark)
        return np.asarray(self.table.sensor[self._material(hits)] * dark * gloss + luck[part])

    def response(self, rays: Float, hits: Hits, colour: Float, rng: np.random.Generator) -> Float:
        """(N,) float32: what comes back of a depth camera's infrared pattern, at 1 m distance.

        Most things are brighter in the infrared than to the eye; some dark ones (leather, lacquer)
        are not: chance decides for each material, so that a thing is lost as a whole. Gloss sends
        the light elsewhere; glass, mirrors and screens mostly return nothing.
        """
        material, facing = self._material(hits), self.facing(rays, hits)
        table, count = self.table, len(self.table.gloss)
        base = 0.5 * (table.colour + table.second).mean(1)
        absorbs = (rng.random(count) < 0.2) & (base < 0.09)
        luck = np.exp(rng.normal(0, 0.2, count)) * _through(table.sensor, table.glow, rng)
        albedo = 0.5 * (base[material] + colour.mean(1))
        infrared = np.where(absorbs[material], 0.6 * albedo, 0.75 * np.sqrt(albedo))
        gloss = table.gloss[material]
        slanted = facing ** (1 + 2 * gloss) * (1 - 0.55 * gloss)
        glare = (gloss > 0.45) & (facing > 0.995)  # the projector's own reflection blinds it
        return np.asarray(np.where(glare, 0, infrared * slanted * luck[material]), np.float32)

    def _material(self, hits: Hits) -> NDArray[np.int32]:
        return self.mesh.material[np.maximum(hits.part, 0)]

    def _colour(self, rays: Float, hits: Hits, focal: float) -> Float:
        distance = np.where(hits.part >= 0, hits.distance, 1.0)
        width = distance / focal / np.maximum(self.facing(rays, hits), 0.25)
        return albedo(self.mesh, self.table, hits, np.maximum(width, 1e-4).astype(np.float32))

    def _reflection(self, rays: Float, hits: Hits, focal: float) -> Float:
        """(N, 3) radiance that a mirror at the hits returns; without shadows."""
        along = dot(rays, hits.normal)[:, None]
        bounced = rays - 2 * along * hits.normal
        start = hits.point + 0.003 * hits.normal
        second = self.caster.cast(start, bounced)
        colour = self._colour(bounced, second, focal)
        clear = np.full(len(rays), 0.7, np.float32)
        return self._lit(start, second, colour, [clear] * len(self.lights), clear)

    def _lit(
        self, eye: Float, hits: Hits, colour: Float, shadows: Sequence[Float], openness: Float
    ) -> Float:
        """(N, 3) radiance: ambient light, each lamp's diffuse and specular share, own glow.

        Everything between the lamps is a dot product of point, normal, lamp and eye, so that the
        loop runs over (N,) arrays.
        """
        gloss = self.table.gloss[self._material(hits)]
        upwards = openness * (0.7 + 0.3 * hits.normal[:, 2])
        diffuse = upwards[:, None] * self.ambient
        shiny = np.flatnonzero(gloss > DULL)
        shine = np.zeros((len(shiny), 3), np.float32)
        seen = _Sightline(eye, hits)
        for light, free in zip(self.lights, shadows, strict=True):
            square, facing, bisector = seen.towards(light.position, shiny)
            power = 2.2 * free / (0.8 + square)
            diffuse += (power * facing)[:, None] * light.colour
            sharp = bisector ** (6 + 60 * gloss[shiny])
            shine += (0.5 * gloss[shiny] * sharp * power[shiny])[:, None] * light.colour
        diffuse += self.table.glow[self._material(hits)][:, None]
        diffuse *= colour
        diffuse[shiny] += shine
        return diffuse


def _through(sensor: Float, glow: Float, rng: np.random.Generator) -> Float:
    """(M,) what is left of a material's answer: mostly nothing for glass, screens, lit lamps."""
    lost = rng.random(len(sensor)) < np.clip(1.15 * (1 - sensor), 0, 0.95)
    lost |= (glow > 1) & (rng.random(len(sensor)) < 0.6)
    return np.where(lost, 0, np.minimum(1, sensor + 0.3)).astype(np.float32)


class _Sightline:
    """Angles between hit points, their normals, the eye and a lamp, from dot products."""

    def __init__(self, eye: Float, hits: Hits) -> None:
        point, normal = hits.point, hits.normal
        self._point, self._normal, self._eye = point, normal, eye
        self._own = dot(point, normal)
        self._square = dot(point, point)

    def towards(self, lamp: Float, shiny: NDArray[np.int64]) -> tuple[Float, Float, Float]:
        """Squared distance (N,), cosine at the surface (N,) and, of the shiny points only, the
        cosine between the normal and the bisector of lamp and eye.
        """
        square = np.maximum(self._square - 2 * dot(self._point, lamp) + lamp @ lamp, 1e-4)
        facing = np.maximum(dot(self._normal, lamp) - self._own, 0) / np.sqrt(square)
        point, normal = self._point[shiny], self._normal[shiny]
        eye = self._eye if self._eye.ndim == 1 else self._eye[shiny]
        middle = unit(unit(lamp - point, NEAR) + unit(eye - point, NEAR), NEAR)
        bisector = np.maximum(dot(middle, normal), 0)
        return square, facing, np.asarray(bisector, np.float32)
