"""Two answers compared and drawn, in a worker: numbers, a map, B's picture and its taps."""

from __future__ import annotations

from dataclasses import dataclass, field

from sgnet_model.colour import depth_range
from sgnet_model.inspection.probe import Probe, probe
from sgnet_model.types import UserError
from sgnet_viewer.contract.compare import ProbeChange
from sgnet_viewer.contract.picture import MapOverlay, OtherPicture, ProbeMarks
from sgnet_viewer.render.comparison import (
    Compared,
    compared,
    comparison_facts,
    comparison_map,
    probe_changes,
)
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.taps import probe_marks
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.comparing import CompareMap, Comparing, Layout
from sgnet_viewer.state.probe_points import ProbePoints
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.view_settings import ViewSettings


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Both answers, and what of them is looked at; equal where the same would be found and drawn.
    `before`: what was found last."""

    a: Result
    b: Result
    names: tuple[str, str]
    comparing: Comparing
    probes: ProbePoints
    view: ViewSettings
    before: Compared | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What was found, and how it looks. `problem`: why numbers and maps are missing."""

    a: Result
    b: Result
    found: Compared | None = None
    problem: str = ""
    overlay: MapOverlay | None = None
    picture: OtherPicture | None = None
    probes: tuple[ProbeChange, ...] = ()
    read: Probe | None = None  # B's taps at the active probe
    facts: tuple[tuple[str, str], ...] = field(default=())


def drawn(request: CompareRequest, task: Task) -> Drawn:
    """In a worker: what is compared is as large as the picture."""
    a, b, comparing = request.a, request.b, request.comparing
    found, problem = request.before, ""
    try:
        found = found or compared(a, b)
        task.check()
        if comparing.network is not None or comparing.shown_map is CompareMap.DIVERGENCE:
            found = found.with_divergence()
    except UserError as error:
        problem = str(error)
    read = other_probe(request)
    return Drawn(
        a,
        b,
        found,
        problem,
        None if found is None else comparison_map(found, comparing.shown_map),
        other_picture(request, read),
        probe_changes(a, b, request.probes, request.view, later(comparing)),
        read,
        () if found is None else comparison_facts(found),
    )


def later(comparing: Comparing) -> Layout:
    """B where it was chosen; an edit comes after the frame as it was read, which then is B."""
    return Layout.A if comparing.network is None else Layout.B


def other_picture(request: CompareRequest, read: Probe | None) -> OtherPicture:
    """B as the view settings have it, and its taps `read` at the active probe."""
    b, layout = request.b, request.comparing.layout
    model = None
    if layout is not Layout.A:
        model = compose_picture(b.frame, b.prediction, one_scale(request))
    wipe = request.comparing.wipe
    active = request.probes.active
    marks: tuple[ProbeMarks, ...] = ()
    if read is not None and active is not None:
        marks = (probe_marks(read, active.number, request.view, True),)
    image, regions, note = (
        (None, (), "") if model is None else (model.image, model.names, model.note)
    )
    depth_m = b.frame.depth_m
    return OtherPicture(image, layout, wipe, request.names, marks, depth_m, regions, note)


def one_scale(request: CompareRequest) -> ViewSettings:
    """Depths of both are coloured alike: as those of A."""
    depth_m = request.a.frame.depth_m
    return request.view if depth_m is None else request.view.within(depth_range(depth_m))


def other_probe(request: CompareRequest) -> Probe | None:
    """B's taps at the active probe alone: those of all would hide what they lie over."""
    b, active = request.b, request.probes.active
    height, width = b.frame.size
    if active is None or active.u >= width or active.v >= height:
        return None
    return probe(b.prediction, active.u, active.v, b.frame.depth_m, b.frame.intrinsics)


def names_of(a: Question, b: Question) -> tuple[str, str]:
    """What makes each of the two: all in which they differ."""
    parts = [(_network(one), _size(one), _switches(one), _edits(one)) for one in (a, b)]
    differ = [at for at in range(len(parts[0])) if parts[0][at] != parts[1][at]]
    if not differ:
        return "as B", "as A"
    ours, theirs = (", ".join(one[at] for at in differ) for one in parts)
    return ours, theirs


def _network(question: Question) -> str:
    network = question.network
    name = "bundled network" if network.checkpoint is None else network.checkpoint.name
    return f"{name}, {network.device}, {network.precision}".replace(", auto", "")


def _size(question: Question) -> str:
    size = question.network.size
    return "native size" if size is None else f"fed {size[0]}x{size[1]}"


def _switches(question: Question) -> str:
    texts = (f"{one.layer} {one.part} {one.state}" for one in question.network.switches.chosen)
    return ", ".join(texts) or "nothing switched"


def _edits(question: Question) -> str:
    count = len(question.edits.items)
    if not count:
        return "depth as read"
    return "1 edit of depth" if count == 1 else f"{count} edits of depth"
