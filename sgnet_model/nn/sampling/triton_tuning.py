"""Which block sizes a kernel runs with: measured once for each size of problem, kept on disk.

The interpreter (TRITON_INTERPRET=1) has nothing to measure and takes the first.
"""

from __future__ import annotations

import inspect
import os
from typing import Any

import triton

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
SMALLEST = 16  # a side of the matrix units' smallest product
_KEY = ["bucket", "channels_in", "channels_out", "PRECISION"]


def tuned(*blocks: tuple[int, int, int, int, int], zeroed: tuple[str, ...] = ()) -> Any:
    """A decorator that chooses among (pixels, channels out, channels in, warps, stages).

    `zeroed`: arguments a kernel adds to, cleared before each trial.
    """
    settings: dict[str, Any] = {
        "configs": [_config(*block) for block in (blocks[:1] if INTERPRETED else blocks)],
        "key": _KEY,
        "prune_configs_by": {"early_config_prune": _fitting},
        "reset_to_zero": list(zeroed),
    }
    if "cache_results" in inspect.signature(triton.autotune).parameters:  # Triton 3.3 or newer
        settings["cache_results"] = True
    return triton.autotune(**settings)


def bucket(pixels: int) -> int:
    """Sizes that share a choice: powers of two."""
    return pixels.bit_length()


def _config(pixels: int, out: int, into: int, warps: int, stages: int) -> Any:
    blocks = {"PIXELS": pixels, "OUT": out, "IN": into}
    return triton.Config(blocks, num_warps=warps, num_stages=stages)


def _fitting(configs: list[Any], arguments: dict[str, Any], **_: Any) -> list[Any]:
    """Those whose blocks are not larger than the problem; the smallest where none is left."""
    limits = {
        "OUT": triton.next_power_of_2(max(arguments["channels_out"], SMALLEST)),
        "IN": triton.next_power_of_2(max(arguments["channels_in"], SMALLEST)),
    }
    fitting = [
        config
        for config in configs
        if all(config.kwargs[side] <= limit for side, limit in limits.items())
    ]
    return fitting or [min(configs, key=lambda one: one.kwargs["OUT"] * one.kwargs["IN"])]
