"""A scene for a seed: room, camera, picture, depth, labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.data.palettes import NYU40
from sgnet_model.types import Frame, Intrinsics, UInt8Array, UserError

from .look.lights import Light, lights_of
from .look.materials import Material
from .look.shading import MaterialTable, Shader
from .mesh import SceneMesh, assemble
from .profile import CLASSIC, Profile
from .rays import Caster
from .rooms.arrange import furnished_room
from .rooms.wanted import drawn_target
from .sensor import camera as cameras
from .sensor.depth_sensor import sensed
from .sensor.optics import photograph, undistortion_border
from .sensor.structured_light import captured

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
    profile: Profile


def render_scene(
    seed: int,
    size: tuple[int, int] = (480, 640),
    *,
    clean_depth: bool = False,
    profile: Profile = CLASSIC,
) -> Frame:
    """The frame "scene-{seed}" at `size` (height, width).

    A seed, a size and a `profile` of the generator give one frame only.

    `rgb` uint8, `labels` uint8 (NYU40, 0 = void), `depth_m` float32 metres as a Kinect sees it
    (0 = hole), or with `clean_depth` the exact distance along the optical axis; its intrinsics.
    Raises UserError for a negative seed or a size under 16 x 16.
    """
    _check(seed, size)
    chances = _chances(seed)
    view = _view(chances, profile)
    intrinsics = cameras.kinect(chances.lens, size)
    rgb, depth, labels = _rendered(view, intrinsics, chances, clean_depth)
    return Frame(
        name=f"scene-{seed}",
        rgb=rgb,
        depth_m=depth,
        intrinsics=intrinsics,
        labels=labels,
        label_scheme=NYU40,
    )


def heights(seed: int, size: tuple[int, int] = (480, 640), profile: Profile = CLASSIC) -> Float:
    """(H, W) float32 metres above the floor of what each pixel of `render_scene` shows."""
    _check(seed, size)
    chances = _chances(seed)
    view = _view(chances, profile)
    rays = cameras.directions(cameras.kinect(chances.lens, size), view.pose)
    return view.caster.cast(view.pose.position, rays).point[:, 2].reshape(size)


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Independent sources of chance: a change to one stage leaves the draws of the others alone."""

    build: np.random.Generator
    look: np.random.Generator
    lens: np.random.Generator
    flaws: np.random.Generator
    sensor: np.random.Generator


def _chances(seed: int) -> Chances:
    return Chances(*(np.random.default_rng(s) for s in np.random.SeedSequence([1, seed]).spawn(5)))


def _check(seed: int, size: tuple[int, int]) -> None:
    if seed < 0 or min(size) < SMALLEST:
        raise UserError(
            f"Scene {seed} at {size[0]}x{size[1]} cannot be rendered: "
            f"use a seed from 0 and at least {SMALLEST}x{SMALLEST} pixels."
        )


def _view(chances: Chances, profile: Profile) -> View:
    target = drawn_target(chances.build, profile)
    room, placed = furnished_room(chances.build, target, profile)
    lights, ambient = lights_of(room)
    mesh = assemble(placed)
    caster = Caster(mesh)
    pose = cameras.choose(chances.look, room, mesh, caster, target)
    return View(mesh, room.palette.materials, lights, ambient, pose, caster, profile)


def _rendered(
    view: View,
    camera: Intrinsics,
    chances: Chances,
    clean_depth: bool,
) -> tuple[UInt8Array, Float, UInt8Array]:
    """Picture, depth and labels."""
    flaws = chances.flaws
    shape = camera.height, camera.width
    rays = cameras.directions(camera, view.pose)
    hits = view.caster.cast(view.pose.position, rays)
    shader = Shader(
        view.mesh, MaterialTable.of(view.materials), view.caster, view.lights, view.ambient
    )
    colour, radiance = shader.seen(view.pose.position, rays, hits, camera, flaws)
    met = hits.part >= 0
    depth = np.where(met, hits.distance, 0).astype(np.float32).reshape(shape)
    labels = np.where(met, view.mesh.label[np.maximum(hits.part, 0)], 0).astype(np.uint8)
    rgb = photograph(radiance.reshape(*shape, 3), flaws, view.profile)
    labels = labels.reshape(shape)
    if flaws.random() < BORDERED:
        outside = undistortion_border(shape, flaws)
        rgb[outside], labels[outside] = 255, 0
    if not clean_depth and view.profile.real_sensor:
        response = shader.response(rays, hits, colour, chances.sensor).reshape(shape)
        depth = captured(depth, response, rgb[..., 1], chances.sensor)
    elif not clean_depth:
        visibility = shader.visibility(hits, colour, chances.sensor).reshape(shape)
        facing = shader.facing(rays, hits).reshape(shape)
        depth = sensed(depth, facing, visibility, chances.sensor)
    return rgb, depth, labels
