"""From cases to rows: each is built, warmed up and timed in turns with its baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import torch

from sgnet_model.nn.rounding import convolutions_round, products_round
from sgnet_model.types import UserError

from . import memory
from .cases import Case
from .flops import gflops
from .programs import Program, make_program
from .rows import Row
from .timing import Times, timed_rounds, warm_up


def measure(
    cases: Sequence[Case],
    device: torch.device,
    repeats: int,
    progress: Callable[[], None] = lambda: None,
) -> list[Row]:
    """A row for each case of one group, without its share of the peak.

    A case that cannot be run (memory, format, no such baseline) is a row with its reason.
    `progress` is called before each case is made.
    """
    rows = {case: Row(case, str(device)) for case in cases}
    programs: dict[Case, Program] = {}
    with _one_rounding():
        for case in cases:
            progress()
            try:
                programs[case], peak_mb = _ready(case, device)
                rows[case] = replace(rows[case], peak_mb=peak_mb, gflops=_gflops(case))
            except Exception as error:
                rows[case] = replace(rows[case], error=reason(error))
        times = timed_rounds(list(programs.values()), device, repeats)
    for case, measured in zip(programs, times, strict=True):
        rows[case] = _with_times(rows[case], measured)
    return list(rows.values())


def _one_rounding() -> AbstractContextManager[None]:
    """On GPUs PyTorch rounds float32 in convolutions (to TF32), and so do our kernels, but not in
    matrix products, which is what torchvision's operator calls: here in both or in none."""
    return products_round(convolutions_round())


def _gflops(case: Case) -> float | None:
    """None of a peer, whose operations are its own business."""
    return None if case.peer else gflops(case)


def reason(error: Exception) -> str:
    """Why a case could not be run, in a line."""
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError) or "allocate memory" in str(
        error
    ):
        return "out of memory"
    text = " ".join(str(error).split())[:200]
    return text if isinstance(error, UserError) else f"{type(error).__name__}: {text}"


def _ready(case: Case, device: torch.device) -> tuple[Program, float | None]:
    """The program, warmed up, and its peak memory."""
    peak_mb: float | None
    if device.type == "cuda":
        program, peak_mb = memory.on_gpu(case, device)
    else:
        case.network()  # has the variant such a baseline?
        peak_mb = memory.in_a_process(case)
        program = make_program(case, device)
    warm_up(program, device)
    return program, peak_mb


def _with_times(row: Row, times: Times) -> Row:
    if times.error is not None:
        return replace(row, error=reason(times.error))
    return replace(row, network_ms=tuple(times.network_ms), labels_ms=tuple(times.labels_ms))
