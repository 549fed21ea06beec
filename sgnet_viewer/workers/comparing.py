"""Two answers compared: to one frame, in numbers and pictures, and to every frame of a set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sgnet_model.colour import depth_range
from sgnet_model.inspection.compare import check_classes
from sgnet_model.inspection.probe import Probe
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
from sgnet_viewer.render.probe_reading import read_at
from sgnet_viewer.render.taps import probe_marks
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.comparing import CompareMap, Comparing, Layout
from sgnet_viewer.state.probe_points import ProbePoints
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.view_settings import ViewSettings

from .inference import LoadSegmenter

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet


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
    """It takes long: what is compared is as large as the picture."""
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
    if active is None or not b.frame.holds(active.u, active.v):
        return None
    return read_at(b, active.u, active.v)


@dataclass(frozen=True, slots=True, eq=False)
class SetRequest:
    """The set and the two networks; edits belong to single frames, and are left out."""

    frames: FrameSet
    a: NetworkChoice
    b: NetworkChoice


def compare_frames(
    request: SetRequest, load: LoadSegmenter, deliver: Callable[[int, float], None], task: Task
) -> int:
    """The number of frames that could be compared: those that cannot be read, or
    have no depth, are passed over."""
    a, b = load(request.a, task), load(request.b, task)
    count, total = 0, len(request.frames)
    for index in range(total):
        task.check()
        task.report("Comparing", index / max(total, 1))
        try:
            frame = request.frames.load(index, strict=False)
            ours, theirs = a.predict(frame), b.predict(frame)
        except UserError:
            continue
        check_classes(ours, theirs)
        deliver(index, float((ours.labels != theirs.labels).mean()))
        count += 1
    return count
