"""The deformable convolution (paper, Eq. 7) and the choice of its implementation."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from sgnet_model.types import UserError

from . import compiled, gather, grid, triton_op
from .positions import TapPositions, tap_positions
from .shapes import check_kernel, check_offsets, check_taps, one_stride, two_paddings

# x, taps, weight, modulation
_Implementation = Callable[[Tensor, TapPositions, Tensor, Tensor | None], Tensor]

IMPLEMENTATIONS: dict[str, _Implementation] = {
    "grid": grid.sample_and_multiply,  # portable: torch's grid_sample
    "gather": gather.sample_and_multiply,  # fast on CPUs: weighted gather of channels-last rows
    "compiled": compiled.sample_and_multiply,  # fastest on CPUs, where kernels can be compiled
}
GPU_IMPLEMENTATIONS: dict[str, _Implementation] = {  # float32 and half precision only
    "triton": triton_op.sample_and_multiply,  # one fused kernel, without the sampled columns
}


def sample_taps(
    x: Tensor,
    taps: TapPositions,
    weight: Tensor,
    modulation: Tensor | None = None,
    *,
    implementation: str | None = None,
) -> Tensor:
    """sum_i W_i m_i(p) X(p + d_i + Delta d_i(p)) at known positions.

    `x`: (N, C, H, W). `taps`: positions (N, K, h, w) on (H, W). `weight`: (O, C, kh, kw),
    kh kw = K. `modulation`: (N, K, h, w) or None for 1. Returns (N, O, h, w).
    Bilinear; a corner outside the map contributes 0. Differentiable in every tensor: a tap that
    does not count, one at exactly -1 too, has no slope, as in the authors' operator and in mmcv; on
    an element it is the slope towards larger positions, but for the rounding of "grid". Raises
    UserError where shapes, devices or types do not fit together.
    `implementation`: a key of IMPLEMENTATIONS or GPU_IMPLEMENTATIONS; by default the fastest for
    the tensor's device and type. Only "grid" is twice differentiable; none has derivatives forward
    (`torch.func.jvp`).
    """
    check_taps(x, taps, weight, modulation)
    known = IMPLEMENTATIONS | GPU_IMPLEMENTATIONS
    chosen = implementation or _fastest(x, taps, weight)
    if chosen not in known:
        raise UserError(
            f"There is no implementation {chosen!r} of sampling: one of {', '.join(known)} is "
            "expected, or None for the fastest."
        )
    if implementation in GPU_IMPLEMENTATIONS:
        triton_op.check(x, taps.y, weight)
    return known[chosen](x, taps, weight, modulation)


def deform_conv2d(
    x: Tensor,
    offsets: Tensor,
    weight: Tensor,
    *,
    modulation: Tensor | None = None,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 1,
    implementation: str | None = None,
) -> Tensor:
    """Modulated deformable convolution, dilation 1. Its padding is 1 unless said otherwise.

    `x`: (N, C, H, W). `offsets`: (N, G 2K, h, w), interleaved (dy, dx). `weight`: (O, C, kh, kw),
    K = kh kw. `modulation`: (N, G K, h, w) or None. `bias`: (O,) or None. The G offset groups each
    move C / G consecutive channels. Returns (N, O, h, w).
    """
    check_kernel(x, weight, bias)
    stride, padding = one_stride(stride), two_paddings(padding)
    kernel_h, kernel_w = weight.shape[2:]
    taps = kernel_h * kernel_w
    groups = check_offsets(
        x,
        offsets,
        modulation,
        kernel=(kernel_h, kernel_w),
        stride=stride,
        padding=padding,
    )
    parts = []
    for group in range(groups):
        positions = tap_positions(
            offsets[:, group * 2 * taps : (group + 1) * 2 * taps],
            (x.shape[2], x.shape[3]),
            kernel_size=(kernel_h, kernel_w),
            stride=stride,
            padding=padding,
        )
        own = slice(group * x.shape[1] // groups, (group + 1) * x.shape[1] // groups)
        scale = None if modulation is None else modulation[:, group * taps : (group + 1) * taps]
        parts.append(
            sample_taps(x[:, own], positions, weight[:, own], scale, implementation=implementation)
        )
    out = sum(parts[1:], parts[0])
    return out if bias is None else out + bias[:, None, None]


def _fastest(x: Tensor, taps: TapPositions, weight: Tensor) -> str:
    if x.device.type == "cpu":
        return "compiled"  # or "gather", where there are no kernels for these tensors
    return "triton" if triton_op.suits(x, taps.y, weight) else "grid"
