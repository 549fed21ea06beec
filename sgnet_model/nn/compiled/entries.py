"""From a kernel to its address."""

from __future__ import annotations

from functools import cache
from typing import Any

from numba import cfunc, types

from .primitives import FAST

_SIGNATURE = types.void(types.CPointer(types.int64))


@cache
def address_of(kernel: Any) -> int:
    """Of a C entry, compiled on first use; numba keeps the code on disk beside it, or in the
    user's cache folder."""
    return int(cfunc(_SIGNATURE, cache=True, fastmath=FAST, error_model="numpy")(kernel).address)
