"""iPhone against a stand-in of record3d's API: sizes, cameras, mirrored pictures, endings."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from fake_sdks import fake_record3d

from sgnet_model.types import UserError
from sgnet_viewer.cameras.iphone import IPhoneKind
from sgnet_viewer.cameras.protocol import Camera, CameraLost, CameraOptions, Device


def installed(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Any:
    record3d = fake_record3d(**settings)
    monkeypatch.setitem(sys.modules, "record3d", record3d)
    return record3d


def opened(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> tuple[Camera, Any]:
    record3d = installed(monkeypatch, **settings)
    camera = IPhoneKind().open("", CameraOptions())
    return camera, record3d.streams[0]


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "record3d", None)
    assert 'pip install "record3d>=1.4"' in IPhoneKind().find().remedy


def test_plugged_in_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ids=("1", "2"))
    assert IPhoneKind().find().devices == (Device("1", "iPhone 1"), Device("2", "iPhone 2"))
    assert IPhoneKind().open("2", CameraOptions()).serial == "2"
    with pytest.raises(UserError, match="No iPhone 3 is attached"):
        IPhoneKind().open("3", CameraOptions())


def test_a_phone_that_does_not_stream_is_told_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, connects=False)
    with pytest.raises(UserError, match="choose USB streaming"):
        IPhoneKind().open("", CameraOptions())


def test_depth_and_camera_follow_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, stream = opened(monkeypatch)
    assert camera.read(0) is None
    stream.send(grey=10, depth_m=1.5)
    stream.send(grey=20, depth_m=2.5)  # the newest wins
    live = camera.read(1)
    stream.send(grey=99, depth_m=9.0)
    assert live is not None
    assert live.number == 1
    assert live.frame.size == (640, 480)  # upright, 960 x 720 made smaller
    assert live.frame.rgb[300, 300, 0] == 20
    assert live.frame.depth_m is not None
    assert live.raw_depth is None
    assert not live.frame.depth_m[:, :240].any()
    assert (live.frame.depth_m[:, 240:] == 2.5).all()
    told = live.frame.intrinsics
    assert (told.fx, told.fy) == pytest.approx((720 / 1.5, 722 / 1.5))
    assert (told.cx, told.cy) == pytest.approx((350.5 / 1.5 - 0.5, 480.5 / 1.5 - 0.5))


def test_what_the_lidar_is_unsure_of_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, stream = opened(monkeypatch)
    stream.send(grey=10, depth_m=1.5, unsure_rows=64)  # a quarter of 256
    live = camera.read(1)
    assert live is not None
    assert live.frame.depth_m is not None
    assert not live.frame.depth_m[:160].any()
    assert (live.frame.depth_m[160:, 240:] == 1.5).all()


def test_what_goes_wrong_in_the_packages_thread_reaches_the_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    camera, stream = opened(monkeypatch)
    monkeypatch.setattr(stream, "get_rgb_frame", lambda: None)
    stream.send(grey=10, depth_m=1.5)  # raises nothing: the package would end the program
    with pytest.raises(ValueError, match="unpack"):
        camera.read(1)


def test_the_front_cameras_mirror_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, stream = opened(monkeypatch, kind=0)
    stream.send(grey=10, depth_m=1.5)
    live = camera.read(1)
    assert live is not None
    assert live.frame.depth_m is not None
    assert (live.frame.depth_m[:, :240] == 1.5).all()
    assert not live.frame.depth_m[:, 240:].any()
    assert live.frame.rgb[9, -1, 0] > 100  # the white column, which arrived on the left
    assert live.frame.intrinsics.cx == pytest.approx((719 - 350 + 0.5) / 1.5 - 0.5)


def test_a_small_picture_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    camera = IPhoneKind().open("", CameraOptions(size=(960, 1280)))
    sys.modules["record3d"].streams[0].send(grey=10, depth_m=1.0)
    live = camera.read(1)
    assert live is not None
    assert live.frame.size == (960, 720)
    assert live.frame.intrinsics.fx == 720
    assert np.unique(live.frame.depth_m).tolist() == [0, 1]


def test_a_stopped_stream_is_lost_after_its_last_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, stream = opened(monkeypatch)
    stream.send(grey=10, depth_m=1.0)
    stream.on_stream_stopped()
    assert camera.read(1) is not None
    with pytest.raises(CameraLost, match="start it again in Record3D"):
        camera.read(1)


def test_closing_disconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, stream = opened(monkeypatch)
    camera.close()
    camera.close()
    assert not stream.connected
    stream.on_stream_stopped()
    assert camera.read(1) is None
