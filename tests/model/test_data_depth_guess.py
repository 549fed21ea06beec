"""Scales written as numbers, and guesses that say what speaks against them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sgnet_model.data.depth import metric_depth
from sgnet_model.data.depth_guess import alternatives, guess
from sgnet_model.data.depth_units import UNITS, unit_called, unit_of
from sgnet_model.types import Origin, UserError

RNG = np.random.default_rng(0)
ROOM = RNG.uniform(1.2, 4.0, (96, 128))  # metres
MILLIMETRES = np.rint(1000 * ROOM)


@pytest.mark.parametrize(
    ("text", "name", "metres"),
    [
        ("0.25mm", "0.25mm", 0.00025),
        ("1/256m", "1/256m", 1 / 256),
        ("1/6553.5m", "1/6553.5m", 1 / 6553.5),
        ("0.001", "mm", 0.001),
        (" 0.1 MM ", "0.1mm", 0.0001),
        ("1/1000m", "mm", 0.001),
        ("1/5000", "1/5000m", 0.0002),
        ("1e-3", "mm", 0.001),
        ("2cm", "20mm", 0.02),
        ("0.3048", "304.8mm", 0.3048),
        ("1", "m", 1.0),
        ("m", "m", 1.0),
        ("125um", "0.125mm", 0.000125),
    ],
)
def test_scales(text: str, name: str, metres: float) -> None:
    unit = unit_called(text)
    assert unit.metres == pytest.approx(metres, rel=1e-6)
    assert unit_called(unit.name).metres == pytest.approx(metres, rel=1e-6)  # a name says it whole
    assert unit.name in (name, text.strip())
    stored = np.full((2, 2), 1000, np.uint16)
    if 1000 * metres <= 1000:
        assert metric_depth(stored, "a.png", text)[1].median_m == pytest.approx(1000 * metres)


@pytest.mark.parametrize(
    "text",
    ["", "feet", "1000", "0", "0mm", "-1mm", "1/0m", "nan", "1/256km", "1e9m", "mm/2", "1e-9"],
)
def test_what_is_no_scale(text: str) -> None:
    with pytest.raises(UserError, match="use one of mm"):
        unit_called(text)


def test_units_per_metre_get_a_hint() -> None:
    with pytest.raises(UserError, match=r"1/5000m, say"):
        unit_called("5000")


def test_every_named_unit_is_itself() -> None:
    for name, unit in UNITS.items():
        assert unit_called(name) is unit
        if unit.metres is not None:
            assert unit_of(unit.metres) is unit


def test_a_camera_files_scale_is_for_whole_numbers_only() -> None:
    stored = np.full((4, 4), 512, np.uint16)
    _, info = metric_depth(stored, "a.png", None, 1 / 256)
    assert (info.unit, info.origin, info.median_m) == ("1/256m", Origin.FILE, 2.0)
    _, info = metric_depth(np.full((4, 4), 2.0), "a.npy", None, 1 / 256)
    assert (info.unit, info.median_m) == ("m", 2.0)
    _, info = metric_depth(stored, "a.png", "cm", 1 / 256)
    assert info.origin is Origin.GIVEN


@pytest.mark.parametrize(
    ("stored", "path", "unit"),
    [
        (MILLIMETRES, "a/depth.png", "mm"),
        (5 * MILLIMETRES, "a/depth/1311868164.36.png", "1/5000m"),  # name and values agree
        (8 * MILLIMETRES, "a/depth.png", "sun"),
    ],
)
def test_no_doubt_where_the_values_settle_it(stored: np.ndarray, path: str, unit: str) -> None:
    assert guess(stored.astype(np.uint16), path) == (unit, "")


@pytest.mark.parametrize(
    ("stored", "path", "unit", "why"),
    [
        (10 * MILLIMETRES, "a/depth.png", "0.1mm", "multiples of 10"),
        (5 * MILLIMETRES, "a/depth.png", "1/5000m", "multiples of 5"),
        (4 * MILLIMETRES + 2 * (MILLIMETRES % 8 == 0), "a/d.png", "1/5000m", "beyond 10 m"),
        (MILLIMETRES, "a/depth/1311868164.36.png", "mm", "like TUM's"),
        (MILLIMETRES, "freiburg1/depth/1.png", "mm", "like TUM's"),
        (np.rint(MILLIMETRES / 8) * 8, "a/depth.png", "mm", "multiples of 8"),  # 8 mm apart
        (3.7 * MILLIMETRES, "a/depth.png", "mm", "% of its pixels lie beyond 10 m"),
        (10 * MILLIMETRES, "a/depth_mm.png", "mm", "its name says so"),
        (np.where(ROOM > 3.8, 12_000, MILLIMETRES), "a/depth_mm.png", "mm", "lie beyond 10 m"),
        (np.rint(25 * ROOM), "a/depth.png", "cm", "units is small"),  # a median of 65: 0.65 m
        (np.rint(8 * ROOM), "a/depth.png", "mm", "units is small"),  # of 21: too near for cm
    ],
)
def test_doubts_of_counts(stored: np.ndarray, path: str, unit: str, why: str) -> None:
    chosen, doubt = guess(stored.astype(np.uint16), path)
    assert chosen == unit
    assert why in doubt
    assert doubt.startswith(f"The depth of {Path(path).name} was taken to be in {unit}")


@pytest.mark.parametrize(
    ("stored", "unit", "why"),
    [
        (ROOM, "m", ""),
        (ROOM / 4, "m", "no value is above 1"),
        (ROOM * 20, "m", "is far"),
        (ROOM * 100, "cm", "mostly metres"),
        (ROOM * 1000, "mm", ""),
        (
            np.where(ROOM > 3.9, np.nan, MILLIMETRES * 10),
            "0.1mm",
            "multiples of 10",
        ),  # counts that went into a float file
    ],
)
def test_doubts_of_floats(stored: np.ndarray, unit: str, why: str) -> None:
    chosen, doubt = guess(stored.astype(np.float32), "a/depth.npy")
    assert chosen == unit
    assert why in doubt
    assert bool(doubt) == bool(why)


def test_what_16_bits_cannot_hold_may_be_micrometres() -> None:
    stored = np.rint(1e6 * ROOM).astype(np.int32)
    unit, doubt = guess(stored, "a/depth.npy")
    assert unit == "0.001mm"
    assert "doubtful" in doubt
    assert dict(alternatives(stored, "mm"))["0.001mm"] == pytest.approx(np.median(ROOM), rel=0.05)


def test_floats_beyond_all_counts_are_no_depth() -> None:
    with pytest.raises(UserError, match="no valid depth"):
        metric_depth(np.full((96, 128), 1e30), "a/depth.npy")


def kinect_steps(units_per_metre: float) -> np.ndarray:
    """Depths of a smooth wall as a sensor with disparity in eighths of a pixel has them."""
    metres = np.linspace(0.8, 3.5, 240 * 320).reshape(240, 320)
    disparity = np.rint(8 * 575 * 0.075 / metres)
    return np.rint(units_per_metre * 8 * 575 * 0.075 / disparity).astype(np.uint16)


@pytest.mark.parametrize(
    ("units_per_metre", "unit"),
    [(1000, "mm"), (5000, "1/5000m"), (10000, "0.1mm"), (4000, "0.25mm")],
)
def test_the_steps_of_structured_light_settle_the_unit(units_per_metre: float, unit: str) -> None:
    assert guess(kinect_steps(units_per_metre), "a/depth.png") == (unit, "")


def test_multiples_of_eight_may_be_suns() -> None:
    eights = (np.rint(MILLIMETRES / 8) * 8).astype(np.uint16)
    others = dict(alternatives(eights, "mm"))
    assert others["sun"] == pytest.approx(np.median(eights) / 8000, rel=0.02)  # of every fourth row
    assert guess(eights, "SUNRGBD/kv1/x/depth/a.png")[0] == "sun"  # the name decides


def test_alternatives_come_with_their_medians() -> None:
    stored = np.full((8, 8), 9640, np.uint16)
    others = dict(alternatives(stored, "mm"))
    assert others["0.1mm"] == pytest.approx(0.964)
    assert "mm" not in others
    assert next(iter(others)) == "1/5000m"  # 1.93 m: nearest to a room's 2 m
    _, info = metric_depth(stored, "a.png")
    assert info.alternatives == alternatives(stored, info.unit)


@pytest.mark.parametrize(
    ("file", "unit", "median_m", "is_doubted"),
    [
        ("posecnn/000001-depth.png", "0.1mm", 0.964, True),
        ("tum_layout_in_mm/depth/1560000083.949189.png", "mm", 3.461, True),
        ("tum_bom/depth/1305031102.160304.png", "1/5000m", 3.461, False),
        ("aligned_depth/aligned_depth/000000.png", "mm", 3.461, False),
    ],
)
def test_field_cases(
    shared_data: Path, file: str, unit: str, median_m: float, is_doubted: bool
) -> None:
    from sgnet_model.data.images import read_depth

    path = shared_data / "field" / file
    _, info = metric_depth(read_depth(path), str(path))
    assert (info.unit, bool(info.doubt)) == (unit, is_doubted)
    assert info.median_m == pytest.approx(median_m, abs=2e-3)


@pytest.mark.parametrize(
    ("file", "scale", "median_m"),
    [("kitti/depth/0000000005.png", "1/256m", 13.84), ("quarter_mm/depth.png", "0.25mm", 3.46)],
)
def test_field_cases_with_their_scale(
    shared_data: Path, file: str, scale: str, median_m: float
) -> None:
    from sgnet_model.data.images import read_depth

    path = shared_data / "field" / file
    _, info = metric_depth(read_depth(path), str(path), scale)
    assert info.median_m == pytest.approx(median_m, abs=6e-3)
