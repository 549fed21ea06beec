"""The protocol of a tool.

A new tool is a file here with a class like `MeasureTool` and its line in `registry.TOOLS`; button,
menu entry, palette and key come from its names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sgnet_viewer.contract.tools import ToolModel, ToolOverlay
from sgnet_viewer.state.document import Document
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session


@dataclass(frozen=True, slots=True)
class ToolParts:
    """The state that tools read and change. `flipped`: what the edits changed, in words."""

    document: Document
    session: Session
    probes: Probes
    flipped: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class ToolNames:
    """`key`: in settings and commands. `title`: with "&" before its letter. `icon`: of
    assets/icons."""

    key: str
    title: str
    tip: str
    icon: str
    shortcut: str


class Tool(Protocol):
    """All places are pixels (u, v) of the picture; a point of the cloud is the pixel it came from.

    Of a frame that is not there no method but `model` and `overlay` is called.
    """

    names: ToolNames

    def taken(self) -> None: ...  # it was chosen
    def click(self, u: int, v: int) -> None: ...
    def press(self, grip: int) -> None: ...  # a grip is taken hold of
    def drag(self, grip: int, u: int, v: int) -> None: ...
    def release(self, grip: int) -> None: ...  # after a press, and perhaps drags
    def hover(self, u: int, v: int) -> None: ...  # (-1, -1): nothing is under the cursor
    def escape(self) -> bool: ...  # drop what is begun; False where there was nothing
    def text(self) -> str: ...  # what Copy puts on the clipboard; "" for nothing
    def model(self) -> ToolModel: ...
    def overlay(self) -> ToolOverlay: ...

    # of a tool that paints
    def begin(self, u: int, v: int) -> None: ...
    def extend(self, u: int, v: int) -> None: ...
    def end(self) -> None: ...
    def turn(self, steps: int, strength: bool) -> None: ...  # the wheel: size, or strength


class QuietTool:
    """What most tools do not do: a tool may begin from it and say only what it does."""

    def taken(self) -> None:
        """Nothing."""

    def click(self, u: int, v: int) -> None:
        """Nothing."""

    def press(self, grip: int) -> None:
        """Nothing."""

    def drag(self, grip: int, u: int, v: int) -> None:
        """Nothing."""

    def release(self, grip: int) -> None:
        """Nothing."""

    def hover(self, u: int, v: int) -> None:
        """Nothing."""

    def escape(self) -> bool:
        """There is nothing begun."""
        return False

    def text(self) -> str:
        """There is nothing to copy."""
        return ""

    def overlay(self) -> ToolOverlay:
        """Nothing is drawn."""
        return ToolOverlay()

    def begin(self, u: int, v: int) -> None:
        """Nothing."""

    def extend(self, u: int, v: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""

    def turn(self, steps: int, strength: bool) -> None:
        """Nothing."""
