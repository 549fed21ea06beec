"""An answer outside the window: as files, as text, and as the command that gives the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspection
from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.exports.answers import save_answer
from sgnet_viewer.render.finding_tables import table_text, tables_of
from sgnet_viewer.render.finding_words import checks_of, facts_of
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.asking import ExplainOptions
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.explaining import Answer

from .as_command import (
    command_of,
    edit_words,
    file_words,
    label_words,
    reading_words,
    switch_words,
)
from .explain_request import options_of
from .runner import Runner


def save(
    answer: Answer, command: str, window: WindowView, notices: Notices, exporter: Runner
) -> None:
    """Arrays, pictures, JSON and `command`, in a folder of their own where the user says."""
    place = window.ask_folder("Export the answer into")
    if not place:
        return
    (u, v), name = answer.pixel, answer.finding.inspection
    folder = Path(place) / f"{answer.result.frame.name}-{name}-{u}-{v}"
    if folder.exists() and not window.confirm(f"{folder.name} is there. Replace its files?"):
        return

    def work(task: Task) -> str:
        task.report(f"Saving {folder.name}")
        return save_answer(folder, answer.finding, answer.result, command)

    exporter.submit(work, notices.tell, partial(notices.fail, doing=f"saving {folder.name}"))


def finding_text(finding: Finding | None) -> str:
    """Its numbers as lines of name and value, and its tables; "" of none."""
    if finding is None:
        return ""
    facts, checks = (
        [f"{name}\t{value}" for name, value in pairs]
        for pairs in (facts_of(finding), checks_of(finding))
    )
    return "\n".join((*facts, *map(table_text, tables_of(finding)), *checks))


def option_words(name: str, asking: ExplainOptions) -> list[str]:
    """What the question called `name` is asked with, where that is not the command's default."""
    options, plain = options_of(inspection(name), asking), Options()
    words: list[str] = []
    if options.class_name is not None:
        words += ["--class", options.class_name]
    if options.noise != plain.noise:
        words += ["--noise", options.noise]
    return words


def inspect_command(session: Session, probes: Probes) -> str:
    """The line that asks the chosen question about the active probe. UserError where none does."""
    result, probe, chosen = session.result, probes.active, session.document.value.explain
    if result is None or probe is None or not chosen:
        raise UserError("There is nothing to copy: choose an inspection and click a pixel.")
    network = session.answered_by
    height, width = result.prediction.network_size
    words = ["sgnet-model", "inspect", chosen, *file_words(session)]
    words += ["--pixel", f"{probe.u},{probe.v}", "--size", f"{height}x{width}"]
    if network.checkpoint is not None:
        words += ["--checkpoint", str(network.checkpoint)]
    if network.device != "auto":
        words += ["--device", network.device]
    if result.network.precision != "fp32":
        words += ["--precision", result.network.precision]
    words += reading_words(session) + label_words(session)
    words += option_words(chosen, session.document.value.asking)
    words += switch_words(network.switches) + edit_words(result.edits)
    return command_of((*words, "--json"))
