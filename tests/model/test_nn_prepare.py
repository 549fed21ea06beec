"""Prepared networks answer like the ones they were made from; every variant, three formats."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from sgnet_model.config import VARIANTS
from sgnet_model.nn import SGNet, SGNetOutput
from sgnet_model.nn.prepare import prepared
from sgnet_model.nn.prepare.convolution import Convolution
from sgnet_model.nn.prepare.folding import Activation, kernel_of
from sgnet_model.nn.prepare.guides import DepthGuide
from sgnet_model.nn.prepare.target import Target
from sgnet_model.types import UserError
from sgnet_model.variants import build

SIZE = (67, 93)  # every layer's grid ends off the next one's
SMALL_OFFSETS = 0.02  # guided by features, a network amplifies rounding with every S-Conv


def _lively(variant: str, width: int = 4) -> SGNet:
    """A narrow network whose norms have statistics and whose taps move."""
    torch.manual_seed(0)
    network = build(
        replace(VARIANTS[variant], width=width, projector_channels=6, head_channels=8)
    ).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            _set_norm(module)
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=SMALL_OFFSETS)
    return network


def _set_norm(norm: nn.BatchNorm2d) -> None:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.normal_(0, 0.2)
    norm.running_var.uniform_(0.5, 2)
    nn.init.uniform_(norm.weight, -1.5, 1.5)  # negative too
    nn.init.normal_(norm.bias, 0, 0.1)


def _inputs(network: SGNet, dtype: torch.dtype, batch: int = 2) -> tuple[Tensor, Tensor | None]:
    random = torch.Generator().manual_seed(1)
    channels = network.config.spatial_channels
    rgb = 20 * torch.randn((batch, 3, *SIZE), generator=random)
    if channels is None:
        return rgb.to(dtype), None
    return rgb.to(dtype), (4 * torch.rand((batch, channels, *SIZE), generator=random)).to(dtype)


def _both(network: SGNet, dtype: torch.dtype) -> tuple[SGNetOutput, SGNetOutput]:
    """What the network says in float32 or float64, and its double in `dtype`."""
    exact = torch.float64 if dtype == torch.float64 else torch.float32
    network = network.to(exact)
    inputs = _inputs(network, exact)
    with torch.inference_mode():
        return network(*inputs), prepared(network, dtype=dtype)(*inputs)


def _error(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected).norm() / expected.double().norm())


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_the_same_function(variant: str) -> None:
    """In float64 nothing but the order of operations differs: folding is exact algebra."""
    expected, found = _both(_lively(variant), torch.float64)
    assert _error(found.logits, expected.logits) < 1e-9
    assert found.auxiliary is None
    assert list(found.taps) == list(expected.taps)
    for name, taps in expected.taps.items():
        assert torch.allclose(found.taps[name].offsets, taps.offsets, atol=1e-8)
        assert torch.allclose(found.taps[name].modulation, taps.modulation, atol=1e-8)


@pytest.mark.parametrize("variant", ["sgnet-r50", "sgnet-compact", "sgnet-r50-aspp", "dac-compact"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-4), (torch.bfloat16, 0.05)])
def test_formats_differ_by_rounding(variant: str, dtype: torch.dtype, tolerance: float) -> None:
    expected, found = _both(_lively(variant, width=8), dtype)
    assert found.logits.dtype == torch.float32
    assert _error(found.logits, expected.logits) < tolerance
    for name, taps in expected.taps.items():
        assert found.taps[name].offsets.dtype == torch.float32
        assert (found.taps[name].offsets - taps.offsets).abs().max() < 20 * tolerance
        assert (found.taps[name].modulation - taps.modulation).abs().max() < tolerance


def test_one_double_takes_any_size_and_batch() -> None:
    network = _lively("sgnet-compact")
    double = prepared(network)
    for batch, height, width in ((1, 64, 96), (3, 67, 93), (1, 33, 50)):
        rgb, depth = torch.randn(batch, 3, height, width), torch.rand(batch, 1, height, width)
        with torch.inference_mode():
            assert _error(double(rgb, depth).logits, network(rgb, depth).logits) < 1e-4


@pytest.mark.parametrize("variant", ["sgnet-compact", "sgnet-r101-feature"])
def test_a_size_is_met_ahead(variant: str) -> None:
    network = _lively(variant)
    inputs = _inputs(network, torch.float32)
    sized = prepared(network, size=SIZE)
    convolutions = [module for module in sized.modules() if isinstance(module, Convolution)]
    assert all(one._packed is not None for one in convolutions if one._one_dnn)
    assert _error(sized(*inputs).logits, prepared(network)(*inputs).logits) < 1e-6


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("variant", ["sgnet-compact", "dcnv2-compact", "sgnet-r50-aspp"])
def test_it_keeps_its_weights_and_leaves_the_network_alone(
    variant: str, dtype: torch.dtype
) -> None:
    network = _lively(variant).to(dtype).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    double = prepared(network, dtype=dtype)
    inputs = _inputs(network, dtype)
    first = double(*inputs).logits
    assert network.training
    own = {value.data_ptr() for value in network.state_dict().values()}
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
        value.add_(1)
    assert not own & {one.data_ptr() for one in _tensors(double)}
    assert torch.equal(double(*inputs).logits, first)


def _tensors(double: nn.Module) -> Iterator[Tensor]:
    """What its modules keep as plain attributes, but for what oneDNN has laid out anew."""
    for module in double.modules():
        kept = (value for value in vars(module).values() if isinstance(value, Tensor))
        yield from (value for value in kept if not value.is_mkldnn)


def test_the_operators_of_a_network_are_not_kept() -> None:
    """Their kernels are as large as those of the double."""
    network = _lively("dac-compact")
    operator = weakref.ref(network.backbone.get_submodule("layer1.0.conv2"))
    double = prepared(network)
    del network
    gc.collect()
    assert operator() is None
    assert any(isinstance(module, DepthGuide) for module in double.modules())


def test_bad_input_is_refused_in_one_sentence() -> None:
    double = prepared(_lively("sgnet-compact"))
    with pytest.raises(UserError, match="depth of shape"):
        double(torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 64, 64))
    with pytest.raises(UserError, match="expects"):
        double(torch.zeros(1, 4, 64, 64), torch.zeros(1, 1, 64, 64))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("activation", ["none", "relu", "leaky"])
@pytest.mark.parametrize("geometry", [(1, 0, 1, 1, 1), (3, 2, 2, 1, 2), (3, 1, 1, 4, 1)])
def test_convolution(
    activation: Activation, geometry: tuple[int, int, int, int, int], dtype: torch.dtype
) -> None:
    """Bias, norm, sum and activation in one against the modules it stands for."""
    torch.manual_seed(0)
    size, padding, dilation, groups, stride = geometry
    plain = nn.Conv2d(8, 12, size, stride, padding, dilation, groups, bias=False).double()
    norm = nn.BatchNorm2d(12).double().eval()
    _set_norm(norm)
    x = torch.randn(2, 8, 9, 11, dtype=torch.float64)
    act = {"none": nn.Identity(), "relu": nn.ReLU(), "leaky": nn.LeakyReLU(0.01)}[activation]
    with torch.no_grad():
        bare = norm(plain(x))
        other = torch.randn_like(bare)
        target = Target(torch.device("cpu"), dtype)
        made = Convolution(kernel_of(plain, norm, activation), target)
        alone, summed = made(target.map(x)), made(target.map(x), target.map(other))
    tolerance = {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.02}[dtype]
    assert _error(alone, act(bare)) < tolerance
    assert _error(summed, act(bare + other)) < tolerance
    assert alone.is_contiguous(memory_format=torch.channels_last)
