"""The self-checks of inspections see what is broken: each is held against one fault."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from inspection_support import frame, subject

from sgnet_model.inspection import pull_back
from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.finding import Check, HeatMap
from sgnet_model.inspection.inputs import Gradient, Inputs
from sgnet_model.inspection.kinds import composed, gradient, reads
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspection
from sgnet_model.inspection.subject import Subject
from sgnet_model.types import FloatArray, LayerTrace

SMALL = {"blocks": (1, 1, 1, 1), "s_conv_blocks": ((0,),) * 4}
PIXEL = (41, 33)


def checks(name: str, asked: Subject, pixel: tuple[int, int] = PIXEL) -> tuple[Check, ...]:
    return ask(inspection(name), asked, pixel, Options(check=True)).checks


def test_reads_of_a_layer_with_a_stride(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first layer has none, and is right; the maps of others are shown, too."""
    right = reads.readers_of

    def wrong(trace: LayerTrace, cell: tuple[int, int]) -> FloatArray:
        shift = trace.stride_out // trace.stride_in - 1
        return np.roll(right(trace, cell), shift, 1)

    assert checks("reads", subject())[0].error < 1e-5
    monkeypatch.setattr(reads, "readers_of", wrong)
    assert checks("reads", subject())[0].error > 1e-2


def test_taps_that_are_drawn_elsewhere() -> None:
    asked = subject(offsets=0.02)
    sure, summed = checks("taps", asked)
    assert sure.error < 1e-5
    assert summed.error < 1e-4
    trace = asked.prediction.trace("layer2.0")
    moved = replace(trace, offsets=trace.offsets + np.float32(0.25))
    traces = tuple(moved if one is trace else one for one in asked.prediction.traces)
    wrong = replace(asked, prediction=replace(asked.prediction, traces=traces))
    _, summed = checks("taps", wrong)
    assert summed.error > 1e-2
    assert "layer2.0" in summed.what
    alone = ask(inspection("taps"), wrong, PIXEL, Options(layer="layer1.0", check=True))
    assert alone.checks[1].error < 1e-4


def test_colours_that_act_outside_the_support(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, pixel = frame((224, 288)), (20, 15)
    asked = subject("sgnet-r50", shown, offsets=0.05, **SMALL)
    mass, contained = checks("composed", asked, pixel)
    assert mass.error < 1e-6
    assert contained.error == 0
    left_out = ask(inspection("composed"), asked, pixel, Options())
    assert len(left_out.checks) == 1
    cell = pull_back._cell

    def moved(*of: object) -> object:
        """Taps twenty cells further down and right."""
        offsets, base, length = of
        return cell(offsets, base + 20, length)  # type: ignore[arg-type,operator]

    monkeypatch.setattr(pull_back, "_cell", moved)
    composed._OF_PREDICTIONS.clear()
    assert checks("composed", asked, pixel)[1].error > 0


@pytest.mark.parametrize("variant", ["sgnet-compact", "sgnet-r101-feature"])
def test_a_support_that_says_nothing_is_not_checked(variant: str) -> None:
    """It is everything where a map is averaged; colours move the taps that follow features."""
    asked = subject(variant, width=4, **SMALL)
    assert len(checks("composed", asked)) == 1


@pytest.mark.parametrize("variant", ["sgnet-compact-smooth", "sgnet-r50", "sgnet-r101-xyz"])
def test_a_derivative_that_is_brought_back_wrongly(
    variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth too large."""
    asked = subject(variant, offsets=0.02, **SMALL)
    away = checks("gradient", asked)[-1]
    assert away.what.startswith("sum_depth")
    right = Inputs.to_depth

    def wrong(self: Inputs, gradient: torch.Tensor) -> Gradient:
        return 1.1 * right(self, gradient)

    monkeypatch.setattr(Inputs, "to_depth", wrong)
    found = ask(inspection("gradient"), asked, PIXEL, Options(check=True))
    by_depth = next(part for part in found.parts if part.name == "gradient_depth")
    assert not isinstance(by_depth, HeatMap)
    size = abs(found.values["sum_depth"])
    assert away.error < 1e-4 * max(size, 1)
    assert found.checks[-1].error > 0.05 * size > 0


def test_a_kink_beside_the_frame_is_no_wrong_derivative() -> None:
    """ReLUs turn within a millionth of a metre of it; a derivative that is wrong is wrong there."""
    places = {"blocks": (3, 4, 6, 3), "s_conv_blocks": ((0, 1, 2), (0, 2, 3), (0, 4, 5), (0, 1, 2))}
    directions = checks("gradient", subject("sgnet-r101-xyz", offsets=0.05, **places))[2]
    assert directions.what.startswith("20 directional derivatives")
    assert directions.error < 1e-5
    at, way = [torch.tensor(5e-8, dtype=torch.float64)] * 2, [torch.tensor(1.0), torch.tensor(0.0)]
    assert gradient._off(lambda x, _: x.abs(), at, way, 1.0, 1.0) < 1e-6
    assert gradient._off(lambda x, _: x.abs(), at, way, 1.1, 1.0) == pytest.approx(0.1, abs=1e-6)


def test_what_sees_no_depth_is_said_to() -> None:
    """Its map by depth is 0, and no lattice; nor is that of a stem, which reads every pixel."""
    blocks = {"blocks": (1, 1, 1, 1)}
    notes = {
        variant: ask(inspection("gradient"), subject(variant, **blocks), PIXEL, Options()).notes
        for variant in ("baseline-compact", "baseline-rgbd-compact")
    }
    assert "sees no depth" in " ".join(notes["baseline-compact"])
    assert not any("lattice" in note for of in notes.values() for note in of)
    guided = ask(inspection("gradient"), subject(**SMALL), PIXEL, Options())
    assert any("lattice" in note for note in guided.notes)
