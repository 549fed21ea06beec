"""OAK-D against a stand-in of depthai's API: what is linked, read, lost and let go."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from fake_sdks import depthai_group, fake_depthai

from sgnet_model.types import UserError
from sgnet_viewer.cameras.oak import USB2_NOTE, OakKind
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, Device


def installed(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Any:
    dai = fake_depthai(**settings)
    monkeypatch.setitem(sys.modules, "depthai", dai)
    return dai


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "depthai", None)
    found = OakKind().find()
    assert "depthai" in found.missing
    assert 'pip install "depthai>=3.0"' in found.remedy
    with pytest.raises(UserError, match="depthai"):
        OakKind().open("", CameraOptions())


def test_attached_devices_by_their_id(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch, ids=("A1", "B2"))
    kind = OakKind()
    assert kind.find().devices == (Device("A1", "OAK A1"), Device("B2", "OAK B2"))
    camera = kind.open("B2", CameraOptions())
    assert (camera.title, camera.serial, camera.finite) == ("OAK B2", "B2", False)
    assert dai.made.devices[0].getDeviceId() == "B2"
    with pytest.raises(UserError, match=r"No OAK C3 is attached \(found: A1, B2\)"):
        kind.open("C3", CameraOptions())


def test_frames_are_rgb_in_millimetres(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch)
    camera = OakKind().open("", CameraOptions())
    group = depthai_group(7)
    dai.groups.put(group)
    dai.groups.put(depthai_group(9))
    first, second = camera.read(1), camera.read(1)
    group["depth"].getFrame()[:] = 0  # the SDK uses its buffers again
    assert first is not None
    assert first.raw_depth is not None
    assert second is not None
    assert (first.number, second.number) == (0, 2)  # the driver dropped one
    assert first.frame.rgb[0, 0].tolist() == [30, 20, 10]
    assert (first.raw_depth == 1007).all()
    assert first.frame.depth_m == pytest.approx(1.007)
    assert first.device_s == pytest.approx(7 / 30, abs=1e-6)
    assert (first.frame.intrinsics.fy, first.frame.intrinsics.cx) == (61, 31.5)
    assert first.frame.notes == ()
    assert camera.read(0) is None


@pytest.mark.parametrize(
    ("platform", "links"),
    [
        ("RVC2", {("Cameraa", "StereoDepth.inputAlignTo"), ("StereoDepth.depth", "Sync.depth")}),
        (
            "RVC4",
            {
                ("StereoDepth.depth", "ImageAlign.input"),
                ("Cameraa", "ImageAlign.inputAlignTo"),
                ("ImageAlign.outputAligned", "Sync.depth"),
            },
        ),
    ],
)
def test_depth_is_aligned_to_the_undistorted_picture(
    monkeypatch: pytest.MonkeyPatch, platform: str, links: set[tuple[str, str]]
) -> None:
    dai = installed(monkeypatch, platform=platform)
    OakKind().open("", CameraOptions(size=(480, 640), fps=20))
    (pipeline,) = dai.made.pipelines
    stereo = {("Camerab", "StereoDepth.left"), ("Camerac", "StereoDepth.right")}
    assert set(pipeline.links) == links | stereo | {("Cameraa", "Sync.rgb")}
    assert pipeline.requests["Cameraa"] == ((640, 480), 20, True)
    assert pipeline.threshold_s == 0.025
    assert pipeline.queue_of == (1, False)  # the newest wins, and the device never waits
    assert pipeline.state == "started"


def test_a_usb2_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch, usb="HIGH")
    camera = OakKind().open("", CameraOptions())
    dai.groups.put(depthai_group(0))
    live = camera.read(1)
    assert live is not None
    assert live.frame.notes == (USB2_NOTE,)
    assert dai.made.pipelines[0].requests["Cameraa"][1] == 10


def test_an_unplugged_device_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch)
    camera = OakKind().open("", CameraOptions())
    dai.groups.put(dai.MessageQueue.QueueException("X_LINK_ERROR"))
    with pytest.raises(CameraLost, match="X_LINK_ERROR"):
        camera.read(1)
    dai.made.devices[0].closed = True
    with pytest.raises(CameraLost, match="unplugged"):
        camera.read(0)


def test_closing_lets_go_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch)
    camera = OakKind().open("", CameraOptions())
    camera.close()
    camera.close()
    assert dai.made.pipelines[0].state == "stopped"
    assert dai.made.devices[0].closed
    dai.groups.put(RuntimeError("closed"))
    assert camera.read(0) is None


def test_a_device_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    dai = installed(monkeypatch)
    dai.fails = "X_LINK_DEVICE_NOT_FOUND"
    with pytest.raises(UserError, match=r"OAK A1 cannot be started \(X_LINK_DEVICE_NOT_FOUND"):
        OakKind().open("", CameraOptions())
    dai.fails = ""
    monkeypatch.setattr(dai.Pipeline, "start", lambda _self: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(UserError, match="cannot be started"):
        OakKind().open("", CameraOptions())
    assert dai.made.devices[0].closed  # for the next one to open it
