"""The range that the colours of depth span: locked, steady in a stream, said, and counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from render_support import frame
from session_support import FakeFrames, FakeView, make_frame, make_screen

from sgnet_model import colour
from sgnet_model.types import Frame
from sgnet_viewer.contract.commands import UNLOCK_DEPTH
from sgnet_viewer.controllers.depth_range import DepthRangeController
from sgnet_viewer.render.cloud import cloud_colours
from sgnet_viewer.render.depth import STEPS, histogram, steadied
from sgnet_viewer.render.live import draw_live
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, DepthRamp, PictureMode, ViewSettings
from sgnet_viewer.views.window.depth_range_dialog import DepthRangeDialog

DEPTH = ViewSettings(mode=PictureMode.DEPTH)


def flat(depth_m: float) -> Frame:
    """A wall, and a few strays that no robust range follows."""
    return replace(frame(), depth_m=np.linspace(1.0, depth_m, 12, dtype=np.float32).reshape(3, 4))


def test_a_locked_range_is_that_of_picture_bar_and_cloud() -> None:
    settings = replace(DEPTH, depth_limits=(0.0, 10.0), cloud_colour=CloudColour.DEPTH)
    one = flat(5.0)
    picture = compose_picture(one, None, settings)
    assert picture.bar is not None
    assert (picture.bar.low, picture.bar.high) == (0.0, 10.0)
    expected = colour.depth_image(one.depth_m, (0.0, 10.0), colour.Ramp.VIRIDIS)  # type: ignore[arg-type]
    np.testing.assert_array_equal(picture.image, expected)
    cloud = cloud_colours(one, None, settings, np.arange(12))
    np.testing.assert_array_equal(cloud, expected.reshape(-1, 3))


@pytest.mark.parametrize("ramp", list(DepthRamp))
def test_every_ramp_colours_picture_and_bar(ramp: DepthRamp) -> None:
    picture = compose_picture(flat(5.0), None, replace(DEPTH, depth_ramp=ramp))
    colours = colour.ramp_colours(colour.Ramp(ramp.value))
    assert picture.bar is not None
    np.testing.assert_array_equal(picture.bar.colours, colours)
    assert tuple(picture.image[0, 0]) == tuple(colours[0])


def test_the_histogram_counts_valid_depth_within_the_range() -> None:
    depth = np.array([[0, 1.0, 1.01], [2.02, 3.0, 9.0]], np.float32)
    counts, beyond = histogram(depth, (1.0, 3.0))
    assert (counts[0], counts[STEPS // 2], counts[-1]) == (2, 1, 1)  # the farther end counts too
    assert counts.sum() == 4
    assert beyond == pytest.approx(1 / 5)
    assert histogram(np.zeros((2, 2), np.float32), (1.0, 3.0))[1] == 0.0


def test_a_streams_range_stays_while_frames_are_near_it() -> None:
    held = (1.0, 3.0)
    assert steadied(held, (1.2, 2.8)) == held
    assert steadied(held, (1.2, 4.0)) == (1.2, 4.0)
    assert steadied(None, (1.2, 4.0)) == (1.2, 4.0)


def test_live_frames_keep_their_colours_until_the_scene_is_another() -> None:
    first = draw_live(flat(5.0), None, DEPTH, ())
    near = draw_live(flat(5.3), None, DEPTH, (), held=first.depth_limits)
    other = draw_live(flat(9.0), None, DEPTH, (), held=near.depth_limits)
    assert near.depth_limits == first.depth_limits
    assert near.picture.bar is not None
    assert (near.picture.bar.low, near.picture.bar.high) == first.depth_limits
    assert other.depth_limits != first.depth_limits
    locked = draw_live(flat(9.0), None, replace(DEPTH, depth_limits=(2.0, 4.0)), ())
    assert locked.depth_limits is None  # there is nothing to steady
    assert draw_live(flat(9.0), None, ViewSettings(), ()).depth_limits is None


class Bench:
    """The controllers of range and status around one frame."""

    def __init__(self) -> None:
        self.window: Any = FakeView(parts=True)
        self.session, self.reports = Session(), list[Report]()
        self.view = ViewState(document=self.session.document)
        notices = Notices()
        notices.added.connect(self.reports.append)
        self.screen = make_screen(self.window, self.session)
        self.depth = DepthRangeController(self.window, self.session, self.view, notices)
        self.frame = make_frame()
        self.session.set_frames(FakeFrames(self.frame), Target(("x",)))
        self.session.set_frame(0, self.frame)

    @property
    def said(self) -> list[tuple[str, str]]:
        (status,) = self.window.shown["set_status"]
        return [(one.text, one.command) for one in status.departures]


def test_the_range_is_locked_said_and_taken_back() -> None:
    bench = Bench()
    assert bench.said == []
    bench.depth.toggle()
    assert bench.frame.depth_m is not None
    own = colour.depth_range(bench.frame.depth_m)
    assert bench.view.settings.depth_limits == own
    assert bench.said == [("locked range", UNLOCK_DEPTH)]
    bench.depth.unlock()
    assert bench.view.settings.depth_limits is None
    assert bench.said == []
    bench.session.document.undo()
    assert bench.view.settings.depth_limits == own


def test_a_typed_range_is_taken_and_a_wrong_one_refused() -> None:
    bench = Bench()
    bench.depth.ask()
    assert bench.window.called("ask_depth_range")
    bench.window.depth_range_entered.emit(0.5, 4.0)
    assert bench.view.settings.depth_limits == (0.5, 4.0)
    bench.window.depth_range_entered.emit(4.0, 0.5)
    assert bench.view.settings.depth_limits == (0.5, 4.0)
    assert "nearer first" in bench.reports[-1].text


def test_the_dialogue_gives_two_distances_in_order(qtbot: QtBot) -> None:
    dialog = DepthRangeDialog(1.25, 3.5)
    qtbot.addWidget(dialog)
    entered: list[tuple[float, float]] = []
    dialog.entered.connect(lambda low, high: entered.append((low, high)))
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    dialog.low.setValue(4.0)
    assert not ok.isEnabled()
    dialog.high.setValue(6.0)
    ok.click()
    assert entered == [(4.0, 6.0)]


def test_range_and_ramp_are_saved_with_the_session(tmp_path: Path) -> None:
    view = ViewSettings(depth_ramp=DepthRamp.CIVIDIS, depth_limits=(0.5, 4.0))
    data = document_to_json(DocumentValue(view=view), tmp_path)
    back, remarks = document_from_json(data, tmp_path)
    assert (back.view, remarks) == (view, ())
    for wrong in ([4.0, 0.5], [1.0], "near", [0.0, float("nan")]):
        data["view"]["depth_limits"] = wrong
        back, remarks = document_from_json(data, tmp_path)
        assert back.view == ViewSettings()
        assert len(remarks) == 1
