"""The live controller with all controllers beside it, against stand-ins for the views."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from live_support import STEADY, Desk, FakeLoader, FakePredictor, ScriptedSource, until
from scripted import ScriptedCamera
from session_support import FakeView, InlineRunner, make_screen

from sgnet_viewer.contract.live import LiveBarModel
from sgnet_viewer.controllers.live import LiveController
from sgnet_viewer.controllers.live_parts import LiveParts
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.live.capture import CaptureTimeouts
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceEngine
from sgnet_viewer.workers.networks import LoadedNetworks

PARTS = ("live_bar", "timeline", "spread", "chooser")


class LiveBench:
    """`window` paints what it is given as soon as `pump` runs, unless `paints` is False."""

    def __init__(self, predictor: FakePredictor | None = None) -> None:
        self.window: Any = FakeView(parts=True)
        for part in PARTS:
            setattr(self.window, part, FakeView())
        self.session = Session()
        self.view = ViewState(document=self.session.document)
        self.probes = Probes(self.session.document)
        self.notices, self.activity, self.desk = Notices(), Activity(), Desk()
        self.told: list[str] = []
        self.notices.added.connect(lambda report: self.told.append(report.text))
        self.loader = FakeLoader(predictor)
        self.networks = LoadedNetworks(self.loader)
        self.paints = True
        self._painted = 0
        self._make_controllers()
        parts = LiveParts(
            self.window,
            self.session,
            self.view,
            self.probes,
            self.notices,
            self.activity,
            self.desk,
            self.screen,
            self.probe,
            self.network,
        )
        self.live = LiveController(parts, self.networks, InlineRunner())

    def run(
        self,
        *scripts: Any,
        every_frame: bool = True,
        timeouts: CaptureTimeouts = STEADY,
        **settings: Any,
    ) -> ScriptedSource:
        source = ScriptedSource(*scripts, **settings)
        self.live.run(source, every_frame, timeouts)
        return source

    def pump(self) -> None:
        """A turn of the event loop: what was posted, a tick, and a painting."""
        self.desk.run()
        self.live.tick()
        calls = self.window.picture.called("set_picture")
        if self.paints and calls != self._painted:
            self._painted = calls
            self.window.picture.painted.emit()
        self.desk.run()

    def until(self, reached: Callable[[], bool]) -> None:
        def turn() -> bool:
            self.pump()
            return reached()

        until(turn)

    def until_shown(self, frames: int) -> None:
        self.until(lambda: self.shown == frames)

    def settled(self) -> int:
        """How many frames were shown once no more come for a while."""
        shown = -1
        while shown != self.shown:
            shown = self.shown
            for _ in range(20):
                self.pump()
                time.sleep(0.005)
        return shown

    @property
    def stream(self) -> Stream:
        stream = self.live.stream
        assert stream is not None
        return stream

    @property
    def shown(self) -> int:
        return 0 if self.live.stream is None else self.live.stream.meters.counts.shown

    @property
    def grey(self) -> int:
        """Of the session's frame: scripted frames are as grey as their number."""
        frame = self.session.frame
        assert frame is not None
        return int(frame.rgb[0, 0, 0])

    @property
    def bar(self) -> LiveBarModel | None:
        model: LiveBarModel | None = self.window.live_bar.shown["set_model"][0]
        return model

    @property
    def message(self) -> str:
        text: str = self.window.picture.shown["set_message"][0]
        return text

    def camera(self, source: ScriptedSource) -> ScriptedCamera:
        self.until(lambda: bool(source.kind.cameras))
        return source.kind.cameras[-1]

    def close(self) -> tuple[str, ...]:
        return self.live.close(time.monotonic() + 5)

    def _make_controllers(self) -> None:
        window, session, view, probes = self.window, self.session, self.view, self.probes
        notices, still = self.notices, InferenceEngine(self.networks)

        def infer(request: Any, task: Any) -> InferenceAnswer:
            return still.run(request, task)

        self.probe = ProbeController(window, session, view, probes, notices, InlineRunner())
        self.screen = make_screen(window, session, lambda: Findings(self.probe.findings()))
        self.probe.read_changed.connect(self.screen.follow)
        self.picture = PictureController(window, session, view, self.screen)
        self.network = NetworkController(
            window, session, notices, InlineRunner(), infer, still.load, InlineRunner()
        )
