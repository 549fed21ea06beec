"""Edits of depth: text, value and effect."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.data import guess_intrinsics
from sgnet_model.edits import NO_EDITS, Box, Edit, Edits, Stroke, edited, parse_edits
from sgnet_model.types import Frame, UserError

BOX = "box=2,1,3,2"


def _depth() -> np.ndarray:
    depth = np.full((6, 8), 2.0, np.float32)
    depth[1, 2] = 0
    return depth


def _frame(depth: np.ndarray) -> Frame:
    rgb = np.zeros((*depth.shape, 3), np.uint8)
    return Frame("a", rgb, depth, guess_intrinsics(depth.shape[1], depth.shape[0]))


@pytest.mark.parametrize(
    ("text", "inside", "at_hole"),
    [
        (f"shift=-0.5 {BOX}", 1.5, 0),
        (f"scale=1.5 {BOX}", 3.0, 0),
        (f"constant=4 {BOX}", 4.0, 4),
        (f"hole {BOX}", 0.0, 0),
        (f"fill {BOX}", 2.0, 2),
        (f"flatten {BOX}", 2.0, 0),
        (f"shift=-9 {BOX}", 0.01, 0),  # valid depth stays valid
    ],
)
def test_what_each_does_inside_and_nothing_outside(
    text: str, inside: float, at_hole: float
) -> None:
    frame = _frame(_depth())
    edits = parse_edits([text])
    depth = edits.applied(frame).depth_m
    assert depth is not None
    assert depth[1, 2] == at_hole
    assert depth[2, 4] == pytest.approx(inside)
    mask = edits.mask(frame.size)
    assert mask.sum() == 6
    assert np.array_equal(depth[~mask], _depth()[~mask])
    assert np.array_equal(frame.depth_m, _depth())  # the frame itself is left alone
    assert parse_edits(edits.texts) == edits
    assert hash(parse_edits(edits.texts)) == hash(edits)


def test_a_plane_is_flat_already_and_noise_on_it_goes() -> None:
    v, u = np.mgrid[0:20, 0:30]
    plane = (1 / (0.4 + 0.004 * u - 0.003 * v)).astype(np.float32)
    everywhere = np.ones(plane.shape, bool)
    assert edited(plane, everywhere, "flatten") == pytest.approx(plane, rel=1e-6)
    noise = np.random.default_rng(0).normal(0, 0.01, plane.shape).astype(np.float32)
    flat = edited(plane + noise, everywhere, "flatten")
    assert np.abs(flat - plane).max() < 0.005 < np.abs(noise).max()


def test_two_pixels_make_no_plane() -> None:
    depth = _depth()
    two = np.zeros(depth.shape, bool)
    two[3, 3:5] = True
    assert np.array_equal(edited(depth, two, "flatten"), depth)


def test_a_hole_is_filled_by_its_nearest_depth_and_what_is_valid_stays() -> None:
    depth = _depth()
    depth[1, 3] = depth[2, 2] = 3.0  # beside the hole, in the box
    depth[0, 2] = depth[1, 1] = 0  # beside it and outside of the box
    filled = parse_edits([f"fill {BOX}"]).applied(_frame(depth)).depth_m
    expected = depth.copy()
    expected[1, 2] = 3.0
    assert np.array_equal(filled, expected)


def test_a_stroke_is_a_thick_line() -> None:
    mask = Stroke(((2.0, 3.0), (6.0, 3.0)), 1.0).mask((8, 10))
    v, u = np.mgrid[0:8, 0:10]
    distance = np.hypot(u - np.clip(u, 2, 6), v - 3)
    assert np.array_equal(mask, distance <= 1)
    disc = Stroke(((0.0, 0.0),), 1.5).mask((8, 10))
    assert disc.sum() == 4  # of a disc of 9 pixels, the quarter inside


def test_several_in_order_and_an_empty_one() -> None:
    frame = _frame(_depth())
    twice = parse_edits(["shift=1", "scale=2"]).applied(frame).depth_m
    other = parse_edits(["scale=2", "shift=1"]).applied(frame).depth_m
    assert twice is not None
    assert other is not None
    assert (twice.max(), other.max()) == (6, 5)
    assert NO_EDITS.applied(frame) is frame
    assert not Edits()
    assert Edits().then(Edit("hole", None, Box(0, 0, 1, 1))).texts == ("hole box=0,0,1,1",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("melt box=1,1,2,2", "no edit called 'melt'"),
        ("hole", "needs a region"),
        ("hole=1 box=0,0,1,1", "takes no amount"),
        ("shift box=0,0,1,1", "needs an amount"),
        ("scale=0", "cannot take 0"),
        ("constant=-1 box=0,0,1,1", "cannot take -1"),
        ("shift=1 box=0,0,1", "no region that is understood"),
        ("shift=1 box=0,0,0,1", "no region that is understood"),
        ("shift=nan", "something else than a number"),
        ("hole stroke=1,1;2 radius=3", "no region that is understood"),
        ("hole box=0,0,1,1 box=0,0,1,1", "says something twice"),
        ("shift=1 box=9999999,0,1,1", "beyond a million"),
    ],
)
def test_what_is_no_edit_is_refused(text: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        parse_edits([text])


def test_a_region_must_meet_the_picture_and_leave_some_depth() -> None:
    with pytest.raises(UserError, match="touches no pixel of a picture of 8x6"):
        parse_edits(["hole box=50,50,4,4"]).applied(_frame(_depth()))
    with pytest.raises(UserError, match="leave no valid depth"):
        parse_edits(["hole box=-5,-5,100,100"]).applied(_frame(_depth()))
