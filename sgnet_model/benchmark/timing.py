"""Times of programs that run in turns, so that a drift of the machine meets all alike."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from .programs import Program

WARM_UPS = {"cpu": 2, "cuda": 100}
REPEATS = {"cpu": 7, "cuda": 200}


@dataclass(slots=True)
class Times:
    """Milliseconds of each pass: to the logits, and on to class indices. `error`: what ended it."""

    network_ms: list[float] = field(default_factory=list)
    labels_ms: list[float] = field(default_factory=list)
    error: Exception | None = None


def warm_up(program: Program, device: torch.device) -> None:
    """Passes that are not counted: kernels are chosen, caches and clocks settle."""
    for _ in range(WARM_UPS[device.type]):
        program.labels(program.logits())
    synchronise(device)


def timed_rounds(programs: Sequence[Program], device: torch.device, repeats: int) -> list[Times]:
    """Each program once a round; every round starts with another one. One that fails is left out
    of the rounds that follow."""
    times = [Times() for _ in programs]
    for number in range(repeats):
        for turn in range(len(programs)):
            index = (number + turn) % len(programs)
            if times[index].error is None:
                _time(programs[index], device, times[index])
    return times


def _time(program: Program, device: torch.device, into: Times) -> None:
    try:
        network_ms, labels_ms = _timed(program, device)
    except Exception as error:
        into.error = error
    else:
        into.network_ms.append(network_ms)
        into.labels_ms.append(labels_ms)


def synchronise(device: torch.device) -> None:
    """Waits for the device to finish what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _timed(program: Program, device: torch.device) -> tuple[float, float]:
    synchronise(device)
    start = time.perf_counter()
    logits = program.logits()
    synchronise(device)
    middle = time.perf_counter()
    program.labels(logits)
    synchronise(device)
    end = time.perf_counter()
    return (middle - start) * 1e3, (end - start) * 1e3
