"""Which block sizes a kernel runs with: measured once for each size of problem, kept on disk.

The interpreter (TRITON_INTERPRET=1) has nothing to measure and takes the first.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import torch
import triton
import triton.testing

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
SMALLEST = 16  # a side of the matrix units' smallest product
MOST_TRIED: int | None = None  # of the choices that fit, the first so many; None: all
_KEY = ["bucket", "channels_in", "channels_out", "PRECISION"]


Blocks = tuple[int, int, int, int, int]


def tuned(*blocks: Blocks, halves: tuple[Blocks, ...] = (), zeroed: tuple[str, ...] = ()) -> Any:
    """A decorator that chooses among (pixels, channels out, channels in, warps, stages).

    `halves`: choices for half precision alone; float32 would need more shared memory than an H100
    has. `zeroed`: arguments a kernel adds to, cleared before each trial.
    """
    known = blocks[:1] if INTERPRETED else (*blocks, *halves)
    timings = KernelTimings(halves)
    settings: dict[str, Any] = {
        "configs": [_config(*block) for block in known],
        "key": _KEY,
        "prune_configs_by": {"early_config_prune": timings.fitting},
        "reset_to_zero": list(zeroed),
        "do_bench": timings.measured,
    }
    if "cache_results" in inspect.signature(triton.autotune).parameters:  # Triton 3.3 or newer
        settings["cache_results"] = True
    return triton.autotune(**settings)


def bucket(pixels: int) -> int:
    """Sizes that share a choice: powers of two."""
    return pixels.bit_length()


class KernelTimings:
    """Measures the choices of one kernel, one after the other."""

    def __init__(self, halves: tuple[Blocks, ...] = ()) -> None:
        self._halves = halves
        self._left = 0  # of those that fit, not refused so far

    def fitting(self, configs: list[Any], arguments: dict[str, Any], **_: Any) -> list[Any]:
        """What is going to be measured for a problem: see `_fitting`."""
        chosen = _fitting(configs, arguments, self._halves)[:MOST_TRIED]
        self._left = len(chosen)
        return chosen

    def measured(self, launch: Callable[[], None], quantiles: Sequence[float]) -> list[float]:
        """Milliseconds of a choice at each quantile; infinite where it cannot be launched here.

        A GPU may refuse what another takes (shared memory, registers, threads), each refusal by an
        error of its own: the others are still measured. What says nothing about the choice is
        raised, as is the last refusal where all are refused: the disk would keep it as a choice.
        """
        if torch.cuda.is_available() and torch.cuda.is_current_stream_capturing():
            raise RuntimeError(
                "Kernels are measured at the first call of a size, which a CUDA graph cannot "
                "record: make one call before recording."
            )
        try:
            times: list[float] = triton.testing.do_bench(launch, quantiles=quantiles)
        except Exception as error:  # Triton's, the driver's, the assembler's: no common class
            self._left -= 1
            if self._left <= 0 or _is_of_the_moment(error):
                raise
            return [math.inf] * len(quantiles)
        return times


def _is_of_the_moment(error: Exception) -> bool:
    """Whether the same choice might be launched at another time."""
    said = str(error).lower()
    is_shortage = isinstance(error, torch.OutOfMemoryError) or "out of memory" in said
    return is_shortage or "captur" in said


def _config(pixels: int, out: int, into: int, warps: int, stages: int) -> Any:
    blocks = {"PIXELS": pixels, "OUT": out, "IN": into}
    return triton.Config(blocks, num_warps=warps, num_stages=stages)


def _fitting(
    configs: list[Any], arguments: dict[str, Any], halves: tuple[Blocks, ...] = ()
) -> list[Any]:
    """Those with memory whose blocks are not larger than the problem; the smallest if none is."""
    limits = {
        "OUT": triton.next_power_of_2(max(arguments["channels_out"], SMALLEST)),
        "IN": triton.next_power_of_2(max(arguments["channels_in"], SMALLEST)),
    }
    if arguments["x_ptr"].element_size() > 2:
        configs = [config for config in configs if _blocks(config) not in halves]
    fitting = [
        config
        for config in configs
        if all(config.kwargs[side] <= limit for side, limit in limits.items())
    ]
    return fitting or [min(configs, key=lambda one: one.kwargs["OUT"] * one.kwargs["IN"])]


def _blocks(config: Any) -> Blocks:
    sides = (config.kwargs[side] for side in ("PIXELS", "OUT", "IN"))
    return (*sides, config.num_warps, config.num_stages)
