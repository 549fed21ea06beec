"""What the benchmark's tests share: a network small enough to be timed in no time."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.benchmark.cases import Case, Implementation
from sgnet_model.config import OperatorKind, SGNetConfig

SMALL = SGNetConfig(
    "small",
    (1, 1, 1, 1),
    ((0,), (0,), (0,), (0,)),
    classes=5,
    width=8,
    projector_channels=4,
    head_channels=8,
)


def small_case(
    implementation: Implementation = "ours", dtype: str = "fp32", batch: int = 1
) -> Case:
    """64 x 96 pixels."""
    return Case(SMALL, implementation, dtype, 64, 96, batch)


def small_with(kind: OperatorKind) -> SGNetConfig:
    """The small network with another operator in all places."""
    return replace(SMALL, operators=(kind, kind, kind, kind))
