"""The commands of the Tools menu: what a click does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

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
        lambda: parts.window.copy_text(tools.tool.text()),
        TOOLS,
        "Ctrl+C",
        lambda: "" if tools.tool.text() else "There is nothing to copy: use the tool first.",
        after_line=True,
    )
    yield Command(
        "tool.forget",
        "&Forget the measurement",
        lambda: parts.document.change("end of the measurement", measured=()),
        TOOLS,
        refusal=lambda: "" if parts.document.value.measured else "Nothing is measured.",
    )
