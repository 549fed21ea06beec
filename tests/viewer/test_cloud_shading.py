"""Eye-dome lighting: what a picture of points is darkened by."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_viewer.cloud.pixels import grow_splats, pack_colour
from sgnet_viewer.cloud.shading import DARKEST, eye_dome, shade

NEAR, FAR = 2.0, 3.0  # metres


def step() -> np.ndarray:
    """(20, 40): near at the left, far at the right, with a strip of background at the bottom."""
    depth = np.full((20, 40), FAR, np.float32)
    depth[:, :20] = NEAR
    depth[16:] = np.inf
    return depth


def test_what_lies_behind_an_edge_is_darkened_and_nothing_else() -> None:
    brightness = eye_dome(step())
    np.testing.assert_allclose(brightness[:16, :20], 1.0, atol=1e-5)  # in front of it
    assert (brightness[:11, 20] < 0.75).all()  # a line right behind the edge
    assert (brightness[4:11, 21:24] < 0.95).all()  # and a soft shade
    np.testing.assert_allclose(brightness[:11, 26:], 1.0, atol=1e-5)
    assert (brightness[16:] == 1.0).all()  # the background neither is shaded nor shades
    assert brightness[12:16, 30:].min() == pytest.approx(1.0)
    assert brightness.min() >= DARKEST


def test_a_surface_is_not_shaded_by_its_own_slope_in_the_middle_and_scale_is_no_matter() -> None:
    ramp = np.broadcast_to(np.linspace(2.0, 2.2, 200, dtype=np.float32), (50, 200)).copy()
    assert eye_dome(ramp)[10:40, 10:190].min() > 0.9
    np.testing.assert_allclose(eye_dome(step() * 100), eye_dome(step()), atol=1e-4)


def test_colours_are_darkened_in_place_and_stay_opaque() -> None:
    depth = step()
    image = np.full(depth.shape, pack_colour((200, 100, 50)), np.uint32)
    shade(image, depth)
    assert image[5, 5] == pack_colour((200, 100, 50))
    amount = eye_dome(depth)[5, 20]
    red, green, blue = (int(image[5, 20]) >> shift & 255 for shift in (16, 8, 0))
    assert (red, green, blue) == pytest.approx((200 * amount, 100 * amount, 50 * amount), abs=1.5)
    assert (image >> np.uint32(24) == 255).all()


def test_gaps_in_a_surface_are_closed_and_its_outline_stays() -> None:
    depth = np.full((30, 30), np.inf, np.float32)
    depth[5:25, 5:25] = 2.0
    depth[10, 5:25] = np.inf  # a row that was not sampled
    colours = np.where(np.isfinite(depth), pack_colour((1, 2, 3)), pack_colour((9, 9, 9)))
    closed, grown = grow_splats(depth, colours.astype(np.uint32), 1, closed=True)
    assert (closed[5:25, 7:23] == pack_colour((1, 2, 3))).all()
    assert (grown[5:25, 7:23] == 2.0).all()
    outside = np.ones(depth.shape, bool)
    outside[5:25, 5:25] = False
    assert (closed[outside] == pack_colour((9, 9, 9))).all()
    assert np.isinf(grown[outside]).all()
