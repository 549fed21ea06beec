"""Sizes as people write them."""

from __future__ import annotations

import pytest

from sgnet_model.sizes import format_size, parse_network_size, parse_size, two_sides
from sgnet_model.types import UserError


@pytest.mark.parametrize(
    ("text", "size"),
    [("480x640", (480, 640)), (" 425 X 560 ", (425, 560)), ("native", None), ("Native", None)],
)
def test_sizes_as_the_user_writes_them(text: str, size: tuple[int, int] | None) -> None:
    assert parse_network_size(text) == size
    assert parse_network_size(format_size(size)) == size


@pytest.mark.parametrize(
    "text", ["", "640", "480x", "0x0", "16x640", "00x640", "640 480", "480x99999", "x", "1x2x3"]
)
def test_other_sizes_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="HEIGHTxWIDTH"):
        parse_network_size(text)


def test_the_sentence_says_what_else_may_stand_there() -> None:
    with pytest.raises(UserError, match="with 1 to 9 pixels a side, like 480x640, or any"):
        parse_size("10x3", (1, 9), "any")
    with pytest.raises(UserError, match=r"32 to 4096 pixels a side, like 480x640\.$"):
        parse_size("native")


def test_sides_in_the_order_they_stand() -> None:
    assert two_sides("1600×1000") == (1600, 1000)
    assert two_sides("1600x") == (0, 0)
