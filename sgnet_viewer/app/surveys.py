"""The windows on the whole set."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.survey import SurveyController, SurveyParts
from sgnet_viewer.controllers.surveys import atlas_survey, evaluation_survey
from sgnet_viewer.workers.surveys import Surveyor

from .answers import AnswerControllers
from .core import Core


@dataclass(frozen=True, slots=True)
class SurveyControllers:
    """What offsets do over the set, and how its frames score."""

    atlas: SurveyController
    evaluation: SurveyController


def make_surveys(core: Core, answers: AnswerControllers) -> SurveyControllers:
    """A cell of their tables leads to a frame."""
    surveyor, window, pool = Surveyor(core.networks), core.window, core.pool
    parts = SurveyParts(
        window,
        core.session,
        core.view,
        core.notices,
        core.activity,
        pool.export,
        answers.navigation,
    )
    return SurveyControllers(
        SurveyController(window.atlas, atlas_survey(surveyor), parts, pool.atlas),
        SurveyController(window.evaluation, evaluation_survey(surveyor), parts, pool.evaluation),
    )
