"""Whether the tensors of a file are exactly those that a network needs."""

from __future__ import annotations

import torch
from torch import Tensor

from sgnet_model.types import UserError

from .info import Shapes

FIRST_NAMES = 3  # named in the sentence; the others stand in the details
_VARIANCE = ".running_var"
_OPTIONAL = ".num_batches_tracked"  # only training with momentum None reads it


def check_fit(found: Shapes, wanted: Shapes, *, name: str, variant: str) -> None:
    """UserError where keys are missing, left over or of another shape: counts and first names.

    `found` and `wanted` under the file's own names. Its details list all of them.
    """
    missing = [key for key in wanted if key not in found and not key.endswith(_OPTIONAL)]
    left_over = [key for key in found if key not in wanted]
    reshaped = [
        f"{key}: {_text(found[key])} instead of {_text(wanted[key])}"
        for key in wanted
        if key in found and tuple(found[key]) != tuple(wanted[key])
    ]
    groups = {"missing": missing, "left over": left_over, "of another shape": reshaped}
    faults = [f"{len(keys)} {what} ({_first(keys)})" for what, keys in groups.items() if keys]
    if faults:
        raise UserError(
            f"{name} does not hold the tensors of {variant}: {', '.join(faults)}; use a checkpoint "
            "of that network, or see the full list in the details.",
            details="\n".join(f"{what}: {key}" for what, keys in groups.items() for key in keys),
        )


def check_finite(tensors: dict[str, Tensor], *, name: str) -> None:
    """UserError where a weight is no floating-point number, NaN or infinite, or a norm's variance
    is negative."""
    whole = [
        f"{key}: {str(tensor.dtype).removeprefix('torch.')}"
        for key, tensor in tensors.items()
        if not tensor.is_floating_point() and not key.endswith(_OPTIONAL)
    ]
    if whole:
        raise UserError(
            f"{name} holds no floating-point numbers in {len(whole)} of its {len(tensors)} tensors "
            f"({_first(whole)}): use the checkpoint as it was before its numbers were converted.",
            details="\n".join(whole),
        )
    bad = [
        key
        for key, tensor in tensors.items()
        if tensor.is_floating_point() and not torch.isfinite(tensor).all()
    ]
    negative = [
        key
        for key, tensor in tensors.items()
        if key.endswith(_VARIANCE) and tensor.numel() and bool(tensor.min() < 0)
    ]
    if negative:
        raise UserError(
            f"{name} holds negative variances in {len(negative)} of its {len(tensors)} tensors "
            f"({_first(negative)}): the file is damaged, use another one.",
            details="\n".join(negative),
        )
    if bad:
        raise UserError(
            f"{name} holds NaN or infinite values in {len(bad)} of its {len(tensors)} tensors "
            f"({_first(bad)}): the file is damaged or its training diverged, use another one.",
            details="\n".join(bad),
        )


def _first(keys: list[str]) -> str:
    more = ", ..." if len(keys) > FIRST_NAMES else ""
    return ", ".join(keys[:FIRST_NAMES]) + more


def _text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a single value"
