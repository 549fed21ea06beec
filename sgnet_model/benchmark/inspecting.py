"""How long inspections take on the bundled network, and what they may take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sgnet_model.edits import parse_edits
from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspection
from sgnet_model.inspection.subject import Subject, depth_of, subject_of
from sgnet_model.machine import describe_machine
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame

from .memory import RESET, STATUS

PIXEL = (320, 240)
STROKE = "shift=-0.3 stroke=280,220;320,240;360,250 radius=24"
REPEATS = 5
FRAME_MS = 33.0  # of a window that draws 30 times a second


@dataclass(frozen=True, slots=True)
class InspectionSpeed:
    """`milliseconds`: of the median run. `predictions`: the same in plain predictions. `budget_ms`:
    what it may take, None where nothing is promised. `peak_mb`: memory added at its peak, where
    that is measured."""

    name: str
    milliseconds: float
    predictions: float
    budget_ms: float | None
    peak_mb: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; `within`: whether the budget is kept, None without one."""
        within = None if self.budget_ms is None else self.milliseconds <= self.budget_ms
        return {**asdict(self), "within": within}


def inspection_speeds(
    predictor: Predictor, frame: Frame, repeats: int = REPEATS
) -> tuple[InspectionSpeed, ...]:
    """Of the frame as the predictor is fed; predictions run between, so that load meets both."""
    subject = subject_of(predictor, frame)
    plain = _median(lambda: subject.predict(), repeats)
    switches = subject.switches.turned("all", "offsets", "zero")
    stroke = parse_edits([STROKE])
    budgets: dict[str, tuple[Callable[[], object], float | None]] = {
        "reads": (_asked("reads", subject), 10.0),
        "composed": (_asked("composed", subject), 50.0),
        "switch": (lambda: subject.predict(switches=switches), 1.5 * plain + FRAME_MS),
        "brush stroke": (
            lambda: subject.predict(depth_m=depth_of(stroke.applied(frame))),
            1.5 * plain + FRAME_MS,
        ),
        "shares": (_asked("shares", subject), 5 * plain),
    }
    found = [InspectionSpeed("prediction", plain, 1.0, None)]
    for name, (run, budget) in budgets.items():
        taken = _median(run, repeats)
        found.append(InspectionSpeed(name, taken, taken / plain, budget))
    predictor.differentiable()  # made once
    fresh = replace(subject)  # nothing was asked about it yet
    both = (_asked("gradient", fresh), _asked("influence", fresh))
    taken, peak = _with_peak(lambda: [run() for run in both])
    found.append(InspectionSpeed("gradient and influence", taken, taken / plain, 5 * plain, peak))
    return tuple(found)


def measured(predictor: Predictor, frame: Frame, repeats: int) -> tuple[dict[str, Any], str]:
    """JSON-ready, and the same as Markdown."""
    machine = describe_machine(predictor.device)
    speeds = inspection_speeds(predictor, frame, repeats)
    rows = [
        f"| {one.name} | {one.milliseconds:.1f} | {one.predictions:.2f} | "
        f"{'-' if one.budget_ms is None else f'{one.budget_ms:.0f}'} | "
        f"{'-' if one.peak_mb is None else f'{one.peak_mb:.0f}'} |"
        for one in speeds
    ]
    head = (
        "| inspection | ms | predictions | may take, ms | memory added, MB |\n|---|---|---|---|---|"
    )
    text = "\n".join([", ".join(machine.values()), "", head, *rows, ""])
    return {"machine": machine, "inspections": [one.to_dict() for one in speeds]}, text


def _asked(name: str, subject: Subject) -> Callable[[], object]:
    return lambda: ask(inspection(name), subject, PIXEL, Options())


def _median(run: Callable[[], object], repeats: int) -> float:
    """Milliseconds, after one run that is not counted."""
    run()
    times = sorted(_timed(run) for _ in range(max(repeats, 1)))
    return times[len(times) // 2]


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _with_peak(run: Callable[[], object]) -> tuple[float, float | None]:
    """Milliseconds, and megabytes added at the peak; None where the system does not tell."""
    try:
        RESET.write_text("5")  # the peak starts again
        before = _status("VmRSS")
    except OSError:
        return _timed(run), None
    taken = _timed(run)
    return taken, (_status("VmHWM") - before) / 1e3


def _status(key: str) -> float:
    """Kilobytes."""
    for row in STATUS.read_text().splitlines():
        if row.startswith(f"{key}:"):
            return float(row.split()[1])
    raise OSError(key)
