"""The kernels as functions of tensors. Import this where numba is known to be there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from . import gathers, labelling
from .entries import address_of
from .lanes import run_rows
from .locate import TAPS
from .primitives import LANES

_COLUMNS: dict[torch.dtype, Callable[[Any], None]] = {
    torch.bfloat16: gathers.columns_bf16,
    torch.float32: gathers.columns_f32,
}
_SCORES: dict[torch.dtype, Callable[[Any], None]] = {
    torch.bfloat16: gathers.scores_bf16,
    torch.float32: gathers.scores_f32,
}


def suits(x: Tensor, offsets: Tensor) -> bool:
    """Whether the gathers take this map: on the CPU, float32 or bfloat16, channels in sixteens."""
    known = x.device.type == "cpu" and x.dtype in _COLUMNS and offsets.dtype == torch.float32
    return known and x.shape[1] % LANES == 0


def columns(x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int) -> Tensor:
    """See `sampling.columns.sample_columns`."""
    n, channels, height, width = x.shape
    _, _, h, w = offsets.shape
    if modulation is None:
        modulation = offsets.new_ones(n, h, w, TAPS).permute(0, 3, 1, 2)
    table, moved, weighed = _rows(x), _rows(offsets), _rows(modulation)
    out = x.new_empty(n, h, w, TAPS * channels)
    pointers = [tensor.data_ptr() for tensor in (table, moved, weighed, out)]
    sizes = (n, height, width, channels, h, w, stride)
    run_rows(address_of(_COLUMNS[x.dtype]), n * h, (*pointers, *sizes))
    return out.permute(0, 3, 1, 2)


def scores(products: Tensor, offsets: Tensor, bias: Tensor, stride: int) -> Tensor:
    """See `sampling.columns.sample_scores`."""
    n, _, height, width = products.shape
    _, _, h, w = offsets.shape
    padded = offsets.new_zeros(LANES)
    padded[:TAPS] = bias
    table, moved = _rows(products), _rows(offsets)
    out = offsets.new_empty(n, h, w, TAPS)
    pointers = [tensor.data_ptr() for tensor in (table, moved, padded, out)]
    sizes = (n, height, width, h, w, stride)
    run_rows(address_of(_SCORES[products.dtype]), n * h, (*pointers, *sizes))
    return out.permute(0, 3, 1, 2)


def decide(logits: Tensor, rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """The winning class and its probability for the logits rows @ logits @ columns^T.

    `logits`: (C, h, w) float32, C at most 256. `rows`: (H, h) and `columns`: (W, w): float32, few
    neighbouring entries of each row not zero. Returns uint8 and float32, (H, W).
    """
    (classes, h, w), height, width = logits.shape, len(rows), len(columns)
    table = logits.permute(1, 2, 0).contiguous()  # (h, w, C)
    first_row, of_row = _short(rows)
    first_column, of_column = _short(columns)
    of_column = of_column.T.contiguous()  # (taps, W)
    wide = logits.new_empty(h, classes, width)
    pointers = [tensor.data_ptr() for tensor in (table, first_column, of_column, wide)]
    sizes = (h, w, classes, width, len(of_column))
    run_rows(address_of(labelling.widen), h, (*pointers, *sizes))
    labels = torch.empty((height, width), dtype=torch.uint8)
    confidence = logits.new_empty(height, width)
    found = (wide, first_row, of_row, labels, confidence)
    sizes = (h, classes, width, of_row.shape[1], height)
    run_rows(
        address_of(labelling.decide), height, (*(tensor.data_ptr() for tensor in found), *sizes)
    )
    return labels, confidence


def _rows(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H, W, C) in one block: no copy of a channels-last map."""
    return x.permute(0, 2, 3, 1).contiguous()


def _short(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Where each row's entries begin, (R,) as int32, and those entries, (R, taps) float32."""
    used = matrix != 0
    columns = matrix.shape[1]
    first = used.int().argmax(1)
    last = columns - 1 - used.flip(1).int().argmax(1)
    taps = int((last - first).max()) + 1
    first = first.clamp(max=columns - taps)
    index = first[:, None] + torch.arange(taps)
    return first.int(), matrix.gather(1, index).contiguous()
