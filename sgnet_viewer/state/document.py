"""The document: what is open, how it is looked at, and the steps that can be taken back.

One frozen value. `ViewState`, `Probes` and `Session` are views on parts of it; changing one
of them changes the document, which tells it of the change.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sgnet_model.switches import Switches

from .asking import ExplainOptions
from .brush import Brush
from .choices import NetworkChoice, Target
from .comparing import Comparing
from .event import Event
from .frame_edits import FrameEdits
from .probe_points import ProbePoints
from .view_settings import ViewSettings

MERGED_S = 1.0  # mergeable changes of one kind within this time are one step
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class DocumentValue:
    """`target`, `index`: the frame. `network`: who looks at it. The rest: how it is looked at."""

    target: Target = field(default_factory=Target)
    index: int = 0  # of the frame in its set
    network: NetworkChoice = field(default_factory=NetworkChoice)
    probes: ProbePoints = field(default_factory=ProbePoints)
    view: ViewSettings = field(default_factory=ViewSettings)
    explain: str = ""  # the inspection whose answer is shown; "" for none
    asking: ExplainOptions = field(default_factory=ExplainOptions)  # what it is asked with
    tool: str = "probe"  # what a click does: the key of a tool
    measured: tuple[tuple[int, int], ...] = ()  # (u, v): corners of the measuring tool
    edits: FrameEdits = field(default_factory=FrameEdits)  # of depth
    brush: Brush = field(default_factory=Brush)  # how the next stroke edits it
    comparing: Comparing = field(default_factory=Comparing)  # with a second answer, B


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a step can be taken back of. `unit`, `intrinsics`: of the target."""

    probes: ProbePoints
    view: ViewSettings
    unit: str
    intrinsics: str
    cameras: tuple[tuple[int, str], ...]
    switches: Switches
    measured: tuple[tuple[int, int], ...]
    edits: FrameEdits


@dataclass(frozen=True, slots=True)
class Step:
    """`before`: what undoing returns to. `title`: of the change, for the menu."""

    title: str
    before: Undoable


class Document:
    """`value` is replaced, never changed; `changed` gets the old and the new one.

    `history_changed`: what can be undone or redone is another. `returned`: gets the value from
    before and after an undo or a redo, once `changed` has been heard by all. `clock`: seconds.
    """

    def __init__(
        self, value: DocumentValue | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.changed: Event[DocumentValue, DocumentValue] = Event()
        self.returned: Event[DocumentValue, DocumentValue] = Event()
        self.history_changed: Event[[]] = Event()
        self._value = value or DocumentValue()
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._clock = clock
        self._mergeable_until = 0.0
        self._unheard: list[tuple[DocumentValue, DocumentValue]] = []

    @property
    def value(self) -> DocumentValue:
        """The current snapshot."""
        return self._value

    @property
    def undo_title(self) -> str:
        """What `undo` would take back; "" where nothing can be."""
        return self._done[-1].title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What `redo` would do again; "" where nothing can be."""
        return self._undone[-1].title if self._undone else ""

    def change(self, title: str, *, merge: bool = False, **values: Any) -> None:
        """A step of the user's, which can be undone; silent where nothing differs.

        `merge`: where the step before has the same title and is recent, both are one.
        """
        old, new = self._value, replace(self._value, **values)
        if new == old:
            return
        if undoable_of(new) != undoable_of(old):
            self._note_step(title, merge, undoable_of(old))
        self._set(new)

    def amend(self, **values: Any) -> None:
        """A change of the program's own, which is no step; silent where nothing differs."""
        new = replace(self._value, **values)
        if new != self._value:
            self._set(new)

    def undo(self) -> None:
        """Take the last step back."""
        self._return(self._done, self._undone)

    def redo(self) -> None:
        """Do the step that was taken back last again."""
        self._return(self._undone, self._done)

    def forget_steps(self) -> None:
        """Another set was opened: its steps begin here."""
        self._mergeable_until = 0.0
        if self._done or self._undone:
            self._done.clear()
            self._undone.clear()
            self.history_changed.emit()

    def forget_edits(self) -> None:
        """The frame that edits were drawn on is gone: no step brings them back on another one."""
        if not any(step.before.edits for step in (*self._done, *self._undone)):
            return
        now = undoable_of(self._value)
        self._done = _without_edits(self._done, now)
        self._undone = _without_edits(self._undone, now)
        self._mergeable_until = 0.0
        self.history_changed.emit()

    def _note_step(self, title: str, merge: bool, before: Undoable) -> None:
        now = self._clock()
        is_same = bool(self._done) and self._done[-1].title == title
        merged = merge and is_same and now < self._mergeable_until
        self._mergeable_until = now + MERGED_S if merge else 0.0
        self._undone.clear()
        if not merged:
            self._done.append(Step(title, before))
            del self._done[:-MOST_STEPS]
        self.history_changed.emit()

    def _return(self, source: list[Step], opposite: list[Step]) -> None:
        if not source:
            return
        step, old = source.pop(), self._value
        opposite.append(Step(step.title, undoable_of(old)))
        self._mergeable_until = 0.0
        self._set(with_undoable(old, step.before))
        self.returned.emit(old, self._value)
        self.history_changed.emit()

    def _set(self, new: DocumentValue) -> None:
        """Tell of it, in order: what a listener changes itself is heard after this change."""
        self._unheard.append((self._value, new))
        self._value = new
        if len(self._unheard) > 1:
            return
        try:
            while self._unheard:
                self.changed.emit(*self._unheard[0])
                self._unheard.pop(0)
        finally:
            self._unheard.clear()


def _without_edits(steps: list[Step], now: Undoable) -> list[Step]:
    """Those that lead to another state all the same; the last one is taken first."""
    kept, state = [], replace(now, edits=FrameEdits())
    for step in reversed(steps):
        before = replace(step.before, edits=FrameEdits())
        if before != state:
            kept.append(Step(step.title, before))
        state = before
    return kept[::-1]


def undoable_of(value: DocumentValue) -> Undoable:
    """The part of a document that steps are taken in."""
    target = value.target
    return Undoable(
        value.probes,
        value.view,
        target.unit,
        target.intrinsics,
        target.cameras,
        value.network.switches,
        value.measured,
        value.edits,
    )


def with_undoable(value: DocumentValue, part: Undoable) -> DocumentValue:
    """`value` with that part exchanged."""
    target = replace(value.target, unit=part.unit, intrinsics=part.intrinsics, cameras=part.cameras)
    network = replace(value.network, switches=part.switches)
    return replace(
        value,
        probes=part.probes,
        view=part.view,
        target=target,
        network=network,
        measured=part.measured,
        edits=part.edits,
    )
