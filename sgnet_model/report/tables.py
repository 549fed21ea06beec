"""The paper's tables with a column for what was measured here."""

from __future__ import annotations

from functools import cache

from sgnet_model.config import PAPER_SIZE, VARIANTS
from sgnet_model.evaluation.results import Results, Settings

from .blocks import NONE, Block, Table, Text
from .measured import Measured, Speed
from .other_tables import other_blocks
from .paper import QUANTITIES, SINGLE, TABLES, PaperTable, Row


def paper_blocks(measured: Measured) -> tuple[Block, ...]:
    """All tables; under each where its measured numbers come from."""
    blocks: list[Block] = [
        Text(
            "Published numbers stand beside what was measured here; a dash where it was not. "
            "Scores in %. The paper's speeds are of a GTX 1080 Ti. Scores are matched by variant, "
            "classes and scales; parameters are counted on the networks as built here."
        )
    ]
    for table in TABLES:
        blocks.append(_table(table, measured))
        blocks += [Text(said) for said in _remarks(table, measured)]
        blocks += other_blocks(table, measured)
    return (*blocks, _everything(measured))


def _everything(measured: Measured) -> Table:
    """All evaluations given, also those that stand in no table of the paper."""
    header = ("variant", "data", "frames", "scales", "Acc", "mAcc", "mIoU", "FPS at 480x640")
    rows = []
    for results in measured.results:
        settings, scores = results.settings, results.scores
        scales = ", ".join(f"{scale:g}" for scale in settings.scales)
        scales += (
            " of the frame" if len(settings.scales) > 1 and settings.rescale == "frame" else ""
        )
        speed = measured.speed(settings.variant, PAPER_SIZE) if settings.scales == SINGLE else None
        values = (("acc", scores.acc), ("macc", scores.macc), ("miou", scores.miou))
        cells = [_number(None if value is None else 100 * value, name) for name, value in values]
        rows.append(
            (
                ", ".join((settings.variant, *settings.switches, *settings.edits)),
                named_data(settings),
                str(results.scored),
                f"{scales}, mirrored" if settings.flip else scales,
                *cells,
                _number(None if speed is None else speed.fps, "fps"),
            )
        )
    return Table(header, tuple(rows), left=2, caption="Everything measured here")


def named_data(settings: Settings) -> str:
    """The data set, with its split where the name does not say it."""
    split = settings.split
    named = split and not settings.data.endswith(f" {split}")
    return f"{settings.data} {split}" if named else settings.data


def _table(table: PaperTable, measured: Measured) -> Table:
    header = ["network", "variant here"]
    for quantity in table.quantities:
        name = QUANTITIES[quantity][0]
        header += [name, f"{name}, here"]
    rows = []
    for row in table.rows:
        cells = [row.name, row.variant or NONE]
        for quantity in table.quantities:
            cells.append(_number(row.published.get(quantity), quantity))
            cells.append(_number(value_here(table, row, quantity, measured), quantity))
        rows.append(tuple(cells))
    number = f"Table {table.number}. " if table.number else ""
    caption = f"{number}{table.title}. Source: {table.source}."
    return Table(tuple(header), tuple(rows), left=2, caption=caption)


def value_here(table: PaperTable, row: Row, quantity: str, measured: Measured) -> float | None:
    """In the unit of the column; None where it was not measured."""
    if quantity == "parameters":
        return parameters_of(row.variant) / 1e6
    if quantity in ("fps", "seconds"):
        speed = _speed(table, row, measured)
        return None if speed is None else float(getattr(speed, quantity))
    results = measured.of_row(row, table)
    value = None if results is None else getattr(results.scores, quantity)
    return None if value is None else 100 * float(value)


def _speed(table: PaperTable, row: Row, measured: Measured) -> Speed | None:
    if "fps" not in row.published and "seconds" not in row.published:
        return None  # several scales: another cost than one picture's
    return measured.speed(row.variant, table.speed_size)


def _remarks(table: PaperTable, measured: Measured) -> list[str]:
    """The table's own note, and a sentence on each measurement in it."""
    said = [table.note] if table.note else []
    results = [measured.of_row(row, table) for row in table.rows]
    for found in dict.fromkeys(found for found in results if found is not None):
        said.append(_about(found, table.frames))
    if {"fps", "seconds"} & set(table.quantities):
        speeds = [_speed(table, row, measured) for row in table.rows]
        where = dict.fromkeys(_where(one) for one in speeds if one is not None)
        if where:
            said.append(f"Speed here: {'; '.join(where)}, batch 1.")
    return said


def _where(speed: Speed) -> str:
    machine = f" ({speed.machine})" if speed.machine else ""
    return f"{speed.device}{machine} in {speed.dtype}"


def _about(results: Results, published: int) -> str:
    settings = results.settings
    size = settings.size
    fed = "at their own size" if size is None else f"fed {size[0]}x{size[1]}"
    said = f"{settings.variant} here: {named_data(settings)}, {results.scored} frames {fed}"
    if results.scored != published:
        said += f"; the paper has {published}, so the numbers do not compare"
    return f"{said}."


def _number(value: float | None, quantity: str) -> str:
    digits = QUANTITIES[quantity][1]
    if value is None:
        return NONE
    if quantity == "fps" and value < 10:
        digits = 1
    return f"{value:.{digits}f}"


@cache
def parameters_of(variant: str) -> int:
    """Counted on a network without memory behind it."""
    import torch

    from sgnet_model.variants import build, count_parameters

    with torch.device("meta"):
        return count_parameters(build(VARIANTS[variant]))
