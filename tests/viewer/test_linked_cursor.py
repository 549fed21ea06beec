"""Hovering in picture, cloud or a map marks the place in the others."""

from __future__ import annotations

import numpy as np
import pytest
from cloud_support import two_planes
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from session_support import HEIGHT, WIDTH
from test_cloud_view import SIZE, FakeClient, show
from test_controllers_views import Bench
from views_support import Heard, field_maps, ramp_image

from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.pointer import PointedIn
from sgnet_viewer.render.pointer import pointer_at
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.picture.picture_view import PictureWidget
from sgnet_viewer.views.probes.layer_strip import LayerStrip


@pytest.fixture
def bench() -> Bench:
    return Bench().show()


def marked(bench: Bench) -> tuple[object, object, object]:
    """What picture, cloud and maps were last told."""
    window = bench.window
    views = (window.picture, window.cloud, window.layers)
    return tuple(view.shown["set_pointer"][0] for view in views)  # type: ignore[return-value]


def test_a_pixel_of_the_picture_is_marked_in_cloud_and_maps(bench: Bench) -> None:
    bench.window.picture.hovered.emit(70, 48)
    picture, cloud, maps = marked(bench)
    assert picture is None  # the cursor itself is there
    assert cloud == pytest.approx((0.195, cloud[1], 3.0), abs=1e-6)  # (70 - 63.5) / 100 x 3 m
    assert maps == pytest.approx((70.5 / WIDTH, 48.5 / HEIGHT))
    bench.window.picture.hovered.emit(-1, -1)
    assert marked(bench) == (None, None, None)


def test_a_point_of_the_cloud_is_marked_in_picture_and_maps(bench: Bench) -> None:
    bench.window.cloud.hovered.emit(48 * WIDTH + 70)
    picture, cloud, maps = marked(bench)
    assert (picture, cloud) == ((70, 48), None)
    assert maps is not None
    bench.window.picture.hovered.emit(3, 4)
    bench.window.cloud.hovered.emit(-1)  # said late, the cursor is in the picture by now
    assert marked(bench)[2] == pytest.approx((3.5 / WIDTH, 4.5 / HEIGHT))


def test_a_place_on_a_map_is_marked_everywhere(bench: Bench) -> None:
    bench.window.layers.hovered.emit(0.5, 0.5)
    picture, cloud, maps = marked(bench)
    assert picture == (WIDTH // 2, HEIGHT // 2)
    assert cloud is not None
    assert maps is not None
    bench.window.layers.hovered.emit(1.0, 1.0)  # the border belongs to the last pixel
    assert marked(bench)[0] == (WIDTH - 1, HEIGHT - 1)
    bench.window.layers.hovered.emit(-1.0, -1.0)
    assert marked(bench) == (None, None, None)


def test_a_pixel_without_depth_has_no_mark_in_the_cloud(bench: Bench) -> None:
    frame = bench.session.frame
    assert frame is not None
    assert frame.depth_m is not None
    v, u = (int(value) for value in np.argwhere(frame.depth_m == 0)[0])
    pointer = pointer_at(frame, u, v, PointedIn.PICTURE)
    assert pointer is not None
    assert pointer.xyz_m is None
    assert pointer_at(frame, WIDTH, 0, PointedIn.PICTURE) is None


def pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(plain.constBits(), np.uint32)
    return flat.reshape(plain.height(), plain.bytesPerLine() // 4)[:, : plain.width()].copy()


def changed_middle(before: QImage, after: QImage) -> tuple[float, float]:
    """(x, y) of the middle of what differs."""
    rows, columns = np.nonzero(pixels(before) != pixels(after))
    assert rows.size
    return (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2


def test_the_mark_in_the_cloud_lies_at_its_point(qtbot: QtBot) -> None:
    client = FakeClient()
    view = CloudView(client)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    show(view, two_planes())
    client.draw()
    asked, before = len(client.scenes), view.grab().toImage()
    view.set_pointer((0.3, 0.1, 2.0))
    middle = changed_middle(before, view.grab().toImage())
    u, v, _ = view.camera.project(np.array([(0.3, 0.1, 2.0)], np.float32), SIZE)
    assert middle == pytest.approx((u[0] + 0.5, v[0] + 0.5), abs=1.5)
    assert len(client.scenes) == asked  # the cloud is not drawn again
    view.set_pointer((0.0, 0.0, -5.0))  # behind the eye
    assert view.grab().toImage() == before
    view.set_pointer(None)
    assert view.grab().toImage() == before


def test_the_mark_in_the_picture_lies_at_its_pixel_at_every_zoom(qtbot: QtBot) -> None:
    view = PictureWidget()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_picture(PictureModel(ramp_image()))
    QApplication.processEvents()
    for _ in range(2):
        before = view.canvas.grab().toImage()
        view.set_pointer((40, 30))
        middle = changed_middle(before, view.canvas.grab().toImage())
        at = view.canvas.to_viewport(40, 30)
        assert middle == pytest.approx((at.x(), at.y()), abs=2)
        view.set_pointer(None)
        assert view.canvas.grab().toImage() == before
        view.canvas.zoom(2.0, view.canvas.to_viewport(40, 30))


def test_maps_say_where_the_cursor_is_and_show_the_mark(qtbot: QtBot) -> None:
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strip.resize(600, 120)
    strip.set_maps(field_maps())
    strip.show()
    QApplication.processEvents()
    heard = Heard(strip.hovered)
    button = strip.buttons[1]
    picture = button._picture_rect()
    move(button, picture.center())
    assert heard.said[-1] == pytest.approx((0.5, 0.5), abs=0.01)
    move(button, QPointF(picture.center().x(), button.height() - 2))  # its name
    assert heard.said[-1] == (-1.0, -1.0)
    before = [one.grab().toImage() for one in strip.buttons]
    strip.set_pointer((0.25, 0.5))
    for one, plain in zip(strip.buttons, before, strict=True):
        rect = one._picture_rect()
        expected = rect.left() + rect.width() / 4, rect.center().y()
        assert changed_middle(plain, one.grab().toImage()) == pytest.approx(expected, abs=1.5)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert heard.said[-1] == (-1.0, -1.0)


def move(widget: object, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)  # type: ignore[call-overload]
