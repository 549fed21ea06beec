"""Units of depth: what they decode to, and which is guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sgnet_model.data import UNITS, guess_unit
from sgnet_model.data.decode import decode
from sgnet_model.data.depth import metric_depth, to_metres
from sgnet_model.types import Origin, UserError

ROOM = np.random.default_rng(0).uniform(1.2, 4.0, (96, 128))  # metres


@pytest.mark.parametrize(
    ("unit", "stored", "metres"),
    [
        ("mm", np.array([[0, 1500, 65535]], np.uint16), [0, 1.5, 0]),
        ("0.1mm", np.array([[0, 24525, 65535]], np.uint16), [0, 2.4525, 0]),
        ("1/5000m", np.array([[0, 7000, 65535]], np.uint16), [0, 1.4, 0]),
        ("cm", np.array([[0, 250]], np.uint16), [0, 2.5]),
        ("m", np.array([[0, 2.5, np.nan, np.inf, -1, 10000, 65535, 1001]]), [0, 2.5] + [0] * 6),
        ("mm", np.array([[2500.0, np.nan, -np.inf, 10000.0]], np.float32), [2.5, 0, 0, 0]),
        ("mm", np.array([[-5, 3000]], np.int32), [0, 3]),
        ("kinect-disparity", np.array([[0, 985, 2047, 1092]], np.uint16), [0, 351.3 / 107.5, 0, 0]),
    ],
)
def test_by_hand(unit: str, stored: np.ndarray, metres: list[float]) -> None:
    decoded = to_metres(stored, unit)
    assert decoded.dtype == np.float32
    np.testing.assert_allclose(decoded[0], metres, rtol=1e-6)


def test_sun_turns_three_bits_back() -> None:
    millimetres = np.array([[0, 1958, 8000, 9001]], np.uint32)
    stored = ((millimetres << 3) | (millimetres >> 13)).astype(np.uint16)
    assert stored[0, 3] % 8 != 0  # the bits that went round
    np.testing.assert_allclose(to_metres(stored, "sun")[0], [0, 1.958, 8, 8], rtol=1e-6)


def test_ten_metres_alone_is_a_hole_but_a_far_wall_is_not() -> None:
    alone = np.array([[2000, 3000, 10000, 10000]], np.uint16)
    wall = np.array([[2000, 9700, 9900, 10000]], np.uint16)
    assert to_metres(alone, "mm").tolist() == [[2.0, 3.0, 0.0, 0.0]]
    assert to_metres(wall, "mm")[0, 3] == 10.0


def test_the_input_is_left_alone() -> None:
    stored = np.array([[np.nan, 1.0]])
    to_metres(stored, "m")
    assert np.isnan(stored[0, 0])


@pytest.mark.parametrize(
    ("unit", "dtype", "path"),
    [
        ("mm", np.uint16, "a/depth.png"),
        ("mm", np.int32, "depth.npy"),
        ("mm", np.float32, "depth.npy"),
        ("m", np.float32, "depth.npy"),
        ("m", np.float64, "a/depth.tiff"),
        ("0.1mm", np.uint16, "a/depth.png"),
        ("1/5000m", np.uint16, "depth/1305031790.640468.png"),
        ("1/5000m", np.uint16, "tum/fr1_desk/depth/7.png"),
        ("1/5000m", np.uint16, "a/7.png"),
        ("cm", np.uint16, "a/depth_cm.png"),
        ("mm", np.uint16, "depth_mm/0001.png"),
    ],
)
def test_guess_of_a_room(unit: str, dtype: type, path: str) -> None:
    scale = {"mm": 1000, "0.1mm": 10000, "1/5000m": 5000, "m": 1, "cm": 100}[unit]
    metres = ROOM * (0.9 if unit == "1/5000m" else 0.7 if unit == "0.1mm" else 1.25)
    assert guess_unit((metres * scale).astype(dtype), path) == unit


def test_guess_of_sun_without_its_name_and_not_by_chance() -> None:
    rotated = (ROOM * 1000).astype(np.uint16) << 3
    assert guess_unit(rotated, "a/depth.png") == "sun"
    few = np.full((64, 64), 9600, np.uint16)  # a plane: a multiple of 8 says nothing
    assert guess_unit(few, "a/depth.png") == "mm"
    assert guess_unit(few, "SUNRGBD/kv1/x/depth_bfx/a.png") == "sun"


def test_guess_of_kinect_2_by_its_size() -> None:
    near = np.random.default_rng(0).uniform(0.6, 1.0, (424, 512))
    assert guess_unit((near * 10000).astype(np.uint16), "a/depth.png") == "0.1mm"
    assert guess_unit((near * 1000).astype(np.uint16), "a/depth.png") == "mm"


def test_guess_by_the_values_of_a_set_or_a_sensor() -> None:
    """TUM's halls are far, and floats may be centimetres."""
    assert guess_unit(np.full((64, 64), 25_000, np.uint16), "freiburg2/depth/1.png") == "1/5000m"
    assert guess_unit(np.full((64, 64), 200, np.float32), "a.tiff") == "cm"
    assert guess_unit(np.full((64, 64), 2000, np.float32), "a.tiff") == "mm"


def test_guess_of_sun_needs_multiples_of_eight_nearly_everywhere() -> None:
    random = np.random.default_rng(0)
    eights = (8 * random.integers(1500, 5000, (64, 64))).astype(np.uint16)
    assert guess_unit(eights, "a.png") == "sun"
    assert guess_unit(eights + 4 * (eights % 16 > 0).astype(np.uint16), "a.png") != "sun"
    some = np.where(random.random(eights.shape) < 0.1, eights + 3, eights).astype(np.uint16)
    assert guess_unit(some, "a.png") != "sun"


def test_a_largest_value_of_2047_alone_is_no_kinect() -> None:
    disparity = np.linspace(400, 1050, 64 * 64).reshape(64, 64).astype(np.uint16)
    disparity[:8] = 2047
    assert guess_unit(disparity, "a.png") == "kinect-disparity"
    disparity[8] = 1500  # no distance has this one: these are millimetres
    assert guess_unit(disparity, "a.png") == "mm"


def test_a_name_does_not_beat_values_that_rule_it_out() -> None:
    millimetres = (ROOM * 1000).astype(np.uint16)
    assert guess_unit(millimetres, "depth_m.png") == "mm"  # whole metres are no depth
    assert guess_unit(millimetres + 1, "SUNRGBD/kv1/x/depth/a.png") == "mm"


@pytest.mark.parametrize(
    ("file", "unit", "median_m"),
    [
        ("nyuv2/0001/depth_mm.png", "mm", 2.942),
        ("nyuv2/0001/depth_raw_mm.png", "mm", 3.042),
        ("nyuv2/0433/depth_raw_mm.png", "mm", 3.640),
        ("kinect2/depth.png", "0.1mm", 2.448),
        ("tum/rgbdvo/depth/1305031790.640468.png", "1/5000m", 1.397),
        ("redwood/depth/00000.png", "mm", 1.861),
        ("sunrgbd/SUNRGBD/kv1/b3dodata/img_0063/depth/img_0063_abs.png", "sun", 1.963),
        ("sunrgbd/SUNRGBD/kv1/b3dodata/img_0063/depth_bfx/img_0063_abs.png", "sun", 1.958),
        ("pairs/nyu_open3d_depth.pgm", "kinect-disparity", 3.268),
    ],
)
def test_real_files(shared_data: Path, file: str, unit: str, median_m: float) -> None:
    path = shared_data / file
    metres, info = metric_depth(decode(path), str(path))
    assert (info.unit, info.origin) == (unit, Origin.GUESS)
    assert info.median_m == pytest.approx(median_m, abs=6e-4)
    assert info.valid_fraction == pytest.approx(float((metres > 0).mean()))
    assert np.isfinite(metres).all()


def test_a_given_unit_is_taken() -> None:
    _, info = metric_depth(np.full((4, 4), 2000, np.uint16), "depth_mm.png", "1/5000m")
    assert (info.unit, info.origin) == ("1/5000m", Origin.GIVEN)
    assert info.median_m == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("stored", "unit", "sentence"),
    [
        (np.full((4, 4), 90, np.uint8), None, "8-bit depth, which has no metric scale"),
        (np.full((4, 4), 90, np.uint8), "cm", "8-bit depth, which has no metric scale"),
        (np.full((4, 4), 90, np.uint16), None, "no value above 255"),
        (np.zeros((4, 4), np.uint16), None, "no valid depth when read as mm"),
        (np.full((4, 4), np.nan, np.float32), None, "no valid depth when read as m:"),
        (np.full((4, 4), 5000, np.uint16), "m", "no valid depth when read as m:"),
        (np.full((4, 4), 2000, np.uint16), "feet", "'feet' is not known: use one of mm"),
        (np.full((4, 4), 1j), None, "complex128"),
    ],
)
def test_refusals(stored: np.ndarray, unit: str | None, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as refusal:
        metric_depth(stored, "some/depth.png", unit)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_small_integers_are_read_where_the_unit_is_given() -> None:
    assert metric_depth(np.full((4, 4), 90, np.uint16), "d.png", "cm")[1].median_m == pytest.approx(
        0.9
    )


def test_units_are_keyed_by_their_names() -> None:
    assert all(name == unit.name and unit.description for name, unit in UNITS.items())
