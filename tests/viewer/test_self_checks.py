"""The self-check badge: when it is asked for, what it costs, and what the card shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot
from session_support import FakeFrames, HeldRunner, make_frame, make_result
from views_support import probe_card

from sgnet_model.config import VARIANTS
from sgnet_model.inspection.tap_check import SelfCheck
from sgnet_model.predictor import Predictor
from sgnet_model.variants import build
from sgnet_viewer.controllers.self_checks import SelfCheckController
from sgnet_viewer.render.self_check import badge_of, short
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.result import NetworkInfo, Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.views.probes.probe_cards import ProbeCards
from sgnet_viewer.workers.networks import LoadedNetworks
from sgnet_viewer.workers.self_checking import CheckRequest, SelfChecker


class Bench:
    """The controller over a result; `rest` is what the window's timer does."""

    def __init__(self) -> None:
        self.session, self.notices = Session(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.probes = Probes(self.session.document)
        self.runner = HeldRunner()
        self.asked: list[CheckRequest] = []
        self.waits = 0
        self.error = 3e-7
        self.controller = SelfCheckController(
            self.session, self.probes, self.notices, self.runner, self.check, self.wait
        )
        self.frame = make_frame()
        self.session.set_frames(FakeFrames(self.frame), Target(("set",)))
        self.session.set_frame(0, self.frame)
        self.probes.place(60, 40)
        self.session.set_result(make_result(self.frame))

    def wait(self) -> None:
        self.waits += 1

    def check(self, request: CheckRequest, _: Task) -> dict[tuple[int, int], SelfCheck]:
        self.asked.append(request)
        return {pixel: SelfCheck({"layer1.2": self.error}) for pixel in request.pixels}

    def rest(self) -> None:
        self.controller.ask()
        while self.runner.waiting:
            self.runner.let_go()

    def text(self, u: int = 60, v: int = 40) -> str:
        badge = self.controller.badge(u, v)
        return "" if badge is None else badge.text


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_probe_is_checked_once_the_window_rests(bench: Bench) -> None:
    assert (bench.text(), bench.asked, bench.waits > 0) == ("…", [], True)
    bench.probes.toggle_pin()
    bench.probes.place(20, 70)
    bench.rest()
    assert bench.asked[0].pixels == ((60, 40), (20, 70))
    assert [bench.text(), bench.text(20, 70)] == ["✓", "✓"]
    bench.rest()
    assert len(bench.asked) == 1  # nothing is left to check
    bench.probes.move_active(21, 70)
    assert bench.text(21, 70) == "…"
    bench.rest()
    assert bench.asked[1].pixels == ((21, 70),)


def test_it_is_settled_once_no_badge_is_waited_for(bench: Bench) -> None:
    assert not bench.controller.is_settled
    bench.controller.ask()
    assert not bench.controller.is_settled  # it is under way
    bench.rest()
    assert bench.controller.is_settled
    bench.probes.move_active(21, 70)
    assert not bench.controller.is_settled
    bench.probes.clear()
    assert bench.controller.is_settled


def test_a_difference_beyond_rounding_is_a_cross(bench: Bench) -> None:
    bench.error = 0.25
    bench.rest()
    badge = bench.controller.badge(60, 40)
    assert badge is not None
    assert (badge.text, badge.good) == ("✗ 2e−1", False)
    assert "layer1.2" in badge.tip


def test_only_the_network_that_answered_is_asked(bench: Bench) -> None:
    bench.session.choose(NetworkChoice(checkpoint=Path("other.safetensors")))
    bench.rest()
    assert bench.asked == []  # the picture is still the old network's
    bench.session.set_result(make_result(bench.frame, 1))
    bench.rest()
    assert bench.asked[0].network.checkpoint == Path("other.safetensors")


def test_a_check_of_the_last_result_is_dropped(bench: Bench) -> None:
    bench.controller.ask()
    bench.session.set_result(make_result(bench.frame, 1))
    assert bench.runner.cancelled > 0
    bench.runner.let_go()
    assert bench.text() == "…"


def test_a_network_without_taps_has_no_badge(bench: Bench) -> None:
    result = make_result(bench.frame)
    bench.session.set_result(replace(result, prediction=replace(result.prediction, traces=())))
    bench.rest()
    assert (bench.controller.badge(60, 40), bench.asked) == (None, [])
    assert bench.controller.is_settled


def test_what_fails_is_said_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise ValueError("no memory")

    monkeypatch.setattr(bench.controller, "_check", fail)
    bench.rest()
    assert len(bench.reports) == 1
    assert bench.text() == "…"


# --- the worker


def small_predictor() -> Predictor:
    torch.manual_seed(0)
    config = replace(
        VARIANTS["sgnet-compact"], width=8, projector_channels=8, head_channels=8, classes=6
    )
    network = build(config).eval()
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            torch.nn.init.normal_(parameter, std=0.2)
    return Predictor(network, device="cpu", size=None)


class Worked:
    """The checker over a small network; `passes` counts them."""

    def __init__(self) -> None:
        predictor = small_predictor()
        self.passes = 0
        predictor.network.register_forward_pre_hook(self._count)
        frame = make_frame()
        assert frame.depth_m is not None
        prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        self.result = Result(frame, prediction, NetworkInfo("small", "cpu", "fp32"))
        self.passes = 0
        load: Any = lambda *_: predictor  # noqa: E731
        self.checker = SelfChecker(LoadedNetworks(load))

    def _count(self, *_: object) -> None:
        self.passes += 1

    def run(self, *pixels: tuple[int, int], task: Task | None = None) -> Any:
        request = CheckRequest(self.result, NetworkChoice(), pixels)
        return self.checker.run(request, task or Task(lambda _: None))


def test_one_pass_a_result_checks_every_probe() -> None:
    worked = Worked()
    found = worked.run((60, 40), (0, 0))
    assert all(len(check.errors) == 12 and check.good for check in found.values())
    assert worked.run((127, 95))[(127, 95)].good
    assert worked.passes == 1


def test_taps_drawn_elsewhere_are_found() -> None:
    worked = Worked()
    traces = worked.result.prediction.traces
    moved = replace(traces[3], modulation=np.float32(0.9) * traces[3].modulation)
    wrong = replace(worked.result.prediction, traces=(*traces[:3], moved, *traces[4:]))
    worked.result = replace(worked.result, prediction=wrong)
    found = worked.run((60, 40))[(60, 40)]
    assert (found.good, found.worst_layer) == (False, traces[3].name)


def test_it_gives_up_between_layers() -> None:
    worked = Worked()
    task = Task(lambda _: None)
    task.cancel()
    with pytest.raises(Cancelled):
        worked.run((60, 40), task=task)
    assert worked.run((60, 40))[(60, 40)].good  # and nothing is left behind


# --- the card


def test_the_card_shows_the_badge_in_red_where_it_is_bad(qtbot: QtBot) -> None:
    cards = ProbeCards()
    qtbot.addWidget(cards)
    good = badge_of(SelfCheck({"layer1.0": 2e-6}), "fp32")
    bad = badge_of(SelfCheck({"layer1.0": 0.5}), "fp32")
    cards.set_cards((replace(probe_card(), check=good),), 1)
    label = cards.cards[0].check
    assert (label.text(), label.property("check")) == ("✓", "good")
    assert "at most 2e−6 of its norm" in label.toolTip()
    cards.set_cards((replace(probe_card(), check=bad),), 1)
    assert (label.text(), label.property("check")) == ("✗ 5e−1", "bad")
    assert "more than the rounding of fp32 (1e−4)" in label.toolTip()
    cards.set_cards((probe_card(),), 1)
    assert label.isHidden()


def test_numbers_are_short() -> None:
    assert [short(value) for value in (0.0, 7.31e-7, 0.25)] == ["0", "7e−7", "2e−1"]
