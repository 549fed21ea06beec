"""Frames a second against mean IoU (paper, Fig. 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .svg import Svg, circle, line, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760.0, 420.0, 56.0, 24.0, 40.0, 46.0
LABEL = 13.0  # pixels between labels, and their size
_STEPS = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class SpeedPoint:
    """`fps` > 0. `miou`: a fraction of 1. `ours`: measured here, not published. `parameters`: how
    many the network has, 0 where that is not known. `elsewhere`: another authors' network, on
    another machine than the paper's.
    """

    name: str
    fps: float
    miou: float
    ours: bool = False
    parameters: int = 0
    elsewhere: bool = False

    @property
    def radius(self) -> float:
        """Pixels: an area that grows with the parameters; 58.3 M have 7."""
        return max(2.5, 7 * math.sqrt(self.parameters / 58.3e6)) if self.parameters else 4.5


def speed_plot(points: Sequence[SpeedPoint]) -> Svg:
    """Speed on a logarithmic axis: published points as rings, others' dashed, ours as discs."""
    low_x, high_x = _range([math.log(point.fps) for point in points], 0.25)
    low_y, high_y = _range([100 * point.miou for point in points], 1.0)

    def place(point: SpeedPoint) -> tuple[float, float]:
        x = (math.log(point.fps) - low_x) / (high_x - low_x)
        y = (100 * point.miou - low_y) / (high_y - low_y)
        return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)

    parts = [_frame()]
    for fps in _ticks(math.exp(low_x), math.exp(high_x)):
        x, _ = place(SpeedPoint("", fps, 0))
        parts.append(line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(text(x, HEIGHT - BOTTOM + 18, f"{fps:g}", anchor="middle", colour="muted"))
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (high_y - low_y) / step <= 8)
    for percent in range(math.ceil(low_y / step) * step, math.floor(high_y) + 1, step):
        _, y = place(SpeedPoint("", 1, percent / 100))
        parts.append(line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(text(LEFT - 8, y + 4, f"{percent}", anchor="end", colour="muted"))
    parts += _points([(point, *place(point)) for point in points])
    return Svg(WIDTH, HEIGHT, "".join(parts), "Frames a second against mean IoU")


def _range(values: list[float], margin: float) -> tuple[float, float]:
    return min(values) - margin, max(values) + margin


def _ticks(low: float, high: float) -> list[float]:
    """1, 2, 3, 5, 10, ... in between."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in _STEPS]
    return [tick for tick in ticks if low <= tick <= high]


def _frame() -> str:
    axes = line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, colour="muted")
    axes += line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, colour="muted")
    middle = (LEFT + WIDTH - RIGHT) / 2
    names = text(middle, HEIGHT - 8, "frames a second (logarithmic)", anchor="middle")
    names += text(LEFT - 40, 16, "mean IoU, %")
    key = circle(WIDTH - 470, 12, 4.5, colour="muted", filled=False)
    key += text(WIDTH - 460, 16, "published")
    key += circle(WIDTH - 380, 12, 4.5, colour="muted", filled=False, dashed=True)
    key += text(WIDTH - 370, 16, "other authors', on other machines")
    key += circle(WIDTH - 130, 12, 4.5, colour="other")
    return axes + names + key + text(WIDTH - 120, 16, "measured here")


def _points(placed: list[tuple[SpeedPoint, float, float]]) -> list[str]:
    """Dots, and labels moved up or down until none lies on another."""
    parts, taken = (
        [],
        [(x - point.radius - 2.5, x + point.radius + 2.5, y) for point, x, y in placed],
    )
    for point, x, y in sorted(placed, key=lambda entry: entry[2]):
        colour = "other" if point.ours else "muted"
        length = 7.2 * len(point.name)  # at most, in the fonts that browsers choose
        away = max(12, point.radius + 5)
        on_left = x + away + length > WIDTH - RIGHT
        start = x - away - length if on_left else x + away
        label_y = _free(taken, start, start + length, y)
        taken.append((start, start + length, label_y))
        if abs(label_y - y) > LABEL:
            near = away - 3
            parts.append(line(x, y, x - near if on_left else x + near, label_y, colour="muted"))
        tip = f"{point.name}: {point.fps:.3g} FPS, mIoU {point.miou:.1%}"
        tip += f", {point.parameters / 1e6:.1f} M parameters" if point.parameters else ""
        end, anchor = (x - away, "end") if on_left else (start, "start")
        parts.append(
            text(end, label_y + 4, point.name, anchor=anchor, size=LABEL - 1, bold=point.ours)
        )
        parts.append(
            circle(
                *(x, y, point.radius),
                colour=colour,
                filled=point.ours,
                dashed=point.elsewhere,
                tip=tip,
            )
        )
    return parts


def _free(taken: list[tuple[float, float, float]], start: float, end: float, y: float) -> float:
    """The nearest height at which start..end meets nothing that is taken."""
    for distance in range(0, 200, 3):
        for candidate in (y + distance, y - distance):
            inside = TOP < candidate < HEIGHT - BOTTOM - 6
            meets = any(
                start < right and end > left and abs(candidate - height) < LABEL + 1
                for left, right, height in taken
            )
            if inside and not meets:
                return candidate
    return y
