"""A scene for a seed: room, camera, picture, depth, labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.palettes import NYU40
from sgnet_model.types import Frame, Intrinsics, UInt8Array, UserError

from . import camera as cameras
from .arrange import furnished_room
from .depth_sensor import sensed
from .labels import Label
from .lights import Light, lights_of
from .materials import Material
from .mesh import SceneMesh, assemble
from .optics import photograph, undistortion_border
from .rays import Caster
from .recipes import WANTED
from .shading import Stage, Table

Float = NDArray[np.float32]
SMALLEST = 16  # rows or columns
BORDERED = 0.4  # share of pictures with the white border that undistortion left in NYUv2


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A scene ready to be rendered at any size."""

    mesh: SceneMesh
    materials: list[Material]
    lights: list[Light]
    ambient: Float
    pose: cameras.Pose
    caster: Caster


def render_scene(
    seed: int, size: tuple[int, int] = (480, 640), *, clean_depth: bool = False
) -> Frame:
    """The frame "scene-{seed}" at `size` (height, width); a seed and a size give one frame only.

    `rgb` uint8, `labels` uint8 (NYU40, 0 = void), `depth_m` float32 metres as a Kinect sees it
    (0 = hole), or with `clean_depth` the exact distance along the optical axis; its intrinsics.
    Raises UserError for a negative seed or a size under 16 x 16.
    """
    if seed < 0 or min(size) < SMALLEST:
        raise UserError(
            f"Scene {seed} at {size[0]}x{size[1]} cannot be rendered: "
            f"use a seed from 0 and at least {SMALLEST}x{SMALLEST} pixels."
        )
    build, look, lens, flaws, sensor = (
        np.random.default_rng(s) for s in np.random.SeedSequence([1, seed]).spawn(5)
    )
    view = _view(build, look)
    intrinsics = cameras.kinect(lens, size)
    rgb, depth, labels = _rendered(view, intrinsics, flaws, sensor, clean_depth)
    return Frame(
        name=f"scene-{seed}",
        rgb=rgb,
        depth_m=depth,
        intrinsics=intrinsics,
        labels=labels,
        label_scheme=NYU40,
    )


def _view(build: np.random.Generator, look: np.random.Generator) -> View:
    target = Label(int(build.choice(list(WANTED))))
    room, placed = furnished_room(build, target)
    lights, ambient = lights_of(room)
    mesh = assemble(placed)
    caster = Caster(mesh)
    pose = cameras.choose(look, room, mesh, caster, target)
    return View(mesh, room.palette.materials, lights, ambient, pose, caster)


def _rendered(
    view: View,
    camera: Intrinsics,
    flaws: np.random.Generator,
    sensor: np.random.Generator,
    clean_depth: bool,
) -> tuple[UInt8Array, Float, UInt8Array]:
    """Picture, depth and labels."""
    shape = camera.height, camera.width
    rays = cameras.directions(camera, view.pose)
    hits = view.caster.cast(view.pose.position, rays)
    stage = Stage(view.mesh, Table.of(view.materials), view.caster, view.lights, view.ambient)
    colour, radiance = stage.seen(view.pose.position, rays, hits, camera, flaws)
    met = hits.part >= 0
    depth = np.where(met, hits.distance, 0).astype(np.float32).reshape(shape)
    labels = np.where(met, view.mesh.label[np.maximum(hits.part, 0)], 0).astype(np.uint8)
    rgb = photograph(radiance.reshape(*shape, 3), flaws)
    labels = labels.reshape(shape)
    if flaws.random() < BORDERED:
        outside = undistortion_border(shape, flaws)
        rgb[outside], labels[outside] = 255, 0
    if not clean_depth:
        visibility = stage.visibility(hits, colour, sensor).reshape(shape)
        facing = stage.facing(rays, hits).reshape(shape)
        depth = sensed(depth, facing, visibility, sensor)
    return rgb, depth, labels
