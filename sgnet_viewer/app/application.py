"""The program around a window: its start, its end, and what passes between its controllers."""

from __future__ import annotations

import time
from pathlib import Path

from sgnet_model.files import expanded
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.controllers.saved_sessions import RESTORE
from sgnet_viewer.controllers.tour import START_TOUR
from sgnet_viewer.settings import Settings, with_newest
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.options import Options
from sgnet_viewer.workers.networks import Load, load_predictor

from .commands import make_commands
from .controllers import Controllers
from .core import Core, make_core
from .timers import Timers

SEGMENT = "segment"  # key of a notice's action


class Application:
    """Everything but the widgets. `load` makes the network; tests count what it is asked.

    `recovery`: the folder where the state is kept in case the window is not closed; None for none.
    """

    def __init__(
        self,
        window: WindowView,
        options: Options,
        settings: Settings,
        load: Load = load_predictor,
        recovery: Path | None = None,
    ) -> None:
        self._timers = Timers()
        core = make_core(window, options, settings, load)
        self._name_core(core)
        self.controllers = Controllers(core, self._timers, recovery)
        self._name_controllers()
        self.table, self.commands = make_commands(core, self.controllers, self._timers.commands)
        self._connect()

    def start(self) -> None:
        """Open what was asked for. Called after the first paint: the workers import from here."""
        probe = self.controllers.answers.probe
        probe.first_view.ask(self.options.pixel, self.options.layer)
        self._timers.keep.start()
        self.sessions.offer_restoring()
        if self.options.live is not None:
            self.live.open(self.options.live)
        else:
            self.frames.open(self.options.target)

    def close(self, deadline: float) -> tuple[str, ...]:
        """Ask every thread to end, wait until `time.monotonic()` reaches `deadline`.

        Names of those that did not end.
        """
        self.post.close()
        self._timers.stop()
        self.sessions.close()
        self.save_settings()
        left = self.controllers.streams.close(deadline)
        return (*left, *self.pool.close(max(deadline - time.monotonic(), 0.0)))

    def save_settings(self) -> None:
        """Remember the view and the network that worked."""
        self.settings.save_view(self.view.settings)
        self.settings.save_network(self.session.choice, self.options)

    def _name_core(self, core: Core) -> None:
        """What is asked of from outside, and below, by short names."""
        self.window, self.options, self.settings = core.window, core.options, core.settings
        self.document, self.session, self.view = core.document, core.session, core.view
        self.probes, self.notices, self.activity = core.probes, core.notices, core.activity
        self.post, self.pool = core.post, core.pool

    def _name_controllers(self) -> None:
        controllers = self.controllers
        self.frames, self.sessions = controllers.frames.opening, controllers.sessions
        self.network, self.live = controllers.network, controllers.streams.live
        self.explain, self.compare = controllers.answers.explain, controllers.comparing.compare
        self.screen, self.tour = controllers.pictures.screen, controllers.dialogs.tour

    def _connect(self) -> None:
        frames, live, timers = self.frames, self.live, self._timers
        frames.opened.connect(lambda opened: self._remember(opened.target))
        frames.checkpoint_named.connect(self.network.choose_checkpoint)
        frames.stream_named.connect(self._stream)
        self.session.result_changed.connect(self._remember_checkpoint)
        timers.stream.timeout.connect(live.tick)
        timers.keep.timeout.connect(self.sessions.tick)
        live.running.connect(
            lambda running: timers.stream.start() if running else timers.stream.stop()
        )
        self.window.cancel_requested.connect(self._cancel)
        self.window.notices.action_chosen.connect(self._act)

    def _stream(self, target: Target, source: str) -> None:
        """What was opened is no set of frames: it is streamed, and begins again at its end."""
        source = str(expanded(source))
        self.live.open(LiveOptions(source, unit=target.unit, intrinsics=target.intrinsics))
        self._remember(target)

    def _remember(self, target: Target) -> None:
        if target.paths:
            paths = tuple(str(Path(path).absolute()) for path in target.paths)
            recent = with_newest(self.settings.recent(), paths)
            self.settings.save_recent(recent)
            self.commands.refresh()

    def _remember_checkpoint(self) -> None:
        """It has worked."""
        path = self.session.choice.checkpoint
        known = self.settings.checkpoints()
        if path is not None and known[:1] != (path,):
            others = tuple(other for other in known if other != path)
            self.settings.save_checkpoints((path, *others))
            self.commands.refresh()

    def _cancel(self) -> None:
        segmenting = self.pool.network.busy
        if not self.pool.cancel():
            return
        self.frames.cancel()
        surveys = self.controllers.surveys
        for controller in (self.explain, surveys.atlas, surveys.evaluation):
            controller.cancel()
        self.compare.give_up()
        self.controllers.answers.merging.give_up()
        if segmenting:
            self.session.give_up()
        again = (SEGMENT, "Segment again") if segmenting else ("", "")
        self.notices.tell("Cancelled. The previous result is still shown.", "info", *again)

    def _act(self, key: str) -> None:
        if key == SEGMENT:
            self.network.request()
        elif key == RESTORE:
            self.sessions.restore()
        elif key == START_TOUR:
            self.tour.start()
