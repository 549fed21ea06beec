"""Networks in bytes against the same in float32."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from inspection_support import SIZE, frame, network, self_check
from skip_policy import NO_INT8
from torch import Tensor

from sgnet_model.benchmark.cases import Case
from sgnet_model.benchmark.peak import PeakSizes, peak_gflops
from sgnet_model.benchmark.programs import make_program
from sgnet_model.config import VARIANTS
from sgnet_model.inspection.subject import subject_of
from sgnet_model.nn.prepare import prepared
from sgnet_model.nn.prepare.folding import Kernel
from sgnet_model.nn.prepare.int8 import (
    calibration,
    places_of,
    quantised,
    ranges_of,
    reason_against,
)
from sgnet_model.nn.prepare.int8.backbone import pooled
from sgnet_model.nn.prepare.int8.convolution import Int8Convolution, Scale, side_by_side
from sgnet_model.nn.sampling.columns import column_blocks
from sgnet_model.predictor import Predictor, automatic_precision, decide
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.scenes.generate import render_scene
from sgnet_model.switches import parse_switches
from sgnet_model.types import Frame, UserError

# Blocks with a convolution in their shortcut, and one without.
SHALLOW: dict[str, Any] = {"blocks": (2, 1, 1, 1), "s_conv_blocks": ((0, 1), (0,), (0,), ())}
WIDE = network(width=16).config
needs_int8 = pytest.mark.skipif(reason_against(WIDE) is not None, reason=NO_INT8)


def _map(channels: int, size: tuple[int, int] = (9, 11), seed: int = 0) -> Tensor:
    """Bytes, channels-last."""
    random = torch.Generator().manual_seed(seed)
    values = torch.randint(0, 256, (1, channels, *size), generator=random, dtype=torch.uint8)
    return values.contiguous(memory_format=torch.channels_last)


def _kernel(out: int, channels: int, side: int = 3, **geometry: Any) -> Kernel:
    random = torch.Generator().manual_seed(1)
    weight = torch.randn((out, channels, side, side), generator=random, dtype=torch.float64)
    return Kernel(weight, torch.randn(out, generator=random, dtype=torch.float64), **geometry)


@needs_int8
@pytest.mark.parametrize("zero", [0, 100])
def test_a_convolution_is_that_of_the_numbers_its_bytes_stand_for(zero: int) -> None:
    kernel, x = _kernel(32, 16, stride=2, padding=1, activation="relu"), _map(16)
    made = Int8Convolution(kernel, Scale(0.02, zero), Scale(0.1))
    weight, bias = made.kernel()
    assert weight == pytest.approx(
        kernel.weight.numpy(), abs=float(kernel.weight.abs().max()) / 250
    )
    expected = F.conv2d((x.float() - zero) * 0.02, weight, bias, 2, 1).relu() / 0.1
    assert (made(x).float() - expected.clamp(max=255)).abs().max() <= 0.51
    precise = Int8Convolution(kernel, Scale(0.02, zero))(x)
    assert precise == pytest.approx(0.1 * expected.numpy(), rel=1e-5, abs=1e-4)


@needs_int8
def test_a_shortcut_is_added_before_the_activation() -> None:
    kernel, x, other = _kernel(16, 16, 1, activation="relu"), _map(16), _map(16, seed=2)
    made = Int8Convolution(kernel, Scale(0.02), Scale(0.05), Scale(0.03))
    weight, bias = made.kernel()
    expected = (F.conv2d(x.float() * 0.02, weight, bias) + 0.03 * other.float()).relu() / 0.05
    assert (made(x, other.clone()).float() - expected.clamp(max=255)).abs().max() <= 0.51


@needs_int8
def test_two_products_are_one_with_their_channels_side_by_side() -> None:
    one, two = _kernel(16, 16, 1, activation="relu"), _kernel(16, 32, 1)
    x, y = _map(16), _map(32, seed=3)
    both = Int8Convolution(side_by_side(one, two, (Scale(0.02), Scale(0.03))), Scale(1.0))
    found = both(torch.cat((x, y), 1).contiguous(memory_format=torch.channels_last))
    expected = F.conv2d(x.double() * 0.02, one.weight, one.bias)
    expected = (expected + F.conv2d(y.double() * 0.03, two.weight, two.bias)).relu()
    assert (found - expected).abs().max() < 0.02 * expected.max()


@pytest.mark.parametrize("size", [(8, 10), (9, 11), (1, 2), (7, 1)])
def test_pooling_of_bytes(size: tuple[int, int]) -> None:
    x = _map(16, size)
    assert (pooled(x).float() == F.max_pool2d(x.float(), 3, 2, 1)).all()


@pytest.mark.parametrize("stride", [1, 2])
def test_columns_of_bytes_are_those_of_their_numbers_rounded(stride: int) -> None:
    random = torch.Generator().manual_seed(4)
    x, size = _map(48), tuple(-(-length // stride) for length in (9, 11))
    offsets = 2 * torch.randn((1, 18, *size), generator=random)
    modulation = torch.rand((1, 9, *size), generator=random)
    found, expected = (
        torch.cat([block.clone() for block in column_blocks(of, offsets, modulation, stride)], 2)
        for of in (x, x.float())
    )
    assert found.dtype == torch.uint8
    assert (found.float() - expected).abs().max() <= 0.5001


def test_scales_reach_both_ends() -> None:
    scale = Scale.of(-3.0, 7.0)
    written = scale.written(torch.tensor([[[[-3.0, 0.0, 7.0, 99.0]]]]))
    back = (written.float() - scale.zero) * scale.step
    assert back.flatten()[:3].numpy() == pytest.approx([-3, 0, 7], abs=scale.step / 2)
    assert back.flatten()[1] == 0  # what a border is filled with is exact
    assert written.max() == 255


@cache
def _room(seed: int) -> Frame:
    return render_scene(seed, SIZE)


def _inputs(of: Frame, config: Any) -> tuple[Tensor, Tensor | None]:
    assert of.depth_m is not None
    return rgb_tensor(of.rgb, SIZE), spatial_tensor(of.depth_m, of.intrinsics, SIZE, config)


@needs_int8
@pytest.mark.parametrize("variant", ["sgnet-compact", "sgnet-r50", "sgnet-r50-aspp", "dac-compact"])
def test_a_network_in_bytes_says_what_it_says_in_float32(variant: str) -> None:
    made = network(variant, width=16, projector_channels=16, head_channels=16, **SHALLOW)
    seen = _inputs(_room(3), made.config)
    double = quantised(made, [_inputs(_room(seed), made.config) for seed in (3, 4)])
    precise, found = prepared(made)(*seen), double(*seen)
    scale = precise.logits.abs().max()
    assert (found.logits - precise.logits).abs().max() < 0.1 * scale
    size = (SIZE[0], SIZE[1])
    labels = [decide(one.logits[0], size, size)[0] for one in (precise, found)]
    assert (labels[0] != labels[1]).float().mean() < 0.05
    for name, taps in precise.taps.items():
        away = (found.taps[name].offsets - taps.offsets).abs().max()
        assert away < 1e-4, name


@needs_int8
def test_taps_can_be_switched_off_in_bytes() -> None:
    made = network(width=16, projector_channels=16, **SHALLOW)
    double = quantised(made, [_inputs(_room(3), made.config)])
    seen = _inputs(frame(), made.config)
    taps = double(*seen, parse_switches(["all:offsets=zero"])).taps
    assert all((one.offsets == 0).all() for one in taps.values())
    assert (
        double(*seen).logits != double(*seen, parse_switches(["all:modulation=one"])).logits
    ).any()


@needs_int8
def test_a_predictor_in_bytes_and_its_self_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "ROOMS", 1)  # each takes a second
    made = network(width=16, **SHALLOW)
    predictor = Predictor(made, device="cpu", size=SIZE, precision="int8")
    assert predictor.precision == "int8"
    shown = _room(4)
    subject = subject_of(predictor, shown)
    assert subject.prediction.labels.dtype == np.uint8
    assert self_check(subject, (41, 33)).good


def test_ranges_are_of_all_places() -> None:
    made = network(width=16, **SHALLOW)
    found = ranges_of(made, [_inputs(_room(3), made.config)])
    assert set(found) == set(places_of(made.config))
    assert all(low <= high for low, high in found.values())
    assert found["layer1.0.conv2"][0] == 0  # after a ReLU


@needs_int8
def test_ranges_that_a_checkpoint_holds_are_not_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = network(width=16, **SHALLOW)
    seen = _inputs(_room(3), made.config)
    ranges = ranges_of(made, [seen])
    held = {place: list(ends) for place, ends in ranges.items()}
    monkeypatch.setattr(calibration, "ROOMS", 0)  # what would be measured is nothing
    made.provenance = {"calibration": {"int8_ranges": held}}
    predictor = Predictor(made, device="cpu", size=SIZE, precision="auto")
    assert predictor.precision == "int8"
    expected = quantised(made, [seen])(*seen).logits
    assert torch.equal(predictor.network(*seen).logits, expected)
    del held["layer1.0"]  # of another network, say: these are measured
    with pytest.raises(KeyError):
        Predictor(made, device="cpu", size=SIZE, precision="int8")
    assert Predictor(made, device="cpu", size=SIZE, precision="auto").precision != "int8"


def test_auto_is_int8_where_ranges_and_instructions_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranges = {place: [-2, 2] for place in places_of(WIDE)}
    held = {"calibration": {"int8_ranges": ranges}}
    on_cpu = torch.device("cpu")
    monkeypatch.setattr("sgnet_model.predictor.reason_against", lambda _: None)
    assert automatic_precision(WIDE, held, on_cpu) == "int8"
    assert automatic_precision(WIDE, {}, on_cpu) == "auto"
    for place in ranges:  # those that are missing would have to be measured, on rendered rooms
        fewer = {name: ends for name, ends in ranges.items() if name != place}
        fewer_held = {"calibration": {"int8_ranges": fewer}}
        assert automatic_precision(WIDE, fewer_held, on_cpu) == "auto", place
    assert automatic_precision(WIDE, held, torch.device("cuda")) == "auto"
    monkeypatch.setattr("sgnet_model.predictor.reason_against", lambda _: "no VNNI")
    assert automatic_precision(WIDE, held, on_cpu) == "auto"


@pytest.mark.parametrize(
    ("variant", "why"),
    [
        ("hhanet-r101", "one stream"),
        ("dcnv2-compact", "follow features"),
        ("sgnet-r101-feature", "follow features"),
    ],
)
def test_what_has_no_double_in_bytes_is_refused(variant: str, why: str) -> None:
    made = network(variant, blocks=(1, 1, 1, 1), s_conv_blocks=((0,),) * 4)
    with pytest.raises(UserError, match=why):
        Predictor(made, device="cpu", precision="int8")


@needs_int8
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_has_a_double_in_bytes_or_is_refused(variant: str) -> None:
    """Narrow, with one block a layer."""
    first = tuple((0,) if places else () for places in VARIANTS[variant].s_conv_blocks)
    made = network(variant, width=16, blocks=(1, 1, 1, 1), s_conv_blocks=first)
    reason = reason_against(made.config)
    if reason is not None:
        assert reason.endswith("choose fp32 or bf16.")
        return
    seen = _inputs(_room(3), made.config)
    found, precise = quantised(made, [seen])(*seen).logits, prepared(made)(*seen).logits
    assert (found - precise).abs().max() < 0.1 * precise.abs().max()


@needs_int8
def test_depth_in_the_stem_is_seen_in_bytes() -> None:
    made = network("baseline-rgbd-compact", width=16, blocks=(1, 1, 1, 1))
    rgb, depth = _inputs(_room(3), made.config)
    double = quantised(made, [(rgb, depth)])
    assert depth is not None
    assert (double(rgb, depth).logits != double(rgb, depth / 2).logits).any()


@needs_int8
def test_widths_that_bytes_are_not_sampled_in_are_refused() -> None:
    with pytest.raises(UserError, match="a multiple of 16, not 8: choose fp32"):
        Predictor(network(width=8), device="cpu", precision="int8")
    plain = network("baseline-compact", width=8, blocks=(1, 1, 1, 1))
    assert reason_against(plain.config) is None
    seen = _inputs(_room(3), plain.config)
    assert quantised(plain, [seen])(*seen).logits.isfinite().all()


def test_a_processor_that_does_not_multiply_bytes_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda: False)
    with pytest.raises(UserError, match=r"multiplies bytes \(VNNI\): choose fp32"):
        Predictor(network(width=16), device="cpu", precision="int8")


@needs_int8
def test_the_benchmark_measures_bytes() -> None:
    cpu = torch.device("cpu")
    peak = peak_gflops("int8", cpu, PeakSizes(16, 1, 32, (8, 8)))
    assert peak is not None
    assert peak > 0
    narrow = replace(VARIANTS["sgnet-compact"], width=16, projector_channels=16, **SHALLOW)
    program = make_program(Case(narrow, "ours", "int8", *SIZE), cpu)
    assert program.labels(program.logits()).shape == (1, *SIZE)
    stock = Case(narrow, "stock", "int8", *SIZE)
    with pytest.raises(UserError, match="Only prepared networks"):
        make_program(stock, cpu)
