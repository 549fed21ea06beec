"""The GPU kernels compile for real GPUs, on any machine: Triton needs none to do so.

The interpreter does not see what a GPU has no instruction or no memory for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("triton", reason="triton is not installed: it has no build for this system")

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from sgnet_model.nn.sampling import triton_backward, triton_forward
from sgnet_model.nn.sampling.triton_tuning import _fitting, bucket

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
    fitting = _fitting(kernel.configs, {"channels_in": into, "channels_out": out})
    assert fitting
    sides = {name: max(one.kwargs[name] for one in fitting) for name in ("IN", "OUT")}
    if into >= 64 and out >= 9:
        assert sides["IN"] < 2 * into
        assert sides["OUT"] < max(2 * out, 32)
    if into >= 512:
        assert fitting == kernel.configs


def test_sizes_that_share_a_choice() -> None:
    """A factor below two; batches of 1 and 8 do not."""
    assert bucket(4800) == bucket(4480)
    assert bucket(4800) != bucket(8 * 4800)


def _source(kernel: Any, kind: str) -> Any:
    """The kernel with argument types as a launch on float positions would give them."""
    constants: dict[Any, Any] = {
        name: value for name, value in CONSTANTS.items() if name in kernel.arg_names
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
