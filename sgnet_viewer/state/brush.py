"""The depth brush as the user set it: what a stroke does, how wide it is, and how strong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sgnet_model.edits import Edit, Stroke

BRUSH_KINDS = {  # of `sgnet_model.edits.KINDS`, those that a stroke can do, and what they do
    "shift": "Shift: nearer or farther by some metres",
    "flatten": "Flatten: onto the plane that fits",
    "hole": "Hole: no depth there",
    "fill": "Fill: holes get the depth of the nearest valid pixel",
    "constant": "Constant: one distance everywhere",
}
SIZE_STEP = 1.2  # of the radius, for one notch of the wheel
SMALLEST, LARGEST = 1.0, 400.0  # radius, pixels of the picture
SHIFT_STEP_M, MOST_SHIFT_M = 0.05, 5.0
CONSTANT_STEP_M, LEAST_CONSTANT_M, MOST_CONSTANT_M = 0.1, 0.1, 20.0


@dataclass(frozen=True, slots=True)
class Brush:
    """`kind`: of BRUSH_KINDS. `radius`: pixels of the picture. `shift_m`: away is positive."""

    kind: str = "shift"
    radius: float = 24.0
    shift_m: float = -0.3
    constant_m: float = 2.0

    @property
    def amount(self) -> float | None:
        """Of an edit of this kind, metres; None where it has none."""
        return {"shift": self.shift_m, "constant": self.constant_m}.get(self.kind)

    def stroke(self, points: Iterable[tuple[float, float]]) -> Edit:
        """What it does along a line through points (u, v)."""
        return Edit(self.kind, self.amount, Stroke(tuple(points), self.radius))

    def resized(self, steps: int) -> Brush:
        """Larger by that many notches, in whole pixels; negative: smaller."""
        radius = self.radius
        for _ in range(abs(steps)):
            grown = max(round(radius * SIZE_STEP), radius + 1)
            shrunk = min(round(radius / SIZE_STEP), radius - 1)
            radius = grown if steps > 0 else shrunk
        return replace(self, radius=float(min(max(radius, SMALLEST), LARGEST)))

    def strengthened(self, steps: int) -> Brush:
        """A shift or a constant farther away by that many notches; others have no strength."""
        if self.kind == "shift":
            shift = round(self.shift_m + steps * SHIFT_STEP_M, 3)
            return replace(self, shift_m=min(max(shift, -MOST_SHIFT_M), MOST_SHIFT_M))
        if self.kind == "constant":
            constant = round(self.constant_m + steps * CONSTANT_STEP_M, 3)
            return replace(self, constant_m=min(max(constant, LEAST_CONSTANT_M), MOST_CONSTANT_M))
        return self

    @property
    def size_text(self) -> str:
        """ "24 px"."""
        return f"{self.radius:.0f} px"

    @property
    def strength_text(self) -> str:
        """ "−0.30 m"; "" of a kind that has no strength."""
        amounts = {"shift": f"{self.shift_m:+.2f} m", "constant": f"{self.constant_m:.2f} m"}
        return amounts.get(self.kind, "").replace("-", "−")

    @property
    def text(self) -> str:
        """ "shift −0.30 m, radius 24 px"."""
        return f"{self.kind} {self.strength_text}".rstrip() + f", radius {self.size_text}"
