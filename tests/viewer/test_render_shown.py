"""What is shown as one value: what each part depends on, and that only differences are made."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from session_support import (
    WIDTH,
    FakeFrames,
    FakeView,
    HeldRunner,
    make_frame,
    make_result,
    make_screen,
)

from sgnet_model.inspection.probe import probe
from sgnet_model.types import Frame
from sgnet_viewer.contract.panels import CheckBadge
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.render import parts
from sgnet_viewer.render.parts import settings_of
from sgnet_viewer.render.shown import Findings, Interaction, Shown, resolve
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.probe_points import ProbePoint, ProbePoints
from sgnet_viewer.state.result import FrameAnswers
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import (
    CloudColour,
    DepthRamp,
    PictureMode,
    TapWeight,
    ViewSettings,
)

RESULT = make_result()
ANSWERS = FrameAnswers(RESULT.frame, RESULT)
PROBES = ProbePoints((ProbePoint(1, 50, 40), ProbePoint(2, 10, 60)), 2)
READ = {
    (u, v): probe(RESULT.prediction, u, v, RESULT.frame.depth_m, RESULT.frame.intrinsics)
    for u, v in ((50, 40), (10, 60))
}
OVERLAY = MapOverlay(np.zeros((*RESULT.frame.size, 4), np.uint8), None, "a map")
DOCUMENT = DocumentValue(probes=PROBES)


def shown_with(**settings: Any) -> Shown:
    return resolve(
        replace(DOCUMENT, view=ViewSettings(**settings)), ANSWERS, Findings(READ, (OVERLAY,))
    )


def differing(one: Shown, other: Shown) -> set[str]:
    names = (field.name for field in fields(Shown))
    return {name for name in names if getattr(one, name) != getattr(other, name)}


@pytest.mark.parametrize(
    ("setting", "value", "changed"),
    [
        ("mode", PictureMode.RGB, {"picture", "legend"}),
        ("opacity", 0.1, {"picture"}),
        ("hidden", frozenset({1}), {"picture", "legend", "cloud"}),
        ("layer", "layer2.0", {"marks", "cloud_marks"}),
        ("tap_weight", TapWeight.OPACITY, {"marks", "cloud_marks"}),
        ("show_grid", False, {"marks"}),
        ("cloud_colour", CloudColour.RGB, {"cloud"}),
        ("point_size", 5, set()),
        ("depth_ramp", DepthRamp.MAGMA, {"picture", "cloud"}),
        ("cloud_shaded", False, {"cloud"}),
        ("cloud_grid", False, set()),
        ("outlines", True, {"picture"}),
        ("own_colours", (("wall", (1, 2, 3)),), {"picture", "legend", "cloud", "cards"}),
    ],
)
def test_a_setting_changes_the_parts_it_touches_and_no_others(
    setting: str, value: Any, changed: set[str]
) -> None:
    assert shown_with() == shown_with()
    assert differing(shown_with(), shown_with(**{setting: value})) == changed | {"controls"}


def test_a_setting_that_is_not_listed_changes_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {name: touched for name, touched in parts.TOUCHED.items() if name != "point_size"}
    monkeypatch.setattr(parts, "TOUCHED", listed)
    settings_of.cache_clear()
    settings = ViewSettings(point_size=9)
    assert all(settings_of(part, settings) == settings for part in ("picture", "cloud", "marks"))


def test_a_map_colours_the_cloud_only_where_it_is_asked_to() -> None:
    assert shown_with().overlays == (OVERLAY,)
    for colour, map_of_cloud in ((CloudColour.EXPLANATION, OVERLAY), (CloudColour.LABELS, None)):
        cloud = shown_with(cloud_colour=colour).cloud
        assert cloud is not None
        assert cloud.explained is map_of_cloud


def test_what_is_not_read_yet_leaves_the_marks_that_are_there() -> None:
    waiting = resolve(DOCUMENT, ANSWERS, Findings(None))
    assert (waiting.marks, waiting.cards, waiting.cloud_marks) == (None, None, None)
    unseen = resolve(DOCUMENT, FrameAnswers(RESULT.frame, awaited=True), Findings(None))
    assert unseen.marks is not None
    assert [(mark.u, mark.taps) for mark in unseen.marks.make()] == [(50, ()), (10, ())]
    # Those of the frame before stay until there are others.
    assert (unseen.strip, unseen.cards, unseen.legend) == (None, None, None)
    bare = resolve(DOCUMENT, FrameAnswers(make_frame(depth=False)), Findings())
    assert bare.strip is not None
    assert bare.strip.make() == ()


def test_a_self_check_changes_the_cards_alone() -> None:
    badge = CheckBadge("ok", True, "as it should be")
    plain = resolve(DOCUMENT, ANSWERS, Findings(READ))
    checked = resolve(DOCUMENT, ANSWERS, Findings(READ, checks={(10, 60): badge}))
    assert differing(plain, checked) == {"cards"}
    assert checked.cards is not None
    assert [card.check for card in checked.cards.make()] == [None, badge]


def test_a_stream_has_a_thinner_cloud_and_classes_that_keep_their_places() -> None:
    live = resolve(DOCUMENT, replace(ANSWERS, live=True, stream=1), Findings(READ))
    still = resolve(DOCUMENT, ANSWERS, Findings(READ))
    assert live.cloud is not None
    assert live.legend is not None
    assert still.cloud is not None
    (points, _, _), ground = still.cloud.make()
    assert len(live.cloud.make(ground)[0][0]) < len(points) / 3
    assert [row.index for row in live.legend.make((2, 0, 1))] == [2, 0, 1]
    assert live.title == "Live"
    assert live.picture == still.picture


def test_the_held_key_bares_the_picture_alone() -> None:
    bare = resolve(DOCUMENT, ANSWERS, Findings(READ), Interaction(bare=True))
    assert differing(bare, resolve(DOCUMENT, ANSWERS, Findings(READ))) == {"picture"}
    assert bare.picture is not None
    assert np.array_equal(bare.picture.make().image, RESULT.frame.rgb)


class Bench:
    """A screen that makes everything at once but the picture."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        for kind in ("Picture", "Legend", "Strip", "Cloud"):
            self._count(monkeypatch, kind)
        self.window, self.session, self.painter = FakeView(parts=True), Session(), HeldRunner()
        self.screen = make_screen(self.window, self.session, picture=self.painter)

    def _count(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        part: Any = getattr(parts, f"{kind}Part")
        make = part.make

        def counted(*values: Any) -> Any:
            self.made.append(kind)
            return make(*values)

        monkeypatch.setattr(part, "make", counted)

    def show(self, frame: Frame | None = None) -> Bench:
        frame = frame or make_frame()
        self.session.set_frames(FakeFrames(frame), Target(("x",)))
        self.session.set_frame(0, frame)
        self.session.set_result(make_result(frame))
        while self.painter.waiting:
            self.painter.let_go()
        self.made.clear()
        self.window.calls.clear()
        return self

    def change(self, **values: Any) -> None:
        view = self.session.document.value.view
        self.session.document.change("view", view=replace(view, **values))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch).show()


def test_only_what_differs_is_made_and_set(bench: Bench) -> None:
    assert bench.screen.is_complete
    bench.screen.update()
    bench.session.document.amend(tool="measure")
    assert (bench.made, bench.window.calls, bench.painter.waiting) == ([], [], [])
    bench.change(cloud_colour=CloudColour.RGB)
    assert (bench.made, bench.painter.waiting) == (["Cloud"], [])
    assert bench.window.cloud.shown["set_colours"][0].shape[1] == 3
    bench.session.document.amend(probes=ProbePoints((ProbePoint(1, 5, 6),), 1))
    assert bench.made == ["Cloud"]
    assert bench.window.picture.shown["set_probes"][0][0].u == 5


def test_a_view_taken_back_before_it_was_drawn_is_not_drawn(bench: Bench) -> None:
    pictures = bench.window.picture.called("set_picture")
    bench.change(opacity=0.1)
    assert not bench.screen.is_complete
    bench.change(opacity=ViewSettings().opacity)
    assert bench.screen.is_complete
    bench.painter.let_go()  # a worker that had begun
    assert bench.window.picture.called("set_picture") == pictures
    assert bench.screen.is_complete


def test_while_the_user_drags_the_views_on_the_way_are_seen(bench: Bench) -> None:
    pictures = bench.window.picture.called("set_picture")
    for opacity in (0.1, 0.2, 0.3):
        bench.change(opacity=opacity)
    bench.painter.let_go()
    assert bench.window.picture.called("set_picture") == pictures + 1
    assert not bench.screen.is_complete
    bench.painter.let_go(1)
    assert bench.screen.is_complete
    bench.painter.let_go()  # an older one never follows a newer one
    assert bench.window.picture.called("set_picture") == pictures + 2


def test_the_picture_of_another_frame_is_dropped(bench: Bench) -> None:
    other = replace(make_frame("other"), rgb=np.full_like(make_frame().rgb, 7))
    bench.change(opacity=0.1)
    bench.session.set_frame(0, other)
    pictures = bench.window.picture.called("set_picture")
    bench.painter.let_go()
    assert bench.window.picture.called("set_picture") == pictures
    bench.painter.let_go()
    assert (bench.window.picture.shown["set_picture"][0].image == 7).all()


def test_a_part_that_failed_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ValueError("no")

    drawn = parts.PicturePart.make
    monkeypatch.setattr(parts.PicturePart, "make", fail)
    bench.change(mode=PictureMode.DEPTH)
    bench.painter.let_go()
    assert not bench.screen.is_complete
    monkeypatch.setattr(parts.PicturePart, "make", drawn)
    bench.screen.update()
    bench.painter.let_go()
    assert bench.screen.is_complete


def test_hovering_sets_the_readout_alone(bench: Bench) -> None:
    bench.screen.hover(WIDTH - 1, 3)
    bench.screen.hover(WIDTH - 1, 3)
    assert [name for name, _ in bench.window.calls] == ["set_readout"]
    assert bench.window.shown["set_readout"][0].u == WIDTH - 1
