"""Depth for sources without any: chosen by name, never by itself, and labelled as what it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sgnet_model.types import FloatArray, Intrinsics, UserError

PLANE_M = 2.0
FLOOR_M, WALL_M = 1.4, 5.0


class StandIn:
    """Makes the stand-in called `name` for whatever size comes; "" for none.

    Raises UserError for a name that is not in `STAND_INS`.
    """

    def __init__(self, name: str) -> None:
        if name and name not in STAND_INS:
            raise UserError(
                f"The stand-in depth {name!r} is not known: use one of {', '.join(STAND_INS)}."
            )
        self._name = name
        self._made: tuple[Intrinsics, FloatArray] | None = None

    def depth(self, camera: Intrinsics) -> FloatArray | None:
        """(H, W) float32 metres of the camera's size; None where none was chosen."""
        if not self._name:
            return None
        if self._made is None or self._made[0] != camera:
            self._made = camera, STAND_INS[self._name][0](camera)
        return self._made[1]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user reads beside every frame."""
        if not self._name:
            return ()
        return (f"Stand-in depth, not measured: {STAND_INS[self._name][1]}.",)


def plane(camera: Intrinsics) -> FloatArray:
    """(H, W) metres: a wall across the view, 2 m away."""
    return np.full((camera.height, camera.width), PLANE_M, np.float32)


def ground(camera: Intrinsics) -> FloatArray:
    """(H, W) metres: a floor 1.4 m below a level camera, ended by a wall 5 m away."""
    slope = (np.arange(camera.height) - camera.cy) / camera.fy  # metres down for each ahead
    floor = np.divide(FLOOR_M, slope, out=np.full(camera.height, WALL_M), where=slope > 0)
    rows = np.minimum(floor, WALL_M).astype(np.float32)[:, None]  # (H, 1)
    return np.repeat(rows, camera.width, axis=1)


STAND_INS: dict[str, tuple[Callable[[Intrinsics], FloatArray], str]] = {
    "plane": (plane, "a wall 2 m away"),
    "ground": (ground, "a floor 1.4 m below a level camera and a wall 5 m away"),
}
