"""What every source hands over: sane depth, arrays of its own."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.types import Intrinsics, UserError
from sgnet_viewer.cameras.frames import NO_DEPTH, clean_depth, counted_depth, counts_of, live_frame

CAMERA = Intrinsics(10, 10, 1.5, 0.5, 4, 2)
RGB = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)


def test_what_is_no_distance_is_missing() -> None:
    depth = np.array([[np.nan, np.inf, -np.inf, -1.0], [0.0, 1001.0, 1000.0, 0.25]])
    cleaned = clean_depth(depth)
    assert cleaned.dtype == np.float32
    assert cleaned.tolist() == [[0, 0, 0, 0], [0, 0, 1000.0, 0.25]]


@pytest.mark.parametrize(("unit", "metres"), [(0.001, 1.25), (0.0001, 0.125), (0.0002, 0.25)])
def test_counts_become_metres_in_the_frames_own_unit(unit: float, metres: float) -> None:
    depth = counted_depth(np.array([[1250, 0, 65535]], np.uint16), unit)
    assert depth[0] == pytest.approx([metres, 0, 0])


def test_metres_become_counts_again() -> None:
    metres = np.array([[0.0, 0.0004, 1.2346, 65.534, 65.5346, 900.0]], np.float32)
    assert counts_of(metres, 0.001).tolist() == [[0, 0, 1235, 65534, 0, 0]]


def test_a_frame_owns_its_arrays() -> None:
    rgb, raw = RGB.copy(), np.full((2, 4), 1250, np.uint16)
    live = live_frame(rgb, raw, CAMERA, name="a", number=3, device_s=0.1)
    rgb[:], raw[:] = 0, 0  # the SDK uses its buffers again
    assert live.raw_depth is not None
    assert live.frame.depth_m is not None
    assert np.array_equal(live.frame.rgb, RGB)
    assert (live.raw_depth == 1250).all()
    assert live.frame.depth_m == pytest.approx(np.full((2, 4), 1.25))
    assert (live.number, live.device_s, live.depth_unit_m) == (3, 0.1, 0.001)


def test_what_is_shown_of_the_depth() -> None:
    raw = np.full((40, 40), 1250, np.uint16)
    raw[:, 20:] = 0
    rgb = np.zeros((40, 40, 3), np.uint8)
    for unit_m, unit in ((0.0001, "0.1mm"), (0.00025, "0.25mm")):
        info = live_frame(rgb, raw, CAMERA, name="a", number=0, unit_m=unit_m).frame.depth_info
        assert info is not None
        assert (info.unit, info.valid_fraction) == (unit, 0.5)
        assert info.median_m == pytest.approx(1250 * unit_m)


def test_depth_in_metres_has_no_counts() -> None:
    live = live_frame(RGB, np.full((2, 4), np.nan, np.float32), CAMERA, name="a", number=0)
    info = live.frame.depth_info
    assert live.raw_depth is None
    assert info is not None
    assert (info.unit, info.median_m, info.valid_fraction) == ("m", 0.0, 0.0)


def test_no_depth_is_said() -> None:
    frame = live_frame(RGB, None, CAMERA, name="a", number=0, notes=("grey light",)).frame
    assert frame.depth_m is None
    assert frame.depth_info is None
    assert frame.notes == ("grey light", NO_DEPTH)


@pytest.mark.parametrize(
    ("rgb", "depth", "complaint"),
    [
        (RGB[..., 0], None, r"shape \(2, 4\)"),
        (RGB.astype(np.float32), None, "float32"),
        (RGB, np.zeros((2, 3), np.uint16), r"Depth of shape \(2, 3\)"),
        (RGB, np.zeros((2, 4), np.uint8), "uint8"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    rgb: np.ndarray, depth: np.ndarray | None, complaint: str
) -> None:
    with pytest.raises(UserError, match=complaint):
        live_frame(rgb, depth, CAMERA, name="a", number=0)
