"""Stand-in depth: geometry that is what its label says."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.geometry import depth_to_points
from sgnet_model.types import Intrinsics
from sgnet_viewer.cameras.stand_in import STAND_INS, StandIn

CAMERA = Intrinsics(50, 50, 31.5, 23.5, 64, 48)


def test_none_is_chosen_by_itself() -> None:
    assert StandIn("").depth(CAMERA) is None
    assert StandIn("").notes == ()


def test_the_ground_is_level_and_ends_at_a_wall() -> None:
    depth = StandIn("ground").depth(CAMERA)
    assert depth is not None
    points = depth_to_points(depth, CAMERA)
    assert points[-1, :, 1] == pytest.approx(1.4)  # below the camera, along the last row
    floor = points[..., 2] < 4.99
    assert points[floor][:, 1] == pytest.approx(1.4, abs=1e-5)
    assert points[~floor][:, 2] == pytest.approx(5.0)
    assert (points[..., 1] <= 1.4001).all()


@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_follows_the_size_and_says_that_it_is_none(name: str) -> None:
    stand_in = StandIn(name)
    assert np.shape(stand_in.depth(CAMERA)) == (48, 64)
    assert np.shape(stand_in.depth(CAMERA.scaled_to(32, 24))) == (24, 32)
    assert "not measured" in stand_in.notes[0]
