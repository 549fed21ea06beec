"""Ray casting through Open3D (imported here only, when the first scene is cast)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.libraries import import_open3d

from .mesh import SceneMesh
from .vectors import by_components, combined, dot, unit

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What N rays met: `distance` (N,) float32 in lengths of the ray's direction, inf for nothing;
    `part` (N,) int32, -1 for nothing; `point` and `normal` (N, 3) float32, the unit normal turned
    towards the ray's origin; `uv` (N, 2) float32 texture coordinates, None where the mesh has none.
    """

    distance: Float
    part: NDArray[np.int32]
    point: Float
    normal: Float
    uv: Float | None = None

    def of(self, index: NDArray[np.int64]) -> Hits:
        """Those at `index`."""
        uv = None if self.uv is None else self.uv[index]
        return Hits(
            self.distance[index], self.part[index], self.point[index], self.normal[index], uv
        )


class Caster:
    """The acceleration structure of one scene, used by one thread."""

    def __init__(self, mesh: SceneMesh) -> None:
        o3d = import_open3d()

        tensor: Any = o3d.core.Tensor
        self._tensor = tensor
        self._mesh = mesh
        corners = mesh.triangles.astype(np.uint32)
        self._normals = by_components(mesh.normals[mesh.triangles])  # corner, component, triangle
        self._scene: Any = o3d.t.geometry.RaycastingScene(nthreads=1)
        self._scene.add_triangles(self._tensor(mesh.vertices), self._tensor(corners))

    def cast(self, origin: Float, direction: Float) -> Hits:
        """First hits of the rays origin (3,) or (N, 3) + t direction (N, 3)."""
        answer = self._answer(origin, direction)
        distance, triangle, part = self._met(answer)
        reach = np.where(part >= 0, distance, 0.0).astype(np.float32)
        point = origin + reach[:, None] * direction
        within = answer["primitive_uvs"].numpy()
        normal = self._normal(triangle, within)
        away = dot(normal, direction) > 0
        normal[away] *= -1
        return Hits(distance, part, point, normal, self._texture(triangle, within))

    def _texture(self, triangle: NDArray[np.int64], within: Float) -> Float | None:
        """(N, 2) blended from the corners' texture coordinates."""
        uv = self._mesh.uv
        if uv is None:
            return None
        a, b, c = (uv[self._mesh.triangles[triangle, k]] for k in range(3))
        u, v = within[:, :1], within[:, 1:]
        return np.asarray((1 - u - v) * a + u * b + v * c, np.float32)

    def distance(self, origin: Float, direction: Float) -> tuple[Float, NDArray[np.int32]]:
        """Distance and part only: for choosing a camera."""
        distance, _, part = self._met(self._answer(origin, direction))
        return distance, part

    def blocked(self, origin: Float, target: Float) -> NDArray[np.bool_]:
        """Whether something stands between origin (N, 3) and target (N, 3)."""
        rays = np.empty((len(origin), 6), np.float32)
        rays[:, :3], rays[:, 3:] = origin, target - origin
        answer = self._scene.test_occlusions(self._tensor(rays), 0.0, 0.999, nthreads=1)
        return np.asarray(answer.numpy(), bool)

    def _answer(self, origin: Float, direction: Float) -> Any:
        rays = np.empty((len(direction), 6), np.float32)
        rays[:, :3], rays[:, 3:] = origin, direction
        return self._scene.cast_rays(self._tensor(rays), nthreads=1)

    def _met(self, answer: Any) -> tuple[Float, NDArray[np.int64], NDArray[np.int32]]:
        """Distance, triangle (any, where nothing was met) and part."""
        distance = answer["t_hit"].numpy()
        met = np.isfinite(distance)
        triangle = np.where(met, answer["primitive_ids"].numpy(), 0).astype(np.int64)
        return distance, triangle, np.where(met, self._mesh.owner[triangle], -1).astype(np.int32)

    def _normal(self, triangle: NDArray[np.int64], uv: Float) -> Float:
        """(N, 3) unit normals, blended from those of the corners."""
        u, v = uv[:, 0], uv[:, 1]
        blend = combined(np.stack([1 - u - v, u, v]), self._normals, triangle)
        return unit(np.ascontiguousarray(blend.T), 1e-9)
