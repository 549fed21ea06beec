"""Deformable sampling: worked values, public vectors, a float64 loop, finite differences."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from reference.deformable import deformable
from torch import Tensor

from sgnet_model.nn.sampling import TapPositions, deform_conv2d, sample_taps, tap_positions
from sgnet_model.nn.sampling.op import IMPLEMENTATIONS
from sgnet_model.types import UserError

SIZES = [(5, 6, 1), (5, 6, 2), (7, 4, 2), (1, 1, 1), (1, 1, 2), (1, 5, 1), (6, 1, 2)]
VECTORS = ["basic_deform_conv_with_padding", "basic_deform_conv_without_padding"]
VECTORS += ["deform_conv_with_mask_bias", "deform_conv_with_multiple_offset_groups"]


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def implementation(request: pytest.FixtureRequest) -> str:
    """Every implementation is held to the same values."""
    return str(request.param)


def _output_size(height: int, width: int, stride: int) -> tuple[int, int]:
    return -(-height // stride), -(-width // stride)


def _case(height: int, width: int, stride: int, batch: int = 2) -> dict[str, Tensor]:
    """Random float64 tensors: fractional taps, whole ones, border cases and far ones."""
    random = np.random.default_rng(height * 100 + width * 10 + stride)
    h, w = _output_size(height, width, stride)
    offsets = random.normal(0, 2, (batch, 18, h, w))
    whole = random.random(offsets.shape) < 0.2  # taps that fall on elements and on the border
    offsets[whole] = np.rint(offsets[whole])
    far = random.random(offsets.shape) < 0.1
    offsets[far] = random.choice([-1e9, -40.0, 40.0, 1e9], far.sum())
    arrays = {
        "x": random.normal(size=(batch, 4, height, width)),
        "offsets": offsets,
        "weight": random.normal(size=(3, 4, 3, 3)),
        "modulation": random.random((batch, 9, h, w)),
        "bias": random.normal(size=3),
    }
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def test_worked_values(implementation: str) -> None:
    """A 1x1 kernel on [[1, 2], [3, 4]]: the mean of four, half of one, the border rule, far out."""
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    offsets = torch.zeros(1, 2, 2, 2)
    offsets[0, :, 0, 0] = torch.tensor([0.5, 0.5])  # between all four: 2.5
    offsets[0, :, 0, 1] = torch.tensor([0.0, 0.25])  # a quarter beyond the right edge: 0.75 * 2
    offsets[0, :, 1, 0] = torch.tensor([0.5, 0.0])  # half below the bottom edge: 3 / 2
    offsets[0, :, 1, 1] = torch.tensor([1.0, 0.0])  # exactly one below: outside
    y = deform_conv2d(
        x, offsets, torch.full((1, 1, 1, 1), 2.0), padding=(0, 0), implementation=implementation
    )
    assert y.tolist() == [[[[5.0, 3.0], [3.0, 0.0]]]]


def test_offsets_are_dy_then_dx(implementation: str) -> None:
    """One tap moved a row down and one moved a column right read different elements."""
    x = torch.arange(25.0).view(1, 1, 5, 5)
    weight = torch.zeros(1, 1, 3, 3)
    weight[0, 0, 0, 2] = 1  # only tap 2: first row, last column
    offsets = torch.zeros(1, 18, 5, 5)
    offsets[0, 2 * 2] = 1  # dy of tap 2
    down = deform_conv2d(x, offsets, weight, implementation=implementation)
    assert down[0, 0, 2, 2] == x[0, 0, 2, 3]
    offsets.zero_()[0, 2 * 2 + 1] = -2  # dx of tap 2
    left = deform_conv2d(x, offsets, weight, implementation=implementation)
    assert left[0, 0, 2, 2] == x[0, 0, 1, 1]


@pytest.mark.parametrize("name", VECTORS)
def test_public_vectors(name: str, implementation: str, shared_data: Path) -> None:
    """The ONNX backend's: padding, 2x2 kernels, mask and bias, two offset groups."""
    with np.load(shared_data / "vectors" / f"onnx_{name}.npz") as file:
        inputs = {
            str(key).split("_")[0]: torch.from_numpy(file[f"input_{index}"])
            for index, key in enumerate(file["inputs"])
        }
        pad = int(file["attr_pads"][0])
        expected = torch.from_numpy(file["output_0"])
    y = deform_conv2d(
        inputs["X"],
        inputs["offset"],
        inputs["W"],
        modulation=inputs.get("mask"),
        bias=inputs.get("B"),
        padding=(pad, pad),
        implementation=implementation,
    )
    torch.testing.assert_close(y, expected)


@pytest.mark.parametrize(("height", "width", "stride"), SIZES)
def test_float64_loop(height: int, width: int, stride: int, implementation: str) -> None:
    """Borders, fractions, far-outside samples, stride 2, odd sizes and maps one element wide."""
    case = _case(height, width, stride)
    expected = deformable(
        *(case[name].numpy() for name in ("x", "offsets", "weight", "modulation", "bias")),
        stride=stride,
    )
    y = deform_conv2d(**case, stride=stride, implementation=implementation)
    np.testing.assert_allclose(y.numpy(), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
def test_undeformed_is_a_convolution(stride: int, implementation: str) -> None:
    """Zero offsets and unit modulation: the paper's Sec. III-B."""
    x, weight = torch.randn(2, 5, 9, 7), torch.randn(6, 5, 3, 3)
    h, w = _output_size(9, 7, stride)
    y = deform_conv2d(
        x,
        torch.zeros(2, 18, h, w),
        weight,
        modulation=torch.ones(2, 9, h, w),
        stride=stride,
        implementation=implementation,
    )
    torch.testing.assert_close(y, F.conv2d(x, weight, stride=stride, padding=1))


@pytest.mark.parametrize("stride", [1, 2])
def test_gradients(stride: int, implementation: str) -> None:
    """Against finite differences in every tensor; taps 0.2 or more from where the slope breaks."""
    case = _case(4, 3, stride, batch=1)
    fraction = 0.2 + 0.6 * torch.rand(case["offsets"].shape, dtype=torch.float64)
    case["offsets"] = case["offsets"].clamp(-5, 5).floor() + fraction
    case["x"], case["weight"] = case["x"][:, :2], case["weight"][:, :2]
    tensors = [case[name].requires_grad_() for name in ("x", "offsets", "weight", "modulation")]

    def run(x: Tensor, offsets: Tensor, weight: Tensor, modulation: Tensor) -> Tensor:
        return deform_conv2d(
            x,
            offsets,
            weight,
            modulation=modulation,
            stride=stride,
            implementation=implementation,
        )

    assert torch.autograd.gradcheck(run, tensors, nondet_tol=1e-12)


def test_a_nan_offset_spoils_its_output_only(implementation: str) -> None:
    """NaN shows where it arose, in every output channel, and nothing reads out of range."""
    case = _case(5, 6, 1)
    clean = deform_conv2d(**case, implementation=implementation)
    case["offsets"][1, 7, 2, 3] = torch.nan
    y = deform_conv2d(**case, implementation=implementation)
    assert y[1, :, 2, 3].isnan().all()
    y[1, :, 2, 3] = clean[1, :, 2, 3]
    torch.testing.assert_close(y, clean)


@pytest.mark.parametrize("channel", [7, 6])  # x of a tap, and y
def test_a_nan_offset_spoils_no_gradient_but_its_taps(implementation: str, channel: int) -> None:
    """What it read is not known, so nothing is learnt there: as if that tap had no modulation."""
    case = _case(5, 6, 1)
    tap = (1, channel // 2, 2, 3)
    expected = _gradients(case | {"modulation": _zeroed(case["modulation"], tap)}, implementation)
    case["offsets"][1, channel, 2, 3] = torch.nan
    found = _gradients(case, implementation)
    torch.testing.assert_close(found["x"], expected["x"])
    for name, per_tap in (("offsets", 2), ("modulation", 1)):
        others = torch.ones_like(case[name], dtype=torch.bool)
        others[1, tap[1] * per_tap : (tap[1] + 1) * per_tap, 2, 3] = False
        torch.testing.assert_close(found[name][others], expected[name][others])


def _zeroed(modulation: Tensor, tap: tuple[int, ...]) -> Tensor:
    without = modulation.clone()
    without[tap] = 0
    return without


def _gradients(case: dict[str, Tensor], implementation: str) -> dict[str, Tensor]:
    """Of a weighed sum of the outputs."""
    leaves = {name: tensor.clone().requires_grad_() for name, tensor in case.items()}
    y = deform_conv2d(**leaves, implementation=implementation)
    y.backward(torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view(y.shape))
    return {name: leaf.grad for name, leaf in leaves.items() if leaf.grad is not None}


def test_infinite_offsets_are_far_outside(implementation: str) -> None:
    """They contribute nothing, like any other tap beyond the map."""
    case = _case(5, 6, 1)
    case["offsets"][0, 3] = torch.inf
    infinite = deform_conv2d(**case, implementation=implementation)
    case["offsets"][0, 3] = 1e4
    torch.testing.assert_close(infinite, deform_conv2d(**case, implementation=implementation))


def test_a_tap_at_minus_one_does_not_count(implementation: str) -> None:
    """By hand, on a map of two rows with a 1x1 kernel: at y = -1 nothing is read, and nothing asks
    to be read, although half a step down row 0 would be; y = -0.5 has the slope of row 0, y = 1
    that of what follows the last row. Sixteen channels, which the compiled kernels take."""
    x = torch.zeros(1, 16, 2, 4)
    x[0, :, 0], x[0, :, 1] = 3.0, 5.0
    offsets = torch.zeros(1, 2, 2, 4)
    offsets[0, 0, 0] = torch.tensor([-1.0, -0.5, 0.0, 1.0])  # the rows of the first output row
    offsets[0, 1, 1, 0] = -1  # and one at x = -1
    leaves = [one.requires_grad_() for one in (x, offsets)]
    weight = torch.ones(1, 16, 1, 1) / 16
    y = deform_conv2d(*leaves, weight, padding=(0, 0), implementation=implementation)
    assert y[0, 0].tolist() == [[0, 1.5, 3, 5], [0, 5, 5, 5]]
    (slope,) = torch.autograd.grad(y.sum(), offsets)
    assert slope[0, 0, 0].tolist() == [0, 3, 2, -5]
    assert slope[0, :, 1, 0].tolist() == [0, 0]


@pytest.mark.parametrize("channels", [4, 16])
def test_no_pictures(channels: int, implementation: str) -> None:
    """The last batch of a split may be empty: so are the results, and the kernel learns nothing."""
    shapes = ((0, channels, 5, 6), (0, 18, 3, 3), (3, channels, 3, 3), (0, 9, 3, 3))
    leaves = [torch.ones(shape, requires_grad=True) for shape in shapes]
    x, offsets, weight, modulation = leaves
    y = deform_conv2d(
        x, offsets, weight, modulation=modulation, stride=2, implementation=implementation
    )
    assert y.shape == (0, 3, 3, 3)
    gradients = torch.autograd.grad(y.sum(), leaves)
    assert tuple(one.shape for one in gradients) == shapes
    assert not gradients[2].any()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("offsets", (1, 18, 5, 6)),  # of one picture for two
        ("offsets", (2, 16, 5, 6)),
        ("offsets", (2, 18, 5, 7)),
        ("offsets", (2, 18, 5)),
        ("modulation", (2, 9, 5, 5)),
        ("modulation", (1, 9, 5, 6)),
        ("modulation", (2, 18, 5, 6)),
        ("weight", (3, 5, 3, 3)),
        ("weight", (3, 4, 3)),
        ("x", (4, 5, 6)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    name: str, shape: tuple[int, ...], implementation: str
) -> None:
    """Kernels would read foreign memory; the sentence names the tensor and both shapes."""
    case = _case(5, 6, 1)
    case[name] = torch.zeros(shape, dtype=torch.float64)
    with pytest.raises(UserError, match=re.escape(str(shape))):
        deform_conv2d(**case, implementation=implementation)


def test_positions_that_do_not_fit_are_refused(implementation: str) -> None:
    x, weight = torch.zeros(2, 4, 5, 6), torch.zeros(3, 4, 3, 3)
    at = torch.zeros(2, 9, 5, 6)
    for taps, sentence in (
        (TapPositions(at, at[:1], (5, 6)), "Positions along x"),
        (TapPositions(at[:, :8], at[:, :8], (5, 6)), "Positions along y"),
        (TapPositions(at, at, (6, 6)), r"a map of \(6, 6\) and the features are \(5, 6\)"),
        (TapPositions(at, at.double(), (5, 6)), "one floating type"),
        (TapPositions(at.to("meta"), at.to("meta"), (5, 6)), "one device"),
    ):
        with pytest.raises(UserError, match=sentence):
            sample_taps(x, taps, weight, implementation=implementation)
    with pytest.raises(UserError, match="neither of them 0"):
        sample_taps(x[:, :, :0], TapPositions(at, at, (0, 6)), weight)


def test_what_no_kernel_and_no_bias_is_is_refused(implementation: str) -> None:
    case = _case(5, 6, 1)
    for name, shape in (("bias", (1,)), ("bias", (3, 1)), ("weight", (3, 4, 0, 3))):
        spoilt = {**case, name: torch.zeros(shape, dtype=torch.float64)}
        with pytest.raises(UserError, match=re.escape(str(shape))):
            deform_conv2d(**spoilt, implementation=implementation)
    with pytest.raises(UserError, match="one channel"):
        deform_conv2d(torch.zeros(1, 0, 5, 6), torch.zeros(1, 18, 5, 6), torch.zeros(3, 0, 3, 3))
    for stride in (0, -1):
        with pytest.raises(UserError, match="stride"):
            deform_conv2d(**case, stride=stride, implementation=implementation)


def test_an_implementation_that_is_not_there_is_refused() -> None:
    """By a name that nobody knows, and by one of GPUs on a CPU."""
    case = {name: one.float() for name, one in _case(5, 6, 1).items()}
    with pytest.raises(UserError, match=r"no implementation 'cuda' .* grid, gather, compiled"):
        deform_conv2d(**case, implementation="cuda")
    with pytest.raises(UserError, match="needs a CUDA device"):
        deform_conv2d(**case, implementation="triton")
    case["x"] = case["x"].double()
    with pytest.raises(UserError, match=r"features are torch\.float64"):
        deform_conv2d(**case, implementation="triton")


def test_channels_that_do_not_divide_among_groups_are_refused() -> None:
    x, offsets = torch.zeros(1, 5, 5, 6), torch.zeros(1, 36, 5, 6)
    with pytest.raises(UserError, match="5 channels do not divide among 2 groups"):
        deform_conv2d(x, offsets, torch.zeros(3, 5, 3, 3))


def test_memory_layout_does_not_matter(implementation: str) -> None:
    """Channels-last and strided inputs give the same values."""
    case = _case(5, 6, 2)
    expected = deform_conv2d(**case, stride=2, implementation=implementation)
    for name in ("x", "offsets", "modulation"):
        case[name] = case[name].contiguous(memory_format=torch.channels_last)
    case["weight"] = case["weight"].transpose(2, 3).contiguous().transpose(2, 3)
    y = deform_conv2d(**case, stride=2, implementation=implementation)
    torch.testing.assert_close(y, expected)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 4e-3), (torch.bfloat16, 3e-2)])
def test_half_precision_features(dtype: torch.dtype, tolerance: float, implementation: str) -> None:
    """Positions stay float32 on a map 200 wide, where bfloat16 steps by a whole element.

    Tolerance: some four roundings (2^-11, 2^-8) relative to the largest output.
    """
    x, weight = torch.randn(1, 4, 3, 200), torch.randn(3, 4, 3, 3)
    offsets = torch.rand(1, 18, 3, 200)
    modulation = torch.rand(1, 9, 3, 200)
    expected = deform_conv2d(x, offsets, weight, modulation=modulation)
    y = deform_conv2d(
        x.to(dtype), offsets, weight, modulation=modulation, implementation=implementation
    )
    error = (y.float() - expected).abs().max() / expected.abs().max()
    assert error < tolerance


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_offsets(dtype: torch.dtype, implementation: str) -> None:
    """Those of a network in half precision: on a map 600 wide bfloat16 steps by four elements. Zero
    offsets are a convolution, to the rounding of what is multiplied."""
    x, weight = torch.randn(1, 4, 4, 600).to(dtype), torch.randn(3, 4, 3, 3).to(dtype)
    offsets = torch.zeros(1, 18, 4, 600, dtype=dtype, requires_grad=True)
    y = deform_conv2d(x, offsets, weight, implementation=implementation)
    expected = F.conv2d(x.float(), weight.float(), padding=1)
    assert y.dtype == dtype
    assert (y.float() - expected).norm() < 1e-2 * expected.norm()
    y.sum().backward()
    assert offsets.grad is not None
    assert offsets.grad.dtype == dtype


def test_positions() -> None:
    """y = oy stride - padding + ky + dy, worked for the last index of a stride-2 layer."""
    offsets = torch.zeros(1, 18, 2, 3)
    offsets[0, 2 * 5, 1, 2], offsets[0, 2 * 5 + 1, 1, 2] = 0.25, -0.5  # tap 5: ky 1, kx 2
    taps = tap_positions(offsets, (4, 6), stride=2)
    assert taps.input_size == (4, 6)
    assert (taps.y[0, 5, 1, 2], taps.x[0, 5, 1, 2]) == (2.25, 4.5)
    assert (taps.y[0, 0, 0, 0], taps.x[0, 0, 0, 0]) == (-1, -1)
