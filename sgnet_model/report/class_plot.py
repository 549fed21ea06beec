"""The IoU of each class, and its change against another run (paper, Fig. 5)."""

from __future__ import annotations

from collections.abc import Mapping

from .svg import Svg, line, rect, text

ROW, TOP, LABELS, BARS, VALUE, CHANGE = 19, 44, 150, 330, 50, 190  # pixels
MARGIN = 12


def class_plot(
    iou: Mapping[str, float | None],
    other: Mapping[str, float | None] | None = None,
    other_name: str = "",
) -> Svg:
    """Best class first; classes without a value at the end. `iou`, `other`: fractions of 1.

    With `other` a tick marks its value on each bar, and the difference stands beside it.
    """
    order = sorted(iou, key=lambda name: _sort_key(iou[name]))
    changes = {name: change(iou[name], other.get(name)) for name in order} if other else {}
    largest = max((abs(value) for value in changes.values() if value is not None), default=0.0)
    parts = [_axis(len(order))]
    for row, name in enumerate(order):
        y = TOP + row * ROW
        parts.append(_bar(y, name, iou[name], None if other is None else other.get(name)))
        if other is not None:
            parts.append(_change(y, name, changes[name], max(largest, 0.01)))
    if other is not None:
        parts.append(text(_change_middle(), 18, "change, points", anchor="middle", colour="muted"))
        parts.append(_change_axis(len(order)))
    width = MARGIN + LABELS + BARS + VALUE + (CHANGE if other is not None else 0) + MARGIN
    title = "IoU of each class" + (f", with the change against {other_name}" if other else "")
    return Svg(width, TOP + len(order) * ROW + MARGIN, "".join(parts), title)


def change(ours: float | None, theirs: float | None) -> float | None:
    """Ours minus theirs; None where one is missing."""
    return None if ours is None or theirs is None else ours - theirs


def signed(difference: float) -> str:
    """A difference of fractions in points, "+1.5"; "0.0" where it rounds to nothing."""
    points = f"{100 * difference:+.1f}"
    return points if float(points) else "0.0"


def _sort_key(value: float | None) -> tuple[bool, float]:
    return value is None, -(value or 0.0)


def _axis(rows: int) -> str:
    """Lines at 0, 25, ..., 100 %."""
    left, bottom = MARGIN + LABELS, TOP + rows * ROW
    parts = []
    for percent in range(0, 101, 25):
        x = left + BARS * percent / 100
        parts.append(line(x, TOP - 6, x, bottom))
        parts.append(text(x, TOP - 12, f"{percent}", anchor="middle", size=11, colour="muted"))
    return "".join(parts) + text(left, 18, "IoU, %", colour="muted")


def _bar(y: float, name: str, value: float | None, other: float | None) -> str:
    left = MARGIN + LABELS
    parts = [text(left - 8, y + 13, name, anchor="end")]
    if value is None:
        parts.append(text(left + 6, y + 13, "in neither truth nor prediction", colour="muted"))
        return "".join(parts)
    parts.append(rect(left, y + 2, BARS * value, ROW - 5, tip=f"{name}: {value:.1%}"))
    if other is not None:
        x = left + BARS * other
        parts.append(line(x, y, x, y + ROW - 1, colour="other", width=2.5))
    parts.append(text(left + BARS + VALUE - 6, y + 13, f"{value * 100:.1f}", anchor="end"))
    return "".join(parts)


def _change_middle() -> float:
    return MARGIN + LABELS + BARS + VALUE + CHANGE / 2


def _change_axis(rows: int) -> str:
    return line(_change_middle(), TOP - 6, _change_middle(), TOP + rows * ROW)


def _change(y: float, name: str, value: float | None, largest: float) -> str:
    """A bar to the right for better, to the left for worse; the number on its far side."""
    middle, room = _change_middle(), CHANGE / 2 - 44  # 44: for the number
    if value is None:
        return text(middle + 6, y + 13, "-", colour="muted")
    length = room * abs(value) / largest
    better = value >= 0
    x = middle if better else middle - length
    number = middle + (length + 5 if better else -length - 5)
    colour = "accent" if better else "other"
    return rect(
        x, y + 2, length, ROW - 5, colour=colour, tip=f"{name}: {signed(value)} points"
    ) + text(number, y + 13, signed(value), anchor="start" if better else "end", size=11)
