"""A measured quantity, its spread, and the target it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """`samples`: at least one, in `unit`. `target` None: shown, and held against nothing.

    `better`: whether the target is a ceiling or a floor for the figure, which is the samples'
    median, or with `worst` their worst.
    """

    name: str
    what: str
    unit: str
    samples: tuple[float, ...]
    target: float | None = None
    better: Literal["lower", "higher"] = "lower"
    worst: bool = False

    @property
    def figure(self) -> float:
        """What is held against the target."""
        if not self.worst:
            return median(self.samples)
        return max(self.samples) if self.better == "lower" else min(self.samples)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        lower = self.better == "lower"
        return self.figure <= self.target if lower else self.figure >= self.target

    def row(self) -> dict[str, Any]:
        """JSON-ready: every setting, the figure, the extremes, and whether the target is met."""
        values = asdict(self)
        values["samples"] = [round(sample, 3) for sample in self.samples]
        extremes = {"lowest": min(self.samples), "highest": max(self.samples)}
        figures = {"figure": self.figure, "median": median(self.samples), **extremes}
        return values | {key: round(value, 3) for key, value in figures.items()} | {"met": self.met}


def table(measures: Sequence[dict[str, Any]]) -> str:
    """Rows of `Measure.row` as a Markdown table."""
    lines = ["| what | figure | lowest-highest | target | met |", "|---|---|---|---|---|"]
    for row in measures:
        sign = "at most" if row["better"] == "lower" else "at least"
        target = "" if row["target"] is None else f"{sign} {row['target']:g}"
        met = {True: "yes", False: "no", None: ""}[row["met"]]
        lines.append(
            f"| {row['what']} | {row['figure']:.4g} {row['unit']} "
            f"| {row['lowest']:.4g}-{row['highest']:.4g} | {target} | {met} |"
        )
    return "\n".join(lines)
