"""What commands act on: the program's state and controllers, under short names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.controllers.class_look import ClassLookController
from sgnet_viewer.controllers.compare_actions import CompareActions
from sgnet_viewer.controllers.copying import CopyController
from sgnet_viewer.controllers.depth_range import DepthRangeController
from sgnet_viewer.controllers.explain import ExplainController
from sgnet_viewer.controllers.export import ExportController
from sgnet_viewer.controllers.export_sets import SetExportController
from sgnet_viewer.controllers.figure import FigureController
from sgnet_viewer.controllers.frame_scores import ScoresController
from sgnet_viewer.controllers.live import LiveController
from sgnet_viewer.controllers.live_chooser import ChooserController
from sgnet_viewer.controllers.merging import MergingController
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.controllers.saved_sessions import SavedSessionController
from sgnet_viewer.controllers.score_set import ScoreSetController
from sgnet_viewer.controllers.session import SessionController
from sgnet_viewer.controllers.survey import SurveyController
from sgnet_viewer.controllers.tour import TourController
from sgnet_viewer.render.modes import modes_of
from sgnet_viewer.settings import Settings
from sgnet_viewer.state.document import Document
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import PictureMode
from sgnet_viewer.tools.controller import ToolController

NO_FRAME = "No frame is open: open one first."
NO_RESULT = "The network has not segmented this frame yet."
NO_STREAM = "Nothing is streamed: choose a source first."


@dataclass(frozen=True, slots=True)
class Parts:
    """Made once by the composition root."""

    window: WindowView
    settings: Settings
    document: Document
    session: Session
    view: ViewState
    probes: Probes
    frames: SessionController
    network: NetworkController
    picture: PictureController
    probe: ProbeController
    live: LiveController
    chooser: ChooserController
    scores: ScoresController
    export: ExportController
    figure: FigureController
    export_sets: SetExportController
    score_set: ScoreSetController
    tools: ToolController
    sessions: SavedSessionController
    explain: ExplainController
    merging: MergingController
    atlas: SurveyController
    evaluation: SurveyController
    compare: CompareActions
    depth: DepthRangeController
    look: ClassLookController
    copying: CopyController
    tour: TourController
    notices: Notices

    def copy_command(self, command: Callable[[], str]) -> None:
        """The line for a shell to the clipboard; where there is none, that is said."""
        try:
            self.window.copy_text(command())
        except UserError as error:
            self.notices.fail(error)

    def needs_frame(self) -> str:
        """A refusal where no frame is open."""
        return "" if self.session.frame is not None else NO_FRAME

    def needs_depth(self) -> str:
        """A refusal where there is no frame with depth."""
        frame = self.session.frame
        if frame is None:
            return NO_FRAME
        return "" if frame.depth_m is not None else "This frame has no usable depth."

    def needs_result(self) -> str:
        """A refusal where the network has said nothing yet."""
        return self.needs_frame() or ("" if self.session.result is not None else NO_RESULT)

    def needs_probe(self) -> str:
        """A refusal where no pixel is probed."""
        missing = "" if self.probes.active is not None else "There is no probe: click a pixel."
        return self.needs_result() or missing

    def needs_stream(self) -> str:
        """A refusal where nothing streams."""
        return "" if self.live.stream is not None else NO_STREAM

    def needs_set(self) -> str:
        """A refusal where no set of several frames is open."""
        frames = self.session.frames
        return "" if frames is not None and len(frames) > 1 else "The open set has one frame."

    def needs_set_of_frames(self) -> str:
        """A refusal while nothing is open, or a stream, whose camera its source gives."""
        return "" if self.session.frames is not None else NO_FRAME

    def needs_mode(self, mode: PictureMode) -> str:
        """A refusal where the frame has nothing to show in this mode."""
        frame = self.session.frame
        if frame is None or mode in modes_of(frame):
            return ""
        if mode in (PictureMode.TRUTH, PictureMode.ERROR):
            return "This frame has no ground truth."
        return "This frame has no usable depth."
