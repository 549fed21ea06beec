"""What is saved: the prediction, the figure, whole sets and their scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sgnet_viewer.controllers.export import ExportController
from sgnet_viewer.controllers.export_sets import SetExportController
from sgnet_viewer.controllers.figure import FigureController
from sgnet_viewer.controllers.saving import Saving
from sgnet_viewer.controllers.score_set import ScoreSetController
from sgnet_viewer.workers.inference import segmenter

from .answers import AnswerControllers
from .core import Core
from .gestures import GestureControllers
from .pictures import PictureControllers


@dataclass(frozen=True, slots=True)
class ExportControllers:
    """`sets` and `scores` run the network over every frame of the open set."""

    one: ExportController
    figure: FigureController
    sets: SetExportController
    scores: ScoreSetController


def make_exports(
    core: Core,
    answers: AnswerControllers,
    pictures: PictureControllers,
    gestures: GestureControllers,
) -> ExportControllers:
    """Files show what the screen shows, the tool's drawing with it."""
    window, session, notices, pool = core.window, core.session, core.notices, core.pool
    tools, screen = gestures.tools, pictures.screen
    segment = partial(segmenter, core.networks)
    one = ExportController(
        session,
        core.probes,
        answers.probe,
        screen,
        Saving(window, notices, pool.export),
        lambda: tools.tool.overlay(),
    )
    figure = FigureController(
        window, core.view, screen, notices, pool.export, lambda: tools.tool.overlay()
    )
    saving = Saving(window, notices, pool.films, "exporting to")
    sets = SetExportController(session, core.probes, saving, segment)
    scores = ScoreSetController(session, core.rows, notices, pool.score_set, segment, core.post)
    return ExportControllers(one, figure, sets, scores)
