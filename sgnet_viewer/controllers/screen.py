"""The screen: what is shown, compared with what is there; only differences are set on the views.

The same for still frames and streams. Of a stream the picture comes finished from the network's
threads (`show_drawn`), and `live_pace.py` says when the other parts follow it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from sgnet_viewer.contract.cloud import Ground
from sgnet_viewer.contract.panels import FieldMap, LegendRow
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.pointer import PointedIn
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.parts import CloudPart, LegendPart, PicturePart, StripPart
from sgnet_viewer.render.shown import NOWHERE, Findings, Interaction, Shown, resolve, seen_settings
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.result import FrameAnswers
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import ViewSettings

from .drawing import Drawing
from .runner import Runner
from .view_setters import MadeCloud, ViewSetters

STALE = ("legend", "strip", "cards", "cloud")  # parts that stay until the next frame's are there
PARTS = tuple(field.name for field in fields(Shown))


@dataclass(frozen=True, slots=True)
class DrawingRunners:
    """A worker for each part that takes long: none waits for another."""

    picture: Runner
    legend: Runner
    strip: Runner
    cloud: Runner


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the parts are made from, beside the frame and its answers."""

    document: DocumentValue
    findings: Findings
    interaction: Interaction

    def resolved(self, answers: FrameAnswers) -> Shown:
        """What is to be shown of them."""
        return resolve(self.document, answers, self.findings, self.interaction)


class Screen:
    """Follows session, document and findings. `shown`: another picture is on the screen."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        notices: Notices,
        runners: DrawingRunners,
        findings: Callable[[], Findings] = Findings,
    ) -> None:
        """`findings`: those of this moment."""
        self.shown: Event[[]] = Event()
        self._window = window
        self._session = session
        self._findings = findings
        self._interaction = Interaction()
        self._setters = ViewSetters(window)
        self._set: dict[str, Any] = {}  # part -> what was set on the views at once
        self._stale: dict[str, bool] = {}  # part -> whether it is of the frame before
        self._order: tuple[int, ...] = ()  # of the classes in the legend
        self._drawings = self._make_drawings(runners, notices)
        self._inputs = self._inputs_now()
        self._resolved: tuple[Inputs, FrameAnswers, Shown] | None = None  # what was made last
        self._connect()
        self.update("controls")

    @property
    def is_complete(self) -> bool:
        """The result of the current frame is on the screen, and everything that is made of it."""
        drawn = all(drawing.is_current for drawing in self._drawings.values())
        if self._session.result is None or not drawn:
            return False
        shown = self.current()
        return shown.marks is not None and all(
            self._is_set(name, getattr(shown, name)) for name in PARTS
        )

    @property
    def seen_settings(self) -> ViewSettings:
        """How the next frame of a stream is to be drawn."""
        return seen_settings(self._session.document.value.view, self._interaction)

    def current(self) -> Shown:
        """What is to be shown now, on the screen and in a file."""
        return self._inputs_now().resolved(self._session.known)

    def update(self, *parts: str) -> None:
        """Set what differs of `parts`; of none named, of all."""
        inputs, answers = self._inputs_now(), self._session.known
        if parts:
            self._show(inputs.resolved(answers), parts)
            return
        self._inputs = inputs
        self._show(self._resolve(inputs, answers), PARTS)

    def follow(self) -> None:
        """Set what document or findings have changed: not what a stream's newer frame would."""
        before, self._inputs = self._inputs, self._inputs_now()
        answers = self._session.known
        old, new = self._resolve(before, answers), self._resolve(self._inputs, answers)
        self._show(new, tuple(name for name in PARTS if getattr(old, name) != getattr(new, name)))

    def hold(self, bare: bool) -> None:
        """Show the plain picture while a key is held, or no more."""
        self._interaction = replace(self._interaction, bare=bare)
        self.update("picture")

    def hover(self, u: int, v: int, where: PointedIn = PointedIn.PICTURE) -> None:
        """The cursor is over another pixel in one of the views; (-1, -1) for none.

        A view that says late that the cursor has left it takes nothing from another one.
        """
        if (u, v) == NOWHERE and where is not self._interaction.where:
            return
        self._interaction = replace(self._interaction, cursor=(u, v), where=where)
        self.update("readout", "pointer")

    def light(self, index: int) -> None:
        """Another class is pointed at in the list; -1 for none."""
        self._interaction = replace(self._interaction, lit=index)
        self.update("overlays")

    def show_drawn(self, part: PicturePart, picture: PictureModel) -> None:
        """A picture that came finished, of the frame that the session streams, and its marks."""
        self._drawings["picture"].give(part, picture)
        self.update("marks")

    def _inputs_now(self) -> Inputs:
        return Inputs(self._session.document.value, self._findings(), self._interaction)

    def _resolve(self, inputs: Inputs, answers: FrameAnswers) -> Shown:
        """Made once: what a change begins with is what the last one ended with."""
        known = self._resolved
        if known is None or known[0] is not inputs or known[1] != answers:
            known = self._resolved = inputs, answers, inputs.resolved(answers)
        return known[2]

    def _is_set(self, name: str, value: object) -> bool:
        if value is None or name not in self._drawings:
            return value is None or self._set.get(name) == value
        return bool(self._drawings[name].shown == value)

    def _show(self, shown: Shown, names: tuple[str, ...]) -> None:
        for name in names:
            value = getattr(shown, name)
            if name in self._drawings:
                if value is not None:
                    self._drawings[name].want(value)
            elif self._differs(name, value):
                self._set[name] = value
                getattr(self._setters, name)(value)
        self._mark_stale()

    def _differs(self, name: str, value: object) -> bool:
        """Of marks and cards None says that they are not known yet: those there stay."""
        if value is None and name in ("marks", "cards", "cloud_marks"):
            return False
        return name not in self._set or self._set[name] != value

    def _make_drawings(self, runners: DrawingRunners, notices: Notices) -> dict[str, Any]:
        return {
            "picture": Drawing(runners.picture, notices, "drawing", _make, self._put_picture),
            "legend": Drawing(
                runners.legend, notices, "counting", self._legend_job, self._put_legend
            ),
            "strip": Drawing(runners.strip, notices, "drawing the maps", _make, self._put_strip),
            "cloud": Drawing(
                runners.cloud, notices, "making points", self._cloud_job, self._put_cloud
            ),
        }

    def known_ground(self, part: CloudPart) -> Ground | None:
        """Of the cloud that is shown, where it is `part`'s."""
        return self._setters.known_ground(part)

    def _legend_job(self, part: LegendPart) -> Callable[[], tuple[LegendRow, ...]]:
        return partial(part.make, self._order)

    def _cloud_job(self, part: CloudPart) -> Callable[[], object]:
        ground = self._setters.known_ground(part)
        return lambda: (part.make(ground), part.bar)

    def _put_legend(self, part: LegendPart, rows: tuple[LegendRow, ...]) -> None:
        self._order = tuple(row.index for row in rows)
        self._setters.legend(part, rows)
        self._mark_stale()

    def _put_strip(self, part: StripPart, maps: tuple[FieldMap, ...]) -> None:
        self._setters.strip(part, maps)
        self._mark_stale()

    def _mark_stale(self) -> None:
        """What is still of the frame before is seen to be; of a stream it may lag behind."""
        frame, live = self._session.frame, self._session.streaming
        for name in STALE:
            drawing = self._drawings.get(name)
            part = self._set.get(name) if drawing is None else drawing.shown
            stale = not live and part is not None and part.frame is not frame
            if stale and isinstance(part, CloudPart):
                stale = self._is_other_place(part)
            if self._stale.get(name, False) is not stale:
                self._stale[name] = stale
                self._setters.stale(name, stale)

    def _is_other_place(self, shown: CloudPart) -> bool:
        """Not where the depth was edited, nor where the next frame's cloud is the same one."""
        frame, wanted = self._session.frame, self._drawings["cloud"].wanted
        if frame is not None and frame.rgb is shown.frame.rgb:
            return False
        return shown.merged is None or wanted is None or wanted.merged is not shown.merged

    def _put_cloud(self, part: CloudPart, made: MadeCloud) -> None:
        self._setters.cloud(part, made)
        self._mark_stale()

    def _put_picture(self, part: PicturePart, picture: PictureModel) -> None:
        self._setters.picture(part, picture)
        if not self._session.streaming:  # of a stream its link says whether the camera is there
            self._window.picture.set_message("")  # it may have said what was being opened
        self.shown.emit()

    def _connect(self) -> None:
        session, cloud = self._session, self._window.cloud
        session.frames_changed.connect(self._begin_anew)
        session.frames_changed.connect(cloud.reset_view)  # it is another place
        session.frame_changed.connect(self.update)
        session.result_changed.connect(self.update)
        session.document.changed.connect(lambda *_: self.follow())

    def _begin_anew(self) -> None:
        self._order = ()
        if self._session.frame is None:
            self.update("status")


def _make(part: Any) -> Callable[[], Any]:
    make: Callable[[], Any] = part.make
    return make
