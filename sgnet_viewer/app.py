"""The composition root: state, workers and controllers around a window."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from sgnet_viewer.commands.all_commands import command_table
from sgnet_viewer.commands.controller import CommandController
from sgnet_viewer.commands.parts import Parts
from sgnet_viewer.commands.shortcuts import Shortcuts
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.controllers.class_look import ClassLookController
from sgnet_viewer.controllers.cloud import CloudController
from sgnet_viewer.controllers.compare import CompareController
from sgnet_viewer.controllers.compare_actions import CompareActions
from sgnet_viewer.controllers.compare_set import CompareSetController
from sgnet_viewer.controllers.copying import CopyController
from sgnet_viewer.controllers.depth_range import DepthRangeController
from sgnet_viewer.controllers.explain import ExplainController
from sgnet_viewer.controllers.export import ExportController
from sgnet_viewer.controllers.export_sets import SetExportController
from sgnet_viewer.controllers.figure import FigureController
from sgnet_viewer.controllers.frame_scores import ScoresController
from sgnet_viewer.controllers.frames import FrameListController
from sgnet_viewer.controllers.live import LiveController
from sgnet_viewer.controllers.live_chooser import ChooserController
from sgnet_viewer.controllers.merging import MergingController
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.controllers.notices import NoticeController
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.controllers.saved_sessions import RESTORE, SavedSessionController
from sgnet_viewer.controllers.saving import Saving
from sgnet_viewer.controllers.score_set import ScoreSetController
from sgnet_viewer.controllers.screen import DrawingRunners, Screen
from sgnet_viewer.controllers.self_checks import SelfCheckController
from sgnet_viewer.controllers.session import SessionController
from sgnet_viewer.controllers.survey import SurveyController, SurveyParts
from sgnet_viewer.controllers.surveys import atlas_survey, evaluation_survey
from sgnet_viewer.controllers.tap_notes import TapNoteController
from sgnet_viewer.controllers.tour import START_TOUR, TourController
from sgnet_viewer.controllers.units import UnitsController
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.runtime.pool import WorkerPool
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.runtime.worker import Worker
from sgnet_viewer.sessions.recovery import Recovery
from sgnet_viewer.settings import Settings, with_newest
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.document import Document, DocumentValue
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.live_jitter import Steadiness
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.other_answer import OtherAnswer
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session, Target
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.tools.controller import ToolController
from sgnet_viewer.tools.tool import ToolParts
from sgnet_viewer.workers.explaining import Explainer
from sgnet_viewer.workers.inference import InferenceEngine, segmenter
from sgnet_viewer.workers.networks import Load, LoadedNetworks, load_predictor
from sgnet_viewer.workers.self_checking import SelfChecker
from sgnet_viewer.workers.surveys import Surveyor

COMMANDS_MS = 60  # menus follow once what was asked for is on the screen
REST_MS = 500  # without a click or a frame: the probes' self-check begins
KEEP_MS = 10_000  # how often the state is kept in case of a crash
TICK_MS = 50  # how often a stream is looked after
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
        self.window = window
        self.options = options
        self.settings = settings
        self.notices = Notices()
        self.activity = Activity()
        self.document = Document(DocumentValue(view=settings.view()))
        self.session = Session(settings.network(options), self.document)
        self.view = ViewState(document=self.document)
        self.probes = Probes(self.document)
        self.post = GuiPost()
        self.pool = WorkerPool(self.post, self.activity)
        self._networks = LoadedNetworks(load)
        self._engine = InferenceEngine(self._networks)
        self._ticker = QTimer(interval=TICK_MS)
        self._finder = Worker("sgnet-find-cameras", self.post, self.activity)
        self._recovery = Recovery(recovery)
        self._keeper = QTimer(interval=KEEP_MS)
        self._later = QTimer(singleShot=True, interval=COMMANDS_MS)
        self._rest = QTimer(singleShot=True, interval=REST_MS)
        self._make_controllers()
        self._connect()

    def start(self) -> None:
        """Open what was asked for. Called after the first paint: the workers import from here."""
        self.probe.beginning.ask(self.options.pixel, self.options.layer)
        self._keeper.start()
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
        self._ticker.stop()
        self._keeper.stop()
        self._later.stop()
        self._rest.stop()
        self.sessions.close()
        self.save_settings()
        self.chooser.close()
        self._finder.stop()
        left = self.live.close(deadline)
        if not self._finder.join(deadline):
            left = (*left, self._finder.name)
        return (*left, *self.pool.close(max(deadline - time.monotonic(), 0.0)))

    def save_settings(self) -> None:
        """Remember the view and the network that worked."""
        self.settings.save_view(self.view.settings)
        self.settings.save_network(self.session.choice, self.options)

    def _make_controllers(self) -> None:
        window, session, view, notices = self.window, self.session, self.view, self.notices
        pool, probes = self.pool, self.probes
        self._notices = NoticeController(window, notices, self.activity, session)
        self._units = UnitsController(window, session)
        rows = FrameRows()
        self._list = FrameListController(
            window.frames, session, rows, pool.thumbnails, pool.places, self.post
        )
        self._scores = ScoresController(
            window, session, rows, notices, pool.scores, pool.grades, self.options.scores
        )
        self.explain = ExplainController(
            window,
            session,
            view,
            probes,
            notices,
            pool.explain,
            Explainer(self._networks).run,
            self.activity,
            pool.export,
        )
        self._checks = SelfCheckController(
            session,
            probes,
            notices,
            pool.checks,
            SelfChecker(self._networks).run,
            lambda: self._rest.start(),
        )
        self._rest.timeout.connect(self._checks.ask)
        self.probe = ProbeController(window, session, view, probes, notices, pool.probes)
        self._merging = MergingController(
            session,
            view,
            notices,
            pool.merging,
            partial(segmenter, self._networks),
            probes,
            lambda index: self.frames.show(index),
        )
        window.cloud.pixel_picked.connect(self._merging.pick)
        self._make_compare(rows)
        runners = DrawingRunners(pool.picture, pool.legend, pool.strip, pool.cloud)
        self._steadiness: Callable[[], dict[Pixel, Steadiness]] = dict  # until there are streams
        self.screen = Screen(window, session, notices, runners, self._findings)
        made_anew = (self.probe.read_changed, self._checks.changed, self._merging.changed)
        for changed in (self.explain.shown, self.compare.shown, *made_anew):
            changed.connect(self.screen.follow)
        self.picture = PictureController(window, session, view, self.screen)
        self._cloud = CloudController(window, notices, view)
        engine = self._engine
        self.network = NetworkController(
            window, session, notices, pool.network, engine.run, engine.load, pool.scores
        )
        self.live = LiveController(
            window,
            session,
            view,
            probes,
            notices,
            self.activity,
            self.post,
            pool.recordings,
            self.screen,
            self.probe,
            self.network,
            self._networks,
        )
        self._steadiness = lambda: self.live.steadiness
        self.chooser = ChooserController(window, notices, self._finder, self.post)
        self.frames = SessionController(window, session, rows, notices, pool.frames)
        self._export = ExportController(
            session,
            probes,
            self.probe,
            self.screen,
            Saving(window, notices, pool.export),
            lambda: self.tools.tool.overlay(),
        )
        self._figure = FigureController(
            window, view, self.screen, notices, pool.export, lambda: self.tools.tool.overlay()
        )
        self._export_sets = SetExportController(
            session,
            probes,
            Saving(window, notices, pool.films, "exporting to"),
            partial(segmenter, self._networks),
        )
        self._score_set = ScoreSetController(
            session, rows, notices, pool.films, partial(segmenter, self._networks), self.post
        )
        self._tap_notes = TapNoteController(window, session, probes, self.probe)
        self.copying = CopyController(window, session, probes, self.screen)
        self.tools = ToolController(
            window, ToolParts(self.document, session, probes, self.compare.flips)
        )
        self.compare.shown.connect(self.tools.show)
        self.sessions = SavedSessionController(
            window, session, self.frames, notices, pool.sessions, self._recovery
        )
        self._look = ClassLookController(window, session, view, notices)
        self._depth = DepthRangeController(window, session, view, notices)
        self.tour = TourController(window, session, notices, self.settings)
        self._make_surveys()
        self._make_commands()

    def _make_surveys(self) -> None:
        """The windows on the whole set."""
        surveyor, window, pool = Surveyor(self._networks), self.window, self.pool
        parts = SurveyParts(
            window,
            self.session,
            self.view,
            self.probes,
            self.notices,
            self.activity,
            pool.export,
            self.frames.show,
        )
        self.atlas = SurveyController(window.atlas, atlas_survey(surveyor), parts, pool.atlas)
        self.evaluation = SurveyController(
            window.evaluation, evaluation_survey(surveyor), parts, pool.evaluation
        )

    def _findings(self) -> Findings:
        overlays = (self.explain.overlay, self.compare.overlay)
        places = [(point.u, point.v) for point in self.probes.points]
        return Findings(
            self.probe.findings(),
            tuple(overlay for overlay in overlays if overlay is not None),
            {place: self._checks.badge(*place) for place in places},
            self.explain.taps,
            self._steadiness(),
            self._merging.merged,
            self.compare.picture,
        )

    def _make_compare(self, rows: FrameRows) -> None:
        """The second answer, with an engine of its own: A's serves one thread."""
        pool, session = self.pool, self.session
        other = OtherAnswer(session)
        self.compare = CompareController(
            self.window,
            session,
            other,
            self.notices,
            pool.other,
            pool.compare,
            InferenceEngine(self._networks).run,
            lambda: self.network.request(),
        )
        compare_set = CompareSetController(
            session,
            other,
            self.compare,
            rows,
            self.notices,
            pool.compare_set,
            self.post,
            lambda choice, task: segmenter(self._networks, choice, task).predict,
        )
        self.compare_actions = CompareActions(self.window, session, other, compare_set.compare_all)

    def _make_commands(self) -> None:
        parts = Parts(
            window=self.window,
            settings=self.settings,
            document=self.document,
            session=self.session,
            view=self.view,
            probes=self.probes,
            frames=self.frames,
            network=self.network,
            picture=self.picture,
            probe=self.probe,
            live=self.live,
            chooser=self.chooser,
            scores=self._scores,
            export=self._export,
            figure=self._figure,
            export_sets=self._export_sets,
            score_set=self._score_set,
            tools=self.tools,
            sessions=self.sessions,
            explain=self.explain,
            merging=self._merging,
            atlas=self.atlas,
            evaluation=self.evaluation,
            compare=self.compare_actions,
            depth=self._depth,
            look=self._look,
            copying=self.copying,
            tour=self.tour,
            notices=self.notices,
        )
        shortcuts = Shortcuts(self.settings.shortcuts(), self.settings.save_shortcuts)
        self.table = command_table(parts, shortcuts)
        self.commands = CommandController(
            self.table, parts, self.notices, lambda _: self._later.start()
        )
        self._later.timeout.connect(self.commands.show)

    def _connect(self) -> None:
        window = self.window
        self.frames.opened.connect(lambda opened: self._remember(opened.target))
        self.frames.checkpoint_named.connect(self.network.choose_checkpoint)
        self.frames.stream_named.connect(self._stream)
        self.session.result_changed.connect(self._remember_checkpoint)
        self._ticker.timeout.connect(self.live.tick)
        self._keeper.timeout.connect(self.sessions.tick)
        self.live.running.connect(
            lambda running: self._ticker.start() if running else self._ticker.stop()
        )
        self.chooser.chosen.connect(self.live.open)
        self.chooser.plugged.connect(self.live.hurry)
        self.live.link.lost.connect(self.chooser.watch)
        window.cancel_requested.connect(self._cancel)
        window.notices.action_chosen.connect(self._act)

    def _stream(self, target: Target, source: str) -> None:
        """What was opened is no set of frames: it is streamed, and begins again at its end."""
        self.live.open(LiveOptions(str(Path(source).expanduser())))
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
        for controller in (self.explain, self.atlas, self.evaluation):
            controller.cancel()
        self.compare.give_up()
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
