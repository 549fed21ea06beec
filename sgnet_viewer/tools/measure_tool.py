"""The measuring tool: distances between points of the picture or the cloud, in metres."""

from __future__ import annotations

from itertools import pairwise

from sgnet_model.measuring import Measurement, Pixel, length_text, measure, measurement_text
from sgnet_viewer.contract.tools import Grip, ToolDot, ToolLine, ToolModel, ToolOverlay, ToolText

from .tool import QuietTool, ToolNames, ToolParts

COLOUR = (255, 214, 64)


class MeasureTool(QuietTool):
    """Each click adds a corner of a polyline; corners can be dragged, Esc forgets them."""

    names = ToolNames(
        "measure",
        "&Measure",
        "Click two points or more: the distance in metres with its uncertainty, and in pixels",
        "measure",
        "M",
    )

    def __init__(self, parts: ToolParts) -> None:
        self._document = parts.document
        self._session = parts.session
        self._cursor: Pixel | None = None

    def click(self, u: int, v: int) -> None:
        """Another corner; on the last one again, none."""
        if self._points[-1:] != ((u, v),):
            self._document.change("corner", measured=(*self._points, (u, v)))

    def drag(self, grip: int, u: int, v: int) -> None:
        """Move a corner."""
        points = list(self._points)
        if grip < len(points):
            points[grip] = (u, v)
            self._document.change("move of a corner", merge=True, measured=tuple(points))

    def hover(self, u: int, v: int) -> None:
        """A line follows the cursor from the last corner."""
        self._cursor = (u, v) if u >= 0 else None

    def escape(self) -> bool:
        """Forget the corners."""
        if not self._points:
            return False
        self._document.change("end of the measurement", measured=())
        return True

    def text(self) -> str:
        """A table of the segments."""
        found = self._measured(self._points)
        return measurement_text(found) if found is not None else ""

    def model(self) -> ToolModel:
        """Every corner can be dragged."""
        grips = tuple(Grip(number, at) for number, at in enumerate(self._points))
        return ToolModel("measure", grips)

    def overlay(self) -> ToolOverlay:
        """Corners, lines, each segment's length, and the whole at the end."""
        points = self._points
        found = self._measured(points)
        pairs = tuple(pairwise(points))
        lines = [ToolLine(start, end, COLOUR) for start, end in pairs]
        texts = [] if found is None else _texts(found)
        if points and self._cursor is not None and self._cursor != points[-1]:
            ahead = self._measured((points[-1], self._cursor))
            lines.append(ToolLine(points[-1], self._cursor, COLOUR, dashed=True))
            if ahead is not None:
                texts.append(ToolText(self._cursor, length_text(ahead.total)))
        dots = tuple(ToolDot(at, COLOUR) for at in points)
        return ToolOverlay(tuple(lines), dots, tuple(texts))

    @property
    def _points(self) -> tuple[Pixel, ...]:
        return self._document.value.measured

    def _measured(self, points: tuple[Pixel, ...]) -> Measurement | None:
        frame = self._session.frame
        return None if frame is None else measure(points, frame.depth_m, frame.intrinsics)


def _texts(found: Measurement) -> list[ToolText]:
    """At the middle of each segment of several; at the end the total and its parts."""
    pairs = pairwise(found.points)
    texts = [
        ToolText(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), length_text(length))
        for (start, end), length in zip(pairs, found.segments, strict=True)
        if len(found.segments) > 1
    ]
    return [*texts, ToolText(found.points[-1], total_text(found))]


def total_text(found: Measurement) -> str:
    """Metres, pixels, and the difference of the ends."""
    total = found.total
    name = "Total " if len(found.segments) > 1 else ""
    if total.distance_m is None or total.delta_m is None:
        return f"{name}{length_text(total)}\nno depth at a corner"
    dx, dy, dz = (f"{value:+z.3f}".replace("-", "−") for value in total.delta_m)
    return f"{name}{length_text(total)}\n{total.distance_px:.1f} px\ndx {dx}  dy {dy}  dz {dz} m"
