"""Cross-entropy at the picture's size, with deep supervision (paper, Sec. III-C)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.nn import SGNetOutput

from .batches import VOID


def segmentation_loss(
    output: SGNetOutput, labels: Tensor, auxiliary_weight: float, stride: int = 1
) -> Tensor:
    """Mean over valid pixels of the main head's loss plus `auxiliary_weight` times the other's.

    `labels`: (N, H, W) int64, 255 void. A batch without a valid pixel costs 0.
    """
    loss = _cross_entropy(output.logits, labels, stride)
    if output.auxiliary is not None and auxiliary_weight:
        loss = loss + auxiliary_weight * _cross_entropy(output.auxiliary, labels, stride)
    return loss


def _cross_entropy(logits: Tensor, labels: Tensor, stride: int) -> Tensor:
    if stride > 1:
        # The last row and column are kept, so that the corners still coincide.
        rows, columns = (_every(length, stride) for length in labels.shape[1:])
        labels = labels[:, rows][:, :, columns]
    full = F.interpolate(
        logits.float(), labels.shape[1:], mode="bilinear", align_corners=True
    )  # (N, C, H, W)
    total = F.cross_entropy(full, labels, ignore_index=VOID, reduction="sum")
    return total / torch.clamp((labels != VOID).sum(), min=1)


def _every(length: int, stride: int) -> Tensor:
    """About length / stride indices, evenly from 0 to length - 1."""
    return torch.linspace(0, length - 1, -(-length // stride)).round().long()
