"""One furnished room, drawn from anywhere: `sgnet_model.scenes` with a moving camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.look.lights import lights_of
from sgnet_model.scenes.look.shading import MaterialTable, Shader
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms.arrange import furnished_room
from sgnet_model.scenes.rooms.wanted import drawn_target
from sgnet_model.scenes.sensor import camera as cameras
from sgnet_model.scenes.sensor.depth_sensor import sensed
from sgnet_model.scenes.sensor.optics import photograph
from sgnet_model.types import Intrinsics, UInt8Array
from sgnet_viewer.cameras.protocol import UInt16Array

from .virtual_path import choose_path


class VirtualRoom:
    """The room of `render_scene(seed)`, its camera beginning where that picture was taken."""

    def __init__(self, seed: int, size: tuple[int, int]) -> None:
        """`size`: (height, width) of the frames. Takes seconds."""
        build, look, lens, flaws, sensor = np.random.SeedSequence([1, seed]).spawn(5)
        chance = np.random.default_rng(build)
        target = drawn_target(chance)
        room, placed = furnished_room(chance, target)
        lights, ambient = lights_of(room)
        mesh = assemble(placed)
        caster = Caster(mesh)
        home = cameras.choose(np.random.default_rng(look), room, mesh, caster, target)
        self.camera: Intrinsics = cameras.kinect(np.random.default_rng(lens), size)
        self.path = choose_path(room, mesh, caster, home)
        self._shader = Shader(
            mesh, MaterialTable.of(room.palette.materials), caster, lights, ambient
        )
        self._caster = caster
        self._flaws, self._sensor = flaws, sensor

    def frame(self, phase: float, number: int, draft: bool) -> tuple[UInt8Array, UInt16Array]:
        """(H, W, 3) uint8 and (H, W) uint16 millimetres at `phase` (0..1) of the path.

        `number` changes the noise only. A `draft` is drawn at half the size and enlarged: four
        times as quick, and soft.
        """
        camera = self.camera
        if draft:
            camera = camera.scaled_to(camera.width // 2, camera.height // 2)
        rgb, depth_mm = self._drawn(camera, phase, number)
        if draft:
            wanted = self.camera.width, self.camera.height
            rgb = np.asarray(cv2.resize(rgb, wanted, interpolation=cv2.INTER_CUBIC), np.uint8)
            depth_mm = np.asarray(
                cv2.resize(depth_mm, wanted, interpolation=cv2.INTER_NEAREST_EXACT), np.uint16
            )
        return rgb, depth_mm

    def _drawn(
        self, camera: Intrinsics, phase: float, number: int
    ) -> tuple[UInt8Array, UInt16Array]:
        shape = camera.height, camera.width
        pose = self.path.pose(phase)
        rays = cameras.directions(camera, pose)
        hits = self._caster.cast(pose.position, rays)
        flaws, sensor = FixedChance(self._flaws, number), FixedChance(self._sensor, number)
        colour, radiance = self._shader.seen(pose.position, rays, hits, camera, flaws)
        rgb = photograph(radiance.reshape(*shape, 3), flaws)
        depth = np.where(hits.part >= 0, hits.distance, 0).astype(np.float32).reshape(shape)
        visibility = self._shader.visibility(hits, colour, sensor).reshape(shape)
        facing = self._shader.facing(rays, hits).reshape(shape)
        metres = sensed(depth, facing, visibility, sensor)
        return rgb, np.clip(np.rint(1000 * metres), 0, 65_534).astype(np.uint16)


class FixedChance(np.random.Generator):
    """Draws that repeat from frame to frame, as one camera keeps its flaws; all but the noise
    (`standard_normal`), which is of frame `number` alone.
    """

    def __init__(self, character: np.random.SeedSequence, number: int) -> None:
        super().__init__(np.random.PCG64(character))
        entropy = [*character.generate_state(2).tolist(), number]
        self._noise = np.random.default_rng(entropy)

    def standard_normal(self, *args: object, **kwargs: object) -> NDArray[np.float32]:  # type: ignore[override]
        """See NumPy."""
        return self._noise.standard_normal(*args, **kwargs)  # type: ignore[call-overload,no-any-return]
