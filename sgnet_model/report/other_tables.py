"""Other authors' published networks in one order with the paper's and what was measured here."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import NONE, Block, Table, Text
from .measured import Measured
from .others import OTHERS, SPEEDS
from .paper import PaperTable

_SCORES = ("acc", "macc", "miou")
_PAPER, _HERE, _YEAR = "the paper", "measured here", "2021"
_NOTE = (
    "Other authors' numbers are copied from the source that each row names; a dash where it has "
    "none. The list has one result a network and does not say at how many scales; for SGNet it has "
    "51.0 (NYUDv2) and 48.5 (SUN RGB-D) where the paper prints 51.1 and 48.6."
)


def other_blocks(table: PaperTable, measured: Measured) -> tuple[Block, ...]:
    """Networks on the table's test set, the largest mean IoU first; () where no other is known."""
    others = OTHERS.get(table.number, ())
    if not others:
        return ()
    rows = [
        (one.miou, (one.name, str(one.year), one.source, *_cells((one.acc, one.macc, one.miou))))
        for one in others
    ]
    for row in table.rows:
        published = [row.published[name] for name in _SCORES]
        rows.append((published[-1], (row.name, _YEAR, _PAPER, *_cells(published))))
    rows += _measured_rows(table, measured)
    rows.sort(key=lambda row: -row[0])
    return (
        Table(
            ("network", "published", "source", "Acc", "mAcc", "mIoU"),
            tuple(cells for _, cells in rows),
            left=3,
            caption=f"Other authors' networks beside those of Table {table.number}.",
            folded=f"Beside {len(others)} published results of other authors",
        ),
        Text(_NOTE),
    )


def _measured_rows(table: PaperTable, measured: Measured) -> list[tuple[float, tuple[str, ...]]]:
    """Evaluations of the whole test set by the networks of the table."""
    found = []
    for row in table.rows:
        results = measured.of_row(row, table)
        if results is None or results.scored != table.frames or results.scores.miou is None:
            continue
        scores = [getattr(results.scores, name) for name in _SCORES]
        cells = _cells([None if score is None else 100 * score for score in scores])
        found.append((100 * results.scores.miou, (row.name, NONE, _HERE, *cells)))
    return found


def speeds_table() -> Table:
    """Other authors' speeds; they were measured on other machines than the paper's."""
    rows = tuple(
        (
            one.name,
            one.machine,
            one.source,
            *_cells((one.miou, one.fps, one.parameters)),
        )
        for one in SPEEDS
    )
    header = ("network", "measured on", "source", "mIoU", "FPS", "parameters, M")
    return Table(
        header,
        rows,
        left=3,
        caption="Other authors' speeds and sizes, mean IoU on NYUDv2 test.",
        folded=f"{len(rows)} published speeds of other authors' networks",
    )


def _cells(values: Iterable[float | None]) -> list[str]:
    return [NONE if value is None else f"{value:.1f}" for value in values]
