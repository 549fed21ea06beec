"""View settings, probes, activity, notices and network sizes."""

from __future__ import annotations

import pytest
from session_support import make_frame

from sgnet_model.types import UserError
from sgnet_viewer.state.activity import Activity, Step
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.probe_points import ProbePoint
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import TITLES, ViewState
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings


def test_a_change_is_told_with_the_old_and_the_new_settings() -> None:
    view = ViewState()
    heard: list[tuple[ViewSettings, ViewSettings]] = []
    view.changed.connect(lambda old, new: heard.append((old, new)))
    view.change(mode=PictureMode.DEPTH, opacity=0.3)
    assert [(old.mode, new.mode, new.opacity) for old, new in heard] == [
        (PictureMode.OVERLAY, PictureMode.DEPTH, 0.3)
    ]
    assert view.settings is heard[0][1]


def test_every_setting_has_a_title_for_its_undo_step() -> None:
    assert set(TITLES) == set(ViewSettings.__dataclass_fields__)


def test_no_change_is_not_told() -> None:
    view = ViewState()
    heard: list[object] = []
    view.changed.connect(lambda *change: heard.append(change))
    view.change(opacity=view.settings.opacity)
    assert heard == []


def test_a_click_moves_the_probe_until_it_is_pinned() -> None:
    probes = Probes()
    probes.place(1, 2)
    probes.place(3, 4)
    assert probes.points == (ProbePoint(1, 3, 4),)
    probes.toggle_pin()
    probes.place(5, 6)
    assert probes.points == (ProbePoint(1, 3, 4, pinned=True), ProbePoint(2, 5, 6))
    assert probes.active == ProbePoint(2, 5, 6)


def test_a_pinned_probe_stays_until_it_is_unpinned() -> None:
    probes = Probes()
    probes.place(1, 2)
    probes.toggle_pin()
    probes.move_active(9, 9)
    probes.move(1, 8, 8)
    assert probes.active == ProbePoint(1, 1, 2, pinned=True)
    probes.toggle_pin()
    probes.move_active(9, 9)
    assert probes.points == (ProbePoint(1, 9, 9),)


def test_removing_the_active_probe_hands_on() -> None:
    probes = Probes()
    for u in range(3):
        probes.place(u, 0)
        probes.toggle_pin()
    probes.activate(2)
    probes.remove(2)
    assert [point.number for point in probes.points] == [1, 3]
    assert probes.active is probes.find(3)
    probes.keep(lambda point: point.number == 1)
    assert probes.active is probes.find(1)
    probes.remove(1)
    assert probes.active is None


def test_probes_tell_only_what_changed() -> None:
    probes = Probes()
    told: list[int] = []
    probes.changed.connect(lambda: told.append(len(probes.points)))
    probes.place(1, 1)
    probes.place(1, 1)
    probes.activate(1)
    probes.activate(7)
    probes.remove(7)
    assert told == [1]


def test_the_newest_step_is_shown_and_the_older_one_again_after_it() -> None:
    activity = Activity()
    activity.report("frames", Step("Reading"))
    activity.report("network", Step("Segmenting", 0.5))
    assert activity.current == Step("Segmenting", 0.5)
    activity.finish("network")
    assert activity.current == Step("Reading")
    activity.finish("frames")
    assert activity.current is None


def test_a_users_error_speaks_for_itself() -> None:
    notices = Notices()
    heard: list[Report] = []
    notices.added.connect(heard.append)
    notices.fail(UserError("The file is empty: choose another.", "path: a.png"), "reading")
    assert heard == [Report("The file is empty: choose another.", "error", "path: a.png")]


def test_an_error_of_ours_is_one_sentence_with_the_traceback_in_its_details(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notices = Notices()
    heard: list[Report] = []
    notices.added.connect(heard.append)
    try:
        raise KeyError("layer9")
    except KeyError as error:
        notices.fail(error, "drawing")
    (report,) = heard
    assert "while drawing" in report.text
    assert "KeyError: 'layer9'" in report.text
    assert "\n" not in report.text
    assert "test_state_models.py" in report.details
    assert "layer9" in caplog.text


def test_a_target_has_a_title() -> None:
    assert Target(("/data/kitchen/rgb.png", "/data/kitchen/d.png")).title == "rgb.png"
    assert Target(sample="bedroom").title == "bedroom"
    assert Target(sample="").title == "the sample"


def test_a_point_of_the_cloud_is_a_pixel_of_the_frame_or_of_none() -> None:
    session, frame = Session(), make_frame()
    height, width = frame.size
    assert session.pixel_of(0) is None
    session.set_frame(0, frame)
    assert session.pixel_of(3 * width + 5) == (5, 3)
    assert session.pixel_of(height * width - 1) == (width - 1, height - 1)
    assert [session.pixel_of(index) for index in (-1, -7, height * width)] == [None] * 3
    assert frame.holds(width - 1, height - 1)
    assert not any(frame.holds(*at) for at in ((-1, 0), (0, -1), (width, 0), (0, height)))
