"""The windows on a whole set that there are."""

from __future__ import annotations

from sgnet_viewer.exports.surveys import save_atlas, save_evaluation
from sgnet_viewer.render.atlas_page import AtlasPage
from sgnet_viewer.render.evaluation_page import EvaluationPage
from sgnet_viewer.workers.surveys import AtlasAnswer, EvaluationAnswer, Surveyor

from .survey import Survey

ATLAS_WORKER, EVALUATION_WORKER = "sgnet-atlas", "sgnet-evaluation"
ATLAS_TEXT = (
    "What the taps of every layer do over all frames of the open set: how far apart they lie "
    "against depth, by class and size, whether they keep to one surface and one class, beside the "
    "regular grid."
)
EVALUATION_TEXT = (
    "How right the network is over all frames of the open set that have ground truth: confusion "
    "matrix, reliability, scores by depth; every cell leads to its frames and pixels."
)


def atlas_survey(surveyor: Surveyor) -> Survey:
    """What the taps do."""
    return Survey(
        "Atlas of taps", ATLAS_TEXT, ATLAS_WORKER, (1, 0), surveyor.atlas, _atlas_page, save_atlas
    )


def evaluation_survey(surveyor: Surveyor) -> Survey:
    """How right the network is."""
    return Survey(
        "Evaluation",
        EVALUATION_TEXT,
        EVALUATION_WORKER,
        (0, 0),
        surveyor.evaluation,
        _evaluation_page,
        save_evaluation,
    )


def _atlas_page(answer: AtlasAnswer) -> AtlasPage:
    return AtlasPage(answer.atlas, answer.names)


def _evaluation_page(answer: EvaluationAnswer) -> EvaluationPage:
    return EvaluationPage(answer.explored, answer.results)
