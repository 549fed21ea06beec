"""Numbers beside colours, on the screen and in a file."""

from __future__ import annotations


def number(value: float) -> str:
    """Three significant figures, and no more than two places; a small one with two figures, from
    the fourth place on with its power of ten."""
    if 0.001 <= abs(value) < 0.1:
        return f"{value:#.2g}".replace("-", "−")
    if 0 < abs(value) < 0.1:
        digits, _, power = f"{value:.1e}".partition("e")
        return f"{digits}e{int(power)}".replace("-", "−")
    return (f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}").replace("-", "−")


def percent_text(share: float) -> str:
    """Whole percents from 10 on, one place below, "<0.1" where that would read 0."""
    percent = 100 * share
    if 0 < percent < 0.1:
        return "<0.1"
    return f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}"
