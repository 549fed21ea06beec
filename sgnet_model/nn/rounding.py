"""Whether GPUs may round float32 to TensorFloat-32, by whichever of PyTorch's settings says so.

From PyTorch 2.9 on there are two: `allow_tf32`, and `fp32_precision` ("ieee", "tf32"). Reading the
first raises once the second was used; the second knows of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


def convolutions_round() -> bool:
    """Of cuDNN's convolutions."""
    conv = getattr(torch.backends.cudnn, "conv", None)
    if conv is None:  # older than 2.9
        return bool(torch.backends.cudnn.allow_tf32)
    return bool(conv.fp32_precision == "tf32")


@contextmanager
def products_round(allowed: bool) -> Iterator[None]:
    """Matrix products on GPUs do or do not, while this lasts."""
    products: Any = torch.backends.cuda.matmul
    is_older = getattr(torch.backends.cudnn, "conv", None) is None
    name = "allow_tf32" if is_older else "fp32_precision"
    value = allowed if is_older else "tf32" if allowed else "ieee"
    before = getattr(products, name)
    setattr(products, name, value)
    try:
        yield
    finally:
        setattr(products, name, before)
