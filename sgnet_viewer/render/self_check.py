"""The self-check of a probe as a badge: a mark, and in the tip the worst difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgnet_viewer.contract.panels import CheckBadge

if TYPE_CHECKING:  # it imports torch
    from sgnet_model.inspection.tap_check import SelfCheck

WHAT = (
    "Self-check: kernel × modulation × samples, summed again at the taps drawn, against what each "
    "layer put out"
)
WAITING = CheckBadge("…", True, f"{WHAT}: it is made when the window rests.")


def badge_of(check: SelfCheck, precision: str) -> CheckBadge:
    """`precision`: of the network that answered."""
    text = "✓" if check.good else f"✗ {short(check.worst)}"
    said = f"at most {short(check.worst)} of its norm ({check.worst_layer})"
    verdict = "no more than" if check.good else "more than"
    tip = f"{WHAT}: {said}, {verdict} the rounding of {precision} ({short(check.rounding)})."
    return CheckBadge(text, check.good, tip)


def short(value: float) -> str:
    """One digit and its power of ten: "7e−7"."""
    digit, _, power = f"{value:.0e}".partition("e")
    return "0" if value == 0 else f"{digit}e{int(power)}".replace("-", "−")
