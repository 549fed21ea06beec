"""Cutting parts of the cloud off, its picture, and what is said where there is nothing to see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from cloud_support import two_planes
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_cloud_ground import CAMERA, SIZE, room, sensor_axes
from test_cloud_view import FakeClient, show
from test_controllers_views import Bench

from sgnet_model.types import DepthInfo, Frame, Origin
from sgnet_viewer.contract.cloud import Ground
from sgnet_viewer.exports.files import save_image
from sgnet_viewer.render.cloud_box import across, heights, inside
from sgnet_viewer.render.cloud_nothing import NO_DEPTH, why_nothing
from sgnet_viewer.render.parts import CloudPart
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.document_json import document_from_json, document_to_json
from sgnet_viewer.state.view_settings import CloudBox, CloudColour, ViewSettings
from sgnet_viewer.views.cloud.clip_box import ClipBox
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.kit.number_boxes import MetresBox

RGB = ViewSettings(cloud_colour=CloudColour.RGB)
PITCH = 20.0


def test_heights_and_sideways_are_level_and_depth_is_the_sensors() -> None:
    axes = sensor_axes(PITCH)  # rows: the sensor's axes in level axes
    ground = Ground(tuple(axes[:, 1].tolist()), 1.4)
    level = np.array([(0.5, 1.4, 2.0), (0.5, 0.4, 2.0), (-1.0, 1.4, 3.0)])
    points = (level @ axes.T).astype(np.float32)
    np.testing.assert_allclose(heights(points, ground), [0.0, 1.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(across(points, ground), [0.5, 0.5, -1.0], atol=1e-6)
    box = CloudBox(height=(0.5, 2.0))
    assert inside(points, box, ground).tolist() == [False, True, False]
    assert inside(points, CloudBox(across=(-2.0, 0.0)), ground).tolist() == [False, False, True]
    near = CloudBox(depth=(0.0, float(points[1, 2]) + 1e-4))
    assert inside(points, near, ground)[1]
    assert inside(points, CloudBox(), ground).all()


def test_a_room_loses_its_ceiling_on_the_screen_and_in_the_file() -> None:
    frame = room(0.0)
    (points, colours, source), ground = CloudPart(frame, None, RGB).make()
    assert ground is not None
    below = replace(RGB, cloud_box=CloudBox(height=(-0.1, 2.0)))
    part = CloudPart(frame, None, below)
    (fewer, its_colours, its_source), _ = part.make()
    assert 0 < len(fewer) < len(points)
    assert heights(points, ground).max() > 2.3
    assert heights(fewer, ground).max() <= 2.0
    kept = np.isin(source, its_source)
    np.testing.assert_array_equal(fewer, points[kept])
    np.testing.assert_array_equal(its_colours, colours[kept])
    saved = part.saved()
    assert len(saved.points) == len(saved.colours) == len(fewer)
    # As a stream keeps that of its first frame.
    lower = replace(ground, height_m=ground.height_m + 1)
    (by_it, _, _), _ = part.make(lower)
    assert len(part.saved(lower).points) == len(by_it) != len(fewer)


def test_the_box_is_a_part_of_a_session() -> None:
    box = CloudBox(depth=(0.5, 3.0), across=(-1.0, 1.0))
    value = DocumentValue(view=ViewSettings(cloud_box=box))
    data = document_to_json(value, Path("/"))
    read, remarks = document_from_json(data, Path("/"))
    assert remarks == ()
    assert read.view.cloud_box == box
    data["view"]["cloud_box"] = {"depth": ["near", 3]}
    assert document_from_json(data, Path("/"))[1]


def test_the_panel_begins_with_the_clouds_extent_and_tells_each_change(qtbot: QtBot) -> None:
    view = CloudView(FakeClient())
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    cloud = two_planes()
    show(view, cloud)
    told: list[CloudBox] = []
    view.box_changed.connect(told.append)
    view.box_changed.connect(view.set_box)  # as the state does
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C)
    panel = view.findChild(ClipBox)
    assert panel.isVisible()
    across_row = panel.ranges["across"]
    assert not across_row.low.isEnabled()
    assert across_row.low.value() == pytest.approx(cloud.points[:, 0].min(), abs=0.03)
    across_row.check.click()
    assert told[-1].across is not None
    assert across_row.low.isEnabled()
    across_row.low.setValue(0.25)
    assert told[-1].across == (0.25, pytest.approx(across_row.high.value()))
    assert view._toolbar.clip.isChecked()
    panel._all.click()
    assert told[-1] == CloudBox()
    assert not view._toolbar.clip.isChecked()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_the_users_box_becomes_the_state_and_can_be_undone() -> None:
    bench = Bench().show()
    box = CloudBox(depth=(0.0, 2.5))
    bench.window.cloud.box_changed.emit(box)
    assert bench.view.settings.cloud_box == box
    assert bench.window.cloud.shown["set_box"] == (box,)
    points = bench.window.cloud.shown["set_cloud"][0]
    assert points[:, 2].max() <= 2.5
    bench.session.document.undo()
    assert bench.window.cloud.shown["set_cloud"][0][:, 2].max() > 2.5


def test_the_picture_of_the_cloud_is_what_is_on_the_screen_without_the_buttons(
    qtbot: QtBot, tmp_path: Path
) -> None:
    client = FakeClient()
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    assert view.picture() is None
    show(view, two_planes())
    client.draw()
    picture = view.picture()
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert (picture[120, 160] == 0x80).all()
    strip = view._toolbar.geometry().center()
    assert (picture[strip.y(), strip.x()] == 0x80).all()  # the cloud, no button
    save_image(tmp_path / "cloud.png", picture)
    stored = cv2.imread(str(tmp_path / "cloud.png"))
    np.testing.assert_array_equal(stored[..., ::-1], picture)
    view.set_message("No depth: no cloud.")
    assert view.picture() is None


def test_the_mouse_on_the_failure_panel_does_nothing_to_the_cloud(qtbot: QtBot) -> None:
    client = FakeClient()
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    show(view, two_planes())
    client.draw()
    client.failed.emit("It is gone; press Restart.", "")
    QApplication.processEvents()
    panel, before = view._failure, view.camera
    assert panel.isVisible()
    picked: list[int] = []
    view.pixel_picked.connect(picked.append)
    corner = QPoint(4, 4)  # of the panel, beside its words
    assert not QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mousePress(panel, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseMove(panel, QPoint(60, 40))
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
    QTest.mouseDClick(panel, Qt.MouseButton.LeftButton, pos=corner)
    assert picked == []
    assert view.camera == before


def posed(depth_m: np.ndarray, unit: str = "mm") -> CloudPart:
    info = DepthInfo(unit, Origin.GIVEN, 1.0, 1.0)
    rgb = np.zeros((*SIZE, 3), np.uint8)
    return CloudPart(Frame("f", rgb, depth_m.astype(np.float32), CAMERA, info), None, RGB)


def test_a_wrong_unit_is_said_in_the_place_of_a_black_cloud() -> None:
    points = np.zeros((5, 3), np.float32)
    wrong = why_nothing(posed(np.full(SIZE, 996.0), "m"), points)
    assert "median of 996 m" in wrong
    assert "read in m" in wrong
    assert "another unit" in wrong
    assert "median of 0.0018 m" in why_nothing(posed(np.full(SIZE, 0.0018)), points)
    assert why_nothing(posed(np.full(SIZE, 2.0)), points) == ""
    assert why_nothing(posed(np.zeros(SIZE)), points[:0]) == NO_DEPTH
    hidden = posed(np.full(SIZE, 2.0))
    assert "tick one" in why_nothing(hidden, points[:0])
    cut_off = replace(hidden, settings=replace(RGB, cloud_box=CloudBox(depth=(8.0, 9.0))))
    assert "widen the box" in why_nothing(cut_off, points[:0])


def test_the_box_shows_a_true_minus_and_takes_either_sign(qtbot: QtBot) -> None:
    box = MetresBox(decimals=2, suffix=" m")
    qtbot.addWidget(box)
    box.setRange(-10.0, 10.0)
    box.setValue(-0.5)
    assert box.text() == "−0.50 m"
    for typed, value in (("-1.25 m", -1.25), ("−2.50 m", -2.5)):
        box.lineEdit().setText(typed)
        box.interpretText()
        assert box.value() == value
