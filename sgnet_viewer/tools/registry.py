"""The tools there are, in the order of their buttons. The first one is the usual one."""

from __future__ import annotations

from collections.abc import Callable

from .brush_tool import BrushTool
from .measure_tool import MeasureTool
from .probe_tool import ProbeTool
from .tool import Tool, ToolParts
from .wipe_tool import WipeTool

TOOLS: list[Callable[[ToolParts], Tool]] = [ProbeTool, MeasureTool, BrushTool, WipeTool]
