"""Windows on a whole set: a table whose cells lead to frames, a plot, and the frames behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .signal import Signal


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade`: 0..1, how strongly it is coloured. `leads`: a click shows the frames behind it."""

    text: str
    shade: float = 0.0
    leads: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class SurveyTable:
    """`rows`: as many cells each as there are `columns`. `corner`: what rows and columns are."""

    columns: tuple[str, ...]
    names: tuple[str, ...]  # of the rows
    rows: tuple[tuple[Cell, ...], ...]
    corner: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve through (x, y) points, None where it is not known. `low`, `high`: of intervals."""

    label: str
    colour: tuple[int, int, int] | None  # None: that of text
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    dashed: bool = False
    dots: bool = False  # points alone, no line between them
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyPlot:
    """`ticks`: (x, text) below; `y_range`: at least what is shown. `x_title`, `y_title`: what the
    axes are, with the unit that the table has."""

    title: str
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    y_range: tuple[float, float]
    marks: tuple[tuple[float, str], ...] = ()  # y of level lines, and what they mean
    x_title: str = ""
    y_title: str = ""


@dataclass(frozen=True, slots=True)
class Selector:
    """A choice of what is shown."""

    title: str
    options: tuple[str, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class SurveyModel:
    """`sentence`: what it is, what is missing or what failed. `progress`: 0..1 while it runs, None
    where that is not known. `places`: the frames behind the cell that was chosen, under
    `heading`."""

    sentence: str
    refusal: str = ""  # why it cannot be run; "" where it can
    running: bool = False
    progress: float | None = None
    selectors: tuple[Selector, ...] = ()
    table: SurveyTable | None = None
    plot: SurveyPlot | None = None
    summary: str = ""
    heading: str = ""
    places: tuple[str, ...] = ()


class SurveyView(Protocol):
    """A window beside the main one."""

    run_requested: Signal  # ()
    cancel_requested: Signal  # ()
    export_requested: Signal  # ()
    option_chosen: Signal  # (selector: int, option: int)
    cell_chosen: Signal  # (row: int, column: int)
    place_chosen: Signal  # (index: int)

    def set_model(self, model: SurveyModel) -> None: ...
    def show_survey(self) -> None: ...  # bring it to the front
