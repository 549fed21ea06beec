"""The network of PyTorch's operators computes what ours does; operations are counted."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from bench_support import SMALL, small_case, small_with
from torch import Tensor, nn

from sgnet_model.benchmark.flops import PER_SAMPLE, gflops
from sgnet_model.benchmark.inputs import fed, network_of
from sgnet_model.benchmark.stock import StockOperator, with_folded_norms, with_stock_operators
from sgnet_model.config import VARIANTS, OperatorKind, SGNetConfig
from sgnet_model.nn.random_offsets import OFFSET_CELLS
from sgnet_model.nn.resnet import Bottleneck

SIZE = (64, 96)


@pytest.mark.parametrize("kind", ["s_conv", "og", "sp_og", "sp_wg", "dcnv2"])
def test_it_computes_the_same(kind: OperatorKind) -> None:
    """In float64, for float32 sums logits of some hundreds otherwise on other processors."""
    dtype = torch.float64
    network = network_of(small_with(kind)).to(dtype)
    stock = with_stock_operators(copy.deepcopy(network))
    blocks = dict(stock.backbone.named_blocks())
    assert all(isinstance(block.conv2, StockOperator) for block in blocks.values())
    inputs = [None if one is None else one.to(dtype) for one in fed(network.config, SIZE, 2)]
    with torch.inference_mode():
        expected, out = network(*inputs), stock(*inputs)
    torch.testing.assert_close(out.logits, expected.logits, rtol=1e-4, atol=1e-4)
    for name, taps in expected.taps.items():
        torch.testing.assert_close(out.taps[name].offsets, taps.offsets)
        torch.testing.assert_close(out.taps[name].modulation, taps.modulation)


def test_a_call_samples_one_row_of_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are faster than one for all nine taps."""
    network = with_stock_operators(network_of(small_with("og")))
    widths: list[int] = []
    sample = F.grid_sample

    def watched(x: Tensor, grid: Tensor, **kinds: Any) -> Tensor:
        widths.append(grid.shape[2] // grid.shape[1])
        return sample(x, grid, **kinds)

    monkeypatch.setattr(F, "grid_sample", watched)
    with torch.inference_mode():
        network(*fed(network.config, (64, 64), 1))
    assert widths == [3] * 3 * 4  # of maps as wide as high, in four places


def test_norms_are_folded_into_what_they_follow() -> None:
    """But for those of the operators that are put in; the numbers stay."""
    network = network_of(VARIANTS["sgnet-compact"])
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
    inputs = fed(network.config, SIZE, 1)
    with torch.inference_mode():
        expected = network(*inputs).logits
        folded = with_folded_norms(network)
        torch.testing.assert_close(folded(*inputs).logits, expected, rtol=1e-3, atol=1e-3)
    left = [name for name, one in folded.named_modules() if isinstance(one, nn.BatchNorm2d)]
    places = {name for name, block in folded.backbone.named_blocks() if is_operator(block)}
    assert len(left) == len(places) == 12
    assert all(name.endswith(".bn2") for name in left)


def is_operator(block: Bottleneck) -> bool:
    return not isinstance(block.conv2, nn.Conv2d)


@pytest.mark.parametrize("kind", ["unapplied", "dac"])
def test_operators_that_sample_nothing_stay(kind: OperatorKind) -> None:
    stock = with_stock_operators(network_of(small_with(kind)))
    assert not any(isinstance(module, StockOperator) for module in stock.modules())


def test_networks_are_always_the_same_and_their_taps_spread() -> None:
    network, again = network_of(SMALL), network_of(SMALL)
    for one, other in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    with torch.inference_mode():
        taps = network(*fed(SMALL, (96, 128), 1)).taps
    lengths = [float(one.offsets.square().mean().sqrt()) for one in taps.values()]
    assert lengths == pytest.approx([OFFSET_CELLS] * 4, rel=1e-3)


def test_operations_of_a_plain_network_are_those_of_its_convolutions() -> None:
    """2 x kernel x channels in x channels out x cells, summed over what a pass runs."""
    config = small_case("baseline").network()
    network = network_of(config)
    counted: list[float] = []

    def count(module: nn.Module, _: Any, out: Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        counted.append(2 * module.weight.numel() * out.shape[2] * out.shape[3])

    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(count)
    with torch.inference_mode():
        network(*fed(config, SIZE, 1))
    assert gflops(small_case("baseline")) == pytest.approx(sum(counted) / 1e9, rel=1e-9)


def test_samples_are_counted() -> None:
    """+OG against the baseline: its offset convolution and 9 samples a cell and channel."""
    places: tuple[tuple[int, ...], ...] = ((0,), (), (), ())
    config = replace(small_with("og"), s_conv_blocks=places)
    cells = 16 * 24  # of layer 1, at stride 4
    offsets = 2 * 9 * 1 * 18 * cells
    samples = 9 * PER_SAMPLE * 8 * cells
    more = _gflops(config, "ours") - _gflops(config, "baseline")
    assert more == pytest.approx((offsets + samples) / 1e9)


def test_operations_grow_with_the_batch_and_with_stock_operators() -> None:
    one, three = (gflops(small_case("baseline", batch=batch)) for batch in (1, 3))
    assert three == pytest.approx(3 * one)
    bundled = VARIANTS["sgnet-compact"]
    ours, baseline, stock = (_gflops(bundled, kind) for kind in ("ours", "baseline", "stock"))
    assert baseline < ours < stock


def _gflops(config: SGNetConfig, implementation: Any) -> float:
    return gflops(replace(small_case(implementation), config=config))
