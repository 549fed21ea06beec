"""A cloud drawn for a file: as on the screen, in finer pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from cloud_support import BACKGROUND, BLUE, RED, front_view, rgb, two_planes
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot
from test_cloud_view import FakeClient, show

from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize
from sgnet_viewer.cloud.overlay import paint_axes, paint_caption, paint_scale
from sgnet_viewer.cloud.scene import make_cloud
from sgnet_viewer.cloud.still import MOST_PIXELS, draw_still, enlarged
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.kit.pixmaps import array_from_image


def paint_the_scale(painter: QPainter) -> None:
    paint_scale(painter, 0.01, QPointF(380, 180), QColor("black"), 0.5)


def paint_the_axes(painter: QPainter) -> None:
    paint_axes(painter, OrbitCamera(), QPointF(200, 100))


def paint_the_caption(painter: QPainter) -> None:
    paint_caption(painter, "4 frames", QPointF(10, 10), QColor("black"))


def test_the_wall_is_where_the_camera_sees_it_and_has_its_colours() -> None:
    image = draw_still(front_view(two_planes()))
    assert image.pixels.shape == (120, 160)
    assert (rgb(image, 60, 60), rgb(image, 100, 60)) == (RED, BLUE)
    assert rgb(image, 2, 2) == BACKGROUND


def test_of_two_points_on_a_pixel_the_nearer_is_seen_whatever_their_order() -> None:
    points = np.array([[0, 0, 2.0], [0, 0, 3.0]], np.float32)
    colours = np.array([RED, BLUE], np.uint8)
    for order in ([0, 1], [1, 0]):
        cloud = make_cloud(points[order], colours[order], np.arange(2))
        assert rgb(draw_still(front_view(cloud)), 80, 60) == RED


@pytest.mark.parametrize("factor", [2.0, 3.0, 5.0])
def test_finer_it_is_the_same_picture_and_points_are_as_much_larger(factor: float) -> None:
    cloud = make_cloud(np.array([[0, 0, 2.0]], np.float32), np.array([RED], np.uint8), np.arange(1))
    scene = front_view(cloud, point_size=4.0)
    finer = enlarged(scene, factor)
    assert finer.size == ViewSize(round(160 * factor), round(120 * factor))
    drawn = draw_still(finer).pixels != draw_still(replace(finer, cloud=far_away())).pixels
    assert drawn.sum() == (4 * factor) ** 2
    rows, columns = np.nonzero(drawn)
    assert rows.mean() == pytest.approx(60 * factor, abs=1)
    assert columns.mean() == pytest.approx(80 * factor, abs=1)


def far_away() -> object:
    """A cloud behind the eye."""
    points = np.array([[0, 0, -50.0]], np.float32)
    return make_cloud(points, np.array([RED], np.uint8), np.arange(1))


def test_a_lit_surface_stays_closed_at_every_size() -> None:
    for factor in (1.0, 4.0, 7.0):
        scene = enlarged(front_view(two_planes(96, 72), point_size=1.5, shaded=True), factor)
        pixels = draw_still(scene).pixels
        middle = pixels[pixels.shape[0] // 3 : -(pixels.shape[0] // 3), :]
        middle = middle[:, middle.shape[1] // 3 : -(middle.shape[1] // 3)]
        background = 0xFF000000 | BACKGROUND[0] << 16 | BACKGROUND[1] << 8 | BACKGROUND[2]
        assert not (middle == background).any(), factor


def test_it_is_no_larger_than_memory_bears() -> None:
    size = enlarged(front_view(two_planes()), 1000.0).size
    assert size.width * size.height == pytest.approx(MOST_PIXELS, rel=0.01)
    assert size.width / size.height == pytest.approx(160 / 120, rel=0.01)


def test_what_is_on_the_screen_is_drawn_for_a_file_with_its_grid_and_scale(qtbot: QtBot) -> None:
    client = FakeClient()
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    assert view.still() is None
    show(view, two_planes())
    view.set_point_size(8)  # no gaps
    client.draw()
    still = view.still()
    assert still is not None
    assert still.size == (320, 240)
    large = still.drawn(3.0)
    assert large.shape == (720, 960, 3)
    middle = large[300:420, 300:660].reshape(-1, 3).astype(int)
    red = (middle[:, 0] > 150) & (middle[:, 2] < 90)
    blue = (middle[:, 2] > 150) & (middle[:, 0] < 90)
    assert red.mean() + blue.mean() > 0.95  # the points, not the grey that the screen's client drew
    corner = large[-150:, :240].reshape(-1, 3)
    assert len(np.unique(corner, axis=0)) > 10  # the axes
    view.set_message("No depth: no cloud.")
    assert view.still() is None


@pytest.mark.parametrize("dark", [True, False])
def test_for_a_file_it_stands_on_white_in_either_theme(qtbot: QtBot, dark: bool) -> None:
    client = FakeClient()
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    view.set_background(dark)
    show(view, two_planes())
    client.draw()
    still = view.still()
    assert still is not None
    drawn = still.drawn(1.0)
    assert (drawn[:20, :20] == 255).all()
    scale = drawn[-40:, -140:].astype(int)  # letters and bar, dark on white
    assert scale.min() < 80
    shown = view.picture()
    assert shown is not None
    assert (shown[:20, :20] < 255).all()  # the screen keeps its own


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("paint", [paint_the_scale, paint_the_axes, paint_the_caption])
def test_letters_in_the_cloud_are_as_large_as_the_windows_font(
    paint: Callable[[QPainter], None],
) -> None:
    inked = []
    for points in (9, 27):
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        font = painter.font()
        font.setPointSize(points)
        painter.setFont(font)
        paint(painter)
        painter.end()
        inked.append(int((array_from_image(image) < 128).any(-1).sum()))
    assert inked[1] > 2 * inked[0]
