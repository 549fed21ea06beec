"""Where Tab goes: through the window's parts in order, and in each as it is read.

Qt's own order is that in which widgets were made, and parts that are made again fall out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

ROW = 24  # pixels: what begins within so many of another stands in one row with it


def tab_stops(window: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """Everything in `window` that takes the focus by Tab and can be seen or scrolled to.

    First what lies in each of the `parts`, in their order; then whatever lies in none of them.
    """
    stops: list[QWidget] = []
    for part in (*parts, window):
        if part is window or _is_in(part, window):
            found = [widget for widget in (part, *part.findChildren(QWidget)) if _is_stop(widget)]
            own = [widget for widget in found if widget.window() is window and widget not in stops]
            stops += _as_read(own, window)
    return [stop for stop in stops if any(_is_in(part, window) for part in _parts_of(stop, parts))]


def step(window: QWidget, parts: Sequence[QWidget], forward: bool) -> bool:
    """Give the focus to the next stop, or the one before; False where there is none.

    Qt asks for this too where what has the focus is hidden or disabled: then to what is beside it.
    """
    stops = tab_stops(window, parts)
    if not stops:
        return False
    now = QApplication.focusWidget()
    by = 1 if forward else -1
    if now in stops:
        stop = stops[(stops.index(now) + by) % len(stops)]
    else:
        stop = _beside(now, stops, window) or stops[0 if forward else -1]
    reasons = Qt.FocusReason
    stop.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
    return True


def _beside(widget: QWidget | None, stops: Sequence[QWidget], window: QWidget) -> QWidget | None:
    """The nearest stop within the smallest part around the widget that has one."""
    part = widget
    while widget is not None and part is not None and part is not window:
        inside = [stop for stop in stops if part.isAncestorOf(stop)]
        if inside:
            place = _box(widget, window).center()
            return min(inside, key=lambda stop: _distance(_box(stop, window), place))
        part = part.parentWidget()
    return None


def _distance(box: QRect, place: QPoint) -> int:
    """Pixels from a place to the nearest edge of a box; 0 inside."""
    across = max(box.left() - place.x(), place.x() - box.right(), 0)
    down = max(box.top() - place.y(), place.y() - box.bottom(), 0)
    return across + down


def _is_stop(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return takes and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def _parts_of(stop: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """Those that it lies in; itself where it lies in none."""
    return [part for part in parts if part is stop or part.isAncestorOf(stop)] or [stop]


def _is_in(part: QWidget, window: QWidget) -> bool:
    """A tab that is not in front counts as visible to Qt, and lies outside the window."""
    return part.isVisible() and window.rect().intersects(_box(part, window))


def _box(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _as_read(widgets: list[QWidget], window: QWidget) -> list[QWidget]:
    """Row by row from the top, each from the left."""
    boxes = {widget: _box(widget, window) for widget in widgets}
    rows: list[list[QWidget]] = []
    for widget in sorted(widgets, key=lambda one: (boxes[one].top(), boxes[one].left())):
        if rows and boxes[widget].top() < boxes[rows[-1][0]].top() + ROW:
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [widget for row in rows for widget in sorted(row, key=lambda one: boxes[one].left())]
