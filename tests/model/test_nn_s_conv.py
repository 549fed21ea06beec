"""The S-Conv module against its slow, unfolded evaluation, and what the paper says of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference.s_conv import s_conv
from torch import Tensor

from sgnet_model.nn import SConv
from sgnet_model.nn.operator import TapOutput
from sgnet_model.nn.sampling import op
from sgnet_model.nn.sampling.op import IMPLEMENTATIONS
from sgnet_model.types import UserError


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def implementation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Makes the module use one implementation whatever the device."""
    name = str(request.param)
    one = dict.fromkeys(IMPLEMENTATIONS, IMPLEMENTATIONS[name])
    monkeypatch.setattr(op, "IMPLEMENTATIONS", one)
    return name


def _layer(stride: int = 1, spatial_channels: int = 1, channels: int = 6) -> SConv:
    """Random everything: offsets of a few elements, norms with statistics, a kernel."""
    layer = SConv(
        channels, 5, stride=stride, spatial_channels=spatial_channels, projector_channels=4
    )
    for name, tensor in layer.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif name in ("projector.1.bias", "projector.4.bias", "projector.7.bias"):
            tensor.uniform_(0, 1)  # few values die in the ReLUs
        elif tensor.is_floating_point():
            tensor.normal_(0, 0.3)
    layer.offset_generator.weight.data *= 4
    return layer.eval()


def _inputs(height: int, width: int, spatial_size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    return torch.randn(2, 6, height, width), 3 * torch.rand(2, 1, *spatial_size)


@pytest.mark.usefixtures("implementation")
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(
    ("size", "spatial_size"), [((7, 6), (7, 6)), ((5, 8), (19, 30)), ((1, 1), (4, 4))]
)
def test_unfolded_evaluation(
    stride: int, size: tuple[int, int], spatial_size: tuple[int, int]
) -> None:
    """Folding the weight generator's two maps into one changes nothing but rounding."""
    layer = _layer(stride).double()
    x, spatial = (tensor.double() for tensor in _inputs(*size, spatial_size))
    state = {name: tensor.numpy() for name, tensor in layer.state_dict().items()}
    expected = s_conv(x.numpy(), spatial.numpy(), state, stride)
    with torch.no_grad():
        out: TapOutput = layer(x, spatial)
    for name in ("features", "offsets", "modulation"):
        arrived = getattr(out, name).numpy()
        np.testing.assert_allclose(arrived, getattr(expected, name), rtol=0, atol=1e-11)
    assert np.abs(expected.offsets).max() > 0.5  # else the test would show little


def test_fresh_layer_is_a_modulated_convolution() -> None:
    """Offsets start at zero; with the modulation made 1 what is left is a convolution."""
    layer = SConv(6, 5, stride=2, projector_channels=4).eval()
    x, spatial = _inputs(9, 7, (9, 7))
    torch.nn.init.zeros_(layer.weight_generator.to_taps.weight)
    torch.nn.init.constant_(layer.weight_generator.to_taps.bias, 100.0)
    with torch.no_grad():
        out = layer(x, spatial)
        expected = F.conv2d(x, layer.weight, stride=2, padding=1)
    assert out.offsets.shape == (2, 18, 5, 4)
    assert not out.offsets.any()
    assert (out.modulation == 1).all()
    torch.testing.assert_close(out.features, expected)


def test_spatial_information_alone_moves_the_taps() -> None:
    """Other features, same depth: same taps. Other depth: other taps."""
    layer = _layer()
    (x, spatial), (other_x, other_spatial) = (_inputs(6, 6, (6, 6)) for _ in range(2))
    with torch.no_grad():
        first, second = layer(x, spatial), layer(other_x, spatial)
        third = layer(x, other_spatial)
    assert torch.equal(first.offsets, second.offsets)
    assert torch.equal(first.modulation, second.modulation)
    assert not torch.allclose(first.features, second.features)
    assert not torch.allclose(first.offsets, third.offsets)


@pytest.mark.usefixtures("implementation")
def test_gradients_reach_everything() -> None:
    """Gradcheck through the whole module in the inputs; every trained parameter gets a gradient."""
    layer = _layer(2, channels=2).double()
    x = torch.randn(1, 2, 3, 4, dtype=torch.float64, requires_grad=True)
    spatial = torch.rand(1, 1, 6, 8, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda *inputs: layer(*inputs).features, (x, spatial), nondet_tol=1e-12
    )
    layer(x, spatial).features.square().sum().backward()
    without = {name for name, p in layer.named_parameters() if p.grad is None or not p.grad.any()}
    assert without == {"bias"}  # frozen zeros of the released layout


@pytest.mark.usefixtures("implementation")
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 1e-2), (torch.bfloat16, 8e-2)])
def test_autocast(dtype: torch.dtype, tolerance: float) -> None:
    """Half precision stays near float32: the root-mean-square error relative to the output's.

    The offsets themselves are rounded (bfloat16: 1/256 of their size), hence the looser bound.
    """
    layer = _layer()
    x, spatial = _inputs(12, 40, (12, 40))
    with torch.no_grad():
        expected = layer(x, spatial).features
        with torch.autocast("cpu", dtype):
            features = layer(x, spatial).features
    assert features.dtype == dtype  # the next layer reads half as much
    error = (features.float() - expected).square().mean().sqrt() / expected.square().mean().sqrt()
    assert error < tolerance


@pytest.mark.usefixtures("implementation")
def test_a_kernel_size_is_refused_in_a_sentence() -> None:
    """Written as `nn.Conv2d(6, 5, 3)` would be."""
    with pytest.raises(UserError, match=r"3 came after .* always 3x3"):
        SConv(6, 5, 3)  # type: ignore[arg-type]


def test_nan_depth_propagates() -> None:
    """One NaN in the depth gives NaN around it and leaves the rest of the map as it was."""
    layer = _layer()
    x, spatial = _inputs(20, 20, (20, 20))
    with torch.no_grad():
        clean = layer(x, spatial)
        spatial[0, 0, 0, 0] = torch.nan
        out = layer(x, spatial)
    assert out.features[0, :, 0, 0].isnan().all()
    assert out.features[1].isfinite().all()
    torch.testing.assert_close(out.offsets[0, :, 8:, 8:], clean.offsets[0, :, 8:, 8:])


@pytest.mark.usefixtures("implementation")
def test_channels_last() -> None:
    """The layout that is fastest on CPUs gives the same numbers."""
    layer = _layer(2)
    x, spatial = _inputs(9, 10, (9, 10))
    with torch.no_grad():
        expected = layer(x, spatial)
        layer = layer.to(memory_format=torch.channels_last)
        out = layer(x.to(memory_format=torch.channels_last), spatial)
    torch.testing.assert_close(out.features, expected.features, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(out.offsets, expected.offsets, rtol=1e-4, atol=1e-4)
