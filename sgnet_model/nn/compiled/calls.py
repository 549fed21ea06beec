"""The kernels as functions of tensors. ImportError where there is no numba to compile them."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sgnet_model.config import TAPS

from . import sampled
from .entries import address_of, kept_at
from .layout import LANES
from .memory import addresses, readable
from .row_threads import run_rows

BLOCK_BYTES = 3 << 20  # of columns at a time: they stay in the cache until they are multiplied
BLOCK_PIXELS = 512  # yet so many of the output: a smaller product waits for its weights
_COLUMNS = {
    torch.bfloat16: "gathers.columns_bf16",
    torch.float32: "gathers.columns_f32",
    torch.uint8: "gathers.columns_u8",
}
_SCORES = {torch.bfloat16: "scores.scores_bf16", torch.float32: "scores.scores_f32"}
_WIDEN, _DECIDE = "labelling.widen", "labelling.decide"
NEEDED = (*_COLUMNS.values(), *_SCORES.values(), _WIDEN, _DECIDE)  # of predictions in any format
FORMATS = tuple(_SCORES)  # of maps that are tables of the weight generator's scores too


def compile_all() -> None:
    """Now, and not at the first prediction, nor at the first step of training."""
    for kernel in NEEDED:
        address_of(kernel)
    sampled.compile_all()


def are_kept() -> bool:
    """Whether the disk has all that a prediction in any format calls."""
    return all(kept_at(kernel).is_file() for kernel in NEEDED)


def compile_for(dtype: torch.dtype) -> None:
    """What a prediction with maps of `dtype` calls, now and not in the middle of the first one."""
    kernels = (_COLUMNS.get(dtype), _SCORES.get(dtype), _WIDEN, _DECIDE)
    for kernel in kernels if dtype in _COLUMNS else ():
        if kernel is not None:
            address_of(kernel)


def suits(x: Tensor, offsets: Tensor) -> bool:
    """Whether the gathers take this map: on the CPU, in a format of theirs, 16 n channels, and
    not while it is traced."""
    known = x.device.type == "cpu" and x.dtype in _COLUMNS and offsets.dtype == torch.float32
    return known and x.shape[1] % LANES == 0 and readable(x, offsets)


def column_blocks(
    x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int
) -> Iterator[Tensor]:
    """See `sampling.columns.column_blocks`. The next block is written over the one before."""
    n, channels, height, width = x.shape
    _, _, h, w = offsets.shape
    if modulation is None:
        modulation = offsets.new_ones(n, h, w, TAPS).permute(0, 3, 1, 2)
    inputs = _rows(x), _rows(offsets), _rows(modulation)
    most = max(BLOCK_BYTES // (w * TAPS * channels * x.element_size()), BLOCK_PIXELS // w, 1)
    blocks = list(even_parts(n * h, most))
    if not blocks:
        return
    out = x.new_empty(len(blocks[0]), w, TAPS * channels)
    for rows in blocks:
        sizes = (n, height, width, channels, h, w, stride, rows.start)
        _run(_COLUMNS[x.dtype], rows, (*inputs, out), sizes)
        yield out[: len(rows)].permute(2, 0, 1)[None]


def even_parts(rows: int, most: int) -> Iterator[range]:
    """Consecutive parts of `most` rows or fewer, the longer ones first, by one row.

    Nearly equal, because the product's weights are laid out for the first: oneDNN would lay them
    out anew at each call for one much smaller, which takes longer than the product.
    """
    count = -(-rows // most)
    start = 0
    for part in range(count):
        length = (rows - part + count - 1) // count
        yield range(start, start + length)
        start += length


def weigh(table: Tensor, bias: Tensor, offsets: Tensor, stride: int) -> Tensor:
    """See `sampling.weighing.weigh`."""
    n, _, height, width = table.shape
    _, _, h, w = offsets.shape
    out = offsets.new_empty(n, h, w, TAPS)
    arrays = _rows(table), _rows(offsets), bias, out
    _run(_SCORES[table.dtype], range(n * h), arrays, (n, height, width, h, w, stride))
    return out.permute(0, 3, 1, 2)


def decide(logits: Tensor, rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """The winning class and its probability for the logits rows @ logits @ columns^T.

    `logits`: (C, h, w) float32, C at most 256. `rows`: (H, h) and `columns`: (W, w): float32, few
    neighbouring entries of each row not zero. Returns uint8 and float32, (H, W).
    """
    (classes, h, w), height, width = logits.shape, len(rows), len(columns)
    table = logits.permute(1, 2, 0).contiguous()  # (h, w, C)
    in_rows, of_row = _short(rows)
    in_columns, of_column = _short(columns)
    wide = logits.new_empty(h, classes, width)
    by_column = (table, in_columns.T.contiguous(), of_column.T.contiguous(), wide)
    _run(_WIDEN, range(h), by_column, (h, w, classes, width, of_column.shape[1]))
    labels = torch.empty((height, width), dtype=torch.uint8)
    confidence = logits.new_empty(height, width)
    by_row = (wide, in_rows, of_row, labels, confidence)
    _run(_DECIDE, range(height), by_row, (h, classes, width, of_row.shape[1], height))
    return labels, confidence


def _run(kernel: str, rows: range, arrays: tuple[Tensor, ...], sizes: tuple[int, ...]) -> None:
    """A kernel on contiguous tensors, which it finds in its header before the sizes."""
    run_rows(address_of(kernel), rows, (*addresses(*arrays), *sizes))


def _rows(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H, W, C) in one block: no copy of a channels-last map."""
    return x.permute(0, 2, 3, 1).contiguous()


def _short(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Columns of the entries that are not zero, int32, and those entries, both (R, taps).

    At least two taps; where a row has fewer, some weigh 0.
    """
    used = matrix != 0
    last = matrix.shape[1] - 1
    first = used.int().argmax(1)
    taps = max(2, int((last - used.flip(1).int().argmax(1) - first).max()) + 1)
    index = first[:, None] + torch.arange(taps)
    inside = index.clamp(max=last)
    return inside.int(), matrix.gather(1, inside) * (index <= last)
