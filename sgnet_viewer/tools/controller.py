"""Hands the gestures on picture and cloud to the tool that is chosen, and draws what it draws."""

from __future__ import annotations

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.document import DocumentValue

from .registry import TOOLS
from .tool import Tool, ToolParts

COMPARING = ("brush", "wipe")  # tools whose effect the Compare panel shows
DRAWN = ("tool", "probes", "measured", "edits", "brush")  # parts of the document that tools draw


class ToolController:
    """The tool is the document's; a name that is not known here is the first tool."""

    def __init__(self, window: WindowView, parts: ToolParts) -> None:
        self.tools: tuple[Tool, ...] = tuple(make(parts) for make in TOOLS)
        self._window = window
        self._parts = parts
        self._connect()
        self.show()

    @property
    def tool(self) -> Tool:
        """The one chosen."""
        name = self._parts.document.value.tool
        return next((tool for tool in self.tools if tool.names.key == name), self.tools[0])

    def choose(self, key: str) -> None:
        """Take another tool."""
        self.tool.hover(-1, -1)
        self._parts.document.amend(tool=key)
        if key in COMPARING:
            self._window.show_panel("Compare")
        self.tool.taken()
        self.show()

    def click(self, u: int, v: int) -> None:
        """On a pixel, or on the point of the cloud that came from it."""
        if self._is_inside(u, v):
            self.tool.click(u, v)

    def escape(self) -> None:
        """Drop what is begun; where nothing is, go back to the first tool."""
        if not self.tool.escape():
            self.choose(self.tools[0].names.key)

    def show(self) -> None:
        """Draw the tool."""
        tool = self.tool
        self._window.picture.set_tool(tool.model())
        self._window.picture.set_tool_overlay(tool.overlay())

    def _connect(self) -> None:
        picture, session = self._window.picture, self._parts.session
        picture.clicked.connect(self.click)
        picture.hovered.connect(self._hover)
        picture.grip_pressed.connect(self._press)
        picture.grip_dragged.connect(self._drag)
        picture.grip_released.connect(self._release)
        picture.stroke_begun.connect(self._begin)
        picture.stroke_extended.connect(self._extend)
        picture.stroke_ended.connect(lambda: self.tool.end())
        picture.wheel_turned.connect(lambda steps, strength: self.tool.turn(steps, strength))
        self._window.cloud.pixel_picked.connect(self._pick)
        self._window.escaped.connect(self.escape)
        self._parts.document.changed.connect(self._follow)
        session.frame_changed.connect(self._follow_frame)
        session.streamed.connect(self._follow_frame)
        session.result_changed.connect(self.show)  # distances are those of an edited depth

    def _press(self, grip: int) -> None:
        self.tool.press(grip)

    def _drag(self, grip: int, u: int, v: int) -> None:
        if self._is_inside(u, v):
            self.tool.drag(grip, u, v)

    def _release(self, grip: int) -> None:
        self.tool.release(grip)

    def _begin(self, u: int, v: int) -> None:
        if self._is_inside(u, v):
            self.tool.begin(u, v)

    def _extend(self, u: int, v: int) -> None:
        if self._is_inside(u, v):
            self.tool.extend(u, v)
            self._window.picture.set_tool_overlay(self.tool.overlay())

    def _hover(self, u: int, v: int) -> None:
        before = self.tool.overlay()
        self.tool.hover(u, v)
        after = self.tool.overlay()
        if after != before:
            self._window.picture.set_tool_overlay(after)

    def _pick(self, source_index: int) -> None:
        pixel = self._parts.session.pixel_of(source_index)
        if pixel is not None:
            self.click(*pixel)

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if any(getattr(old, name) != getattr(new, name) for name in DRAWN):
            self.show()

    def _follow_frame(self) -> None:
        """Corners beyond another picture are forgotten; distances are those of its depth."""
        frame, document = self._parts.session.frame, self._parts.document
        if frame is None or not document.value.measured:
            return
        inside = tuple(at for at in document.value.measured if frame.holds(*at))
        document.amend(measured=inside)
        self.show()

    def _is_inside(self, u: int, v: int) -> bool:
        frame = self._parts.session.frame
        return frame is not None and frame.holds(u, v)
