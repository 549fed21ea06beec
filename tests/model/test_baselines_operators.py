"""Each baseline of S-Conv alone: where it must equal a plain convolution, and its equation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference.deformable import deformable
from reference.depth_aware import depth_aware
from torch import Tensor, nn

from sgnet_model.nn import Operator, SConv, TapOutput
from sgnet_model.nn.baselines import DCNv2, DepthAwareConv, OffsetsOnly, UnappliedSConv, WeightsOnly

STEPS = [(1, 1), (2, 1), (1, 2), (2, 2), (1, 4)]  # stride, dilation


def _inputs(height: int = 7, width: int = 10) -> tuple[Tensor, Tensor]:
    """X, and depth at three times its size."""
    x = torch.randn(2, 4, height, width, dtype=torch.float64)
    return x, 3 * torch.rand(2, 1, 3 * height, 3 * width, dtype=torch.float64)


def _stirred(operator: Operator) -> Operator:
    """In eval mode and float64, everything random."""
    for name, tensor in operator.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif tensor.is_floating_point() and name != "bias":
            tensor.normal_(0, 0.3)
    return operator.double().eval()


def _operators() -> list[Operator]:
    return [
        OffsetsOnly(4, 3, stride=2),
        OffsetsOnly(4, 3, stride=2, projector_channels=4),
        WeightsOnly(4, 3, stride=2, projector_channels=4),
        DCNv2(4, 3, stride=2),
        DepthAwareConv(4, 3, stride=2),
        DepthAwareConv(4, 3, dilation=2),
    ]


@pytest.mark.parametrize(("stride", "dilation"), STEPS)
def test_depth_aware_convolution_by_its_equation(stride: int, dilation: int) -> None:
    """Depth resized as every layer sees it (here at X's own size), the kernel's centre included."""
    operator = _stirred(DepthAwareConv(4, 3, stride=stride, dilation=dilation))
    x, _ = _inputs()
    depth = torch.rand(2, 1, 7, 10, dtype=torch.float64)
    expected = depth_aware(
        x.numpy(), depth[:, 0].numpy(), operator.weight.detach().numpy(), stride, dilation
    )
    with torch.no_grad():
        features = operator(x, depth).features
    np.testing.assert_allclose(features.numpy(), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("stride", "dilation"), STEPS)
def test_depth_aware_on_a_flat_wall_is_a_convolution(stride: int, dilation: int) -> None:
    """Constant depth: all weights 1."""
    operator = _stirred(DepthAwareConv(4, 3, stride=stride, dilation=dilation))
    x, depth = _inputs()
    with torch.no_grad():
        out = operator(x, torch.full_like(depth, 2.5))
        expected = F.conv2d(x, operator.weight, None, stride, dilation, dilation)
    torch.testing.assert_close(out.features, expected)
    torch.testing.assert_close(out.modulation, torch.ones_like(out.modulation))


def test_depth_aware_reads_the_last_channel() -> None:
    """Of coordinates only z counts, resized from any size."""
    operator = _stirred(DepthAwareConv(4, 3))
    x, depth = _inputs()
    points = torch.cat([torch.randn_like(depth), torch.randn_like(depth), depth], 1)
    small = F.interpolate(depth, x.shape[2:], mode="bilinear", align_corners=True)
    with torch.no_grad():
        first, *others = (operator(x, s).features for s in (depth, points, small))
    for other in others:
        torch.testing.assert_close(other, first)


@pytest.mark.parametrize("stride", [1, 2])
def test_dcnv2_that_does_not_deform_is_a_convolution(stride: int) -> None:
    """Offsets 0 and masks far above 0. Fresh: half of that, as every modulation starts at 0.5."""
    operator = DCNv2(4, 3, stride=stride).double()
    x, depth = _inputs()
    expected = F.conv2d(x, operator.weight, stride=stride, padding=1)
    torch.testing.assert_close(operator(x, depth).features, expected / 2)
    with torch.no_grad():
        operator.offset_generator.bias[18:] = 100.0
    torch.testing.assert_close(operator(x, depth).features, expected)


def test_dcnv2_is_guided_by_the_features() -> None:
    """Other depth: the same taps. Other features: other taps."""
    operator = _stirred(DCNv2(4, 3))
    (x, depth), (other_x, other_depth) = _inputs(), _inputs()
    with torch.no_grad():
        first, same, other = operator(x, depth), operator(x, other_depth), operator(other_x, depth)
    assert torch.equal(first.offsets, same.offsets)
    assert not torch.allclose(first.offsets, other.offsets)
    assert not torch.allclose(first.modulation, other.modulation)


@pytest.mark.parametrize("number", range(6))
def test_taps_told_are_taps_used(number: int) -> None:
    """The features follow from the offsets and the modulation by Eq. 7, evaluated slowly."""
    operator = _stirred(_operators()[number])
    x, depth = _inputs(5, 6)
    with torch.no_grad():
        out: TapOutput = operator(x, depth)
    expected = deformable(
        x.numpy(),
        out.offsets.double().numpy(),
        operator.weight.detach().numpy(),
        out.modulation.numpy(),
        stride=operator.stride,
    )
    np.testing.assert_allclose(out.features.numpy(), expected, rtol=0, atol=1e-11)
    assert 0 <= out.modulation.min() <= out.modulation.max() <= 1


@pytest.mark.parametrize("projector_channels", [None, 4])
def test_offsets_only(projector_channels: int | None) -> None:
    """Modulation 1; fresh a convolution, then taps move with depth alone."""
    operator = OffsetsOnly(4, 3, projector_channels=projector_channels).double().eval()
    x, depth = _inputs()
    with torch.no_grad():
        fresh = operator(x, depth)
        moved = _stirred(operator)(x, depth)
        expected = F.conv2d(x, operator.weight, padding=1)
    torch.testing.assert_close(moved.modulation, torch.ones_like(moved.modulation))
    assert not fresh.offsets.any()
    assert moved.offsets.abs().max() > 0.1
    assert not torch.allclose(moved.features, expected)


def test_offsets_on_depth_itself_cost_180() -> None:
    """+OG without projector: one 3x3 conv 1 -> 18 with bias."""
    extra = OffsetsOnly(4, 3)
    assert sum(p.numel() for p in extra.parameters()) - 3 * 4 * 9 == 9 * 18 + 18
    assert extra.offset_generator.weight.shape == (18, 1, 3, 3)


def test_weights_only_with_full_weights_is_a_convolution() -> None:
    """Offsets 0; with the modulation made 1 a convolution, made 0 nothing."""
    operator = _stirred(WeightsOnly(4, 3, stride=2, projector_channels=4))
    x, depth = _inputs()
    expected = F.conv2d(x, operator.weight, stride=2, padding=1)
    nn.init.zeros_(operator.weight_generator.to_taps.weight)
    for score, share in ((100.0, 1), (-100.0, 0)):
        nn.init.constant_(operator.weight_generator.to_taps.bias, score)
        out = operator(x, depth)
        torch.testing.assert_close(out.features, share * expected)
        assert not out.offsets.any()


def test_the_parts_make_the_whole() -> None:
    """S-Conv with its offsets at 0 is +SP+WG; with its modulation at 1 it is +SP+OG."""
    x, depth = _inputs()
    whole = _stirred(SConv(4, 3, projector_channels=4))
    state = whole.state_dict()
    moved = OffsetsOnly(4, 3, projector_channels=4).double().eval()
    moved.load_state_dict({key: state[key] for key in moved.state_dict()})
    weighted = WeightsOnly(4, 3, projector_channels=4).double().eval()
    weighted.load_state_dict({key: state[key] for key in weighted.state_dict()})
    nn.init.zeros_(whole.weight_generator.to_taps.weight)
    nn.init.constant_(whole.weight_generator.to_taps.bias, 100.0)
    with torch.no_grad():
        torch.testing.assert_close(moved(x, depth).features, whole(x, depth).features)
        whole.weight_generator.load_state_dict(weighted.weight_generator.state_dict())
        nn.init.zeros_(whole.offset_generator.weight)
        nn.init.zeros_(whole.offset_generator.bias)
        torch.testing.assert_close(weighted(x, depth).features, whole(x, depth).features)


@pytest.mark.parametrize(("stride", "dilation"), STEPS)
def test_unapplied_is_the_baselines_convolution(stride: int, dilation: int) -> None:
    """Offsets and weights are computed (its norms see the depth) and touch nothing."""
    operator = UnappliedSConv(4, 3, stride=stride, dilation=dilation, projector_channels=4)
    _stirred(operator).train()
    x, depth = _inputs()
    before = operator.projector[1].running_mean.clone()
    out = operator(x, depth)
    torch.testing.assert_close(
        out.features, F.conv2d(x, operator.weight, None, stride, dilation, dilation)
    )
    assert not isinstance(out, TapOutput)
    assert not torch.equal(operator.projector[1].running_mean, before)
    out.features.sum().backward()
    assert operator.offset_generator.weight.grad is None


@pytest.mark.parametrize("number", range(6))
def test_gradients(number: int) -> None:
    """Gradcheck in X, in the kernel and, where it guides, in S."""
    operator = _stirred(_operators()[number])
    x = torch.randn(1, 4, 3, 4, dtype=torch.float64, requires_grad=True)
    spatial = torch.rand(1, 1, 6, 8, dtype=torch.float64, requires_grad=True)

    def features(x: Tensor, spatial: Tensor) -> Tensor:
        output: Tensor = operator(x, spatial).features
        return output

    assert torch.autograd.gradcheck(features, (x, spatial), nondet_tol=1e-12)
    features(x, spatial).square().sum().backward()
    assert [n for n, p in operator.named_parameters() if p.grad is None or not p.grad.any()] == []


@pytest.mark.parametrize("number", range(6))
def test_autocast(number: int) -> None:
    """In bfloat16 near float32, forward; and back, every parameter with a finite gradient."""
    operator = _stirred(_operators()[number]).float()
    if hasattr(operator, "offset_generator"):
        operator.offset_generator.weight.data *= 0.1  # rounded offsets move the samples
    x, depth = (tensor.float() for tensor in _inputs(16, 24))
    with torch.no_grad():
        expected = operator(x, depth).features
    with torch.autocast("cpu", torch.bfloat16):
        features = operator(x, depth).features
    features.float().square().sum().backward()
    error = (features.float() - expected).square().mean().sqrt() / expected.square().mean().sqrt()
    assert error < 0.08
    assert all(p.grad is not None and p.grad.isfinite().all() for p in operator.parameters())
