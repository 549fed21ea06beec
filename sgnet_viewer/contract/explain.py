"""The Explain panel: the inspections, what one of them found, and its map over the picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .signal import Signal
from .survey import SurveyPlot


class ExplainState(StrEnum):
    """How far the inspection chosen is."""

    NONE = "none"  # nothing is chosen
    WAITING = "waiting"  # to be asked: it takes long
    RUNNING = "running"
    SHOWN = "shown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One question. `cheap`: it follows the probe by itself. `cost`: in words."""

    name: str
    title: str
    cheap: bool
    cost: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """`order`: what its column is sorted by, all numbers or all text."""

    text: str
    order: float | str


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """`rows`: as many cells each as there are `columns`. `layers`: by row what a click on it
    chooses, an S-Conv's name or "" for all; None where it leads nowhere."""

    columns: tuple[str, ...]
    rows: tuple[tuple[AnswerCell, ...], ...]
    layers: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ExplainModel:
    """`chosen`: an inspection's name, "" for none. `ready`: there is a pixel to ask about.
    `answer`: what was found, in a sentence; `facts`: names and values.

    `maps`: titles of what can be laid over the picture, of which `map_index` is shown. `steps`:
    maps of a series, one layer composed ... all but the last, 0 for none; `step`: the one shown, 0
    for all; `step_title`: what it shows. `checks`: the self-checks and how far off they were,
    `checked`: all of them in a line.
    `classes`: whose logit can be explained, `class_name`: the one that is, "" for the margin;
    `noise`: as the command takes it. Empty where the answer does not depend on them.
    """

    rows: tuple[InspectionRow, ...] = ()
    chosen: str = ""
    state: ExplainState = ExplainState.NONE
    sentence: str = ""  # what is missing, runs or failed
    progress: float | None = None  # 0..1
    ready: bool = True
    answer: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[AnswerTable, ...] = ()
    plots: tuple[SurveyPlot, ...] = ()
    maps: tuple[str, ...] = ()
    map_index: int = 0
    steps: int = 0
    step: int = 0
    step_title: str = ""
    checked: str = ""
    checks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    class_name: str = ""
    noise: str = ""


class ExplainView(Protocol):
    """Implemented by the panel."""

    chosen: Signal  # (name: str), "" for none
    run_requested: Signal  # ()
    cancel_requested: Signal  # () what runs is not wanted any more
    map_chosen: Signal  # (index: int)
    step_chosen: Signal  # (step: int)
    layer_chosen: Signal  # (layer: str), "" for all
    class_chosen: Signal  # (name: str), "" for the margin
    noise_chosen: Signal  # (noise: str); "measured:" alone: of a recording to be asked for

    def set_model(self, model: ExplainModel) -> None: ...
