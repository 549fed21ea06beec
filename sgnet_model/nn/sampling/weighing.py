"""The weight generator's scores by a table (paper, Eq. 5-6), for inference.

f is linear up to the sigmoid, and so is bilinear sampling: S' can be multiplied first and the
products sampled. What a tap adds to the nine scores is then nine numbers at its position, instead
of all channels of S' and their product with a kernel.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sgnet_model.config import TAPS
from sgnet_model.nn.compiled.memory import readable

from . import gather
from .positions import tap_positions
from .shapes import check_nine_taps, check_shape, check_type

try:
    from sgnet_model.nn.compiled import calls
except ImportError:  # no numba for this Python or processor
    calls = None  # type: ignore[assignment]

LANES = 16  # numbers that `weigh` reads at once
WIDTH = 88  # of a row of the table: 9 x 9, and what the last nine's sixteen reach beyond


def suits(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether `weigh` takes tables there and in this format."""
    return calls is not None and device.type == "cpu" and dtype in calls.FORMATS


def table_weight(weight: Tensor) -> Tensor:
    """The 1x1 kernel (88, P, 1, 1) that makes the table of S', from f's (9, P, 3, 3).

    Channel 9 i + k is what a sample of tap i adds to the score of tap k; the last seven are 0.
    """
    by_tap = weight.permute(2, 3, 0, 1).flatten(0, 2)  # (9 sampled x 9 scored, P)
    return F.pad(by_tap, (0, 0, 0, WIDTH - len(by_tap)))[:, :, None, None]


def weigh(table: Tensor, bias: Tensor, offsets: Tensor, stride: int) -> Tensor:
    """m_k = sigmoid(bias_k + the sum over taps i of channel 9 i + k at p + d_i + Delta d_i(p)).

    `table`: (N, 88, H, W), channels-last, of a format that suits. `bias`: (16,), nine used.
    `offsets`: (N, 18, h, w). Both, and the result (N, 9, h, w), are float32.
    """
    check_nine_taps(table, offsets, None, stride)
    n, _, height, width = table.shape
    check_shape("Table", table, (n, WIDTH, height, width))
    check_shape("Bias", bias, (LANES,))
    check_type("Bias", bias, torch.float32)
    check_type("Offsets", offsets, torch.float32)
    if readable(table, bias, offsets):
        return calls.weigh(table, bias, offsets, stride)
    return _weighed_in_sight(table, bias, offsets, stride)


def _weighed_in_sight(table: Tensor, bias: Tensor, offsets: Tensor, stride: int) -> Tensor:
    """The same by PyTorch's operators, which a tracer sees; not fast."""
    height, width = table.shape[2:]
    taps = tap_positions(offsets, (height, width), stride=stride)
    samples = gather.sampled_columns(table.float(), taps, None)
    firsts = [(WIDTH + TAPS) * i for i in range(TAPS)]  # of what tap i adds, in (N, 9 88, h, w)
    added = [samples[:, first : first + TAPS] for first in firsts]
    return torch.sigmoid(sum(added, bias[:TAPS, None, None]))
