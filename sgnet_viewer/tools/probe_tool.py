"""The probe: a click asks where each S-Conv looked, and probes are dragged."""

from __future__ import annotations

from sgnet_viewer.contract.tools import Grip, ToolModel

from .tool import QuietTool, ToolNames, ToolParts


class ProbeTool(QuietTool):
    """A click moves the active probe, or places one; on a probe it selects that one."""

    names = ToolNames(
        "probe", "&Probe", "Click a pixel to see where each S-Conv looked for it", "probe", "P"
    )

    def __init__(self, parts: ToolParts) -> None:
        self._probes = parts.probes

    def click(self, u: int, v: int) -> None:
        """Place a probe."""
        self._probes.place(u, v)

    def press(self, grip: int) -> None:
        """Select a probe."""
        self._probes.activate(grip)

    def drag(self, grip: int, u: int, v: int) -> None:
        """Move a probe, if it is not pinned."""
        self._probes.move(grip, u, v)

    def text(self) -> str:
        """The active probe's pixel."""
        active = self._probes.active
        return f"{active.u}, {active.v}" if active is not None else ""

    def model(self) -> ToolModel:
        """Every probe can be dragged."""
        return ToolModel(
            "cross", tuple(Grip(at.number, (at.u, at.v)) for at in self._probes.points)
        )
