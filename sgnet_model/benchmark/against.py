"""A run of the benchmark beside an earlier one: what got slower by more than the spread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError
from sgnet_model.untrusted import number, read_json, reading, reason

_IDENTITY = ("variant", "implementation", "device", "dtype", "height", "width", "batch")
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SlowerRow:
    """A row whose middle half lies above that of the earlier run. Medians in milliseconds."""

    row: Mapping[str, Any]
    before_ms: float
    after_ms: float

    def __str__(self) -> str:
        row = self.row
        return (
            f"{row['variant']} {row['height']}x{row['width']}, batch {row['batch']}, "
            f"{row['dtype']}, {row['implementation']}: {self.after_ms:.3g} ms, before "
            f"{self.before_ms:.3g} ({self.after_ms / self.before_ms:.2f} times)"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        identity = {name: self.row[name] for name in _IDENTITY}
        return {**identity, "before_ms": self.before_ms, "after_ms": self.after_ms}


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """What `bench --json` printed earlier. `machine`: what it was measured on, in words."""

    name: str
    machine: Mapping[str, str]
    rows: Mapping[_Key, Mapping[str, Any]]

    def slower(self, rows: Iterable[Mapping[str, Any]]) -> tuple[SlowerRow, ...]:
        """Of `rows`, as `Row.to_dict` has them: those slower by more than the spread of both.

        The quarter of the passes that were fastest now lies above the slowest quarter of then.
        Rows without numbers, and those the earlier run has not, say nothing.
        """
        found = []
        for row in rows:
            before = self.rows.get(_key(row))
            if before is None or row["median_ms"] is None:
                continue
            low = row["quartile_low_ms"] or row["median_ms"]
            if low > (before["quartile_high_ms"] or before["median_ms"]):
                found.append(SlowerRow(row, before["median_ms"], row["median_ms"]))
        return tuple(found)

    def remarks(self, rows: Iterable[Mapping[str, Any]], machine: Mapping[str, str]) -> list[str]:
        """Sentences on the comparison, the slower rows one by one."""
        rows = list(rows)
        shared = sum(_key(row) in self.rows for row in rows)
        slower = self.slower(rows)
        said = [
            f"{len(slower)} of {shared} rows are slower than in {self.name} by more than the "
            "spread."
        ]
        other = sorted(
            name for name in machine if machine[name] != self.machine.get(name, machine[name])
        )
        if other:
            said.append(
                f"It was measured elsewhere ({', '.join(other)} differ): times do not compare."
            )
        return [*said, *map(str, slower)]


def read_earlier(path: Path) -> EarlierRun:
    """From a file that `bench --json` printed; raises UserError."""
    what = f"{path} is not what bench --json prints"
    values = read_json(path, f"{what}: name such a file with --against.")
    with reading(path, lambda error: f"{what} ({reason(error)}): write it again."):
        machine = {str(name): str(text) for name, text in values.get("machine", {}).items()}
        rows = {_key(row): _checked(row) for row in values["rows"] if row["median_ms"] is not None}
    if not rows:
        raise UserError(f"{path} has no measured row: write it again with bench --json.")
    return EarlierRun(path.name, machine, rows)


def _key(row: Mapping[str, Any]) -> _Key:
    return tuple(row[name] for name in _IDENTITY)


def _checked(row: Mapping[str, Any]) -> dict[str, Any]:
    times = {
        name: None if row.get(name) is None else number(row[name], 0)
        for name in ("median_ms", "quartile_high_ms")
    }
    return {**row, **times}
