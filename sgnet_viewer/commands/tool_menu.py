"""The commands of the Tools menu: what a click does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.controllers.copying import NOTHING
from sgnet_viewer.state.notices import Subject

from .command import Command, marked
from .parts import Parts

TOOLS = "T&ools"


def tool_commands(parts: Parts) -> Iterator[Command]:
    """One for each tool, and what the tool has to copy."""
    tools = parts.tools
    for tool in tools.tools:
        names = tool.names
        yield Command(
            f"tool.{names.key}",
            names.title,
            partial(tools.choose, names.key),
            TOOLS,
            names.shortcut,
            checked=marked(lambda: tools.tool.names.key, names.key),
            group="tool",
            tip=names.tip,
            icon=names.icon,
        )
    yield Command(
        "tool.copy",
        "&Copy the measurement, or the probe's pixel",
        partial(_copy, parts),
        TOOLS,
        "Ctrl+C",
        parts.needs_frame,
        tip="In a list or table that has the keyboard: what stands there",
        after_line=True,
    )
    yield Command(
        "tool.forget",
        "&Forget the measurement",
        lambda: parts.document.change("end of the measurement", measured=()),
        TOOLS,
        refusal=lambda: "" if parts.document.value.measured else "Nothing is measured.",
    )


def _copy(parts: Parts) -> None:
    """Of the part that has the keyboard, else of the tool."""
    if parts.window.part_in_use() == "cloud":
        parts.window.copy_cloud()
        return
    of_part = parts.copying.parts.get(parts.window.part_in_use())
    text = of_part() if of_part is not None else parts.tools.tool.text()
    if text:
        parts.window.copy_text(text)
    else:
        parts.notices.tell(NOTHING, "warning", subject=Subject.COMMAND)
