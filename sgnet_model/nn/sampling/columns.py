"""Sampled columns: what is left of a deformable 3x3 convolution is one matrix product.

For inference. Padding 1, dilation 1, nine taps; positions as in `positions.tap_positions`.
Compiled by numba where it is installed, else by torch's embedding_bag.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from . import gather
from .positions import tap_positions
from .shapes import check_nine_taps, check_type

try:
    from sgnet_model.nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]


def column_blocks(
    x: Tensor, offsets: Tensor, modulation: Tensor | None, stride: int
) -> Iterator[Tensor]:
    """m_i(p) X(p + d_i + Delta d_i(p)) of every tap i, some rows at a time.

    `x`: (N, C, H, W), channels-last. `offsets`: (N, 18, h, w) and `modulation`: (N, 9, h, w) or
    None for 1, float32 or float64. Yields (1, 9 C, r, w) channels-last, taps outermost,
    in the type of `x`: together the N h rows of all pictures. A block may be gone when the next is
    asked for.
    """
    check_nine_taps(x, offsets, modulation, stride)
    if calls is not None and calls.suits(x, offsets):
        if modulation is not None:
            check_type("Modulation", modulation, offsets.dtype)
        yield from calls.column_blocks(x, offsets, modulation, stride)
        return
    taps = tap_positions(offsets, (x.shape[2], x.shape[3]), stride=stride)
    columns = gather.sampled_columns(x, taps, modulation).permute(0, 2, 3, 1)  # (N, h, w, 9 C)
    yield columns.flatten(0, 1).permute(2, 0, 1)[None]
