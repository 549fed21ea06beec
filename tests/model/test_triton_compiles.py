"""The GPU kernels compile for real GPUs, on any machine: Triton needs none to do so.

The interpreter does not see what a GPU has no instruction or no memory for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from sgnet_model.nn.sampling import triton_op

pytest.importorskip("triton", reason="triton is not installed: it has no build for this system")
if not triton_op._has_triton():
    pytest.skip("Triton is older than the kernels need", allow_module_level=True)

import triton
import triton.testing
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from sgnet_model.nn.sampling import triton_backward, triton_forward
from sgnet_model.nn.sampling.triton_tuning import KernelTimings, _fitting, bucket

KERNELS = {
    "forward": triton_forward._forward,
    "samples": triton_backward._backward_samples,
    "weight": triton_backward._backward_weight,
}
TUPLES = {"cells": 3, "map_size": 2}
AMPERE, HOPPER = 80, 90  # compute capabilities
SHARED_BYTES = {AMPERE: 163 * 1024, HOPPER: 227 * 1024}  # of one block
FLOAT32 = {"y_at_ptr", "x_at_ptr", "scale_ptr", "parts_ptr", "grad_x_ptr"}
FLOAT32 |= {"grad_y_at_ptr", "grad_x_at_ptr", "grad_scale_ptr"}
FLOAT32 |= {"bias_ptr"}
SIXTY_FOUR = {"channels_in": 64, "channels_out": 64}
CONSTANTS = {"PIXELS": 64, "OUT": 64, "IN": 32, "MODULATED": True, "PRECISION": "tf32"}
CONSTANTS |= {"STEP": 1, "BIASED": True, "ACTIVATION": "sigmoid"}


@pytest.mark.parametrize(
    ("kernel", "kind", "capability", "product"),
    [
        ("forward", "fp16", HOPPER, "wgmma.mma_async"),
        ("forward", "bf16", AMPERE, "mma.sync"),
        ("forward", "fp32", HOPPER, "wgmma.mma_async"),
        ("samples", "bf16", HOPPER, "wgmma.mma_async"),
        ("weight", "fp16", AMPERE, "mma.sync"),
    ],
)
def test_it_compiles_to_matrix_instructions(
    kernel: str,
    kind: str,
    capability: int,
    product: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Down to the GPU's own code, with products on the matrix units and blocks that fit."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    compiled = triton.compile(
        _source(KERNELS[kernel].fn, kind),
        target=GPUTarget("cuda", capability, 32),
        options={"num_warps": 4, "num_stages": 3},
    )
    assert product in compiled.asm["ptx"]
    assert "ld.global.v4" in compiled.asm["ptx"] or "cp.async" in compiled.asm["ptx"]
    assert compiled.asm["cubin"]
    assert compiled.metadata.shared <= SHARED_BYTES[capability]


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize(("into", "out"), [(3, 2), (64, 9), (64, 64), (512, 512), (33, 130)])
def test_blocks_to_choose_from_are_no_larger_than_the_problem(
    kernel: Any, into: int, out: int
) -> None:
    problem = {"channels_in": into, "channels_out": out, "x_ptr": torch.zeros(1).half()}
    fitting = _fitting(kernel.configs, problem)
    assert fitting
    sides = {name: max(one.kwargs[name] for one in fitting) for name in ("IN", "OUT")}
    if into >= 64 and out >= 9:
        assert sides["IN"] < 2 * into
        assert sides["OUT"] < max(2 * out, 32)
    if into >= 512:
        assert fitting == kernel.configs


@pytest.mark.parametrize(("name", "count"), [("forward", 3), ("weight", 1)])
def test_float32_leaves_out_what_an_h100_has_no_shared_memory_for(
    name: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest that is left compiles to fewer bytes than a block may have; those left out do
    not, and half precision keeps them."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    kernel = KERNELS[name]
    problem = {"channels_in": 512, "channels_out": 512, "x_ptr": torch.zeros(1)}
    left = kernel.early_config_prune(kernel.configs, problem)
    out = [config for config in kernel.configs if config not in left]
    assert len(out) == count
    assert all(_shared_bytes(kernel, "fp32", config) > SHARED_BYTES[HOPPER] for config in out[:1])
    largest = max(left, key=_elements)
    assert _shared_bytes(kernel, "fp32", largest) <= SHARED_BYTES[HOPPER]
    problem["x_ptr"] = torch.zeros(1).half()
    assert kernel.early_config_prune(kernel.configs, problem) == kernel.configs


def _elements(config: Any) -> int:
    """What a block of a gathering kernel holds at a time: four corners, and the other factor."""
    sides = config.kwargs
    return (config.num_stages - 1) * sides["IN"] * (4 * sides["PIXELS"] + sides["OUT"])


def _shared_bytes(kernel: Any, kind: str, config: Any) -> int:
    compiled = triton.compile(
        _source(kernel.fn, kind, config.kwargs),
        target=GPUTarget("cuda", HOPPER, 32),
        options={"num_warps": config.num_warps, "num_stages": config.num_stages},
    )
    return int(compiled.metadata.shared)


class Launch:
    """In a kernel's place: what it would be launched with."""

    def __init__(self) -> None:
        self.grid: Any = None

    def __getitem__(self, grid: Any) -> Callable[..., None]:
        self.grid = grid
        return lambda *_, **__: None


@pytest.mark.parametrize("batch", [55, 64])
def test_a_large_batch_fits_the_axes_of_a_launch(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first axis of a grid ends at 2^31 blocks, the others at 65,535. Without memory."""
    launches = {name: Launch() for name in KERNELS}
    monkeypatch.setattr(triton_forward, "_forward", launches["forward"])
    monkeypatch.setattr(triton_backward, "_backward_samples", launches["samples"])
    monkeypatch.setattr(triton_backward, "_backward_weight", launches["weight"])
    x = torch.empty(batch, 480, 640, 64, device="meta")
    at = torch.empty(batch, 9, 480, 640, device="meta")
    weight = torch.empty(64, 9, 64, device="meta")
    triton_forward.forward(x, at, at, None, weight, "ieee")
    triton_backward.backward_samples(x, x, at, at, None, weight, "ieee")
    triton_backward.backward_weight(x, x, at, at, None, "ieee")
    for name, launch in launches.items():
        for config in KERNELS[name].configs:
            first, *others = launch.grid(config.kwargs)
            assert 0 < first < 2**31
            assert all(0 < axis <= 65_535 for axis in others)


def test_the_tuner_measures_on_after_a_launch_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the driver calls the error; and it is the tuner's measure of every kernel."""

    def once(launch: Callable[[], None], quantiles: tuple[float, ...]) -> list[float]:
        launch()
        return [1.0] * len(quantiles)

    monkeypatch.setattr(triton.testing, "do_bench", once)
    quantiles = (0.5, 0.2, 0.8)
    timings = KernelTimings()
    timings.fitting(KERNELS["samples"].configs, {**SIXTY_FOUR, "x_ptr": torch.zeros(1)})
    assert timings.measured(lambda: None, quantiles) == [1.0] * 3

    def refused() -> None:
        raise RuntimeError("Triton Error [CUDA]: invalid argument")

    assert timings.measured(refused, quantiles) == [math.inf] * 3
    assert all(isinstance(kernel.do_bench.__self__, KernelTimings) for kernel in KERNELS.values())


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("no room for 256 MiB"),
        RuntimeError("Triton Error [CUDA]: out of memory"),
        RuntimeError("operation not permitted when stream is capturing"),
    ],
)
def test_what_a_choice_is_not_to_blame_for_is_raised(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An infinite time would be kept on disk, and the choice never tried again."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(triton.testing, "do_bench", fail)
    timings = KernelTimings()
    timings.fitting(KERNELS["samples"].configs, {**SIXTY_FOUR, "x_ptr": torch.zeros(1)})
    with pytest.raises(type(error), match=re.escape(str(error))):
        timings.measured(lambda: None, (0.5,))


def test_where_all_choices_are_refused_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """By Triton's own tuner: nothing of it is remembered, and the next call measures anew."""
    kernel = KERNELS["samples"]
    timings: KernelTimings = kernel.do_bench.__self__

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such GPU")

    monkeypatch.setattr(triton.testing, "do_bench", fail)
    for _ in range(2):
        fitting = kernel.early_config_prune(kernel.configs, {**SIXTY_FOUR, "x_ptr": torch.zeros(1)})
        for _ in fitting[1:]:
            assert timings.measured(lambda: None, (0.5,)) == [math.inf]
        with pytest.raises(RuntimeError, match="no such GPU"):
            timings.measured(lambda: None, (0.5,))


def test_nothing_is_measured_while_a_graph_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_current_stream_capturing", lambda: True)
    with pytest.raises(RuntimeError, match="make one call before recording"):
        KernelTimings().measured(lambda: None, (0.5,))


def test_sizes_that_share_a_choice() -> None:
    """A factor below two; batches of 1 and 8 do not."""
    assert bucket(4800) == bucket(4480)
    assert bucket(4800) != bucket(8 * 4800)


def _source(kernel: Any, kind: str, blocks: dict[str, int] | None = None) -> Any:
    """The kernel with argument types as a launch on float positions would give them."""
    known = CONSTANTS | (blocks or {})
    constants: dict[Any, Any] = {
        name: value for name, value in known.items() if name in kernel.arg_names
    }
    signature: dict[str, Any] = {}
    aligned = {}
    for index, name in enumerate(kernel.arg_names):
        if name in constants:
            signature[name] = "constexpr"
        elif name.endswith("_strides"):
            signature[name] = ("i32", "i32", "i32", "constexpr")
            constants[index, 3] = 1
        elif name in TUPLES:
            signature[name] = ("i32",) * TUPLES[name]
        else:
            pointer = f"*{'fp32' if name in FLOAT32 else kind}"
            signature[name] = pointer if name.endswith("_ptr") else "i32"
            aligned[index,] = [["tt.divisibility", 16]]
    return ASTSource(kernel, signature, constexprs=constants, attrs=aligned)
