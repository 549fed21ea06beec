"""The cloud's widget: what it asks for, what gestures say, and a picture from start to restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from cloud_support import BLUE, RED, front_view, two_planes
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QEnterEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from sgnet_model.types import UserError
from sgnet_viewer.cloud.camera import ViewSize
from sgnet_viewer.cloud.image import CloudImage
from sgnet_viewer.cloud.marks import NO_MARKS
from sgnet_viewer.cloud.picking import project_scene
from sgnet_viewer.cloud.qt_client import QtCloudClient
from sgnet_viewer.cloud.scene import Cloud, Scene
from sgnet_viewer.contract.cloud import CloudViewpoint, Ground
from sgnet_viewer.contract.picture import ColourBar
from sgnet_viewer.render.cloud_merged import FIRST, PIXELS, place_of
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.kit.colours import DARK, LIGHT
from sgnet_viewer.views.picture.colour_bar import ColourBarWidget

SIZE = ViewSize(320, 240)
LEFT = Qt.MouseButton.LeftButton
START_MS = 60_000


class FakeClient(QObject):
    """Draws a flat grey at once when told to; remembers what it was asked."""

    image_ready = Signal(object)
    ready = Signal()
    notice = Signal(str)
    failed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.scenes: list[Scene] = []
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def restart(self) -> None:
        self.calls.append("restart")

    def request(self, scene: Scene) -> None:
        self.scenes.append(scene)

    def draw(self, scene: Scene | None = None) -> None:
        scene = scene or self.scenes[-1]
        pixels = np.full((scene.size.height, scene.size.width), 0xFF808080, np.uint32)
        self.image_ready.emit(CloudImage(scene, pixels, project_scene(scene), 0.01))


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def view(qtbot: QtBot, client: FakeClient) -> CloudView:
    """Shown at 320 x 240 with a drawn cloud whose source is 64 x 48."""
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    show(view, two_planes())
    client.draw()
    return view


def show(view: CloudView, cloud: Cloud) -> None:
    view.set_cloud(cloud.points, cloud.colours, cloud.source_index)


def wheel(view: CloudView, notches: int, at: QPoint) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(view: CloudView, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, button, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, button, Qt.KeyboardModifier.NoModifier, end)


def test_a_cloud_is_asked_for_in_the_pixels_of_the_screen(
    view: CloudView, client: FakeClient
) -> None:
    scene = client.scenes[-1]
    assert scene.size == SIZE
    assert scene.camera == view.camera
    assert len(scene.cloud) == 64 * 48
    assert scene.point_size == pytest.approx(2.0)
    assert not scene.draft


def test_nothing_is_asked_for_while_the_view_is_not_shown(qtbot: QtBot, client: FakeClient) -> None:
    view = CloudView(client)
    qtbot.addWidget(view)
    show(view, two_planes())
    assert client.scenes == []
    view.show()
    assert len(client.scenes) >= 1
    qtbot.waitUntil(lambda: client.calls == ["start"])


def test_the_view_is_kept_only_where_the_user_has_chosen_one(
    view: CloudView, client: FakeClient
) -> None:
    home = view.camera
    cloud = two_planes()
    view.set_cloud(cloud.points * np.float32(2), cloud.colours, cloud.source_index)
    assert view.camera.distance == pytest.approx(2 * home.distance)
    QTest.keyClick(view, Qt.Key.Key_Right)
    turned = view.camera
    assert turned.yaw > 0
    show(view, cloud)
    assert view.camera == turned
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.camera == home
    assert client.scenes[-1].camera == home


def test_with_a_known_ground_the_view_begins_obliquely_and_keys_take_other_places(
    view: CloudView,
) -> None:
    view.set_ground(Ground((0.0, 0.8, 0.6), 1.0))
    cloud = two_planes()
    view.set_cloud(cloud.points * np.float32(2), cloud.colours, cloud.source_index)
    start = view.camera
    assert start.down == (0.0, 0.8, 0.6)
    assert start.pitch > 0.2
    assert start.yaw != 0
    QTest.keyClick(view, Qt.Key.Key_S)
    assert (view.camera.yaw, view.camera.pitch, view.camera.down) == (0.0, 0.0, (0.0, 1.0, 0.0))
    QTest.keyClick(view, Qt.Key.Key_T)
    assert view.camera.pitch > 1.5
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.camera == start
    pose = view.camera_pose()
    QTest.keyClick(view, Qt.Key.Key_S)
    view.set_camera_pose(pose)
    assert view.camera == start


def test_the_grid_is_on_the_screen_where_it_is_wanted(view: CloudView, client: FakeClient) -> None:
    view.set_ground(Ground((0.0, 1.0, 0.0), 1.2))
    cloud = two_planes()
    view.set_cloud(cloud.points * np.float32(2), cloud.colours, cloud.source_index)
    client.draw()
    with_grid = view.grab().toImage()
    view.set_grid_shown(False)
    without = view.grab().toImage()
    assert with_grid != without
    view.set_grid_shown(True)
    assert view.grab().toImage() == with_grid


def test_a_caption_is_on_the_screen_without_drawing_the_cloud_again(
    view: CloudView, client: FakeClient
) -> None:
    asked, before = len(client.scenes), view.grab().toImage()
    view.set_caption("5 frames")
    assert view.grab().toImage() != before
    view.set_caption("")
    assert view.grab().toImage() == before
    assert len(client.scenes) == asked


def test_points_grow_with_a_high_view_so_that_surfaces_stay_closed(
    view: CloudView, client: FakeClient
) -> None:
    view.resize(900, 640)
    assert client.scenes[-1].point_size == pytest.approx(2.0)
    view.resize(900, 960)
    assert client.scenes[-1].point_size == pytest.approx(3.0)


def test_shading_is_asked_for(view: CloudView, client: FakeClient) -> None:
    assert not client.scenes[-1].shaded
    view.set_shaded(True)
    assert client.scenes[-1].shaded


def test_hiding_classes_of_a_frame_does_not_move_the_view(view: CloudView) -> None:
    home, cloud = view.camera, two_planes()
    left = cloud.points[:, 0] < -0.5
    view.set_cloud(cloud.points[left], cloud.colours[left], cloud.source_index[left])
    assert view.camera == home
    view.set_cloud(cloud.points[:0], cloud.colours[:0], cloud.source_index[:0])
    show(view, cloud)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.camera == home


def test_a_click_picks_the_pixel_of_the_point_seen_there(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    index = 20 * 64 + 40
    pixels = project_scene(client.scenes[-1]).pixels
    at = QPoint(round(float(pixels.u[index]) + 0.5), round(float(pixels.v[index]) + 0.5))
    with qtbot.waitSignal(view.pixel_picked) as picked:
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert picked.args == [index]


def test_a_point_of_another_merged_frame_is_picked_whole(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    """Its source index has more bits than an int of Qt's signals."""
    index, frame, pixel = 20 * 64 + 40, 7, 100
    cloud = two_planes()
    source = cloud.source_index.copy()
    source[index] = -(FIRST + frame * PIXELS + pixel)
    view.set_cloud(cloud.points, cloud.colours, source)
    client.draw()
    pixels = project_scene(client.scenes[-1]).pixels
    at = QPoint(round(float(pixels.u[index]) + 0.5), round(float(pixels.v[index]) + 0.5))
    with qtbot.waitSignal(view.pixel_picked) as picked:
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert place_of(picked.args[0]) == (frame, pixel)


def test_a_right_click_opens_a_menu_on_the_point_and_a_right_drag_pans(view: CloudView) -> None:
    opened: list[int] = []
    asked: list[QPoint] = []
    view.menu_opened.connect(opened.append)
    view.menu_requested.connect(asked.append)
    right, at = Qt.MouseButton.RightButton, QPoint(110, 120)
    QTest.mouseClick(view, right, pos=at)
    assert asked == [view.mapToGlobal(at)]
    assert opened[0] >= 0
    QTest.mouseClick(view, right, pos=QPoint(3, 3))
    assert opened[1] == -1
    target = view.camera.target
    QTest.mousePress(view, right, pos=at)
    QTest.mouseMove(view, at + QPoint(60, 0))
    QTest.mouseRelease(view, right, pos=at + QPoint(60, 0))
    assert len(asked) == 2
    assert view.camera.target != target
    menu_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view, menu_key)
    assert asked[2] == view.mapToGlobal(view.rect().center())


def test_a_point_is_brought_into_the_middle_and_turned_about(view: CloudView) -> None:
    point = np.array([[0.4, -0.3, 2.0]], np.float32)
    direction, distance = view.camera.axes()[2], view.camera.distance
    view.centre_on((0.4, -0.3, 2.0))
    for _ in range(3):
        seen = view.camera.project(point, SIZE)
        assert (seen.u[0], seen.v[0]) == pytest.approx(SIZE.centre, abs=1e-3)
        assert view.camera.distance == distance
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.camera.axes()[2] != pytest.approx(direction)


def test_from_the_sides_the_view_is_level_and_across_the_sensor(view: CloudView) -> None:
    for viewpoint, sign in ((CloudViewpoint.LEFT, 1.0), (CloudViewpoint.RIGHT, -1.0)):
        view.look_from(viewpoint)
        assert view.camera.axes()[2] == pytest.approx((sign, 0.0, 0.0), abs=1e-6)
        assert sign * (view.camera.target[0] - view.camera.eye()[0]) > 0


def test_a_click_beside_the_cloud_and_a_drag_pick_nothing(view: CloudView) -> None:
    picked: list[int] = []
    view.pixel_picked.connect(picked.append)
    QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(2, 120))
    drag(view, LEFT, QPoint(160, 120), QPoint(200, 120))
    assert picked == []


def test_clicks_use_the_camera_of_the_picture_on_the_screen(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    for _ in range(6):
        QTest.keyClick(view, Qt.Key.Key_Right)  # asked for, not drawn yet
    with qtbot.waitSignal(view.pixel_picked) as before:
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(190, 120))
    client.draw()
    with qtbot.waitSignal(view.pixel_picked) as after:
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(190, 120))
    assert before.args != after.args


def test_left_drag_orbits_in_drafts_and_ends_with_a_full_picture(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    start = view.camera
    with qtbot.waitSignal(view.camera_changed):
        drag(view, LEFT, QPoint(100, 100), QPoint(180, 140))
    assert view.camera.yaw > start.yaw  # the scene follows the mouse to the right
    assert view.camera.pitch > start.pitch
    assert view.camera.target == start.target
    assert [scene.draft for scene in client.scenes[-2:]] == [True, False]


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_drags_pan(view: CloudView, button: Qt.MouseButton) -> None:
    start = view.camera
    drag(view, button, QPoint(100, 100), QPoint(140, 100))
    moved = 40 * start.metres_per_pixel(SIZE)
    assert view.camera.target == pytest.approx((-moved, 0.0, start.target[2]), abs=1e-6)
    assert view.camera.yaw == 0.0


def test_the_wheel_zooms_and_settles_by_itself(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    start = view.camera.distance
    wheel(view, 1, QPoint(100, 60))
    assert view.camera.distance == pytest.approx(0.85 * start)
    assert client.scenes[-1].draft
    assert client.scenes[-1].point_size > 2.0  # closer: points grow, the surface stays closed
    qtbot.waitUntil(lambda: not client.scenes[-1].draft)


def test_keys_turn_zoom_fit_and_reset(view: CloudView) -> None:
    home = view.camera
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.camera.distance < home.distance
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.camera.pitch < 0
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.camera.target[0] < 0  # the view moves to the left
    QTest.keyClick(view, Qt.Key.Key_F)
    assert view.camera.target == pytest.approx((0.0, 0.0, 2.0), abs=1e-3)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.camera == home
    unnamed = QKeyEvent(QEvent.Type.KeyPress, 0x1234567, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, unnamed)
    assert view.camera == home


def test_a_double_click_resets(view: CloudView) -> None:
    home = view.camera
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.mouseDClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(160, 120))
    assert view.camera == home


def test_hovering_tells_the_pixel_once_and_leaving_tells_none(
    view: CloudView, qtbot: QtBot
) -> None:
    told: list[int] = []
    view.hovered.connect(told.append)
    QTest.mouseMove(view, QPoint(190, 120))
    qtbot.waitUntil(lambda: len(told) == 1)
    QTest.mouseMove(view, QPoint(190, 120))
    QTest.mouseMove(view, QPoint(3, 3))  # no point there
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] >= 0
    assert told[1] == -1


def test_point_size_by_keys_tells_and_is_bounded_while_a_setter_is_silent(
    view: CloudView, client: FakeClient
) -> None:
    told: list[int] = []
    view.point_size_changed.connect(told.append)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    view.set_point_size(12)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert told == [3, 2]
    assert client.scenes[-1].point_size == pytest.approx(12.0)


def test_new_colours_keep_points_and_view(view: CloudView, client: FakeClient) -> None:
    before = client.scenes[-1]
    view.set_colours(np.zeros((64 * 48, 3), np.uint8))
    after = client.scenes[-1]
    assert after.cloud.points is before.cloud.points
    assert after.cloud.colours.max() == 0
    assert after.camera == before.camera
    with pytest.raises(UserError, match=r"expected \(3072, 3\) uint8"):
        view.set_colours(np.zeros((5, 3), np.uint8))


def test_colours_without_a_cloud_are_refused(qtbot: QtBot, client: FakeClient) -> None:
    view = CloudView(client)
    qtbot.addWidget(view)
    with pytest.raises(UserError, match="without a cloud"):
        view.set_colours(np.zeros((5, 3), np.uint8))


def test_drawn_is_told_once_the_newest_picture_is_painted(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: view.is_current)
    old = client.scenes[-1]
    view.set_point_size(5)
    assert not view.is_current
    with qtbot.assertNotEmitted(view.drawn, wait=50):
        client.draw(old)
    with qtbot.waitSignal(view.drawn):
        client.draw()
    assert view.is_current


def test_a_message_stands_in_for_the_cloud(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    asked = len(client.scenes)
    with qtbot.waitSignal(view.drawn):
        view.set_message("No depth: no cloud.")
    assert len(client.scenes) == asked
    empty = view.grab().toImage()
    assert QColor(empty.pixel(160, 60)) == QColor(empty.pixel(3, 3))
    with qtbot.assertNotEmitted(view.pixel_picked):
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(160, 120))
    strip = view.findChild(QObject, "cloudToolbar")
    assert not strip.isVisible()
    show(view, two_planes())
    assert strip.isVisible()
    client.draw()
    assert QColor(view.grab().toImage().pixel(160, 60)) == QColor(0x80, 0x80, 0x80)


def test_in_a_low_view_the_buttons_are_there_while_the_mouse_is(view: CloudView) -> None:
    strip = view.findChild(QObject, "cloudToolbar")
    assert strip.isVisible()
    view.setFocus()
    view.clearFocus()
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    view.resize(320, 150)
    assert not strip.isVisible()
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    QApplication.sendEvent(view, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert strip.isVisible()
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not strip.isVisible()
    view.resize(320, 240)
    assert strip.isVisible()


def test_marks_are_painted_over_the_picture_without_drawing_it_again(
    view: CloudView, client: FakeClient, qtbot: QtBot
) -> None:
    asked = len(client.scenes)
    with qtbot.waitSignal(view.drawn):
        view.set_marks(
            np.array([(-0.3, 0, 2), (0.3, 0, 2), (0.3, 0.2, 9)], np.float32),
            np.array([(255, 0, 0, 255), (0, 255, 0, 255), (255, 255, 255, 255)], np.uint8),
            np.array([13.0, 13.0, 13.0], np.float32),
            np.array([[0, 1]]),
        )
    assert len(client.scenes) == asked
    painted = view.grab().toImage()
    u, v, _ = view.camera.project(np.array([(-0.3, 0, 2), (0.3, 0, 2)], np.float32), SIZE)
    at = [(int(a), int(b)) for a, b in zip(u, v, strict=True)]
    assert QColor(painted.pixel(*at[0])) == QColor(255, 0, 0)
    assert QColor(painted.pixel(*at[1])) == QColor(0, 255, 0)
    between = QColor(painted.pixel(160, at[0][1]))
    assert between.green() > 150 > between.red()  # the line has its second point's colour
    hidden = view.camera.project(np.array([(0.3, 0.2, 9)], np.float32), SIZE)
    faded = QColor(painted.pixel(int(hidden.u[0]), int(hidden.v[0])))
    assert 0x80 < faded.red() < 0xD0
    view.set_marks(NO_MARKS.xyz, NO_MARKS.rgba, NO_MARKS.size_px, NO_MARKS.lines)
    assert QColor(view.grab().toImage().pixel(*at[0])) == QColor(0x80, 0x80, 0x80)


def test_a_lost_renderer_is_told_dimmed_and_restarted_by_the_button(
    view: CloudView, client: FakeClient
) -> None:
    told: list[tuple[str, str]] = []
    view.failed.connect(lambda *both: told.append(both))
    view.set_background(True)
    client.draw()
    client.failed.emit("It is gone; press Restart.", "traceback")
    assert told == [("It is gone; press Restart.", "traceback")]
    assert view.is_current  # a screenshot need not wait
    sentence = view.findChild(QLabel, "cloudFailureSentence")
    button = view.findChild(QObject, "cloudRestart")
    assert sentence.isVisible()
    assert sentence.text() == "It is gone; press Restart."
    dimmed = QColor(view.grab().toImage().pixel(100, 60)).red()
    assert QColor(DARK.canvas).red() < dimmed < 0x80
    QTest.mouseClick(button, LEFT)
    assert client.calls[-1] == "restart"
    assert not sentence.isVisible()


def test_the_background_follows_the_palette_and_the_setter(
    view: CloudView, client: FakeClient
) -> None:
    for dark, colours in ((True, DARK), (False, LIGHT)):
        view.set_background(dark)
        expected = QColor(colours.canvas)
        rgb = expected.red(), expected.green(), expected.blue()
        assert client.scenes[-1].background == rgb
    palette = QPalette(QColor(20, 20, 20))
    view.setPalette(palette)
    assert QColor(*client.scenes[-1].background) == QColor(DARK.canvas)


def test_the_old_picture_is_scaled_until_the_new_size_is_drawn(
    view: CloudView, client: FakeClient
) -> None:
    view.resize(480, 480)
    painted = view.grab().toImage()
    assert QColor(painted.pixel(240, 300)) == QColor(0x80, 0x80, 0x80)
    assert client.scenes[-1].size == (480, 480)


def test_a_tool_of_the_window_is_put_into_the_strip(view: CloudView) -> None:
    tool = QLabel("Labels")
    view.add_tool(tool)
    QApplication.processEvents()
    assert tool.isVisible()
    assert view.rect().contains(tool.mapTo(view, tool.rect().center()))


@pytest.fixture
def renderer() -> Iterator[QtCloudClient]:
    client = QtCloudClient()
    yield client
    assert client.close()


def test_a_real_picture_a_killed_renderer_and_a_restart(
    qtbot: QtBot, renderer: QtCloudClient
) -> None:
    view, cloud = CloudView(renderer), two_planes()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    view.set_point_size(6)
    with qtbot.waitSignal(view.drawn, timeout=START_MS):
        show(view, cloud)
    check_planes(view)
    with qtbot.waitSignal(view.failed, timeout=START_MS) as lost:
        os.kill(renderer.process_id, signal.SIGKILL)
    assert "SIGKILL" in lost.args[0]
    with qtbot.waitSignal(view.ready, timeout=START_MS):
        QTest.mouseClick(view.findChild(QObject, "cloudRestart"), LEFT)
    view.set_point_size(7)
    qtbot.waitSignal(view.drawn, timeout=START_MS).wait()
    check_planes(view)


def check_planes(view: CloudView) -> None:
    painted = view.grab().toImage()
    assert QColor(painted.pixel(130, 120)) == QColor(*RED)
    assert QColor(painted.pixel(190, 120)) == QColor(*BLUE)


def test_the_view_is_imported_without_open3d_or_torch() -> None:
    """The window's first paint comes before either."""
    script = (
        "import sys, sgnet_viewer.views.cloud.cloud_view as _;"
        "sys.exit(bool({'open3d', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_view_from_the_sensor_holds_the_scene_of_the_tests() -> None:
    """The pictures above are only as good as this: both planes lie within the view."""
    scene = front_view(two_planes())
    assert project_scene(scene).pixels.inside(scene.size).mean() > 0.9


def test_on_a_screen_with_other_pixels_the_cloud_is_drawn_in_those(
    view: CloudView, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 2.0)
    QApplication.sendEvent(view, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert client.scenes[-1].size == ViewSize(2 * SIZE.width, 2 * SIZE.height)


def test_the_buttons_are_reached_by_tab_and_stay_while_one_has_the_keyboard(
    view: CloudView, qtbot: QtBot
) -> None:
    strip = view.findChild(QObject, "cloudToolbar")
    buttons = strip.findChildren(QToolButton)
    assert {button.focusPolicy() for button in buttons} == {Qt.FocusPolicy.TabFocus}
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    view.resize(320, 150)
    view.setFocus()
    buttons[0].setFocus()
    assert strip.isVisible()
    buttons[0].clearFocus()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_the_scale_of_the_colours_stands_at_the_bottom_where_there_is_room(
    view: CloudView, client: FakeClient
) -> None:
    view.resize(480, 300)
    show(view, two_planes())
    client.draw()
    bar = view.findChild(ColourBarWidget)
    assert not bar.isVisible()
    view.set_bar(ColourBar("depth", "m", 0.5, 4.0, np.zeros((256, 3), np.uint8)))
    assert bar.isVisible()
    assert bar.accessibleName() == "depth: 0.50 to 4.00 m, low to high"
    assert view.rect().bottom() - bar.geometry().bottom() <= 8
    view.resize(240, 300)  # axes and scale need the edge
    assert not bar.isVisible()
    view.resize(480, 300)
    assert bar.isVisible()
    view.set_message("No depth.")
    assert not bar.isVisible()
    view.set_message("")
    view.set_bar(None)
    assert not bar.isVisible()


def test_a_cloud_of_the_frame_before_is_faint_until_the_next_is_drawn(
    view: CloudView, client: FakeClient
) -> None:
    def brightness() -> int:
        QApplication.processEvents()
        return view.grab().toImage().pixelColor(160, 60).red()

    view.set_background(dark=True)
    client.draw()
    plain = brightness()
    view.set_stale(True)
    faint = brightness()
    assert faint < 0.6 * plain
    show(view, two_planes())
    view.set_stale(False)
    assert brightness() == pytest.approx(faint, abs=1)  # what is on the screen is still the old one
    client.draw()
    assert brightness() == plain
    view.set_stale(True)
    view.set_stale(False)  # the next frame is not wanted any more
    assert brightness() == plain


def test_without_a_cloud_the_view_says_what_will_be_there(qtbot: QtBot, client: FakeClient) -> None:
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    image = view.grab().toImage()
    seen = {image.pixel(x, y) for x in range(40, 280) for y in range(100, 140)}
    assert len(seen) > 4  # letters
