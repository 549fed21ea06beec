"""Ray casting through Open3D (imported here only, when the first scene is cast)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .mesh import SceneMesh

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What N rays met: `distance` (N,) float32 in lengths of the ray's direction, inf for nothing;
    `part` (N,) int32, -1 for nothing; `point` and `normal` (N, 3) float32, the unit normal turned
    towards the ray's origin.
    """

    distance: Float
    part: NDArray[np.int32]
    point: Float
    normal: Float

    def of(self, index: NDArray[np.int64]) -> Hits:
        """Those at `index`."""
        return Hits(self.distance[index], self.part[index], self.point[index], self.normal[index])


class Caster:
    """The acceleration structure of one scene, used by one thread."""

    def __init__(self, mesh: SceneMesh) -> None:
        import open3d as o3d

        tensor: Any = o3d.core.Tensor
        self._tensor = tensor
        self._mesh = mesh
        corners = mesh.triangles.astype(np.uint32)
        self._scene: Any = o3d.t.geometry.RaycastingScene(nthreads=1)
        self._scene.add_triangles(self._tensor(mesh.vertices), self._tensor(corners))

    def cast(self, origin: Float, direction: Float) -> Hits:
        """First hits of the rays origin (3,) or (N, 3) + t direction (N, 3)."""
        rays = np.empty((len(direction), 6), np.float32)
        rays[:, :3], rays[:, 3:] = origin, direction
        answer = self._scene.cast_rays(self._tensor(rays), nthreads=1)
        distance = answer["t_hit"].numpy()
        triangle = answer["primitive_ids"].numpy()
        met = np.isfinite(distance)
        triangle = np.where(met, triangle, 0).astype(np.int64)
        part = np.where(met, self._mesh.owner[triangle], -1).astype(np.int32)
        reach = np.where(met, distance, 0.0).astype(np.float32)
        point = rays[:, :3] + reach[:, None] * direction
        normal = self._normals(triangle, answer["primitive_uvs"].numpy())
        away = np.einsum("ij,ij->i", normal, direction) > 0
        normal[away] *= -1
        return Hits(distance, part, point, normal)

    def distance(self, origin: Float, direction: Float) -> tuple[Float, NDArray[np.int32]]:
        """Distance and part only: for choosing a camera."""
        hits = self.cast(origin, direction)
        return hits.distance, hits.part

    def blocked(self, origin: Float, target: Float) -> NDArray[np.bool_]:
        """Whether something stands between origin (N, 3) and target (N, 3)."""
        rays = np.empty((len(origin), 6), np.float32)
        rays[:, :3], rays[:, 3:] = origin, target - origin
        answer = self._scene.test_occlusions(self._tensor(rays), 0.0, 0.999, nthreads=1)
        return np.asarray(answer.numpy(), bool)

    def _normals(self, triangle: NDArray[np.int64], uv: Float) -> Float:
        corners = self._mesh.normals[self._mesh.triangles[triangle]]  # (N, 3 corners, 3)
        weight = np.column_stack([1 - uv[:, 0] - uv[:, 1], uv])
        blend = np.einsum("ni,nik->nk", weight, corners)
        length = np.sqrt(np.einsum("ij,ij->i", blend, blend))
        blend /= np.maximum(length, 1e-9)[:, None]
        return np.asarray(blend, np.float32)
