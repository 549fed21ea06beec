"""The GPU kernels in their place: chosen, captured, differentiated through a whole network."""

from __future__ import annotations

import pytest
import torch
from cli_support import small_network
from torch import Tensor

from sgnet_model.nn.sampling import TapPositions, op, sample_taps, tap_positions, triton_op

on_a_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device: GPU kernels are chosen on one"
)
pytestmark = pytest.mark.cuda


def _inputs(dtype: torch.dtype) -> tuple[Tensor, TapPositions, Tensor, Tensor]:
    """x, taps, weight, modulation on the GPU."""
    x = torch.randn(1, 64, 30, 40, device="cuda", dtype=dtype)
    taps = tap_positions(torch.randn(1, 18, 30, 40, device="cuda"), (30, 40))
    weight = torch.randn(64, 64, 3, 3, device="cuda", dtype=dtype)
    return x, taps, weight, torch.rand(1, 9, 30, 40, device="cuda")


def test_a_cpu_keeps_its_own() -> None:
    x, weight = torch.zeros(1, 4, 5, 6), torch.zeros(3, 4, 3, 3)
    taps = tap_positions(torch.zeros(1, 18, 5, 6), (5, 6))
    assert not triton_op.suits(x, taps.y, weight)
    assert op._fastest(x, taps, weight) == "compiled"
    assert op._fastest(x.to("meta"), taps, weight) == "grid"


def test_what_needs_longer_indices_is_left_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Features, positions or results of 2^31 elements; tensors without memory stand for them."""
    monkeypatch.setattr(triton_op, "_has_triton", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (9, 0))
    monkeypatch.setattr(Tensor, "is_cuda", True)

    def suits(batch: int, channels: int, out: int) -> bool:
        x = torch.empty(batch, channels, 480, 640, device="meta")
        at = torch.empty(batch, 9, 480, 640, device="meta")
        return triton_op.suits(x, at, torch.empty(out, channels, 3, 3, device="meta"))

    assert suits(64, 64, 64)
    assert not suits(64, 128, 64)
    assert not suits(64, 64, 128)
    assert not suits(512, 1, 1)
    # The kernel's gradient, in sixteen parts: of a small map in many channels.
    x, at = torch.empty(1, 4096, 4, 4, device="meta"), torch.empty(1, 9, 4, 4, device="meta")
    assert triton_op.suits(x, at, torch.empty(3600, 4096, 3, 3, device="meta"))
    assert not triton_op.suits(x, at, torch.empty(3700, 4096, 3, 3, device="meta"))


@on_a_gpu
def test_a_gpu_takes_them_for_the_types_they_know() -> None:
    pytest.importorskip("triton", reason="triton is not installed: it has no build for this system")
    for dtype in triton_op.DTYPES:
        x, taps, weight, _ = _inputs(dtype)
        assert op._fastest(x, taps, weight) == "triton"
    assert op._fastest(x.double(), taps, weight) == "grid"


@on_a_gpu
@pytest.mark.parametrize("allowed", [True, False])
def test_float32_products_are_those_of_convolutions(
    allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorFloat-32 (10 bits of fraction) exactly where cuDNN may use it."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", allowed)
    x, taps, weight, modulation = _inputs(torch.float32)
    out = sample_taps(x, taps, weight, modulation)
    exact = sample_taps(x.double(), taps, weight.double(), modulation, implementation="grid")
    error = float((out - exact).norm() / exact.norm())
    assert error < (2e-3 if allowed else 2e-6)


@on_a_gpu
def test_captured_in_a_graph() -> None:
    """A replay computes on what the inputs hold by then."""
    x, taps, weight, modulation = _inputs(torch.float16)
    sample_taps(x, taps, weight, modulation)  # tuned outside of the graph
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        out = sample_taps(x, taps, weight, modulation)
    x.copy_(torch.randn_like(x))
    graph.replay()
    torch.testing.assert_close(out, sample_taps(x, taps, weight, modulation))


@on_a_gpu
def test_a_network_computes_and_learns_as_on_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    network = small_network().eval()
    picture, depth = torch.randn(2, 3, 96, 128) * 50, torch.rand(2, 1, 96, 128) * 4
    results = []
    for device in ("cpu", "cuda"):
        network.to(device).zero_grad()
        logits = network(picture.to(device), depth.to(device)).logits
        logits.square().mean().backward()
        grads = [one.grad.cpu() for one in network.parameters() if one.grad is not None]
        results.append((logits.detach().cpu(), torch.cat([one.flatten() for one in grads])))
    for one, other in zip(*results, strict=True):
        assert (one - other).norm() < 1e-3 * one.norm()
