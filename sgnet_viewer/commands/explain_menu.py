"""The commands of the Explain menu: one for each inspection of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_model.inspection.registry import inspections
from sgnet_viewer.render.finding_words import in_order

from .command import Command, marked
from .parts import Parts

EXPLAIN = "E&xplain"


def explain_commands(parts: Parts) -> Iterator[Command]:
    """Each question, then what can be done with its answer."""
    explain = parts.explain

    def needs_finding() -> str:
        return "" if explain.finding is not None else "No question is answered: choose one."

    known = inspections() if parts.session.result is not None else {}  # not at the start
    for one in map(known.__getitem__, in_order(known)):
        yield Command(
            f"explain.{one.name}",
            one.title.replace("&", "&&"),
            partial(explain.choose, one.name),
            EXPLAIN,
            refusal=parts.needs_probe,
            checked=marked(lambda: explain.chosen, one.name),
            group="explain",
            tip=one.name,
        )
    yield Command(
        "explain.none",
        "&Nothing",
        partial(explain.choose, ""),
        EXPLAIN,
        checked=marked(lambda: explain.chosen, ""),
        group="explain",
    )
    yield Command(
        "explain.run",
        "&Run the question",
        explain.run,
        EXPLAIN,
        "Ctrl+Return",
        parts.needs_probe,
        after_line=True,
    )
    yield Command(
        "explain.copy",
        "&Copy the numbers",
        lambda: parts.window.copy_text(explain.text()),
        EXPLAIN,
        refusal=needs_finding,
    )
    yield Command(
        "explain.copy_command",
        "Copy as co&mmand",
        partial(parts.copy_command, explain.command),
        EXPLAIN,
        refusal=needs_finding,
        tip="The sgnet-model command that prints the same numbers",
    )
    yield Command(
        "explain.export",
        "&Export the answer…",
        explain.export,
        EXPLAIN,
        refusal=needs_finding,
        tip="Arrays, pictures, tables and JSON, as sgnet-model inspect --out writes them",
    )
