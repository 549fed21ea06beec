"""The compiled sampling of training against "grid" in float64: values and every gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from training_support import SETTINGS, TINY, batch, batches

from sgnet_model.nn.compiled import calls, entries, row_threads, sampled
from sgnet_model.nn.sampling import TapPositions, deform_conv2d, op, sample_taps, tap_positions
from sgnet_model.nn.sampling import compiled as implementation
from sgnet_model.nn.sampling.columns import column_blocks
from sgnet_model.nn.sampling.triton_inference import deformed
from sgnet_model.nn.sampling.weighing import weigh
from sgnet_model.training.loop import Trainer
from sgnet_model.types import UserError
from sgnet_model.variants import build

SIZES = [(5, 6, 1), (7, 4, 2), (1, 1, 1), (1, 5, 2), (12, 9, 1)]
TYPES = [(torch.float32, 3e-6), (torch.bfloat16, 1e-2)]  # relative to the whole tensor's norm
NAMES = ("x", "offsets", "weight", "modulation")
Case = dict[str, Tensor]


@pytest.fixture(params=["one thread", "OpenMP", "pool"])
def team(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every way of sharing the work out; with more threads than pictures."""
    with _threads(1 if request.param == "one thread" else 3):
        if request.param == "pool":
            monkeypatch.setattr(row_threads, "_team", lambda: row_threads.pool_team)
        yield
    if request.param == "pool":
        row_threads._pool().shutdown()
        row_threads._pool.cache_clear()


class _threads:
    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> None:
        self.before = torch.get_num_threads()
        torch.set_num_threads(self.count)

    def __exit__(self, *_: object) -> None:
        torch.set_num_threads(self.before)


def _case(height: int, width: int, stride: int, channels: int = 32) -> Case:
    """Two pictures, float32; taps between elements, well off the slopes' breaks, and far ones."""
    random = torch.Generator().manual_seed(height * 100 + width * 10 + stride)
    h, w = -(-height // stride), -(-width // stride)
    whole = (2 * torch.randn(2, 18, h, w, generator=random)).round()
    offsets = whole + 0.2 + 0.6 * torch.rand(whole.shape, generator=random)
    far = torch.rand(whole.shape, generator=random)
    for share, value in ((0.02, -1e9), (0.04, 1e9), (0.06, torch.inf), (0.08, -torch.inf)):
        offsets[(far < share) & (far >= share - 0.02)] = value
    return {
        "x": torch.randn(2, channels, height, width, generator=random),
        "offsets": offsets,
        "weight": torch.randn(5, channels, 3, 3, generator=random),
        "modulation": torch.rand(2, 9, h, w, generator=random),
    }


def _differentiated(case: Case, stride: int, kind: str, dtype: torch.dtype) -> dict[str, Tensor]:
    """The result and the gradients of an uneven sum of it; `dtype` of the features.

    Positions and modulation stay float32, or float64 with float64 features.
    """
    other = torch.float64 if dtype == torch.float64 else torch.float32
    types = {"x": dtype, "weight": other, "offsets": other, "modulation": other}
    leaves = {name: t.detach().to(types[name]).requires_grad_() for name, t in case.items()}
    y = deform_conv2d(**leaves, stride=stride, implementation=kind)
    uneven = torch.linspace(-1, 2, y.numel()).view(y.shape).to(y.dtype)
    y.backward(uneven)
    gradients = {name: _of(leaf) for name, leaf in leaves.items()}
    return {"y": y.detach(), **gradients}


def _of(leaf: Tensor) -> Tensor:
    assert leaf.grad is not None
    return leaf.grad


def _error(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected).norm() / expected.norm().clamp(min=1e-12))


@pytest.mark.parametrize(("height", "width", "stride"), SIZES)
@pytest.mark.parametrize(("dtype", "tolerance"), TYPES)
@pytest.mark.usefixtures("team")
def test_values_and_gradients_are_those_of_float64(
    height: int, width: int, stride: int, dtype: torch.dtype, tolerance: float
) -> None:
    case = _case(height, width, stride)
    case["x"] = case["x"].to(dtype)  # what is compared starts from the same numbers
    found = _differentiated(case, stride, "compiled", dtype)
    expected = _differentiated(case, stride, "grid", torch.float64)
    assert found["y"].dtype == found["x"].dtype == dtype
    assert {name: found[name].dtype for name in NAMES[1:]} == dict.fromkeys(NAMES[1:], torch.float)
    errors = {name: _error(found[name], expected[name]) for name in found}
    assert max(errors.values()) < tolerance, errors


def test_gradients_do_not_depend_on_the_default_type() -> None:
    case = _case(5, 6, 1)
    expected = _differentiated(case, 1, "compiled", torch.float32)
    torch.set_default_dtype(torch.float64)
    try:
        found = _differentiated(case, 1, "compiled", torch.float32)
    finally:
        torch.set_default_dtype(torch.float32)
    for name in NAMES:
        torch.testing.assert_close(found[name], expected[name], rtol=1e-5, atol=1e-5)


def test_on_the_border_and_on_elements_it_is_gather() -> None:
    """Where the slope breaks one side is taken: the same as the other implementation takes."""
    case = _case(6, 7, 1)
    case["offsets"] = case["offsets"].clamp(-8, 8).round()
    found = _differentiated(case, 1, "compiled", torch.float32)
    expected = _differentiated(case, 1, "gather", torch.float32)
    for name, tensor in found.items():
        torch.testing.assert_close(tensor, expected[name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kernel", [(1, 1), (2, 3)])
def test_other_kernels_and_groups_and_no_modulation(kernel: tuple[int, int]) -> None:
    """Two groups: each is a part of the channels, which are no longer side by side."""
    taps = kernel[0] * kernel[1]
    random = torch.Generator().manual_seed(taps)
    case = {
        "x": torch.randn(3, 32, 6, 5, generator=random),
        "offsets": torch.randn(3, 4 * taps, 9 - kernel[0], 8 - kernel[1], generator=random),
        "weight": torch.randn(4, 32, *kernel, generator=random),
    }
    found = _differentiated(case, 1, "compiled", torch.float32)
    expected = _differentiated(case, 1, "grid", torch.float64)
    for name, tensor in found.items():
        assert _error(tensor, expected[name]) < 3e-6


def test_memory_layout_does_not_matter() -> None:
    case = _case(5, 6, 2)
    expected = _differentiated(case, 2, "compiled", torch.float32)
    for change in (_channels_last, _every_other):
        found = _differentiated({n: change(t) for n, t in case.items()}, 2, "compiled", torch.float)
        assert all(torch.equal(found[name], expected[name]) for name in found)


def test_offsets_that_belong_to_other_features_are_refused_by_every_kernel() -> None:
    """Each would read beyond the map or the modulation."""
    x = torch.zeros(2, 96, 6, 5).contiguous(memory_format=torch.channels_last)
    offsets, modulation = torch.zeros(2, 18, 6, 5), torch.zeros(2, 9, 6, 5)
    for wrong in (offsets[:1], offsets[:, :16], offsets[:, :, :5]):
        with pytest.raises(UserError, match=r"Offsets: shape .* arrived where .* ask for"):
            next(column_blocks(x, wrong, modulation, 1))
        with pytest.raises(UserError, match="Offsets"):
            weigh(x[:, :88], torch.zeros(16), wrong, 1)
        with pytest.raises(UserError, match="Offsets"):
            deformed(x, wrong, torch.zeros(3, 9, 96))
    for spoilt in (modulation[:1], modulation[:, :8], modulation[..., :4]):
        with pytest.raises(UserError, match="Modulation"):
            next(column_blocks(x, offsets, spoilt, 1))
    assert not list(column_blocks(x[:0], offsets[:0], modulation[:0], 1))


def test_what_a_kernel_of_inference_cannot_read_is_refused() -> None:
    """Two groups of offsets, numbers of another type, tables and kernels of another size."""
    x = torch.zeros(2, 96, 6, 5).contiguous(memory_format=torch.channels_last)
    table, bias = x[:, :88], torch.zeros(16)
    offsets, modulation = torch.zeros(2, 18, 6, 5), torch.zeros(2, 9, 6, 5)
    two = torch.zeros(2, 36, 6, 5)
    for refused in (
        lambda: next(column_blocks(x, two, None, 1)),
        lambda: weigh(table, bias, two, 1),
        lambda: deformed(x, two, torch.zeros(3, 9, 96)),
    ):
        with pytest.raises(UserError, match="36 channels: the 18 of nine taps"):
            refused()
    for other in (torch.bfloat16, torch.float64):
        with pytest.raises(UserError, match=f"Modulation: {other} arrived where torch.float32"):
            next(column_blocks(x, offsets, modulation.to(other), 1))
        with pytest.raises(UserError, match=r"Bias: torch\."):
            weigh(table, bias.to(other), offsets, 1)
        with pytest.raises(UserError, match=r"Offsets: torch\."):
            weigh(table, bias, offsets.to(other), 1)
    with pytest.raises(UserError, match="Table"):
        weigh(x[:, :16], bias, offsets, 1)
    with pytest.raises(UserError, match="Bias"):
        weigh(table, bias[:9], offsets, 1)
    with pytest.raises(UserError, match="Packed kernel"):
        deformed(x, offsets, torch.zeros(3, 9, 80))
    with pytest.raises(UserError, match="Bias"):
        deformed(x, offsets, torch.zeros(3, 9, 96), bias=torch.zeros(2))


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _every_other(x: Tensor) -> Tensor:
    return x.repeat_interleave(2, -1)[..., ::2]


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_any_number_of_threads_gives_the_same_bits(threads: int) -> None:
    case = _case(12, 9, 1, channels=80)  # 2 pictures of 5 blocks
    with _threads(1):
        expected = _differentiated(case, 1, "compiled", torch.bfloat16)
    for _ in range(3):
        with _threads(threads):
            found = _differentiated(case, 1, "compiled", torch.bfloat16)
        # The product of the features is torch's, and its to share out.
        assert all(torch.equal(found[n], expected[n]) for n in ("x", "offsets", "modulation"))


def test_a_position_that_is_no_number_spoils_its_output_only() -> None:
    case = _case(5, 6, 1)
    clean = deform_conv2d(**case, implementation="compiled")
    case["offsets"][1, 7, 2, 3] = torch.nan
    spoilt = deform_conv2d(**case, implementation="compiled")
    assert spoilt[1, :, 2, 3].isnan().all()
    spoilt[1, :, 2, 3] = clean[1, :, 2, 3]
    torch.testing.assert_close(spoilt, clean)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_position_that_is_no_number_spoils_no_gradient_of_features(dtype: torch.dtype) -> None:
    """What it read is not known, so nothing is learned there; as "grid" has it."""
    case = _case(5, 6, 1)
    case["offsets"][1, 7, 2, 3] = torch.nan  # y of a tap
    case["offsets"][0, 4, 1, 1] = torch.nan
    case["offsets"][0, 11, 3, 4] = torch.nan  # x of another
    found = _differentiated(case, 1, "compiled", dtype)["x"]
    expected = _differentiated(case, 1, "grid", torch.float64)["x"]
    assert found.isfinite().all()
    assert _error(found, expected) < dict(TYPES)[dtype]


def test_every_nan_stays_one_in_bfloat16() -> None:
    """One whose bits are all ones too, which rounding would make -0."""
    x = torch.zeros(1, 32, 3, 4, dtype=torch.bfloat16)
    offsets, modulation = torch.zeros(1, 18, 3, 4), torch.ones(1, 9, 3, 4)
    modulation.view(torch.int32)[0, 4, 1, 2] = 0x7FFFFFFF
    offsets.view(torch.int32)[0, 5, 2, 1] = 0x7FFFFFFF
    (columns,) = column_blocks(x, offsets, modulation, 1)
    spoilt = columns.unflatten(1, (9, 32)).isnan()[0]  # (taps, C, h, w)
    assert spoilt[4, :, 1, 2].all()
    assert spoilt[2, :, 2, 1].all()
    assert int(spoilt.sum()) == 2 * 32
    taps = tap_positions(offsets, (3, 4))
    features = sample_taps(x, taps, torch.ones(1, 32, 3, 3), modulation)
    assert features[0, 0].isnan().nonzero().tolist() == [[1, 2], [2, 1]]


def test_only_wanted_gradients_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _case(5, 6, 1)
    refused = _refused("not wanted")
    for wanted, unused in (("x", "of_taps"), ("offsets", "of_map")):
        leaves = {n: t.clone().requires_grad_(n == wanted) for n, t in case.items()}
        with monkeypatch.context() as patch:
            patch.setattr(sampled, unused, refused)
            deform_conv2d(**leaves, implementation="compiled").sum().backward()
        expected = _differentiated_of(case, wanted)
        torch.testing.assert_close(_of(leaves[wanted]), expected, rtol=1e-4, atol=1e-4)


def _differentiated_of(case: Case, name: str) -> Tensor:
    leaves = {n: t.clone().requires_grad_(n == name) for n, t in case.items()}
    deform_conv2d(**leaves, implementation="gather").sum().backward()
    return _of(leaves[name])


def _refused(why: str) -> Callable[..., None]:
    def call(*_: object) -> None:
        raise AssertionError(why)

    return call


def test_a_second_derivative_is_refused() -> None:
    case = {n: t.requires_grad_() for n, t in _case(5, 6, 1).items()}
    y = deform_conv2d(**case, implementation="compiled")
    (of_x,) = torch.autograd.grad(y.sum(), case["x"], create_graph=True)
    with pytest.raises(RuntimeError, match="differentiate twice"):
        of_x.sum().backward()


def test_it_is_chosen_with_gradients_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight = torch.zeros(1, 16, 4, 4), torch.zeros(3, 16, 3, 3, requires_grad=True)
    taps = TapPositions(torch.zeros(1, 9, 4, 4), torch.zeros(1, 9, 4, 4), (4, 4))
    chosen = []
    known = {"compiled": "compiled", "gather": "gather"}
    monkeypatch.setattr(
        op, "IMPLEMENTATIONS", {n: lambda *_, name=n: chosen.append(name) for n in known}
    )
    sample_taps(x, taps, weight)
    sample_taps(x, taps, weight.detach())
    with torch.no_grad():
        sample_taps(x, taps, weight)
    assert chosen == ["compiled"] * 3


def test_what_does_not_suit_is_left_to_gather(monkeypatch: pytest.MonkeyPatch) -> None:
    def taps(dtype: torch.dtype = torch.float32) -> TapPositions:
        return TapPositions(torch.zeros(1, 9, 2, 2, dtype=dtype), torch.zeros(1, 9, 2, 2), (2, 2))

    x = torch.zeros(1, 32, 2, 2)
    assert implementation.suits(x, taps())
    assert implementation.suits(x.bfloat16(), taps())
    assert not implementation.suits(x[:, :20], taps())
    assert not implementation.suits(x.half(), taps())
    assert not implementation.suits(x, taps(torch.float64))
    assert not implementation.suits(x.to("meta"), taps())
    case = {name: tensor.double() for name, tensor in _case(5, 6, 1).items()}
    found = _differentiated(case, 1, "compiled", torch.float64)
    expected = _differentiated(case, 1, "gather", torch.float64)
    assert all(torch.equal(found[name], expected[name]) for name in found)
    monkeypatch.setattr(implementation, "sampled", None)  # as where numba is not
    assert not implementation.suits(x, taps())
    without = _differentiated(_case(5, 6, 1), 1, "compiled", torch.float32)
    for name, tensor in without.items():
        assert _error(tensor, expected[name]) < 3e-6


def _ways_to_trace(
    run: Callable[..., Tensor], inputs: list[Tensor]
) -> Iterator[Callable[..., Any]]:
    """What each makes of `run`: something to call in its place."""
    yield make_fx(run)(*inputs)
    yield make_fx(run, pre_dispatch=True)(*inputs)
    yield make_fx(run, tracing_mode="fake")(*inputs)
    yield torch.jit.trace(run, inputs)  # type: ignore[no-untyped-call]


@pytest.mark.filterwarnings("ignore:`torch.jit.trace:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_what_is_traced_computes_on_other_inputs() -> None:
    """Kernels are no operators of PyTorch: a tracer would keep their results as they came, from
    memory that nothing had been written to."""

    def features(x: Tensor, offsets: Tensor, weight: Tensor, modulation: Tensor) -> Tensor:
        return deform_conv2d(x, offsets, weight, modulation=modulation)

    def columns(x: Tensor, offsets: Tensor, _: Tensor, modulation: Tensor) -> Tensor:
        return torch.cat(list(column_blocks(x, offsets, modulation, 1)), 2)

    def weights(x: Tensor, offsets: Tensor, *_: Tensor) -> Tensor:
        table = torch.cat((x, x, x[:, :24]), 1)
        return weigh(table, torch.arange(16.0), offsets.clamp(-9, 9), 1)

    case = _case(5, 6, 1)
    first, other = list(case.values()), [one * 0.5 for one in case.values()]
    for run in (features, columns, weights):
        for traced in _ways_to_trace(run, first):
            torch.testing.assert_close(traced(*other), run(*other), rtol=1e-4, atol=1e-4)


def test_tensors_without_memory_have_shapes() -> None:
    """Where a kernel is asked for all the same, it refuses: it would read at address 0."""
    with FakeTensorMode():
        x, offsets = torch.zeros(1, 16, 4, 4), torch.zeros(1, 18, 4, 4)
        assert deform_conv2d(x, offsets, torch.zeros(3, 16, 3, 3)).shape == (1, 3, 4, 4)
        at = torch.zeros(1, 4, 4, 9)
        with pytest.raises(RuntimeError, match="tensors with memory"):
            sampled.columns(x.permute(0, 2, 3, 1), sampled.Taps(at, at, at))
    with pytest.raises(RuntimeError, match="tensors with memory"):
        sampled.columns(x.permute(0, 2, 3, 1), sampled.Taps(at, at, at))


def test_transforms_of_functions_see_the_gradient() -> None:
    case = _case(5, 6, 1)

    def loss(x: Tensor) -> Tensor:
        return deform_conv2d(x, *list(case.values())[1:3]).square().sum()

    x = case["x"].clone().requires_grad_()
    (expected,) = torch.autograd.grad(loss(x), x)
    torch.testing.assert_close(torch.func.grad(loss)(case["x"]), expected, rtol=1e-4, atol=1e-3)


def test_set_up_compiles_what_training_calls() -> None:
    calls.compile_all()
    ready = entries.compiled.cache_info().misses
    for dtype, _ in TYPES:
        _differentiated(_case(5, 6, 1), 1, "compiled", dtype)
    assert entries.compiled.cache_info().misses == ready


def test_a_network_in_bf16_learns_alike_and_resumes_to_the_same_losses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wide enough that every S-Conv's samples are the kernels'."""
    config = replace(TINY, width=16, projector_channels=16)
    settings = replace(SETTINGS, bf16=True, clip_norm=5.0)

    def fresh(name: str) -> Trainer:
        torch.manual_seed(0)
        return Trainer(build(config), settings, tmp_path / name, {})

    unbroken = fresh("a")
    with monkeypatch.context() as patch:
        patch.setattr(implementation.gather, "sample_and_multiply", _refused("left to gather"))
        unbroken.run(batches())
        fresh("b").run(batches(), until=3)
        resumed = fresh("b")
        assert resumed.resume()
        resumed.run(batches(3))
    assert resumed.losses == unbroken.losses  # bit for bit
    monkeypatch.setattr(implementation, "sampled", None)
    plain = fresh("c")
    plain.train_step(batch(0))
    assert plain.losses[0] == pytest.approx(unbroken.losses[0], rel=1e-2)
