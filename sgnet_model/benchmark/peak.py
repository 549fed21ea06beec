"""What the machine can do at most in a number format: measured, not read off a data sheet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from sgnet_model.nn.prepare.folding import Kernel
from sgnet_model.nn.prepare.int8 import Int8Convolution, Scale

from .programs import TORCH_DTYPES
from .timing import synchronise

TRIES = 5


@dataclass(frozen=True, slots=True)
class PeakSizes:
    """Sizes that fill the device: a matrix's side; a 3x3 convolution's batch, channels and map."""

    side: int
    batch: int
    channels: int
    cells: tuple[int, int]


PEAK_SIZES = {"cpu": PeakSizes(1536, 1, 256, (60, 80)), "cuda": PeakSizes(8192, 16, 512, (60, 80))}


def peak_gflops(dtype: str, device: torch.device, sizes: PeakSizes | None = None) -> float | None:
    """10^9 operations a second of the faster of both; None where the device lacks the format."""
    sizes = sizes or PEAK_SIZES[device.type]
    try:
        with torch.inference_mode():
            if dtype == "int8":
                return _of_bytes(sizes, device)
            kind = TORCH_DTYPES[dtype]
            return max(_of_product(sizes, kind, device), _of_convolution(sizes, kind, device))
    except (AttributeError, RuntimeError, NotImplementedError):
        return None


class Peaks:
    """The best of several measurements, spread over a run: one alone may meet a busy machine."""

    def __init__(self, dtypes: Iterable[str], device: torch.device) -> None:
        self._device = device
        self.gflops: dict[str, float | None] = dict.fromkeys(dtypes)

    def measure(self) -> None:
        """Once more, in every dtype."""
        for dtype, best in self.gflops.items():
            found = peak_gflops(dtype, self._device)
            self.gflops[dtype] = max((one for one in (best, found) if one), default=None)


def _of_product(sizes: PeakSizes, dtype: torch.dtype, device: torch.device) -> float:
    left, right = (torch.randn(sizes.side, sizes.side, device=device).to(dtype) for _ in range(2))
    return 2 * sizes.side**3 / 1e9 / _fastest(lambda: left @ right, device)


def _of_convolution(sizes: PeakSizes, dtype: torch.dtype, device: torch.device) -> float:
    channels, layout = sizes.channels, torch.channels_last
    x = torch.randn(sizes.batch, channels, *sizes.cells, device=device)
    weight = torch.randn(channels, channels, 3, 3, device=device)
    x, weight = (one.to(dtype=dtype, memory_format=layout) for one in (x, weight))
    return _operations(sizes) / 1e9 / _fastest(lambda: F.conv2d(x, weight, padding=1), device)


def _of_bytes(sizes: PeakSizes, device: torch.device) -> float | None:
    """The convolution alone, as networks in int8 have it; None on GPUs, which have none."""
    if device.type != "cpu":
        return None
    weight = torch.randn(sizes.channels, sizes.channels, 3, 3, dtype=torch.float64)
    kernel = Kernel(weight, weight.new_zeros(sizes.channels), padding=1, activation="relu")
    convolution = Int8Convolution(kernel, Scale(1.0), Scale(1.0))
    x = torch.randint(0, 256, (sizes.batch, sizes.channels, *sizes.cells), dtype=torch.uint8)
    x = x.contiguous(memory_format=torch.channels_last)
    return _operations(sizes) / 1e9 / _fastest(lambda: convolution(x), device)


def _operations(sizes: PeakSizes) -> int:
    """Of the 3x3 convolution."""
    return 2 * 9 * sizes.channels**2 * sizes.batch * sizes.cells[0] * sizes.cells[1]


def _fastest(work: Callable[[], object], device: torch.device) -> float:
    """Seconds of the best try, after one that is not counted."""
    seconds = []
    for _ in range(TRIES + 1):
        synchronise(device)
        start = time.perf_counter()
        work()
        synchronise(device)
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])
