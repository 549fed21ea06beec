"""Cross-entropy at the picture's size, with deep supervision (paper, Sec. III-C)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.nn import SGNetOutput

from .batches import VOID


def segmentation_loss(
    output: SGNetOutput,
    labels: Tensor,
    auxiliary_weight: float,
    stride: int = 1,
    class_weights: Tensor | None = None,
    count: Tensor | None = None,
) -> Tensor:
    """Mean over valid pixels of the main head's loss plus `auxiliary_weight` times the other's.

    L = sum_i w[y_i] (ce_i + a ce'_i) / n over the valid pixels i that `stride` leaves.
    `labels`: (N, H, W) int64, 255 void. `class_weights`: (C,), w (None: 1). `count`: n where it is
    not this batch's own: with several processes, that of all. No valid pixel at all costs 0.
    """
    labels = thinned(labels, stride)
    total = _cross_entropy(output.logits, labels, class_weights)
    if output.auxiliary is not None and auxiliary_weight:
        total = total + auxiliary_weight * _cross_entropy(output.auxiliary, labels, class_weights)
    return total / torch.clamp(valid_pixels(labels) if count is None else count, min=1)


def thinned(labels: Tensor, stride: int) -> Tensor:
    """(N, H, W) at about every n-th pixel; the last row and column stay, so corners coincide."""
    if stride == 1:
        return labels
    rows, columns = (_every(length, stride) for length in labels.shape[1:])
    return labels[:, rows][:, :, columns]


def valid_pixels(labels: Tensor) -> Tensor:
    """How many of (N, H, W) are not void: () int64."""
    return (labels != VOID).sum()


def _cross_entropy(logits: Tensor, labels: Tensor, class_weights: Tensor | None) -> Tensor:
    """Summed over pixels."""
    # Classes last in memory: softmax over neighbours is several times as fast.
    logits = logits.float().contiguous(memory_format=torch.channels_last)
    full = F.interpolate(logits, labels.shape[1:], mode="bilinear", align_corners=True)
    return F.cross_entropy(
        full.permute(0, 2, 3, 1).flatten(0, 2),  # (N H W, C)
        labels.flatten(),
        class_weights,
        ignore_index=VOID,
        reduction="sum",
    )


def _every(length: int, stride: int) -> Tensor:
    """About length / stride indices, evenly from 0 to length - 1."""
    return torch.linspace(0, length - 1, -(-length // stride)).round().long()
