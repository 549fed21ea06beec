"""Spread histories, words of a stream, throttle, and the session's part in it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from live_support import STEADY, ScriptedSource
from scripted import frame, picture
from session_support import CAMERA, FakeFrames, make_frame, make_result

from sgnet_model.inspection.probe import probe as read_probe
from sgnet_model.types import UserError
from sgnet_viewer.contract.live import LiveState
from sgnet_viewer.controllers import live_throttle
from sgnet_viewer.controllers.live_status import bar_of, reason_of, sentence_of, spread_of
from sgnet_viewer.controllers.live_throttle import Throttle, Update
from sgnet_viewer.live.capture import Link, Phase
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.render.taps import probe_card, with_steadiness
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.live_samples import KEPT_S, ProbeSamples, Sample, Steadiness
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.views.probes.layer_table import cells

NAMES = ("layer1.0", "layer2.0")


def test_a_history_forgets_what_is_old_and_begins_anew_where_the_probe_moves() -> None:
    histories = ProbeSamples()
    for tenth in range(400):
        histories.add(1, (5, 6), NAMES, sample(tenth / 10, spread_px=(tenth, 2.0)))
    history = histories.spread(1)
    assert history is not None
    assert history.times_s[0] >= 39.9 - KEPT_S
    assert history.spread_px[-1].tolist() == [399, 2]
    histories.add(1, (7, 6), NAMES, sample(40.0))
    moved = histories.spread(1)
    assert moved is not None
    assert len(moved.times_s) == 1
    histories.keep({2})
    assert histories.spread(1) is None


def test_curves_end_now_and_are_cut_where_the_stream_paused() -> None:
    histories = ProbeSamples()
    for second in (1.0, 1.1, 1.2, 1.3, 8.0, 8.1, 8.2):
        histories.add(3, (5, 6), NAMES, sample(second, spread_px=(second, 2.0)))
    model = spread_of(3, histories.spread(3), "layer1.0", 8.2)
    assert (model.title, model.layer) == ("Probe 3", "layer1.0")
    curve = model.curves[0]
    assert curve.seconds[-1] == pytest.approx(0, abs=1e-4)
    assert np.flatnonzero(np.isnan(curve.spread_px)).tolist() == [4]
    assert spread_of(4, None, "", 0.0).curves == ()


def test_a_loss_is_told_with_its_reason_and_the_wait() -> None:
    link = Link(Phase.LOST, error=UserError("It was unplugged."), retry_at=12.3)
    assert sentence_of(link, 10.0) == "It was unplugged.\nLooking again in 3 s."
    assert sentence_of(Link(Phase.LOST), 0.0) == "The camera is lost.\nLooking for it…"
    assert sentence_of(Link(Phase.RUNNING), 0.0) == ""
    assert reason_of(OSError("bus\nmore")) == "The camera failed (OSError: bus)."
    assert reason_of(OSError()) == "The camera failed (OSError)."


def test_the_bar_tells_what_the_meters_count() -> None:
    stream = Stream(ScriptedSource([picture()]), False, STEADY)
    for number in (0, 1, 5):
        stream.meters.capture(number)
    stream.meters.count(dropped=2)
    stream.meters.infer()
    bar = bar_of(stream, frame(0, "nan").frame, frozen=False)
    assert (bar.state, bar.title) == (LiveState.OPENING, "a script")
    assert bar.dropped == 5  # two here, three in the driver
    assert bar.valid == pytest.approx(0.5)
    assert bar_of(stream, None, frozen=True).state is LiveState.FROZEN


def test_the_most_overdue_update_comes_first_and_one_at_a_time() -> None:
    done: list[str] = []
    allowed = [False]
    throttle = Throttle(
        Update(1.0, lambda: done.append("slow")),
        Update(0.1, lambda: done.append("quick")),
        Update(0.01, lambda: done.append("not yet"), lambda: allowed[0]),
    )
    for update in throttle._updates:
        update.done_at = time.monotonic() - 5
    assert throttle.do_one()
    assert throttle.do_one()
    assert done == ["quick", "slow"]
    assert not throttle.do_one()
    allowed[0] = True
    assert throttle.do_one()
    assert done[-1] == "not yet"
    throttle.do_all()
    assert len(done) == 6


def test_small_updates_share_a_turn_and_a_long_one_ends_it() -> None:
    done: list[str] = []
    now = [0.0]

    def takes(name: str, seconds: float) -> Callable[[], None]:
        def do() -> None:
            done.append(name)
            now[0] += seconds

        return do

    throttle = Throttle(
        Update(0.1, takes("quick", 0.001)),
        Update(0.2, takes("long", 0.02)),
        Update(0.5, takes("late", 0.001)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_throttle.time, "monotonic", lambda: now[0])
        now[0] = 10.0
        throttle.do_some(0.004)
        assert done == ["quick", "long"]
        throttle.do_some(0.004)
        assert done == ["quick", "long", "late"]
        throttle.do_some(0.004)
        assert len(done) == 3  # nothing is due


def test_a_session_streams_until_a_set_is_opened() -> None:
    session = Session()
    streamed: list[object] = []
    session.streamed.connect(lambda: streamed.append(session.frame))
    session.set_frames(FakeFrames(), Target(("x",)))
    session.begin_stream()
    assert session.frames is None
    assert session.streaming
    result = make_result()
    session.stream(result.frame, result)
    assert streamed == [result.frame]
    assert session.prediction is result.prediction
    session.set_frames(FakeFrames(), Target(("y",)))
    assert not session.streaming


def test_a_choice_is_told_only_where_it_changes() -> None:
    session, told = Session(), []
    session.choice_changed.connect(lambda: told.append(session.choice))
    session.choose(NetworkChoice())
    session.choose(NetworkChoice(device="cpu"))
    assert told == [NetworkChoice(device="cpu")]


def sample(
    time_s: float, move: float = 0.0, label: int = 0, spread_px: tuple[float, ...] = (1.0, 1.0)
) -> Sample:
    """Two layers: the taps of the second one lie `move` further right."""
    taps = np.zeros((2, 2, 9), np.float32)
    taps[1, 0] = move
    return Sample(time_s, spread_px, taps, label)


def test_jitter_is_the_deviation_of_each_tap_and_flips_are_counted_by_the_second() -> None:
    jitters = ProbeSamples()
    for index, (move, label) in enumerate(((0, 5), (2, 5), (4, 6), (2, 5))):
        jitters.add(1, (5, 6), NAMES, sample(index / 2, move, label))
    found = jitters.steadiness(1, (5, 6))
    assert found is not None
    first, second = found.jitter_px
    assert first == ("layer1.0", 0.0)
    assert second[0] == "layer2.0"
    assert second[1] == pytest.approx(np.std([0, 2, 4, 2], ddof=1))  # all nine move alike
    assert found.flips_per_s == pytest.approx(2 / 1.5)
    assert jitters.steadiness(1, (7, 6)) is None  # the probe has moved since
    assert jitters.steadiness(2, (5, 6)) is None


def test_jitter_begins_anew_where_the_probe_moves_or_the_recording_loops() -> None:
    jitters = ProbeSamples()
    for second in range(20):
        jitters.add(1, (5, 6), NAMES, sample(second, 0 if second > 12 else 100))
    still = jitters.steadiness(1, (5, 6))
    assert still is not None
    assert still.jitter_px[1][1] == 0.0  # what is older than five seconds is forgotten
    jitters.add(1, (5, 6), NAMES, sample(3.0, 100))
    assert jitters.steadiness(1, (5, 6)) is None
    for second in range(3):
        jitters.add(1, (9, 9), NAMES, sample(30 + second, 0))
    assert jitters.steadiness(1, (9, 9)) is not None
    jitters.keep(set())
    assert jitters.steadiness(1, (9, 9)) is None


def test_the_card_of_a_stream_tells_how_still_it_is() -> None:
    read = read_probe(make_result().prediction, 60, 40, None, CAMERA)
    card = probe_card(read, 1, make_frame(), make_result().prediction, ViewSettings())
    assert cells(card.layers[0])[1] == f"{card.layers[0].spread_px:.1f}"
    names = [row.layer for row in card.layers]
    steady = Steadiness(tuple((name, 0.25 * at) for at, name in enumerate(names)), 1.5)
    still = with_steadiness(card, steady)
    assert still.flips_per_s == 1.5
    assert cells(still.layers[1])[1] == f"{card.layers[1].spread_px:.1f} ±0.2"
