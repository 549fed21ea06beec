"""The tables and curves of a finding, as the panel shows them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from sgnet_model.inspection.finding import Curve, Finding, Table
from sgnet_model.switches import ALL
from sgnet_viewer.contract.explain import AnswerCell, AnswerTable
from sgnet_viewer.contract.survey import Line, SurveyPlot
from sgnet_viewer.render.finding_words import PERCENT, number, signed
from sgnet_viewer.state.view_settings import ALL_LAYERS

TICKS = 5
CHANGE = "±"  # in the head of a column of changes
Value = str | int | float | None
# By inspection: the list among its values whose rows are shown, and the titles of their keys.
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "reads": (
        "layers",
        {"name": "layer", "readers": "outputs that read it", "weight": "weight"},
    ),
    "influence": (
        "layers",
        {"name": "layer", "strongest": "strongest tap", "total": "sum over the layer"},
    ),
    "noise": ("jitter", {"name": "layer", "px": "taps wander, px", "px_here": "here, px"}),
    "taps": ("layers", {"name": "layer", "spread_px": "spread, px", "spread_m": "spread, m"}),
    "switches": (
        "rows",
        {
            "layer": "layer",
            "switch": "switch",
            "flipped": "flipped, %",
            "dz": f"score {CHANGE}",
            "dmiou": f"mIoU {CHANGE}{PERCENT}",
        },
    ),
}


def tables_of(finding: Finding) -> tuple[AnswerTable, ...]:
    """Those of its parts, or in their place the list that says the same with units."""
    if finding.inspection in LISTS:
        key, titles = LISTS[finding.inspection]
        rows = finding.values.get(key, ())
        cells = [[row.get(name) for name in titles] for row in rows]
        return (_table(tuple(titles.values()), cells),) if cells else ()
    parts = (part for part in finding.parts if isinstance(part, Table))
    return tuple(_table(part.columns, part.rows) for part in parts)


def plots_of(finding: Finding) -> tuple[SurveyPlot, ...]:
    """One for each curve."""
    return tuple(_plot(part) for part in finding.parts if isinstance(part, Curve))


def table_text(table: AnswerTable) -> str:
    """Rows of cells with tabs between them."""
    rows = [table.columns, *([cell.text for cell in row] for row in table.rows)]
    return "\n".join("\t".join(row) for row in rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> AnswerTable:
    """Without columns of which nothing is known."""
    rows = list(rows)
    known = [at for at in range(len(columns)) if any(row[at] is not None for row in rows)]
    at_layer = columns.index("layer") if "layer" in columns else None
    return AnswerTable(
        tuple(columns[at] for at in known),
        tuple(tuple(_cell(columns[at], row[at]) for at in known) for row in rows),
        tuple(None if at_layer is None else _layer(row[at_layer]) for row in rows),
    )


def _layer(name: Value) -> str | None:
    """What a click on its row chooses."""
    if name == ALL:
        return ALL_LAYERS
    return name if isinstance(name, str) else None


def _cell(column: str, value: Value) -> AnswerCell:
    if value is None:
        return AnswerCell("–", -math.inf)
    if isinstance(value, str):
        return AnswerCell(_words(value), value)
    share = column.endswith(PERCENT)
    shown = 100 * value if share else value
    if CHANGE in column:
        return AnswerCell(signed(shown), value)
    if isinstance(shown, int):
        return AnswerCell(number(shown), value)
    return AnswerCell(f"{shown:.1f}" if share else f"{shown:.3g}".replace("-", "−"), value)


def _words(text: str) -> str:
    """A switch as words: "offsets=zero" is "offsets zero"."""
    return "both" if text.count("=") > 1 else text.replace("=", " ")


def _plot(part: Curve) -> SurveyPlot:
    x, y = (tuple(map(float, one)) for one in (part.x, part.y))
    low, high = (() if one is None else tuple(map(float, one)) for one in (part.low, part.high))
    every = [one for one in (*y, *low, *high) if math.isfinite(one)]
    ends = np.linspace(min(x), max(x), TICKS) if x else np.zeros(1)
    return SurveyPlot(
        f"{part.title}: {part.y_unit} over {part.x_unit}",
        (Line("", None, x, y, low=low, high=high),),
        tuple((float(at), f"{at:.3g}") for at in ends),
        (min(every, default=0.0), max(every, default=1.0)),
    )
