"""The depth brush: strokes that edit the depth, and the network's answer while they are drawn."""

from __future__ import annotations

import math
from functools import lru_cache

from sgnet_model.edits import Box, Edits, Stroke
from sgnet_viewer.contract.tools import Place, ToolModel, ToolOverlay, ToolPath, ToolRing, ToolText
from sgnet_viewer.state.brush import Brush

from .tool import QuietTool, ToolNames, ToolParts

COLOUR = (255, 165, 60)
SPACING = 0.25  # of the radius: points of a stroke stand no closer
DIAGONAL = math.sqrt(0.5)
FROZEN_ONLY = "Freeze the stream first (Space)"
NO_DEPTH = "This frame has no usable depth"


class BrushTool(QuietTool):
    """A press begins a stroke, which is one edit and one step to undo.

    While it is drawn the edit grows whenever the last one has been answered, so that the network
    works all the time and always on the newest; what is longer waits until then, or for the end.
    """

    names = ToolNames(
        "brush",
        "Depth &brush",
        "Drag to edit the depth and see what the network says then; Ctrl+wheel sizes, Shift+wheel "
        "sets the strength",
        "brush",
        "B",
    )

    def __init__(self, parts: ToolParts) -> None:
        self._document = parts.document
        self._session = parts.session
        self._flipped = parts.flipped
        self._cursor: Place | None = None
        self._points: list[Place] = []  # of the stroke being drawn
        self._before = Edits()
        self._given: Edits | None = None  # the edits as the stroke being drawn left them
        parts.session.result_changed.connect(self._go_on)
        parts.session.edits_changed.connect(self._heed)

    def begin(self, u: int, v: int) -> None:
        """The first point; at once, so that a click is a dab."""
        if not self._refusal():
            self._before = self._session.edits
            self._points = [(float(u), float(v))]
            self._give(step=True)

    def extend(self, u: int, v: int) -> None:
        """Another point, where it is far enough from the last one."""
        self._cursor = (u, v)
        if self._points and math.dist(self._points[-1], (u, v)) >= max(
            1.0, SPACING * self._brush.radius
        ):
            self._points.append((float(u), float(v)))
            self._go_on()

    def end(self) -> None:
        """The whole stroke is asked about, whatever runs."""
        if self._points:
            self._give(step=False)
        self._points, self._given = [], None

    def click(self, u: int, v: int) -> None:
        """A dab: on a point of the cloud, or by the keyboard."""
        self.begin(u, v)
        self.end()

    def turn(self, steps: int, strength: bool) -> None:
        """The wheel with a modifier: size, or strength."""
        brush = self._brush
        self._document.amend(brush=brush.strengthened(steps) if strength else brush.resized(steps))

    def hover(self, u: int, v: int) -> None:
        """The ring follows the cursor."""
        self._cursor = (u, v) if u >= 0 else None

    def escape(self) -> bool:
        """The stroke being drawn is taken back."""
        if not self._points:
            return False
        self._points, self._given = [], None
        self._document.undo()
        return True

    def text(self) -> str:
        """The edits, a line each, as `--edit` takes them."""
        return "\n".join(self._session.edits.texts)

    def model(self) -> ToolModel:
        """A press paints; the middle button still moves the picture."""
        brush = self._brush
        return ToolModel("brush", (), True, brush.size_text, brush.strength_text)

    def overlay(self) -> ToolOverlay:
        """A ring of the brush's size with its name, and where the depth is edited."""
        paths, rings = _outlines(self._session.edits)
        if self._cursor is None:
            return ToolOverlay(rings=rings, paths=paths)
        u, v = self._cursor
        radius = self._brush.radius
        at = (u + DIAGONAL * radius, v + DIAGONAL * radius)
        flipped = self._flipped() if self._session.edits else ""
        said = self._refusal() or f"{self._brush.text}\n{flipped}".rstrip()
        ring = ToolRing(self._cursor, radius, COLOUR)
        return ToolOverlay(texts=(ToolText(at, said),), rings=(*rings, ring), paths=paths)

    @property
    def _brush(self) -> Brush:
        return self._document.value.brush

    def _refusal(self) -> str:
        if self._session.streaming:
            return FROZEN_ONLY
        frame = self._session.frame_as_read
        return NO_DEPTH if frame is None or frame.depth_m is None else ""

    def _go_on(self) -> None:
        """The network has answered, or the stroke has grown: ask about what there is now."""
        result = self._session.result
        if self._points and result is not None and result.edits == self._session.edits:
            self._give(step=False)

    def _give(self, step: bool) -> None:
        edits = self._before.then(self._brush.stroke(self._points))
        if edits == self._session.edits:
            return
        self._given = edits
        self._session.edit(f"{self._brush.kind} of depth", edits, step=step)

    def _heed(self) -> None:
        """The edits were changed by another hand, undo or a refusal: the stroke ends."""
        if self._points and self._session.edits != self._given:
            self._points, self._given = [], None


@lru_cache(maxsize=4)
def _outlines(edits: Edits) -> tuple[tuple[ToolPath, ...], tuple[ToolRing, ...]]:
    """Where depth is edited: the sides of boxes; a stroke's line and the rings at its ends."""
    paths: list[ToolPath] = []
    rings: list[ToolRing] = []
    for edit in edits.items:
        if isinstance(edit.region, Box):
            paths.append(ToolPath(_corners(edit.region), COLOUR, dashed=True))
        elif isinstance(edit.region, Stroke):
            points, radius = edit.region.points, edit.region.radius
            if len(points) > 1:
                paths.append(ToolPath(points, COLOUR, dashed=True))
            ends = dict.fromkeys((points[0], points[-1]))
            rings += [ToolRing(end, radius, COLOUR, dashed=True) for end in ends]
    return tuple(paths), tuple(rings)


def _corners(box: Box) -> tuple[Place, ...]:
    """Around it, back to the first."""
    left, top = box.x - 0.5, box.y - 0.5
    right, bottom = left + box.width, top + box.height
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
