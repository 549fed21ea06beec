"""What a window on a set shows of an answer: chosen by selectors, read cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sgnet_viewer.contract.survey import Selector, SurveyPlot, SurveyTable


@dataclass(frozen=True, slots=True)
class Place:
    """A frame of the set, by index, and a pixel of it to look at; None for none."""

    frame: int
    pixel: tuple[int, int] | None
    text: str


@dataclass(frozen=True, slots=True)
class Places:
    """What lies behind a cell. `layer`: whose taps are to be shown; "" for as it is."""

    heading: str
    places: tuple[Place, ...]
    layer: str = ""


class Page(Protocol):
    """An answer, read with the options chosen: an index for each selector."""

    def selectors(self, options: tuple[int, ...]) -> tuple[Selector, ...]: ...
    def summary(self) -> str: ...
    def table(self, options: tuple[int, ...]) -> SurveyTable: ...
    def plot(self, options: tuple[int, ...]) -> SurveyPlot | None: ...
    def behind(self, options: tuple[int, ...], row: int, column: int) -> Places: ...
