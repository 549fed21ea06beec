"""Questions, kept answers, and switches from a gesture to the result and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from session_support import FakeFrames, FakeView, HeldRunner, make_frame, make_result

from sgnet_model.switches import Switches, parse_switches
from sgnet_model.types import Frame, UserError
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.render.fields import field_maps
from sgnet_viewer.render.status import departures_of
from sgnet_viewer.render.taps import switched_words
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.question import Answers, Question
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import InferenceAnswer, InferenceRequest


class Bench:
    """The network's controller; the network answers with the switches it was asked with."""

    def __init__(self) -> None:
        window: Any = FakeView(parts=True)
        self.session, self.notices = Session(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.runner, self.asked = HeldRunner(), []
        self.controller = NetworkController(
            window,
            self.session,
            self.notices,
            self.runner,
            self.infer,
            lambda *_: None,
            self.runner,
        )
        self.session.set_frames(FakeFrames(make_frame("a"), make_frame("b")), Target(("set",)))
        self.session.set_frame(0, make_frame("a"))

    def infer(self, request: InferenceRequest, _: object) -> InferenceAnswer:
        self.asked.append(request.network.switches.texts)
        if "layer9" in str(request.network.switches):
            raise UserError("There is no layer9.")
        result = make_result(request.frame)
        prediction = replace(result.prediction, switches=request.network.switches)
        return InferenceAnswer(replace(result, prediction=prediction), None)

    @property
    def shown(self) -> tuple[str, ...] | None:
        prediction = self.session.prediction
        return None if prediction is None else prediction.switches.texts


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.runner.let_go()
    return bench


def test_a_switch_runs_the_network_at_once_and_undo_shows_the_kept_answer(bench: Bench) -> None:
    plain = bench.session.result
    bench.controller.switch("layer2.0", "offsets", "zero")
    assert bench.shown == ()  # the old result stays until the new one is there
    bench.runner.let_go()
    assert bench.shown == ("layer2.0:offsets=zero",)
    bench.session.document.undo()
    assert bench.session.result is plain  # the very answer: nothing was asked
    bench.session.document.redo()
    assert bench.shown == ("layer2.0:offsets=zero",)
    assert bench.asked == [(), ("layer2.0:offsets=zero",)]
    bench.controller.reset_switches()
    assert bench.session.result is plain
    assert bench.session.document.undo_title == "reset of the switches"


def test_an_answer_to_another_question_is_kept_and_not_shown(bench: Bench) -> None:
    bench.controller.switch("all", "modulation", "one")
    work, done, _ = bench.runner.waiting[-1]
    bench.controller.reset_switches()
    done(work(None))
    assert bench.shown == ()
    asked = len(bench.asked)
    bench.controller.switch("all", "modulation", "one")
    assert bench.shown == ("all:modulation=one",)
    assert len(bench.asked) == asked


def test_a_switch_of_a_layer_that_is_not_there_is_taken_back(bench: Bench) -> None:
    bench.controller.switch("layer9.9", "offsets", "zero")
    bench.runner.let_go()
    assert bench.reports[-1].text == "There is no layer9."
    assert bench.session.choice.switches == Switches()
    assert bench.shown == ()


def test_the_next_frame_is_asked_with_the_same_switches(bench: Bench) -> None:
    bench.controller.switch("all", "offsets", "mean")
    bench.runner.let_go()
    bench.session.set_frame(1, make_frame("b"))
    bench.runner.let_go()
    assert bench.shown == ("all:offsets=mean",)


def test_the_same_frame_read_again_is_another_question() -> None:
    first, again = make_frame(), make_frame()
    choice = NetworkChoice()
    assert Question(first, choice) == Question(first, NetworkChoice())
    assert Question(first, choice) != Question(again, choice)


def test_the_answer_that_was_not_used_for_longest_is_let_go() -> None:
    answers, frames = Answers(kept=2), [make_frame() for _ in range(3)]
    questions = [Question(frame, NetworkChoice()) for frame in frames]
    results: list[Result] = [make_result(frame) for frame in frames]
    for question, result in zip(questions[:2], results[:2], strict=True):
        answers.put(question, result)
    assert answers.get(questions[0]) is results[0]
    answers.put(questions[2], results[2])
    assert [answers.get(question) for question in questions] == [results[0], None, results[2]]


def test_a_stream_and_a_frame_without_depth_ask_nothing(bench: Bench) -> None:
    bench.session.set_frame(0, make_frame(depth=False))
    assert bench.session.question is None
    bench.session.set_frame(0, make_frame())
    bench.session.streaming = True
    assert bench.session.question is None


def _switched(*texts: str, frame: Frame | None = None) -> Result:
    result = make_result(frame)
    return replace(result, prediction=replace(result.prediction, switches=parse_switches(texts)))


def test_what_a_layer_does_without_is_said_where_the_layer_is() -> None:
    prediction = _switched("layer2.0:offsets=zero", "all:modulation=one").prediction
    assert switched_words(prediction, "layer2.0") == "offsets zero, modulation one"
    assert [field.switched for field in field_maps(prediction)] == [
        "modulation one",
        "offsets zero, modulation one",
        "modulation one",
    ]


def test_the_status_line_counts_switches_and_takes_them_back() -> None:
    assert departures_of(make_result()) == ()
    (departure,) = departures_of(_switched("all:offsets=zero", "layer2.0:offsets=mean"))
    assert departure.text == "2 switches"
    assert departure.command == "network.switches.reset"
    assert departure.tip == "all:offsets=zero, layer2.0:offsets=mean"
