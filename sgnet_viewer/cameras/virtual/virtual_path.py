"""Where the virtual camera goes: a closed, smooth curve through the scene's own viewpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.occlusion import sphere
from sgnet_model.scenes.mesh import SceneMesh
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms.room import Room
from sgnet_model.scenes.sensor import camera as cameras
from sgnet_model.scenes.sensor.camera import Pose

Float = NDArray[np.float32]
CHECKED = 12  # poses of a curve that are looked at
CLEARANCE_M = 0.22  # around the camera
NEAR_M = 0.7
WAYS = 8  # directions in which the curve may leave the viewpoint
REACHES_M = (0.8, 0.55, 0.35, 0.2, 0.1)
TURNS = (0.5, 0.3)  # radians to either side
BLANK = (Label.WALL, Label.FLOOR, Label.CEILING)


@dataclass(frozen=True, slots=True)
class CameraPath:
    """An ellipse in the plan, entered at phase 0 along `way`; `reach_m` is its half-axis.

    The camera keeps looking past a focus `focus_m` ahead of its first pose, swinging by `turn`
    (radians) to either side of it.
    """

    position: tuple[float, float, float]
    yaw: float
    tilt: float
    roll: float
    focus_m: float
    way: float = 0.0
    reach_m: float = 0.0
    turn: float = 0.3

    def pose(self, phase: float) -> Pose:
        """At `phase` of the round, 0..1; 0 and 1 are the same."""
        angle = 2 * np.pi * phase
        ahead, aside = self.reach_m * (1 - np.cos(angle)), 0.6 * self.reach_m * np.sin(angle)
        c, s = np.cos(self.way), np.sin(self.way)
        x, y, z = self.position
        x, y = x + c * ahead - s * aside, y + s * ahead + c * aside
        z += 0.12 * self.reach_m * np.sin(2 * angle)
        yaw = self._towards_focus(x, y) + self.turn * np.sin(angle)
        tilt = self.tilt + 0.05 * np.sin(2 * angle)
        roll = self.roll + 0.015 * np.sin(3 * angle)
        return Pose(np.array([x, y, z], np.float32), cameras.looking(yaw, tilt, roll))

    def _towards_focus(self, x: float, y: float) -> float:
        focus_m = max(self.focus_m, 2 * self.reach_m + 1)  # never reached, let alone passed
        fx = self.position[0] + focus_m * np.cos(self.yaw)
        fy = self.position[1] + focus_m * np.sin(self.yaw)
        return float(np.arctan2(fy - y, fx - x))


def choose_path(room: Room, mesh: SceneMesh, caster: Caster, home: Pose) -> CameraPath:
    """Of the curves through `home` that touch nothing, the one with most to see."""
    camera = cameras.kinect(np.random.default_rng(0), (24, 32))
    depth, _ = caster.distance(home.position, cameras.directions(camera, home))
    still = _still(home, float(np.clip(np.median(depth), 1.0, 4.0)))
    free = [path for path in _candidates(still) if _is_free(path, room, caster)] or [still]
    return max(free, key=lambda path: _interest(path, mesh, caster))


def _still(home: Pose, focus_m: float) -> CameraPath:
    """The angles of `cameras.looking` from its matrix."""
    right, _, ahead = home.rotation.T
    tilt = np.arcsin(-ahead[2])
    x, y, z = (float(value) for value in home.position)
    return CameraPath(
        position=(x, y, z),
        yaw=float(np.arctan2(ahead[1], ahead[0])),
        tilt=float(tilt),
        roll=float(np.arcsin(-right[2] / np.cos(tilt))),
        focus_m=focus_m,
    )


def _candidates(still: CameraPath) -> Iterator[CameraPath]:
    for step, reach, turn in product(range(WAYS), REACHES_M, TURNS):
        way = still.yaw + 2 * np.pi * step / WAYS
        yield replace(still, way=way, reach_m=reach, turn=turn)


def _poses(path: CameraPath) -> list[Pose]:
    return [path.pose(k / CHECKED) for k in range(CHECKED)]


def _is_free(path: CameraPath, room: Room, caster: Caster) -> bool:
    """Within the walls, and nothing within CLEARANCE_M of the camera."""
    poses = _poses(path)
    points = np.stack([pose.position for pose in poses])
    limits = np.array([room.width, room.depth]) / 2 - CLEARANCE_M
    if (np.abs(points[:, :2]) > limits).any():
        return False
    around = sphere(64, np.random.default_rng(0))
    distance, _ = caster.distance(points.repeat(64, 0), np.tile(around, (CHECKED, 1)))
    return bool((distance > CLEARANCE_M).all())


def _interest(path: CameraPath, mesh: SceneMesh, caster: Caster) -> float:
    """Classes in view, and the way covered, less what is blank or close to the lens."""
    camera = cameras.kinect(np.random.default_rng(0), (24, 32))
    poses = _poses(path)
    rays = np.concatenate([cameras.directions(camera, pose) for pose in poses])
    eyes = np.stack([pose.position for pose in poses]).repeat(len(rays) // CHECKED, 0)
    depth, part = caster.distance(eyes, rays)
    label = np.where(part >= 0, mesh.label[np.maximum(part, 0)], 0).reshape(CHECKED, -1)
    seen = np.mean([(np.bincount(one, minlength=41) > 0.01 * one.size).sum() for one in label])
    blank = np.isin(label, BLANK).mean()
    near = (depth < NEAR_M).mean()
    return float(seen + 3 * path.reach_m - 8 * max(0.0, blank - 0.5) - 20 * near)
