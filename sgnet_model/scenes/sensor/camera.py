"""Where the camera stands: held by hand in the room, as NYUv2's was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.mesh import SceneMesh
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms.room import Room
from sgnet_model.types import Intrinsics, Origin

Float = NDArray[np.float32]
CANDIDATES = 14
SMALL = (
    Label.SINK,
    Label.PAPER,
    Label.LAMP,
    Label.BOOKS,
    Label.TOWEL,
    Label.BOX,
    Label.BAG,
    Label.PILLOW,
    Label.TOILET,
    Label.NIGHT_STAND,
    Label.TELEVISION,
    Label.CLOTHES,
    Label.OTHER_PROP,
)  # looked at from nearby


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """world_from_camera: `position` (3,), `rotation` (3, 3) float32; x right, y down, z ahead."""

    position: Float
    rotation: Float


def kinect(rng: np.random.Generator, size: tuple[int, int]) -> Intrinsics:
    """NYUv2's colour camera with some play (one in five: another lens), for (height, width)."""
    zoom = rng.normal(1.0, 0.01) if rng.random() < 0.8 else rng.uniform(0.9, 1.2)
    base = Intrinsics(
        518.86 * zoom,
        519.47 * zoom,
        325.58 + rng.normal(0, 3),
        253.74 + rng.normal(0, 3),
        640,
        480,
        Origin.DATASET,
    )
    return base.scaled_to(size[1], size[0])


def directions(camera: Intrinsics, pose: Pose) -> Float:
    """(n, 3) float32 rays through the pixels' centres, row by row, of unit depth along the axis."""
    u = (np.arange(camera.width, dtype=np.float32) - camera.cx) / camera.fx
    v = (np.arange(camera.height, dtype=np.float32) - camera.cy) / camera.fy
    rays = np.empty((len(v), len(u), 3), np.float32)
    rays[..., 0], rays[..., 1], rays[..., 2] = u[None], v[:, None], 1.0
    # Row by row: too little for NumPy's threads, which would spin for longer than they help.
    return (rays @ pose.rotation.T.astype(np.float32)).reshape(-1, 3)


def choose(
    rng: np.random.Generator, room: Room, mesh: SceneMesh, caster: Caster, target: Label
) -> Pose:
    """The best of several poses: the target and many other classes in view, nothing at the lens."""
    camera = kinect(np.random.default_rng(0), (24, 32))
    focus = _focus(rng, mesh, target)
    best, best_score = None, -np.inf
    for _ in range(CANDIDATES):
        pose = _candidate(rng, room, mesh, focus)
        depth, part = caster.distance(pose.position, directions(camera, pose))
        score = _score(depth, part, mesh, int(mesh.label[focus])) + rng.uniform(0, 1.5)
        if score > best_score:
            best, best_score = pose, score
    assert best is not None  # the loop runs at least once
    return best


def _focus(rng: np.random.Generator, mesh: SceneMesh, target: Label) -> int:
    """A part to look at: of the target class, else of one drawn evenly among those in the room."""
    there = np.unique(mesh.label)
    there = there[~np.isin(there, (Label.WALL, Label.FLOOR, Label.CEILING))]
    if not len(there):
        return 0
    label = target if target in there and rng.random() < 0.85 else rng.choice(there)
    return int(rng.choice(np.flatnonzero(mesh.label == label)))


def _candidate(rng: np.random.Generator, room: Room, mesh: SceneMesh, focus: int) -> Pose:
    """At arm's to room's length from the focus, within the walls and not inside furniture."""
    target = mesh.centre[focus]
    height = float(np.clip(rng.normal(1.4, 0.2), 0.9, 1.95))
    usual = 2.0 if mesh.label[focus] in SMALL else 3.1  # metres
    usual *= room.palette.profile.reach
    for _ in range(8):
        away, angle = rng.lognormal(np.log(usual), 0.35), rng.uniform(0, 2 * np.pi)
        x, y = target[0] + away * np.cos(angle), target[1] + away * np.sin(angle)
        if _free(room, x, y, height):
            break
    else:
        x = rng.uniform(-0.5, 0.5) * (room.width - 0.6)
        y = rng.uniform(-0.5, 0.5) * (room.depth - 0.6)
    aim = target + rng.normal(0, 0.35, 3)
    yaw = np.arctan2(aim[1] - y, aim[0] - x) + rng.normal(0, 0.12)
    down = 9 if room.palette.profile.real_shares else 10  # degrees; more of the ceiling in view
    tilt = np.radians(np.clip(rng.normal(down, 9), -10, 38))
    roll = np.radians(rng.normal(0, 1.5))
    return Pose(np.array([x, y, height], np.float32), looking(yaw, tilt, roll))


def _free(room: Room, x: float, y: float, height: float) -> bool:
    if abs(x) > room.width / 2 - 0.25 or abs(y) > room.depth / 2 - 0.25:
        return False
    return not any(
        r.x0 - 0.2 < x < r.x1 + 0.2 and r.y0 - 0.2 < y < r.y1 + 0.2 and r.height > height - 0.25
        for r in room.rects
    )


def looking(yaw: float, tilt: float, roll: float) -> Float:
    """world_from_camera for a view along yaw, `tilt` down, `roll` about the axis (radians)."""
    ahead = np.array([np.cos(yaw) * np.cos(tilt), np.sin(yaw) * np.cos(tilt), -np.sin(tilt)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    down = np.cross(ahead, right)
    c, s = np.cos(roll), np.sin(roll)
    return np.stack([c * right + s * down, c * down - s * right, ahead], 1).astype(np.float32)


def _score(depth: Float, part: NDArray[np.int32], mesh: SceneMesh, target: int) -> float:
    """Target and classes in view, less penalties for what is too close and for blank surfaces."""
    labels = mesh.label[part[part >= 0]]
    share = np.bincount(labels, minlength=41) / max(1, len(part))
    seen = np.minimum(share / 0.01, 1).sum() + 4 * min(1.0, share[target] / 0.06)
    near = float((depth < 0.7).mean())
    blank = sum(
        max(0.0, share[label] - limit)
        for label, limit in ((Label.WALL, 0.2), (Label.FLOOR, 0.12), (Label.CEILING, 0.1))
    )
    return float(seen - 20 * max(0.0, near - 0.02) - 22 * blank)
