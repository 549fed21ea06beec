"""What was measured here, matched to the rows of the paper's tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.config import R50, R101, VARIANTS
from sgnet_model.evaluation.results import Results, results_from_json
from sgnet_model.untrusted import number, reading, reason, whole
from sgnet_model.untrusted import read_json as _json

from .paper import SINGLE, PaperTable, Row

_SHORTEST_MS, _LONGEST_MS = 1e-6, 1e12  # of a picture
_UNAPPLIED = {"sgnet-r101": "sgnet-r101-unapplied"}


@dataclass(frozen=True, slots=True)
class Speed:
    """One network's time for one picture."""

    variant: str
    height: int
    width: int
    seconds: float
    device: str
    dtype: str
    machine: str = ""  # the processor or GPU

    @property
    def fps(self) -> float:
        """Pictures a second."""
        return 1 / self.seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """Evaluations and speeds that stand beside published numbers."""

    results: tuple[Results, ...] = ()
    speeds: tuple[Speed, ...] = ()

    def of_row(self, row: Row, table: PaperTable) -> Results | None:
        """The evaluation of the row's network, on its classes and at its scales, several of them
        zoomed as the authors do; the one over as many frames as the table's test set has, else
        over most. Rendered scenes are no published data set.
        """
        found = [
            results
            for results in self.results
            if not results.settings.rendered
            and not results.settings.flip
            and not results.settings.switches
            and not results.settings.edits
            and results.settings.variant == row.variant
            and results.settings.scheme == table.scheme
            and results.settings.scales == row.scales
            and (row.scales == SINGLE or results.settings.rescale == "input")
        ]
        return max(
            found,
            key=lambda results: (results.scored == table.frames, results.scored),
            default=None,
        )

    def speed(self, variant: str, size: tuple[int, int]) -> Speed | None:
        """In float32 where that was measured, as in the paper; of several, the fastest."""
        found = [
            speed
            for speed in self.speeds
            if speed.variant == variant and (speed.height, speed.width) == size
        ]
        found = [speed for speed in found if speed.dtype == "fp32"] or found
        return min(found, key=lambda speed: speed.seconds, default=None)


def read_measured(paths: Iterable[Path], own: Results | None = None) -> Measured:
    """From files that `evaluate --json`, `bench --json` or a report wrote; raises UserError.

    An evaluation that is there already, `own` for one, counts once.
    """
    results, speeds = [own] if own is not None else [], []
    for path in paths:
        values = read_json(path)
        if isinstance(values, dict) and "rows" in values:
            speeds += _speeds(values, path)
        else:
            found = results_from_json(values, str(path))
            if all(found.summary_json() != other.summary_json() for other in results):
                results.append(found)
    return Measured(tuple(results), tuple(speeds))


def read_json(path: Path) -> Any:
    """The values in a JSON file; raises UserError."""
    return _json(
        path,
        f"{path} cannot be read (it is not JSON): give a file that evaluate --json or bench --json "
        "printed.",
    )


def _speeds(values: dict[str, Any], path: Path) -> list[Speed]:
    with reading(
        path,
        lambda error: (
            f"{path} has a row that is not one of bench --json ({reason(error)}): write it again."
        ),
    ):
        machine = values.get("machine", {})
        named = str(machine.get("GPU") or machine.get("processor") or "")
        found = [_speed(row, named) for row in values["rows"]]
    return [speed for speed in found if speed is not None]


def _speed(row: dict[str, Any], machine: str) -> Speed | None:
    """None for a row that nothing published stands beside: stock operators, larger batches."""
    variant = _whose(str(row["variant"]), str(row["implementation"]))
    if variant is None or whole(row["batch"]) != 1 or row["median_ms"] is None:
        return None
    return Speed(
        variant,
        whole(row["height"], 1),
        whole(row["width"], 1),
        number(row["median_ms"], _SHORTEST_MS, _LONGEST_MS) / 1000,
        str(row["device"]),
        str(row["dtype"]),
        machine,
    )


def _whose(variant: str, implementation: str) -> str | None:
    """The variant that a row of a benchmark measured: its baseline is a variant of its own."""
    if implementation == "ours":
        return variant
    if implementation == "unapplied":
        return _UNAPPLIED.get(variant)
    config = VARIANTS.get(variant)
    if implementation != "baseline" or config is None:
        return None
    plain = config.head == "dsn" and config.output_stride == 16 and config.width == 64
    names = {R50: "baseline-r50", R101: "baseline-r101"}
    return names.get(config.blocks) if plain and not config.two_streams else None
