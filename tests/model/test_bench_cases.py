"""What is measured: baselines of a variant, what runs in turns, what grows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench_support import SMALL, small_case

from sgnet_model.benchmark.cases import IMPLEMENTATIONS, Case
from sgnet_model.benchmark.plan import grouped, growth
from sgnet_model.config import VARIANTS
from sgnet_model.types import UserError


def test_baselines_share_everything_but_the_operator() -> None:
    ours, baseline, stock, unapplied = (small_case(kind).network() for kind in IMPLEMENTATIONS)
    assert ours == stock == SMALL
    assert baseline == replace(SMALL, s_conv_blocks=((), (), (), ()))
    assert set(unapplied.placed_operators.values()) == {"unapplied"}


def test_every_variant_has_its_baseline_and_those_with_s_convs_their_unapplied() -> None:
    for config in VARIANTS.values():
        assert not Case(config, "baseline", "fp32", 64, 64).network().placed_operators
        if config.placed_operators:
            Case(config, "unapplied", "fp32", 64, 64).network()
    with pytest.raises(UserError, match="baseline-r50 has no S-Conv"):
        Case(VARIANTS["baseline-r50"], "unapplied", "fp32", 64, 64).network()


def test_what_is_compared_runs_in_turns() -> None:
    """Implementations and dtypes of one network, size and batch; repetitions once."""
    ours, baseline = small_case("ours"), small_case("baseline")
    halved, larger = small_case("ours", "bf16"), replace(ours, height=128)
    groups = grouped([ours, larger, baseline, halved, ours, small_case(batch=2)])
    assert groups == [[ours, baseline, halved], [larger], [small_case(batch=2)]]


def test_growth() -> None:
    shapes = [(case.height, case.width, case.batch) for case in growth([small_case()])]
    assert shapes[0] == (240, 320, 1)
    assert (960, 1280, 1) in shapes
    assert [batch for *size, batch in shapes if size == [480, 640]] == [1, 2, 4, 8]
    assert len(growth([small_case("ours"), small_case("stock")])) == 2 * len(shapes)
