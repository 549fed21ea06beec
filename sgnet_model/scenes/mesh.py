"""A room's parts as one triangle mesh, and for each part what shading needs to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import Shape
from .thing import Part, Placed, turned

Float = NDArray[np.float32]
Int = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class SceneMesh:
    """World frame: metres, z up.

    `vertices`, `normals`: (V, 3) float32, `triangles`: (T, 3) int32, `owner`: (T,) int32 part.
    `uv`: (V, 2) float32 texture coordinates, or None where no part has any.
    For each of the N parts: `rotation` (N, 3, 3) float32 with the part's axes as columns, `centre`
    and `size` (N, 3) float32, `label` (N,) uint8, `material` (N,) int32.
    """

    vertices: Float
    normals: Float
    triangles: Int
    owner: Int
    rotation: Float
    centre: Float
    size: Float
    label: NDArray[np.uint8]
    material: Int
    uv: Float | None = None


def assemble(placed: Sequence[Placed]) -> SceneMesh:
    """Every part of every thing, in the world."""
    parts = [part for each in placed for part in each.thing.parts]
    rotation, centre = _world_frames(placed)
    size = np.array([part.size for part in parts], np.float32)
    vertices, normals, triangles, owner, uv = _geometry(parts, rotation, centre, size)
    return SceneMesh(
        vertices,
        normals,
        triangles,
        owner,
        rotation,
        centre,
        size,
        np.array([part.label for part in parts], np.uint8),
        np.array([part.material for part in parts], np.int32),
        uv,
    )


def _world_frames(placed: Sequence[Placed]) -> tuple[Float, Float]:
    rotations, centres = [], []
    for each in placed:
        if not each.thing.parts:
            continue
        turn = turned(each.yaw, 0, 0)
        rotations.append(turn @ np.stack([part.rotation for part in each.thing.parts]))
        local = np.stack([part.centre for part in each.thing.parts])
        centres.append(local @ turn.T + np.array(each.at))
    return np.concatenate(rotations).astype(np.float32), np.concatenate(centres).astype(np.float32)


def _geometry(
    parts: Sequence[Part], rotation: Float, centre: Float, size: Float
) -> tuple[Float, Float, Int, Int, Float | None]:
    """Parts of the same shape are transformed together."""
    groups: dict[int, list[int]] = defaultdict(list)
    shapes: dict[int, Shape] = {}
    for index, part in enumerate(parts):
        groups[id(part.shape)].append(index)
        shapes[id(part.shape)] = part.shape
    vertices, normals, triangles, owner, uv = [], [], [], [], []
    mapped = any(shape.uv is not None for shape in shapes.values())
    count = 0
    for key, members in groups.items():
        shape, ids = shapes[key], np.array(members, np.int32)
        turn = rotation[ids].transpose(0, 2, 1)
        points = (shape.vertices[None] * size[ids, None]) @ turn + centre[ids, None]
        leaning = (shape.normals[None] / np.maximum(size[ids, None], 1e-6)) @ turn
        base = count + len(shape.vertices) * np.arange(len(ids), dtype=np.int32)
        vertices.append(points.reshape(-1, 3))
        normals.append(leaning.reshape(-1, 3))
        triangles.append((shape.triangles[None] + base[:, None, None]).reshape(-1, 3))
        owner.append(ids.repeat(len(shape.triangles)))
        count += len(vertices[-1])
        if mapped:
            own = np.zeros((len(shape.vertices), 2), np.float32) if shape.uv is None else shape.uv
            uv.append(np.tile(own, (len(ids), 1)))
    normal = np.concatenate(normals)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return (
        np.concatenate(vertices),
        np.asarray(normal, np.float32),
        np.concatenate(triangles),
        np.concatenate(owner),
        np.concatenate(uv) if mapped else None,
    )
