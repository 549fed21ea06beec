"""The Compare panel: what A and B are, how they are looked at, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sgnet_viewer.state.comparing import CompareMap, Layout

from .signal import Signal

OF_CHOSEN = "B − A"
OF_EDIT = "edited − as read"  # there A is the edited frame, and what came first is B


@dataclass(frozen=True, slots=True)
class ClassAt:
    """The class of a pixel."""

    name: str
    colour: tuple[int, int, int]
    probability: float


@dataclass(frozen=True, slots=True)
class ProbeChange:
    """What both answers say at a probe. `change`: of the probability of A's class, as
    `CompareModel.change` names it."""

    number: int
    active: bool
    a: ClassAt
    b: ClassAt
    change: float


@dataclass(frozen=True, slots=True)
class CompareModel:
    """`a`, `b`: what makes each of them, "" where there is no B. `sentence`: what is missing, runs
    or failed. `chosen`: B was chosen, and is not the frame as it was read. `maps`: those that there
    is something for. `change`: which of the two is taken from which at the probes.
    """

    a: str = ""
    b: str = ""
    sentence: str = ""
    chosen: bool = False
    layout: Layout = Layout.A
    shown_map: CompareMap = CompareMap.NONE
    maps: frozenset[CompareMap] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    probes: tuple[ProbeChange, ...] = ()
    change: str = OF_CHOSEN


class CompareView(Protocol):
    """Implemented by the panel."""

    layout_chosen: Signal  # (layout: str)
    map_chosen: Signal  # (shown_map: str)

    def set_model(self, model: CompareModel) -> None: ...
