"""What an inspection answered, as the panel shows it, and which of its maps is shown."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.inspection.finding import Finding, Map
from sgnet_model.inspection.protocol import Cost, Inspection
from sgnet_viewer.contract.explain import ExplainModel
from sgnet_viewer.render.finding import with_contours
from sgnet_viewer.render.finding_tables import plots_of, tables_of
from sgnet_viewer.render.finding_words import answer_of, checked, checks_of, facts_of

IN_MINUTES_S = 90.0


def with_finding(
    model: ExplainModel, finding: Finding | None, layer: str, map_index: int, step: int
) -> ExplainModel:
    """The panel with what was found; `layer`, `map_index`, `step`: which map lies over the
    picture."""
    if finding is None:
        return model
    return replace(
        model,
        answer=answer_of(finding),
        facts=facts_of(finding),
        tables=tables_of(finding),
        plots=plots_of(finding),
        maps=tuple(part.title for part in finding.maps()),
        map_index=index_of(finding, layer, map_index),
        steps=len(finding.steps),
        step=min(step, len(finding.steps)),
        step_title=step_title(finding, step),
        checked=checked(finding),
        checks=checks_of(finding),
        notes=finding.notes,
    )


def index_of(finding: Finding, layer: str, otherwise: int) -> int:
    """Of the map that is shown: that of the layer chosen, where the maps belong to layers."""
    maps = finding.maps()
    found = (at for at, part in enumerate(maps) if layer and getattr(part, "layer", "") == layer)
    return next(found, min(otherwise, max(len(maps) - 1, 0)))


def cost_of(what: Inspection, milliseconds: float | None) -> str:
    """Of an expensive question, about: "about 2 s". `milliseconds`: of one pass of the network;
    "" where that is not known."""
    if what.cost is Cost.CHEAP:
        return "at once"
    if milliseconds is None:
        return ""
    seconds = max(what.passes, 1) * milliseconds / 1e3
    if seconds >= IN_MINUTES_S:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {seconds:.0f} s" if seconds >= 1 else f"about {max(seconds, 0.1):.1f} s"


def step_title(finding: Finding, step: int) -> str:
    """What the slider over a series shows: from one layer to all of them."""
    count = len(finding.steps)
    if not count:
        return ""
    if not 0 < step <= count:
        return "All layers, down to the picture"
    return f"{finding.steps[step - 1].title} ({step} of {count})"


def chosen_map(finding: Finding, map_index: int, step: int) -> Map | None:
    """The map that is laid over the picture: of the steps, where one is chosen (from 1 on)."""
    if finding.steps and step:
        return with_contours(finding.steps[min(step, len(finding.steps)) - 1])
    maps = finding.maps()
    return maps[min(map_index, len(maps) - 1)] if maps else None
