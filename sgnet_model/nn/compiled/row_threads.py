"""Rows of a compiled kernel shared out among threads, each taking the next one left.

A kernel is a C function of one pointer: to a header of 64-bit integers whose first two are the next
row to be taken and the end of the rows; the rest is its own. Any number of threads may call it at
once. They are torch's where its OpenMP runtime can be asked: those that have just finished a
convolution still spin, and other threads would have to wait for them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import torch

_KERNEL = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def run_rows(kernel: int, rows: range, values: Sequence[int]) -> None:
    """Every row once, by as many threads as torch computes with; returns when all are done.

    `kernel`: its address. `values`: what the header holds after its first two entries.
    """
    header = np.array([rows.start, rows.stop, *values], np.int64)
    threads = min(torch.get_num_threads(), len(rows))
    if threads > 1:
        _team()(kernel, header.ctypes.data, threads)
    else:
        _KERNEL(kernel)(header.ctypes.data)


Team = Callable[[int, int, int], None]  # kernel, header, threads


@cache
def _team() -> Team:
    parallel = openmp()
    return pool_team if parallel is None else parallel


def openmp() -> Team | None:
    """GNU OpenMP's entry point for a parallel region, as torch has loaded it; None without it."""
    try:
        region = ctypes.CDLL(None).GOMP_parallel
    except (AttributeError, OSError, TypeError):  # another runtime; another system
        return None
    region.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)
    region.restype = None
    return lambda kernel, header, threads: region(kernel, header, threads, 0)


def pool_team(kernel: int, header: int, threads: int) -> None:
    """The same by threads of our own: ctypes lets go of the interpreter while a kernel runs."""
    function = _KERNEL(kernel)
    others = [_pool().submit(function, header) for _ in range(threads - 1)]
    function(header)
    for other in others:
        other.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(torch.get_num_threads(), "sgnet-kernel")
