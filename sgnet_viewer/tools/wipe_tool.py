"""The wipe: the handle between the two answers follows the mouse."""

from __future__ import annotations

from dataclasses import replace

from sgnet_viewer.contract.tools import ToolModel, ToolOverlay, ToolText
from sgnet_viewer.state.comparing import Comparing, Layout

from .tool import QuietTool, ToolNames, ToolParts

NOTHING = "Nothing to wipe: choose a second answer in the Compare panel"


class WipeTool(QuietTool):
    """A press or a drag anywhere puts the handle there."""

    names = ToolNames(
        "wipe", "&Wipe", "Drag the handle between the two answers, A and B", "wipe", "W"
    )

    def __init__(self, parts: ToolParts) -> None:
        self._document = parts.document
        self._session = parts.session
        self._cursor: tuple[int, int] | None = None

    def taken(self) -> None:
        """A and B are wiped from now on, where the handle was last."""
        if self._has_other and self._comparing.layout is not Layout.WIPE:
            self._document.amend(comparing=replace(self._comparing, layout=Layout.WIPE))

    def begin(self, u: int, v: int) -> None:  # noqa: ARG002  # the handle is as high as all
        """The handle jumps to the press."""
        self._move(u)

    def extend(self, u: int, v: int) -> None:  # noqa: ARG002  # the handle is as high as all
        """The handle follows."""
        self._move(u)

    def click(self, u: int, v: int) -> None:  # noqa: ARG002  # the handle is as high as all
        """On a point of the cloud."""
        self._move(u)

    def hover(self, u: int, v: int) -> None:
        """Where there is nothing to wipe, that is said at the cursor."""
        self._cursor = (u, v) if u >= 0 else None

    def model(self) -> ToolModel:
        """A press anywhere moves the handle; the middle button still moves the picture."""
        return ToolModel("wipe", paints=True)

    def overlay(self) -> ToolOverlay:
        """The handle is drawn with the pictures."""
        if self._cursor is None or self._has_other:
            return ToolOverlay()
        return ToolOverlay(texts=(ToolText(self._cursor, NOTHING),))

    @property
    def _has_other(self) -> bool:
        return self._comparing.network is not None or bool(self._session.edits)

    @property
    def _comparing(self) -> Comparing:
        return self._document.value.comparing

    def _move(self, u: int) -> None:
        frame = self._session.frame
        if frame is not None and self._has_other:
            share = min(max(u / frame.size[1], 0.0), 1.0)
            moved = replace(self._comparing, layout=Layout.WIPE, wipe=share)
            self._document.amend(comparing=moved)
