"""Class lists and colours."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sgnet_model.data.palettes import (
    CITYSCAPES19,
    NYU13,
    NYU40,
    SCHEMES,
    SUN37,
    bit_reversal_palette,
    scheme_for,
)
from sgnet_model.types import UserError


def test_bit_reversal_by_hand() -> None:
    colours = bit_reversal_palette(0, 65)
    assert colours[0].tolist() == [0, 0, 0]
    assert colours[1].tolist() == [128, 0, 0]
    assert colours[7].tolist() == [128, 128, 128]
    assert colours[8].tolist() == [64, 0, 0]  # bit 3 is the second bit of red
    assert colours[13].tolist() == [192, 0, 128]  # 1101: red 1 and 8, blue 4
    assert colours[64].tolist() == [32, 0, 0]


def test_nyu_starts_after_black() -> None:
    assert NYU40.palette[0].tolist() == [128, 0, 0]
    assert (NYU40.palette.sum(axis=1) > 0).all()
    assert (SUN37.palette == NYU40.palette[:37]).all()


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_names_and_colours_agree(scheme) -> None:  # type: ignore[no-untyped-def]
    count = len(scheme.classes)
    assert scheme.palette.shape == (count, 3)
    assert len(set(scheme.classes)) == count
    assert len({tuple(colour) for colour in scheme.palette.tolist()}) == count
    assert scheme_for(count) is scheme
    with pytest.raises(ValueError, match="read-only"):
        scheme.palette[0] = 0


def test_namesakes_share_their_colour() -> None:
    bed = NYU13.palette[NYU13.classes.index("bed")]
    assert bed.tolist() == NYU40.palette[NYU40.classes.index("bed")].tolist()
    assert CITYSCAPES19.palette[13].tolist() == [0, 0, 142]  # car


def test_names_are_the_data_sets_own(shared_data: Path) -> None:
    facts = json.loads((shared_data / "nyuv2" / "classes40.json").read_text())
    assert list(NYU40.classes) == facts["names40"]
    assert list(NYU13.classes) == facts["names13"]


@pytest.mark.parametrize("count", [1, 2, 60, 255])
def test_any_number_of_classes(count: int) -> None:
    scheme = scheme_for(count)
    assert scheme.classes[-1] == f"class {count}"
    assert len({tuple(colour) for colour in scheme.palette.tolist()}) == count
    assert np.array_equal(scheme.palette, scheme_for(count).palette)


@pytest.mark.parametrize("count", [0, -1, 256])
def test_impossible_numbers_of_classes(count: int) -> None:
    with pytest.raises(UserError, match="1 to 255"):
        scheme_for(count)
