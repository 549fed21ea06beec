"""What sampling asks of its tensors: kernels find memory by shapes alone, and read what lies there.

Pure checks, a few microseconds; one sentence says what arrived and what was expected.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sgnet_model.types import UserError

from .positions import TapPositions

MOST_SPLITS = 16  # on GPUs, of the sum that is the kernel's gradient; each is a kernel in float32


def check_taps(x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None) -> None:
    """Raises UserError where the arguments of `sample_taps` do not fit together."""
    check_kernel(x, weight)
    _check_dimensions(("positions", taps.y))
    n, _, *size = x.shape
    k = weight.shape[2] * weight.shape[3]
    check_shape("Positions along y", taps.y, (n, k, *taps.y.shape[2:]))
    check_shape("Positions along x", taps.x, tuple(taps.y.shape))
    if modulation is not None:
        check_shape("Modulation", modulation, tuple(taps.y.shape))
    if tuple(taps.input_size) != tuple(size) or 0 in size:
        raise UserError(
            f"The taps lie on a map of {tuple(taps.input_size)} and the features are {tuple(size)}:"
            " both must be the same height and width, neither of them 0."
        )
    _check_place(x, taps.y, taps.x, weight, modulation)
    if taps.y.dtype != taps.x.dtype or not taps.y.is_floating_point():
        raise UserError(
            f"The positions are {taps.y.dtype} along y and {taps.x.dtype} along x: one floating "
            "type is expected."
        )


def check_kernel(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> None:
    """Raises UserError where `weight` is not (O, C, kh, kw) for features (N, C, H, W), or `bias`
    not (O,)."""
    _check_dimensions(("features", x), ("kernel", weight))
    check_shape("Kernel", weight, (weight.shape[0], x.shape[1], *weight.shape[2:]))
    if 0 in weight.shape[1:]:
        raise UserError(
            f"The kernel has shape {tuple(weight.shape)}: at least one channel and one tap are "
            "expected."
        )
    if bias is not None:
        check_shape("Bias", bias, (weight.shape[0],))
        _check_place(x, bias)


def check_offsets(
    x: Tensor,
    offsets: Tensor,
    modulation: Tensor | None,
    *,
    kernel: tuple[int, int] = (3, 3),
    stride: int = 1,
    padding: tuple[int, int] = (1, 1),
) -> int:
    """Raises UserError where offsets or modulation do not fit features (N, C, H, W); the groups.

    With G groups and K = kh kw, offsets are (N, G 2K, h, w) and the modulation (N, G K, h, w).
    """
    _check_dimensions(("features", x), ("offsets", offsets))
    k = kernel[0] * kernel[1]
    groups = max(offsets.shape[1] // (2 * k), 1)
    size = tuple(
        (length + 2 * pad - side) // stride + 1
        for length, pad, side in zip(x.shape[2:], padding, kernel, strict=True)
    )
    check_shape("Offsets", offsets, (x.shape[0], groups * 2 * k, *size))
    if modulation is not None:
        check_shape("Modulation", modulation, (x.shape[0], groups * k, *size))
    if x.shape[1] % groups:
        raise UserError(
            f"{x.shape[1]} channels do not divide among {groups} groups of offsets: "
            "give as many channels to each."
        )
    _check_place(x, offsets, modulation)
    return groups


def check_nine_taps(x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int) -> None:
    """As `check_offsets`, for the kernels of inference: one group of nine taps."""
    groups = check_offsets(x, offsets, modulation, stride=stride)
    if groups > 1:
        raise UserError(
            f"The offsets have {offsets.shape[1]} channels: the 18 of nine taps are expected."
        )


def one_stride(stride: int | tuple[int, int]) -> int:
    """Of both axes. UserError where they differ, or for anything but whole numbers from 1."""
    both = stride if isinstance(stride, tuple | list) else (stride, stride)
    if len(both) == 2 and both[0] == both[1] and type(both[0]) is int and both[0] >= 1:
        return both[0]
    raise UserError(f"The stride is {stride!r}: one whole number from 1 serves both axes.")


def two_paddings(padding: int | tuple[int, int]) -> tuple[int, int]:
    """Along height and width. UserError for anything but whole numbers from 0."""
    both = tuple(padding) if isinstance(padding, tuple | list) else (padding, padding)
    if len(both) == 2 and all(type(one) is int and one >= 0 for one in both):
        return both[0], both[1]
    raise UserError(f"The padding is {padding!r}: give one or two whole numbers from 0.")


def check_type(name: str, tensor: Tensor, wanted: torch.dtype) -> None:
    """Raises UserError where a kernel would read a tensor's bytes as numbers of another type."""
    if tensor.dtype != wanted:
        raise UserError(f"{name}: {tensor.dtype} arrived where {wanted} is expected.")


def check_shape(name: str, tensor: Tensor, wanted: tuple[int, ...]) -> None:
    """Raises UserError where it is another than the features ask for."""
    if tuple(tensor.shape) != wanted:
        raise UserError(
            f"{name}: shape {tuple(tensor.shape)} arrived where the features ask for {wanted}."
        )


def _check_dimensions(*named: tuple[str, Tensor]) -> None:
    for name, tensor in named:
        if tensor.dim() != 4:
            raise UserError(
                f"The {name} have shape {tuple(tensor.shape)}: four dimensions are expected."
            )


def _check_place(x: Tensor, *others: Tensor | None) -> None:
    for other in others:
        if other is not None and other.device != x.device:
            raise UserError(
                f"The features are on {x.device} and what samples them on {other.device}: "
                "move all to one device."
            )
