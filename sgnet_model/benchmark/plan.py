"""Which cases belong together, and those of the growth with size and batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .cases import Case

GROWING_SIZES = ((240, 320), (360, 480), (480, 640), (720, 960), (960, 1280))
GROWING_BATCHES = (1, 2, 4, 8)
BATCHED_SIZE = (480, 640)


def grouped(cases: Iterable[Case]) -> list[list[Case]]:
    """Cases of one network, size and batch, which run in turns, each once; in their first order."""
    groups: dict[tuple[str, int, int, int], list[Case]] = {}
    for case in dict.fromkeys(cases):
        groups.setdefault(case.group, []).append(case)
    return list(groups.values())


def growth(cases: Sequence[Case]) -> list[Case]:
    """Each network and implementation of these at growing sizes, and 480x640 in growing batches."""
    shapes = [(*size, 1) for size in GROWING_SIZES]
    shapes += [(*BATCHED_SIZE, batch) for batch in GROWING_BATCHES]
    return [
        replace(case, height=height, width=width, batch=batch)
        for height, width, batch in dict.fromkeys(shapes)
        for case in cases
    ]
