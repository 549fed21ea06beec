"""Picture, legend, cloud, probes, notices: state to views and gestures to state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from session_support import (
    LAYERS,
    WIDTH,
    FakeFrames,
    FakeView,
    HeldRunner,
    InlineRunner,
    make_frame,
    make_result,
    make_screen,
)

from sgnet_model.inspection.probe import probe as read_probe
from sgnet_model.types import Frame, UserError
from sgnet_viewer.contract.picture import MapOverlay, PictureModel, ProbeMarks
from sgnet_viewer.contract.window import Notice, Severity
from sgnet_viewer.controllers.cloud import CloudController
from sgnet_viewer.controllers.first_view import HINT
from sgnet_viewer.controllers.notices import NoticeController
from sgnet_viewer.controllers.picture import PictureController
from sgnet_viewer.controllers.probe import ProbeController
from sgnet_viewer.render.cloud_nothing import NO_DEPTH
from sgnet_viewer.render.probe_reading import read_at
from sgnet_viewer.render.shown import Findings
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.notices import Notices, Report, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ALL_LAYERS, CloudColour, PictureMode, TapWeight
from sgnet_viewer.tools.controller import ToolController
from sgnet_viewer.tools.tool import ToolParts

CHAIR = 2


class Bench:
    """All controllers that draw, around one session, with work done at once."""

    def __init__(
        self, runner: Callable[[], Any] = InlineRunner, surveyor: InlineRunner | None = None
    ) -> None:
        self.window = FakeView(parts=True)
        self.session = Session()
        self.view = ViewState(document=self.session.document)
        self.probes = Probes(self.session.document)
        self.notices, self.activity = Notices(), Activity()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.painter = runner()
        window: Any = self.window
        state = (window, self.session, self.view)
        self.teller = NoticeController(window, self.notices, self.activity, self.session)
        self.probe = ProbeController(*state, self.probes, self.notices, surveyor or InlineRunner())
        self.screen = make_screen(
            window, self.session, lambda: Findings(self.probe.findings()), self.painter
        )
        self.probe.read_changed.connect(self.screen.follow)
        self.picture = PictureController(*state, self.screen)
        self.cloud = CloudController(window, self.notices, self.view)
        self.tools = ToolController(
            window, ToolParts(self.session.document, self.session, self.probes)
        )

    def show(self, frame: Frame | None = None, result: bool = True, seed: int = 0) -> Bench:
        frame = frame or make_frame()
        self.session.set_frames(FakeFrames(frame), Target(("x",)))
        self.session.set_frame(0, frame)
        if result:
            self.session.set_result(make_result(frame, seed))
        return self

    @property
    def image(self) -> np.ndarray:
        model: PictureModel = self.window.picture.shown["set_picture"][0]
        return model.image

    @property
    def marks(self) -> tuple[ProbeMarks, ...]:
        marks: tuple[ProbeMarks, ...] = self.window.picture.shown["set_probes"][0]
        return marks


@pytest.fixture
def bench() -> Bench:
    return Bench().show()


def test_the_picture_is_shown_before_the_result_is_there() -> None:
    bench = Bench().show(result=False)
    assert np.array_equal(bench.image, make_frame().rgb)
    assert not bench.screen.is_complete
    assert "set_rows" not in bench.window.legend.shown
    bench.session.set_result(make_result(bench.session.frame))
    assert bench.screen.is_complete
    assert not np.array_equal(bench.image, make_frame().rgb)
    rows = bench.window.legend.shown["set_rows"][0]
    assert {row.name for row in rows} == {"wall", "floor", "chair"}


def test_what_was_composed_for_an_older_result_does_not_count_as_complete() -> None:
    bench = Bench(HeldRunner).show()
    bench.session.set_result(make_result(bench.session.frame, seed=1))
    painter: HeldRunner = bench.painter
    while len(painter.waiting) > 1:
        painter.let_go()
        assert not bench.screen.is_complete
    painter.let_go()
    assert bench.screen.is_complete


def test_modes_and_opacity_reach_the_picture(bench: Bench) -> None:
    bench.window.mode_chosen.emit("rgb")
    assert np.array_equal(bench.image, make_frame().rgb)
    assert bench.window.shown["set_mode"] == (PictureMode.RGB,)
    bench.window.mode_chosen.emit("overlay")
    bench.window.opacity_changed.emit(0.0)
    assert np.array_equal(bench.image, make_frame().rgb)
    assert bench.window.shown["set_opacity"] == (0.0,)


def test_space_shows_the_bare_picture_while_it_is_held(bench: Bench) -> None:
    overlay = bench.image
    bench.window.overlay_flickered.emit(False)
    assert np.array_equal(bench.image, make_frame().rgb)
    assert bench.view.settings.mode is PictureMode.OVERLAY
    bench.window.overlay_flickered.emit(True)
    assert np.array_equal(bench.image, overlay)


@pytest.mark.parametrize(
    ("frame", "modes"),
    [
        (make_frame(depth=False), {"rgb"}),
        (make_frame(), set(PictureMode) - {"truth", "error"}),
        (make_frame(labels=True), set(PictureMode)),
        (make_frame(depth=False, labels=True), {"rgb", "truth"}),
    ],
)
def test_only_modes_with_something_to_show_are_offered(frame: Frame, modes: set[str]) -> None:
    bench = Bench().show(frame, result=False)
    assert bench.window.shown["set_modes_enabled"] == (frozenset(map(PictureMode, modes)),)


def test_the_mode_shown_is_the_one_that_is_seen() -> None:
    bench = Bench().show(make_frame(depth=False), result=False)
    assert bench.window.shown["set_mode"] == (PictureMode.RGB,)
    bench.window.mode_chosen.emit("depth")
    assert bench.window.shown["set_mode"] == (PictureMode.RGB,)
    bench.show(make_frame(), result=False)
    assert bench.window.shown["set_mode"] == (PictureMode.DEPTH,)


def test_a_picture_takes_away_what_was_said_before_it(bench: Bench) -> None:
    calls = [name for name, _ in bench.window.picture.calls]
    assert calls.index("set_picture") < calls.index("set_message")
    assert bench.window.picture.shown["set_message"] == ("",)


def test_a_class_ticked_off_leaves_the_picture_and_is_grey_in_the_cloud(bench: Bench) -> None:
    chair = make_result().prediction.labels == CHAIR
    points, _, source = bench.window.cloud.shown["set_cloud"]
    (before,) = bench.window.cloud.shown["set_colours"]
    bench.window.legend.toggled.emit(CHAIR, False)
    assert np.array_equal(bench.image[chair], make_frame().rgb[chair])
    (colours,) = bench.window.cloud.shown["set_colours"]
    assert bench.window.cloud.shown["set_cloud"][0] is points
    hidden = chair.ravel()[source]
    assert np.ptp(colours[hidden].astype(int), axis=1).max() < 20  # grey
    np.testing.assert_array_equal(colours[~hidden], before[~hidden])


def test_a_class_ticked_off_leaves_picture_and_cloud(bench: Bench) -> None:
    bench.view.change(grey_hidden=False)
    chair = make_result().prediction.labels == CHAIR
    points = len(bench.window.cloud.shown["set_cloud"][0])
    bench.window.legend.toggled.emit(CHAIR, False)
    assert np.array_equal(bench.image[chair], make_frame().rgb[chair])
    assert len(bench.window.cloud.shown["set_cloud"][0]) == points - chair.sum()
    assert not np.isin(
        bench.window.cloud.shown["set_cloud"][2], np.flatnonzero(chair.ravel())
    ).any()
    bench.window.legend.toggled.emit(CHAIR, True)
    assert len(bench.window.cloud.shown["set_cloud"][0]) == points


def test_a_class_alone_and_all_again(bench: Bench) -> None:
    bench.window.legend.isolated.emit(CHAIR)
    assert bench.view.settings.hidden == {0, 1}
    bench.window.legend.isolated.emit(CHAIR)
    assert bench.view.settings.hidden == frozenset()
    bench.window.legend.isolated.emit(0)
    bench.window.legend.all_shown.emit()
    assert bench.view.settings.hidden == frozenset()


def test_hidden_classes_of_a_longer_list_are_forgotten(bench: Bench) -> None:
    bench.view.change(hidden=frozenset({39}))
    bench.session.set_result(make_result(bench.session.frame))
    assert bench.view.settings.hidden == frozenset()


def test_the_cursor_reads_the_pixel_in_picture_and_cloud(bench: Bench) -> None:
    bench.window.picture.hovered.emit(64, 48)
    (readout,) = bench.window.shown["set_readout"]
    assert (readout.u, readout.v, readout.depth_m, readout.name) == (64, 48, 3.0, "chair")
    bench.window.cloud.hovered.emit(20 * WIDTH + 10)
    assert (bench.window.shown["set_readout"][0].u, bench.window.shown["set_readout"][0].v) == (
        10,
        20,
    )
    bench.window.picture.hovered.emit(64, 48)
    for u, v in ((-1, -1), (WIDTH, 0)):
        bench.window.picture.hovered.emit(u, v)
        assert bench.window.shown["set_readout"] == (None,)


def test_a_layers_map_is_laid_over_the_picture_and_taken_away(bench: Bench) -> None:
    def over() -> MapOverlay | None:
        overlay: MapOverlay | None = bench.window.picture.shown["set_map"][0]
        return overlay

    enlarged = bench.window.layers.enlarged
    for layer in ("layer2.0", "layer2.3"):
        enlarged.emit(layer, False)
        shown = over()
        assert shown is not None
        assert shown.title == f"{layer}: sum of the offsets"
        assert shown.bar is not None
        assert shown.bar.title == f"{layer}: reach, cells of its grid"
        assert shown.image.shape[:2] == make_frame().size
    enlarged.emit("layer2.3", True)
    assert over() is None
    assert bench.view.settings.layer == "layer2.3"


def test_the_cloud_has_a_scale_where_its_colours_are_a_quantity(bench: Bench) -> None:
    assert bench.window.cloud.shown["set_bar"] == (None,)
    bench.window.cloud_colour_chosen.emit("depth")
    (bar,) = bench.window.cloud.shown["set_bar"]
    assert (bar.title, bar.unit) == ("depth", "m")
    bench.window.cloud_colour_chosen.emit("rgb")
    assert bench.window.cloud.shown["set_bar"] == (None,)


def test_the_clouds_colour_and_point_size(bench: Bench) -> None:
    points = bench.window.cloud.shown["set_cloud"]
    (labels,) = bench.window.cloud.shown["set_colours"]
    bench.window.cloud_colour_chosen.emit("rgb")
    (rgb,) = bench.window.cloud.shown["set_colours"]
    assert bench.window.cloud.shown["set_cloud"] is points  # the same points are not sent again
    assert not np.array_equal(labels, rgb)
    assert bench.window.shown["set_cloud_colour"] == (CloudColour.RGB,)
    bench.window.point_size_changed.emit(4)
    assert bench.window.cloud.shown["set_point_size"] == (4,)


def test_another_set_is_seen_from_home_another_frame_as_the_user_left_it(bench: Bench) -> None:
    before = bench.window.cloud.called("reset_view")
    bench.session.set_frame(0, make_frame())
    assert bench.window.cloud.called("reset_view") == before
    bench.show()
    assert bench.window.cloud.called("reset_view") == before + 1


def test_hidden_classes_leave_the_cloud_in_every_colour(bench: Bench) -> None:
    bench.view.change(grey_hidden=False)
    bench.window.legend.toggled.emit(2, False)
    points = bench.window.cloud.shown["set_cloud"]
    bench.window.cloud_colour_chosen.emit("depth")
    assert bench.window.cloud.shown["set_cloud"] is points
    assert len(bench.window.cloud.shown["set_colours"][0]) == len(points[0])
    bench.window.legend.toggled.emit(2, True)
    again = bench.window.cloud.shown["set_cloud"]
    assert len(again[0]) > len(points[0])
    assert not np.array_equal(again[1], bench.window.cloud.shown["set_colours"][0])


def test_a_very_large_picture_has_a_thinner_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Bench().show().window.cloud.shown["set_cloud"][2]
    monkeypatch.setattr("sgnet_viewer.render.cloud.MOST_POINTS", len(whole) // 9)
    bench = Bench().show()
    source = bench.window.cloud.shown["set_cloud"][2]
    assert 0 < len(source) <= len(whole) // 9
    bench.window.cloud.pixel_picked.emit(int(source[-1]))
    assert (bench.marks[0].v * WIDTH + bench.marks[0].u) == source[-1]


def test_a_frame_without_depth_has_a_sentence_for_a_cloud() -> None:
    bench = Bench().show(make_frame(depth=False), result=False)
    assert bench.window.cloud.shown["set_message"] == (NO_DEPTH,)
    assert "set_cloud" not in bench.window.cloud.shown
    assert bench.window.shown["show_hint"] == ("",)
    assert np.array_equal(bench.image, make_frame().rgb)


def test_a_click_in_the_cloud_probes_its_pixel(bench: Bench) -> None:
    bench.window.cloud.pixel_picked.emit(30 * WIDTH + 40)
    assert (bench.marks[0].u, bench.marks[0].v) == (40, 30)
    xyz, rgba, sizes, lines = bench.window.cloud.shown["set_marks"]
    centre = int(sizes.argmax())
    assert np.allclose(xyz[centre], [(40 - 63.5) * 2 / 100, (30 - 47.5) * 2 / 100, 2.0])
    assert len(xyz) == len(rgba) == len(sizes)
    assert (lines[:, 0] == centre).all()


def test_classes_keep_their_places_in_a_stream_and_not_beyond_it(bench: Bench) -> None:
    def listed() -> list[int]:
        return [row.index for row in bench.window.legend.shown["set_rows"][0]]

    frame, result = bench.session.frame, bench.session.result
    assert frame is not None
    assert result is not None
    before = listed()
    labels = np.full_like(result.prediction.labels, before[-1])
    labels[0, : len(before)] = before
    newest = replace(result, prediction=replace(result.prediction, labels=labels))
    bench.session.stream(frame, newest)
    bench.session.streaming = True
    bench.screen.update("legend")
    assert listed() == before
    bench.session.begin_stream()
    bench.session.stream(frame, replace(newest, prediction=replace(newest.prediction)))
    bench.screen.update("legend")
    assert listed()[0] == before[-1]


def test_a_lost_renderer_is_a_notice(bench: Bench) -> None:
    bench.window.cloud.failed.emit("The point cloud cannot be drawn: press Restart.", "exit -9")
    assert bench.reports[-1] == Report(
        "The point cloud cannot be drawn: press Restart.", details="exit -9"
    )
    bench.window.cloud.ready.emit()
    assert bench.window.notices.shown["withdraw"] == (bench.reports[-1].text,)


def test_the_first_probe_is_there_before_any_click(bench: Bench) -> None:
    assert [probe.number for probe in bench.marks] == [1]
    assert bench.window.shown["show_hint"] == (HINT,)
    assert [card.number for card in bench.window.card.shown["set_cards"][0]] == [1]


def test_the_first_probe_shows_the_layer_that_spreads_most_once(bench: Bench) -> None:
    (marks,) = bench.marks
    result = bench.session.result
    assert result is not None
    read = read_probe(
        result.prediction, marks.u, marks.v, result.frame.depth_m, result.frame.intrinsics
    )
    spreads = {layer.name: layer.spread_px for layer in read.layers}
    assert [taps.layer for taps in marks.taps] == [max(spreads, key=spreads.__getitem__)]
    bench.window.layers.chosen.emit(ALL_LAYERS)
    bench.show()
    assert len(bench.marks[0].taps) == len(LAYERS)


def test_a_click_draws_the_taps_of_every_layer_as_the_model_reports_them(bench: Bench) -> None:
    bench.window.layers.chosen.emit(ALL_LAYERS)
    bench.window.picture.clicked.emit(50, 40)
    (marks,) = bench.marks
    result = bench.session.result
    assert result is not None
    wanted = read_probe(
        result.prediction, 50, 40, result.frame.depth_m, result.frame.intrinsics
    ).layers
    assert [taps.layer for taps in marks.taps] == [name for name, *_ in LAYERS]
    for taps, layer in zip(marks.taps, wanted, strict=True):
        assert np.allclose(taps.x, layer.x, atol=1e-4)
        assert np.allclose(taps.y, layer.y, atol=1e-4)
        assert np.array_equal(taps.outside, layer.outside)


def test_a_layer_is_chosen_stepped_to_and_shown(bench: Bench) -> None:
    bench.window.layers.chosen.emit("layer2.0")
    assert [taps.layer for taps in bench.marks[0].taps] == ["layer2.0"]
    bench.probe.step_layer(1)
    assert bench.view.settings.layer == "layer2.3"
    bench.probe.step_layer(1)
    assert bench.view.settings.layer == ALL_LAYERS
    bench.probe.step_layer(-1)
    assert bench.window.layers.shown["set_layer"] == ("layer2.3",)
    bench.window.card.layer_chosen.emit("layer1.2")
    assert [taps.layer for taps in bench.marks[0].taps] == ["layer1.2"]


def test_arrows_move_the_probe_and_stop_at_the_border(bench: Bench) -> None:
    bench.window.picture.clicked.emit(1, 50)
    bench.window.probe_stepped.emit(-1, 0)
    bench.window.probe_stepped.emit(-1, 2)
    assert (bench.marks[0].u, bench.marks[0].v) == (0, 52)


def test_a_click_beside_the_picture_does_nothing(bench: Bench) -> None:
    before = bench.probes.points
    bench.window.picture.clicked.emit(WIDTH, 5)
    assert bench.probes.points == before


def test_pinned_probes_stay_and_are_removed(bench: Bench) -> None:
    bench.window.picture.clicked.emit(10, 10)
    bench.window.card.pinned.emit()
    bench.window.picture.clicked.emit(20, 20)
    assert [(probe.u, probe.active) for probe in bench.marks] == [(10, False), (20, True)]
    cards, active = bench.window.card.shown["set_cards"]
    assert ([card.u for card in cards], active) == ([10, 20], 2)
    bench.window.card.activated.emit(1)
    assert [probe.active for probe in bench.marks] == [True, False]
    bench.window.card.removed.emit(1)
    assert [(probe.u, probe.active) for probe in bench.marks] == [(20, True)]


def test_tap_options_are_handed_on(bench: Bench) -> None:
    bench.view.change(tap_weight=TapWeight.OPACITY)
    bench.view.change(show_grid=False)
    assert bench.window.picture.shown["set_probes"][1:] == (TapWeight.OPACITY, False)


def test_a_probe_follows_to_the_next_result_with_its_taps_read_anew(bench: Bench) -> None:
    bench.window.picture.clicked.emit(50, 40)
    old = bench.marks[0].taps[0].x
    bench.session.set_result(make_result(bench.session.frame, seed=5))
    assert (bench.marks[0].u, bench.marks[0].v) == (50, 40)
    assert not np.allclose(bench.marks[0].taps[0].x, old)


def test_probes_are_read_in_the_worker_when_a_result_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surveyor = HeldRunner()
    bench = Bench(surveyor=surveyor).show()
    bench.window.picture.clicked.emit(50, 40)
    old, surveyor.waiting = bench.marks[0].taps[0].x, []
    read: list[tuple[int, int]] = []
    for reader in ("render.probe_reading", "controllers.probe"):
        monkeypatch.setattr(
            f"sgnet_viewer.{reader}.read_at",
            lambda result, u, v: read.append((u, v)) or read_at(result, u, v),
        )
    shown = bench.window.picture.called("set_probes")
    bench.session.set_result(make_result(bench.session.frame, seed=5))
    assert (read, bench.window.picture.called("set_probes")) == ([], shown)
    surveyor.let_go()
    assert read == [(50, 40)]
    assert not np.allclose(bench.marks[0].taps[0].x, old)
    assert bench.window.card.shown["set_cards"][0][0].u == 50
    assert bench.screen.is_complete


def test_a_survey_of_an_older_result_changes_no_marks() -> None:
    surveyor = HeldRunner()
    bench = Bench(surveyor=surveyor).show()
    bench.window.picture.clicked.emit(50, 40)
    surveyor.waiting = []
    for seed in (5, 6):
        bench.session.set_result(make_result(bench.session.frame, seed=seed))
    surveyor.let_go(1)
    newest = bench.marks[0].taps[0].x
    surveyor.let_go(0)
    assert np.array_equal(bench.marks[0].taps[0].x, newest)
    assert bench.screen.is_complete


def test_while_a_frame_has_no_result_its_probe_is_a_cross_alone(bench: Bench) -> None:
    bench.session.set_frame(0, make_frame("next"))
    assert [probe.taps for probe in bench.marks] == [()]
    assert bench.window.card.shown["set_stale"] == (True,)
    assert bench.window.cloud.shown["set_marks"][0].shape == (0, 3)


def test_a_frame_without_depth_has_no_maps_of_the_one_before(bench: Bench) -> None:
    assert len(bench.window.layers.shown["set_maps"][0]) == len(LAYERS)
    bench.session.set_frame(0, make_frame(depth=False))
    assert bench.window.layers.shown["set_maps"] == ((),)


def test_another_set_begins_with_a_probe_of_its_own(bench: Bench) -> None:
    bench.window.picture.clicked.emit(3, 3)
    bench.window.card.pinned.emit()
    bench.show()
    assert len(bench.marks) == 1
    assert (bench.marks[0].u, bench.marks[0].v) != (3, 3)


def test_the_command_lines_pixel_and_layer_come_first() -> None:
    bench = Bench()
    bench.probe.first_view.ask((7, 9), "layer2.0")
    bench.show()
    assert (bench.marks[0].u, bench.marks[0].v) == (7, 9)
    assert [taps.layer for taps in bench.marks[0].taps] == ["layer2.0"]


@pytest.mark.parametrize(
    ("pixel", "layer", "said"),
    [
        ((999, 0), None, "lies outside"),
        ((-1, 3), None, "lies outside"),
        (None, "layer9.9", "layer9.9"),
    ],
)
def test_modes_that_cannot_be_granted_are_said(
    pixel: tuple[int, int] | None, layer: str | None, said: str
) -> None:
    bench = Bench()
    bench.probe.first_view.ask(pixel, layer)
    bench.show()
    assert said in bench.reports[-1].text
    assert bench.reports[-1].level == "error"


def test_a_layer_that_another_network_lacks_gives_way_to_all(bench: Bench) -> None:
    bench.view.change(layer="layer3.21")
    bench.session.set_result(make_result(bench.session.frame))
    assert bench.view.settings.layer == ALL_LAYERS
    assert bench.window.layers.shown["set_layer"] == (ALL_LAYERS,)


def test_reports_become_notices(bench: Bench) -> None:
    bench.notices.fail(UserError("No.", "because"))
    bench.notices.tell("By the way.")
    assert [values[0] for _, values in bench.window.notices.calls] == [
        Notice("No.", Severity.ERROR, "because"),
        Notice("By the way.", Severity.INFO),
    ]


@pytest.mark.parametrize(
    ("subject", "gone_with_a_frame", "gone_with_a_set"),
    [
        (Subject.FRAME, True, True),
        (Subject.OPENING, True, True),
        (Subject.SET, False, True),
        (Subject.PROGRAM, False, False),
        (Subject.NETWORK, False, False),
        (Subject.REFUSED, True, True),
    ],
)
def test_a_notice_goes_with_what_it_is_about(
    bench: Bench, subject: Subject, gone_with_a_frame: bool, gone_with_a_set: bool
) -> None:
    notices = bench.window.notices
    bench.notices.tell("The depth was resized.", subject=subject)
    bench.session.set_frame(0, make_frame("next"))
    assert bool(notices.called("withdraw")) is gone_with_a_frame
    bench.notices.tell("The depth was resized.", subject=subject)
    bench.session.set_frames(FakeFrames(), Target(("other",)))
    assert ("withdraw", ("The depth was resized.",)) in notices.calls or not gone_with_a_set
    assert bool(notices.called("withdraw")) is gone_with_a_set


@pytest.mark.parametrize("subject", [Subject.NETWORK, Subject.REFUSED])
def test_a_notice_on_the_network_goes_with_it(bench: Bench, subject: Subject) -> None:
    bench.notices.tell("8-bit weights.", subject=subject)
    bench.session.choose(NetworkChoice(device="cpu"))
    assert bench.window.notices.shown["withdraw"] == ("8-bit weights.",)


def test_activity_is_shown_and_taken_away(bench: Bench) -> None:
    bench.activity.report("network", Step("Segmenting", 0.5))
    assert bench.window.shown["set_busy"] == ("Segmenting", 0.5)
    bench.activity.finish("network")
    assert bench.window.called("set_idle") == 1


def test_a_class_that_is_pointed_at_is_lit_up(bench: Bench) -> None:
    bench.window.legend.pointed.emit(CHAIR)
    overlay = bench.window.picture.shown["set_map"][0]
    labels = make_result().prediction.labels
    assert (overlay.image[..., 3] == 0).tolist() == (labels == CHAIR).tolist()
    bench.window.legend.pointed.emit(-1)
    assert bench.window.picture.shown["set_map"] == (None,)


def test_the_map_of_the_chosen_layer_lies_over_the_picture(bench: Bench) -> None:
    bench.view.change(layer="layer2.0", show_field=True)
    overlay = bench.window.picture.shown["set_map"][0]
    assert overlay.title.startswith("layer2.0")
    assert overlay.image.shape == (*make_frame().size, 4)
    trace = next(one for one in make_result().prediction.traces if one.name == "layer2.0")
    sums = np.hypot(trace.offsets[0::2], trace.offsets[1::2]).sum(0)
    assert overlay.bar is not None
    assert 0.9 * sums.max() < overlay.bar.high <= sums.max()  # the very largest may saturate
    bench.view.change(layer=ALL_LAYERS)
    assert bench.window.picture.shown["set_map"] == (None,)
