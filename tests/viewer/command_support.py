"""The real table of commands over state that is real and controllers that write down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sgnet_viewer.commands.all_commands import command_table
from sgnet_viewer.commands.controller import CommandController
from sgnet_viewer.commands.parts import Parts
from sgnet_viewer.commands.shortcuts import Shortcuts
from sgnet_viewer.controllers.class_look import ClassLookController
from sgnet_viewer.controllers.compare_actions import CompareActions
from sgnet_viewer.controllers.depth_range import DepthRangeController
from sgnet_viewer.controllers.merging import MergingController
from sgnet_viewer.controllers.navigation import Navigation
from sgnet_viewer.state.document import Document
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.tools.controller import ToolController
from sgnet_viewer.tools.tool import ToolParts


class Recorder:
    """Whatever is called is written down: (name, arguments)."""

    def __init__(self, calls: list[tuple[Any, ...]]) -> None:
        self.calls = calls
        self.running: Event[bool] = Event()
        self.stream: object | None = None

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *values, **named: self.calls.append((name, *values, *named.values()))


class FakeExplain(Recorder):
    """Nothing is explained."""

    chosen, finding = "", None


class FakeCopying:
    """Nothing is pointed at."""

    def __init__(self) -> None:
        self.parts: dict[str, Callable[[], str]] = {}

    def pixel(self) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[[], str]:
        return str


class FakeSettings:
    """Recent files, in memory."""

    def __init__(self) -> None:
        self.entries: tuple[tuple[str, ...], ...] = ()

    def checkpoints(self) -> tuple[Path, ...]:
        return ()

    def recent(self) -> tuple[tuple[str, ...], ...]:
        return self.entries


class Commanded:
    """A window with every command; `calls`: what they asked of the controllers."""

    def __init__(self, window: Any) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.document = Document()
        self.session = Session(document=self.document)
        self.view = ViewState(document=self.document)
        self.probes = Probes(self.document)
        copying: Any = FakeCopying()
        self.settings: Any = FakeSettings()
        self.live: Any = Recorder(self.calls)
        self.live.timeline = Recorder(self.calls)
        self.live.timeline.playhead = None  # nothing is played
        self.notices = Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        recorder: Any = Recorder(self.calls)
        sessions: Any = Recorder(self.calls)
        sessions.refusal = lambda: self.parts.needs_frame()
        self.parts = Parts(
            window=window,
            settings=self.settings,
            document=self.document,
            session=self.session,
            view=self.view,
            probes=self.probes,
            frames=recorder,
            network=recorder,
            picture=recorder,
            probe=recorder,
            live=self.live,
            chooser=recorder,
            scores=recorder,
            export=recorder,
            figure=recorder,
            export_sets=recorder,
            score_set=recorder,
            sessions=sessions,
            atlas=recorder,
            evaluation=recorder,
            explain=FakeExplain(self.calls),
            merging=self._merging(),
            tour=recorder,
            compare=CompareActions(window, self.session, OtherAnswer(self.session)),
            look=ClassLookController(window, self.session, self.view, self.notices),
            depth=DepthRangeController(window, self.session, self.view, self.notices),
            copying=copying,
            notices=self.notices,
            tools=ToolController(window, ToolParts(self.document, self.session, self.probes)),
        )
        self.saved: list[dict[str, str]] = []
        self.shortcuts = Shortcuts(save=self.saved.append)
        self.table = command_table(self.parts, self.shortcuts)
        self.controller = CommandController(
            self.table, self.parts, self.notices, post=lambda work: work()
        )

    def _merging(self) -> MergingController:
        apart: Any = Recorder([])
        navigation = Navigation(self.session, self.probes, apart.show)
        return MergingController(self.session, self.view, self.notices, apart, apart, navigation)
