"""The GPU kernels against the portable implementation in float64, forward and backward.

They run on a CUDA device, or on the CPU under TRITON_INTERPRET=1 (`test_triton_interpreted`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import product

import pytest
import torch
from torch import Tensor

from sgnet_model.nn.prepare.samplers import ByOneKernel
from sgnet_model.nn.prepare.target import Target
from sgnet_model.nn.sampling import deform_conv2d, sample_taps, tap_positions, triton_op
from sgnet_model.nn.sampling.triton_inference import deformed, packed

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(
        not INTERPRETED and not torch.cuda.is_available(),
        reason="no CUDA device: test_triton_interpreted runs these on the CPU",
    ),
]
DEVICE = "cpu" if INTERPRETED else "cuda"
# Relative to the norm of the reference, on inputs that the type holds exactly: rounded columns and
# outputs. The interpreter cuts bfloat16 off instead of rounding it.
TOLERANCE = {torch.float32: 2e-6, torch.float16: 1e-3, torch.bfloat16: 1.2e-2}
# (batch, channels in, channels out, height, width, stride): blocks have 32 of each in the
# interpreter, and no number here but 32 divides into them.
SHAPES = [(2, 20, 9, 3, 7, 1), (1, 33, 40, 7, 4, 2), (1, 32, 32, 4, 8, 1), (2, 3, 2, 1, 1, 2)]
CASES = [*product(SHAPES, [torch.float32]), *product(SHAPES[1:2], TOLERANCE)]
if not INTERPRETED:  # layers of SGNet, and sizes that share nothing with any block
    LAYERS = [(1, 64, 64, 60, 80, 1), (1, 64, 9, 60, 80, 2), (2, 256, 256, 31, 41, 2)]
    CASES = list(product([*SHAPES, *LAYERS, (3, 130, 70, 37, 29, 1)], TOLERANCE))


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Inputs of a deformable convolution, float64."""

    x: Tensor
    offsets: Tensor
    modulation: Tensor
    weight: Tensor
    grad: Tensor
    stride: int

    @property
    def inputs(self) -> list[Tensor]:
        return [self.x, self.offsets, self.modulation, self.weight]


def _case(shape: tuple[int, ...], dtype: torch.dtype, spread: float = 2.0) -> Case:
    """Taps on the map, across its border and far outside; features that `dtype` holds exactly."""
    n, channels, out, height, width, stride = shape
    h, w = -(-height // stride), -(-width // stride)
    offsets = torch.randn(n, 18, h, w) * spread
    far = torch.rand(offsets.shape) < 0.05
    offsets[far] = torch.sign(offsets[far]) * 1e9
    return Case(
        _rounded(torch.randn(n, channels, height, width), dtype),
        offsets.double(),
        torch.rand(n, 9, h, w).double(),
        _rounded(torch.randn(out, channels, 3, 3), dtype),
        _rounded(torch.randn(n, out, h, w), dtype),
        stride,
    )


def _rounded(values: Tensor, dtype: torch.dtype) -> Tensor:
    return values.to(dtype).double()


def _fused(case: Case, dtype: torch.dtype, modulated: bool = True) -> list[Tensor]:
    """Output and gradients of the kernels, as float64 on the CPU."""
    kinds = (dtype, torch.float32, torch.float32, dtype)
    inputs = [
        one.to(DEVICE, kind).requires_grad_() for one, kind in zip(case.inputs, kinds, strict=True)
    ]
    return [one.double().cpu() for one in _run(inputs, case, "triton", modulated)]


def _run(inputs: list[Tensor], case: Case, implementation: str, modulated: bool) -> list[Tensor]:
    x, offsets, modulation, weight = inputs
    scale = modulation if modulated else None
    out = deform_conv2d(
        x, offsets, weight, modulation=scale, stride=case.stride, implementation=implementation
    )
    wanted = [one for one in inputs if modulated or one is not modulation]
    return [out.detach(), *torch.autograd.grad(out, wanted, case.grad.to(out))]


def _reference(case: Case, modulated: bool = True) -> list[Tensor]:
    inputs = [one.clone().requires_grad_() for one in case.inputs]
    return _run(inputs, case, "grid", modulated)


def _assert_close(got: list[Tensor], expected: list[Tensor], dtype: torch.dtype) -> None:
    names = ("output", "of x", "of the offsets", "of the modulation", "of the weight")
    for name, one, other in zip(names, got, expected, strict=False):
        assert one.shape == other.shape
        error = (one - other).norm() / other.norm().clamp(min=1e-9)
        assert error < TOLERANCE[dtype], name


@pytest.fixture(autouse=True)
def exact_products(monkeypatch: pytest.MonkeyPatch) -> None:
    """Float32 means float32: TensorFloat-32 has a test of its own."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


@pytest.fixture(autouse=True)
def two_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of blocks, for each of many sizes and types: a GPU is lent for minutes. `test_triton_cuda`
    lets the tuner try all."""
    from sgnet_model.nn.sampling import triton_tuning

    monkeypatch.setattr(triton_tuning, "MOST_TRIED", 2)


@pytest.mark.parametrize(("shape", "dtype"), CASES)
def test_output_and_gradients(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """Borders, far taps, strides, odd sizes, channels that no block divides, batches."""
    case = _case(shape, dtype)
    _assert_close(_fused(case, dtype), _reference(case), dtype)


@pytest.mark.parametrize("stride", [1, 2])
def test_without_modulation(stride: int) -> None:
    case = _case((1, 5, 4, 5, 6, stride), torch.float32)
    got, expected = _fused(case, torch.float32, False), _reference(case, False)
    assert len(got) == 4  # output; gradients of x, offsets and weight
    for one, other in zip(got, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_whole_offsets_and_the_border() -> None:
    """Taps on elements, half across each edge, and exactly one element outside."""
    steps = torch.tensor([-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0])
    case = _case((1, 4, 3, 4, 5, 1), torch.float32)
    case.offsets.copy_(steps[torch.randint(0, len(steps), case.offsets.shape)])
    out = _fused(case, torch.float32)[0]
    torch.testing.assert_close(out, _reference(case)[0], rtol=1e-5, atol=1e-5)


def test_a_tap_at_minus_one_has_no_slope() -> None:
    """As everywhere: it does not count, and neither does what its offset would learn."""
    case = _case((1, 4, 3, 4, 5, 1), torch.float32)
    case.offsets.zero_()  # the upper and left taps of the border lie at -1
    _, _, slope, *_ = _fused(case, torch.float32)
    assert not slope[0, 0:6, 0].any()
    leaves = [one.clone().requires_grad_() for one in case.inputs]
    expected = _run(leaves, case, "gather", True)[2]  # "grid" rounds at whole positions
    torch.testing.assert_close(slope, expected, rtol=1e-4, atol=1e-4)


def test_no_pictures() -> None:
    """Nothing is launched; the kernel's gradient is 0."""
    out, of_x, _, _, of_weight = _fused(_case((0, 4, 3, 5, 6, 1), torch.float32), torch.float32)
    assert out.shape == (0, 3, 5, 6)
    assert of_x.shape == (0, 4, 5, 6)
    assert not of_weight.any()


def test_a_nan_offset_spoils_its_output_only() -> None:
    case = _case((2, 4, 3, 3, 4, 1), torch.float32)
    clean, *_ = _fused(case, torch.float32)
    case.offsets[1, 7, 2, 3] = torch.nan
    out, grad_x, *_ = _fused(case, torch.float32)
    assert out[1, :, 2, 3].isnan().all()
    out[1, :, 2, 3] = clean[1, :, 2, 3]
    torch.testing.assert_close(out, clean)
    assert grad_x.isfinite().all()  # nothing is written where no one knows


def test_infinite_offsets_are_far_outside() -> None:
    case = _case((1, 4, 3, 5, 6, 1), torch.float32)
    case.offsets[0, 3:6] = torch.inf
    infinite = _fused(case, torch.float32)
    case.offsets[0, 3:6] = 1e4
    for one, other in zip(infinite, _fused(case, torch.float32), strict=True):
        torch.testing.assert_close(one, other)


def test_memory_layout_does_not_matter() -> None:
    """Channels-last, transposed and sliced inputs; positions of different strides."""
    case = _case((2, 6, 4, 5, 6, 2), torch.float32)
    x, offsets, modulation, weight = (one.float().to(DEVICE) for one in case.inputs)
    taps = tap_positions(offsets, (5, 6), stride=2)
    expected = sample_taps(x, taps, weight, modulation, implementation="triton")
    doubled = torch.cat((x, x), 1).contiguous(memory_format=torch.channels_last)
    taps.x.set_(taps.x.transpose(2, 3).contiguous().transpose(2, 3))
    out = sample_taps(
        doubled[:, :6],
        taps,
        weight.transpose(2, 3).contiguous().transpose(2, 3),
        modulation.contiguous(memory_format=torch.channels_last),
        implementation="triton",
    )
    torch.testing.assert_close(out, expected)
    assert out.is_contiguous(memory_format=torch.channels_last)


def test_as_operators_of_pytorch() -> None:
    """Schema, shapes without data, and autograd through tracing, as torch.compile needs them."""
    case = _case((1, 2, 3, 2, 3, 1), torch.float32)
    x, offsets, modulation, weight = (one.float().to(DEVICE) for one in case.inputs)
    taps = tap_positions(offsets, (2, 3))
    rows = x.permute(0, 2, 3, 1).contiguous().requires_grad_()
    kernel = weight.permute(0, 2, 3, 1).flatten(1, 2).contiguous().requires_grad_()
    arguments = (rows, taps.y, taps.x, modulation, kernel, "ieee")
    results = torch.library.opcheck(torch.ops.sgnet.sample_taps.default, arguments)
    assert set(results.values()) == {"SUCCESS"}


def test_as_operators_they_take_any_strides() -> None:
    """Called as operators, without what prepares their tensors: forward and backward."""
    case = _case((2, 6, 4, 5, 6, 1), torch.float32)
    x, offsets, modulation, weight = (one.float().to(DEVICE) for one in case.inputs)
    taps = tap_positions(offsets, (5, 6))
    rows, kernel = x.permute(0, 2, 3, 1), weight.permute(0, 2, 3, 1).flatten(1, 2)
    grad = case.grad.float().to(DEVICE).permute(0, 2, 3, 1)
    inputs = [rows, taps.y, taps.x, modulation, kernel]
    results = []
    for change in (torch.clone, _transposed):
        taken = [one.contiguous() for one in inputs]
        taken[0], taken[2] = change(taken[0]), change(taken[2])
        taken[4] = change(taken[4])
        leaves = [one.detach().requires_grad_() for one in taken]
        out = torch.ops.sgnet.sample_taps(*leaves, "ieee")
        gradients = torch.autograd.grad(out, leaves, grad)
        direct = torch.ops.sgnet.sample_taps_backward(change(grad.contiguous()), *taken, "ieee")
        of_weight = torch.ops.sgnet.sample_taps_weight_backward(
            change(grad.contiguous()), *taken[:4], "ieee"
        )
        results.append([out.detach(), *gradients, *direct, of_weight])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-4)


def _transposed(x: Tensor) -> Tensor:
    """The same numbers, the last two axes the other way round in memory."""
    return x.transpose(-1, -2).contiguous().transpose(-1, -2)


def test_a_second_derivative_is_refused() -> None:
    """Not left out of the sum, which nobody would notice."""
    case = _case((1, 3, 3, 2, 2, 1), torch.float32)
    leaves = [one.float().to(DEVICE).requires_grad_() for one in case.inputs]
    x, offsets, modulation, weight = leaves
    y = deform_conv2d(x, offsets, weight, modulation=modulation, implementation="triton")
    for leaf in leaves:
        (of_leaf,) = torch.autograd.grad(y.square().sum(), leaf, create_graph=True)
        with pytest.raises(RuntimeError, match="implementation='grid'"):
            of_leaf.square().sum().backward()


def test_where_every_run_must_be_the_same_it_is_refused() -> None:
    """Atomics add the gradient of the features in any order; nothing else depends on it."""
    case = _case((1, 3, 3, 2, 2, 1), torch.float32)
    x, offsets, modulation, weight = (one.float().to(DEVICE) for one in case.inputs)

    def learn(x: Tensor, weight: Tensor) -> None:
        y = deform_conv2d(x, offsets, weight, modulation=modulation, implementation="triton")
        y.sum().backward()

    try:
        torch.use_deterministic_algorithms(True)
        learn(x, weight.clone().requires_grad_())
        with pytest.raises(RuntimeError, match="use_deterministic_algorithms is on"):
            learn(x.clone().requires_grad_(), weight)
        torch.use_deterministic_algorithms(True, warn_only=True)
        with pytest.warns(UserWarning, match="use_deterministic_algorithms is on"):
            learn(x.clone().requires_grad_(), weight)
    finally:
        torch.use_deterministic_algorithms(False)


@pytest.mark.parametrize(
    ("activation", "dtype", "stride"),
    [("relu", torch.float32, 1), ("none", torch.float16, 2), ("sigmoid", torch.float16, 1)],
)
def test_for_inference(activation: str, dtype: torch.dtype, stride: int) -> None:
    """Straight from offsets, with bias and activation; scores come out in float32."""
    case = _case((2, 5, 9, 5, 6, stride), dtype)
    bias = torch.randn(9)
    wide = torch.float32 if activation == "sigmoid" else None
    out = deformed(
        case.x.to(DEVICE, dtype),
        case.offsets.float().to(DEVICE).contiguous(memory_format=torch.channels_last),
        packed(case.weight.to(DEVICE, dtype)),
        modulation=None if wide else case.modulation.float().to(DEVICE),
        bias=bias.to(DEVICE),
        stride=stride,
        activation=activation,
        dtype=wide,
    )
    scale = None if wide else case.modulation
    sums = deform_conv2d(
        case.x,
        case.offsets,
        case.weight,
        modulation=scale,
        bias=bias.double(),
        stride=stride,
        implementation="grid",
    )
    ending = {"relu": torch.relu, "sigmoid": torch.sigmoid, "none": torch.clone}[activation]
    assert out.dtype == (wide or dtype)
    assert out.is_contiguous(memory_format=torch.channels_last)
    _assert_close([out.double().cpu()], [ending(sums)], dtype)


def test_prepared_networks_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sampler of a prepared S-Conv, by the kernel and without it."""
    case = _case((1, 5, 4, 5, 6, 2), torch.float32)
    bias = torch.randn(4).double()
    target = Target(torch.device(DEVICE), torch.float32)
    sampler = ByOneKernel(case.weight, bias, case.stride, target, "relu")
    inputs = [one.float().to(DEVICE) for one in (case.x, case.offsets, case.modulation)]
    results = []
    for suits in (True, False):
        monkeypatch.setattr(triton_op, "suits", lambda *_, chosen=suits: chosen)
        results.append(sampler(*inputs))
    torch.testing.assert_close(results[0], results[1], rtol=1e-4, atol=1e-4)
    assert float(results[0].min()) == 0
