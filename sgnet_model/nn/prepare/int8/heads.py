"""Decoders on maps of bytes: what reads them first multiplies bytes, the rest is as prepared."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from sgnet_model.nn.heads import AsppHead, CrispHead, DsnHead
from sgnet_model.nn.prepare.folding import kernel_of
from sgnet_model.nn.prepare.heads import PreparedAspp, PreparedCrisp, PreparedDsn, prepared_head
from sgnet_model.nn.prepare.target import Target

from .convolution import Int8Convolution, Scale


class Int8Head(nn.Module):
    """Bytes of layers 1 to 4 -> precise logits (N, classes, h, w)."""

    def __init__(self, head: nn.Module, target: Target, scales: tuple[Scale, ...]) -> None:
        super().__init__()
        self._scales, self._dtype = scales, target.dtype
        self.head = prepared_head(head, target)
        if isinstance(self.head, PreparedCrisp):
            crisp = cast(CrispHead, head)
            self.head.context = self._first(crisp.context, 3)
            self.head.lateral2 = self._first(crisp.lateral2, 1)
            self.head.lateral1 = self._first(crisp.lateral1, 0)
        elif isinstance(self.head, PreparedAspp):
            branches = cast(AsppHead, head).branches
            self.head.branches = nn.ModuleList(self._first(one, 3) for one in branches)
        else:
            cast(PreparedDsn, self.head).features = self._first(cast(DsnHead, head), 3)

    def forward(self, layers: tuple[Tensor, ...]) -> Tensor:
        logits: Tensor = self.head(layers, self._mean(layers[3]))
        return logits

    def _first(self, layers: nn.Module, number: int) -> Int8Convolution:
        convolution, norm, *_ = layers.children()
        kernel = kernel_of(convolution, norm, "leaky")
        return Int8Convolution(kernel, self._scales[number], dtype=self._dtype)

    def _mean(self, x: Tensor) -> Tensor:
        """(N, C, 1, 1): of the bytes, exactly, times what one is worth."""
        mean = x.sum((2, 3), keepdim=True, dtype=torch.int32).float()
        mean *= self._scales[3].step / (x.shape[2] * x.shape[3])
        return mean.to(self._dtype).contiguous(memory_format=torch.channels_last)
