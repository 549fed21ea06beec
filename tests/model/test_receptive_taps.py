"""Where the taps of a click lie, worked by hand."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from sgnet_model.inspection.receptive_field import LayerTaps, taps_at
from sgnet_model.inspection.receptive_field.grids import network_from_picture, picture_from_network
from sgnet_model.types import Intrinsics, LayerTrace

PAPER = (480, 640)
CAMERA = Intrinsics(500.0, 500.0, 319.5, 239.5, 640, 480)


def trace_of(stride_in: int, stride_out: int, size: tuple[int, int] = PAPER) -> LayerTrace:
    """An S-Conv that left its regular grid nowhere and weighs every tap by 1."""
    (h, w), (height, width) = (
        tuple(-(-pixels // stride) for pixels in size) for stride in (stride_out, stride_in)
    )
    return LayerTrace(
        "layer",
        np.zeros((18, h, w), np.float32),
        np.ones((9, h, w), np.float32),
        stride_in,
        stride_out,
        (height, width),
    )


def moved(trace: LayerTrace, index: tuple[int, int], tap: int, dy: float, dx: float) -> LayerTrace:
    """The same with one tap of one index moved."""
    trace.offsets[2 * tap, index[0], index[1]] = dy
    trace.offsets[2 * tap + 1, index[0], index[1]] = dx
    return trace


@pytest.mark.parametrize(
    ("stride_in", "stride_out", "index", "columns", "rows"),
    [
        # Pixel (201, 302): 201/4 = 50.25 and 302/4 = 75.5, which rounds up.
        (4, 4, (76, 50), (196, 200, 204), (300, 304, 308)),
        # layer2.0 reads stride 4 and writes stride 8: 25.125 and 37.75, taps 4 pixels apart.
        (4, 8, (38, 25), (196, 200, 204), (300, 304, 308)),
        # layer3.0 reads stride 8 and writes stride 16: 12.5625 and 18.875, taps 8 pixels apart.
        (8, 16, (19, 13), (200, 208, 216), (296, 304, 312)),
        (16, 16, (19, 13), (192, 208, 224), (288, 304, 320)),
    ],
)
def test_regular_taps_lie_on_the_input_grid(
    stride_in: int,
    stride_out: int,
    index: tuple[int, int],
    columns: tuple[int, ...],
    rows: tuple[int, ...],
) -> None:
    taps = taps_at(trace_of(stride_in, stride_out), 201, 302, PAPER, PAPER)
    assert taps.index == index
    np.testing.assert_allclose(taps.x, np.tile(columns, 3))
    np.testing.assert_allclose(taps.y, np.repeat(rows, 3))
    np.testing.assert_array_equal(taps.x, taps.grid_x)
    assert taps.stands_for == (columns[1], rows[1])
    assert not taps.displacement_px.any()
    assert not taps.outside.any()
    assert not taps.partly_outside.any()


def test_an_offset_moves_its_tap_by_the_input_stride() -> None:
    trace = moved(trace_of(8, 16), (19, 13), tap=5, dy=-0.5, dx=1.25)
    taps = taps_at(trace, 201, 302, PAPER, PAPER)
    assert (taps.dy[5], taps.dx[5]) == (-0.5, 1.25)
    assert (taps.x[5], taps.y[5]) == (216 + 8 * 1.25, 304 - 8 * 0.5)
    assert (taps.grid_x[5], taps.grid_y[5]) == (216, 304)
    assert taps.displacement_px[5] == pytest.approx(8 * math.hypot(0.5, 1.25))
    assert np.count_nonzero(taps.displacement_px) == 1


def test_a_click_beyond_the_last_index_is_clamped() -> None:
    taps = taps_at(trace_of(16, 16), 639, 479, PAPER, PAPER)
    assert taps.index == (29, 39)  # 639/16 + 0.5 = 40.4 and 479/16 + 0.5 = 30.4
    assert taps.stands_for == (624, 464)


@pytest.mark.parametrize(("stride", "last"), [(4, 476), (8, 472), (16, 464)])
def test_the_depth_of_the_last_row_comes_from_the_last_pixel(stride: int, last: int) -> None:
    taps = taps_at(trace_of(stride, stride), 0, 479, PAPER, PAPER)
    assert taps.stands_for == (0, last)
    assert taps.depth_from == pytest.approx((0, 479))


def test_depth_is_resized_to_the_input_grid_even_where_the_layer_strides() -> None:
    taps = taps_at(trace_of(4, 8), 639, 479, PAPER, PAPER)
    assert taps.index == (59, 79)  # centred on input index (118, 158) of 120 x 160
    assert taps.depth_from == pytest.approx((158 * 639 / 159, 118 * 479 / 119))


def test_positions_are_told_in_the_pixels_of_a_resized_picture() -> None:
    picture = (424, 512)
    taps = taps_at(trace_of(8, 8), 100, 50, PAPER, picture)
    # Network x = 100.5 * 640/512 - 0.5 = 125.125, y = 50.5 * 480/424 - 0.5 = 56.67.
    assert taps.index == (7, 16)
    assert taps.stands_for == pytest.approx((128.5 * 0.8 - 0.5, 56.5 * 424 / 480 - 0.5))
    assert np.diff(taps.x[:3]) == pytest.approx([8 * 0.8] * 2)
    assert np.diff(taps.y[::3]) == pytest.approx([8 * 424 / 480] * 2)


def test_picture_and_network_share_their_outer_edges() -> None:
    assert picture_from_network(-0.5, 640, 512) == -0.5
    assert picture_from_network(639.5, 640, 512) == 511.5
    there = picture_from_network(np.array([0.0, 17.3, 639.0]), 640, 512)
    np.testing.assert_allclose(network_from_picture(there, 640, 512), [0.0, 17.3, 639.0])


def test_taps_beyond_the_border_are_told_apart() -> None:
    """A 4 x 4 input map; index (0, 0). The regular taps of row -1 and column -1 are outside."""
    trace = moved(trace_of(16, 16, (64, 64)), (0, 0), tap=1, dy=0.25, dx=0.0)  # y = -0.75
    moved(trace, (0, 0), tap=4, dy=2.5, dx=3.5)  # (2.5, 3.5): half beyond the last column
    moved(trace, (0, 0), tap=5, dy=3.0, dx=2.0)  # (3, 3): on the last cell, nothing lost
    moved(trace, (0, 0), tap=7, dy=3.0, dx=0.0)  # y = 4: beyond
    moved(trace, (0, 0), tap=8, dy=np.nan, dx=0.0)
    taps = taps_at(trace, 0, 0, (64, 64), (64, 64))
    assert taps.outside.tolist() == [True, False, True, True, False, False, True, True, True]
    assert np.flatnonzero(taps.partly_outside).tolist() == [1, 4]
    assert taps.x[0] == -16  # reported where it lies, though it contributes nothing


@pytest.mark.parametrize("stride", [4, 8, 16])
def test_a_regular_grid_has_a_spread_of_1_155_strides(stride: int) -> None:
    taps = taps_at(trace_of(stride, stride), 320, 240, PAPER, PAPER)
    assert taps.spread_px == pytest.approx(math.sqrt(4 / 3) * stride)


def test_spread_is_taken_about_the_weighted_mean() -> None:
    trace = trace_of(4, 4)
    trace.modulation[:, 60, 80] = 0
    trace.modulation[0, 60, 80] = 0.5  # the mean is tap 0, the top left corner
    squares = [0, 1, 4, 1, 2, 5, 4, 5, 8]  # distances to it, input-grid units squared
    taps = taps_at(trace, 320, 240, PAPER, PAPER)
    assert taps.spread_px == pytest.approx(4 * math.sqrt(sum(squares) / 9))
    trace.modulation[:, 60, 80] = 0  # no weight at all: the plain mean
    assert taps_at(trace, 320, 240, PAPER, PAPER).spread_px == pytest.approx(4 * math.sqrt(4 / 3))


def flat(depth_m: float) -> np.ndarray:
    return np.full(PAPER, depth_m, np.float32)


def taps_over(depth_m: np.ndarray, u: int = 320, v: int = 240) -> LayerTaps:
    return taps_at(trace_of(8, 8), u, v, PAPER, PAPER, depth_m, CAMERA)


def test_spread_in_metres_on_a_wall() -> None:
    """Facing a wall at z, a pixel is z / f metres wide."""
    near, far = taps_over(flat(1.0)), taps_over(flat(3.0))
    assert near.spread_m == pytest.approx(near.spread_px / 500)
    assert far.spread_m == pytest.approx(3 * near.spread_px / 500)
    np.testing.assert_allclose(near.points_m[4], [0.5 / 500, 0.5 / 500, 1.0])


def test_spread_in_metres_crosses_an_edge_in_depth() -> None:
    depth = flat(1.0)
    depth[:, 324:] = 2.0  # the right column of taps lies at 328
    assert taps_over(depth).points_m[:, 2].tolist() == [1, 1, 2] * 3
    spread = taps_over(depth).spread_m
    assert spread is not None
    assert spread > 0.4


def test_taps_without_depth_have_no_point_and_too_few_points_no_spread() -> None:
    depth = flat(1.0)
    depth[:236] = 0  # the upper row of taps lies at 232
    taps = taps_over(depth)
    assert np.isnan(taps.points_m[:3]).all()
    assert np.isfinite(taps.points_m[3:]).all()
    assert taps.spread_m is not None
    depth[:244] = 0  # three taps are left of nine
    assert taps_over(depth).spread_m is None
    assert taps_over(flat(1.0), 0, 0).spread_m is None  # five of nine lie outside the picture


def test_without_depth_or_camera_there_are_no_points() -> None:
    assert np.isnan(taps_at(trace_of(8, 8), 9, 9, PAPER, PAPER).points_m).all()
    taps = taps_at(trace_of(8, 8), 9, 9, PAPER, PAPER, flat(1.0), None)
    assert taps.spread_m is None


def test_a_tap_that_is_no_number_has_no_point() -> None:
    trace = moved(trace_of(8, 8), (30, 40), tap=2, dy=np.inf, dx=np.nan)
    taps = taps_at(trace, 320, 240, PAPER, PAPER, flat(1.0), CAMERA)
    assert np.isnan(taps.points_m[2]).all()
    assert np.isfinite(np.delete(taps.points_m, 2, 0)).all()


def test_a_map_of_one_cell() -> None:
    taps = taps_at(trace_of(16, 16, (16, 16)), 12, 3, (16, 16), (16, 16))
    assert taps.index == (0, 0)
    assert taps.depth_from == (0, 0)
    assert taps.outside.sum() == 8


def test_the_receptive_field_needs_no_torch() -> None:
    """The window's main process computes it before torch is imported."""
    code = "import sys, sgnet_model.inspection.probe; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
