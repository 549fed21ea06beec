"""A question about a pixel, as the worker is asked it."""

from __future__ import annotations

from dataclasses import replace

from sgnet_model.inspection.protocol import Choice, Inspection, Options
from sgnet_model.prediction import Prediction
from sgnet_model.switches import NO_SWITCHES
from sgnet_viewer.state.asking import ExplainOptions
from sgnet_viewer.state.question import Question
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.explaining import ExplainRequest


def request_of(
    session: Session, what: Inspection, result: Result, pixel: tuple[int, int]
) -> ExplainRequest:
    """`what`, asked about `pixel` (u, v) of `result`."""
    options = options_of(what, session.document.value.asking)
    return ExplainRequest(
        what, result, session.answered_by, pixel, options, plain_answer(session, result)
    )


def options_of(what: Inspection, asking: ExplainOptions) -> Options:
    """Of what was chosen, that on which the answer of `what` depends."""
    options = Options()
    if Choice.CLASS in what.choices:
        options = replace(options, class_name=asking.class_name or None)
    if Choice.NOISE in what.choices:
        options = replace(options, noise=asking.noise)
    return options


def plain_answer(session: Session, result: Result) -> Prediction | None:
    """The same frame's answer with nothing switched and nothing edited, where it is kept."""
    choice = session.answered_by
    if not choice.switches and not result.edits:
        return result.prediction
    plain = Question(result.as_read, replace(choice, switches=NO_SWITCHES))
    known = session.answers.get(plain)
    return None if known is None else known.prediction
