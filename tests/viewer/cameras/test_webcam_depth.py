"""A webcam with another device's depth: the calibration's file, and the two as one camera."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import ScriptedCamera, ScriptedKind, frame, picture, stall, unplug

from sgnet_model.types import Origin, UserError
from sgnet_viewer.cameras import choose, kinds
from sgnet_viewer.cameras.choose import open_source
from sgnet_viewer.cameras.frames import NO_DEPTH
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, CameraUnfit
from sgnet_viewer.cameras.rig import rig_camera as webcam_depth_camera
from sgnet_viewer.cameras.rig.calibration import read_calibration
from sgnet_viewer.cameras.rig.rig_camera import WebcamDepthCamera
from sgnet_viewer.cameras.rig.rig_kind import WebcamDepthKind
from sgnet_viewer.cameras.sdk import bounded

CAMERA = {"width": 64, "height": 48, "fx": 60.0, "fy": 60.0, "cx": 31.5, "cy": 23.5}
FILE: dict[str, Any] = {
    "colour": {"source": "webcam", **CAMERA},
    "depth": {"source": "scripted"},
    "depth_to_colour": {"rotation": np.eye(3).tolist(), "translation_m": [0, 0, 0]},
}
PATIENCE_S = 60.0


def write(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps({**FILE, **changes}))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "rig.json")


def pair_of(file: Path, colour: list[Any], depth: list[Any]) -> WebcamDepthCamera:
    cameras = [ScriptedCamera(script, repeat=True) for script in (colour, depth)]
    return WebcamDepthCamera(*cameras, read_calibration(file), str(file))


def test_the_picture_of_one_and_the_depth_of_the_other(file: Path) -> None:
    camera = pair_of(file, [picture("none", grey=7)], [picture(grey=9), stall()])
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.raw_depth is not None
    assert live.frame.rgb[9, 9, 0] == 7
    assert live.raw_depth[9, 1:] == pytest.approx(np.linspace(1000, 2000, 64)[1:], abs=1)
    assert live.frame.notes[0] == "Depth of Scripted camera, mapped to the picture by rig.json."
    assert (camera.serial, camera.finite) == (str(file), False)


def test_depth_in_metres_stays_in_metres(file: Path) -> None:
    camera = pair_of(file, [picture("none")], [picture("nan")])
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.frame.depth_m is not None
    assert live.raw_depth is None
    assert not live.frame.depth_m[::2].any()
    assert (live.frame.depth_m[1::2, 1:] >= 1).all()


def test_without_recent_depth_there_is_none(file: Path) -> None:
    camera = pair_of(file, [picture("none")], [stall()])
    live = camera.read(0.05)
    camera.close()
    assert live is not None
    assert live.frame.depth_m is None
    assert live.frame.notes == ("Scripted camera has sent no depth for this picture.", NO_DEPTH)


def test_what_the_depth_device_says_stays_said(file: Path) -> None:
    made_up = frame(0)
    info = made_up.frame.depth_info
    assert info is not None
    said = replace(
        made_up.frame,
        notes=("Stand-in depth, not measured",),
        depth_info=replace(info, origin=Origin.GUESS),
    )
    made_up = replace(made_up, frame=said)
    camera = pair_of(file, [picture("none")], [lambda *_: made_up])
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.frame.notes[-1] == "Stand-in depth, not measured"
    assert live.frame.depth_info is not None
    assert live.frame.depth_info.origin is Origin.GUESS


def test_intrinsics_that_change_are_followed(file: Path) -> None:
    depth = ScriptedCamera([picture(focal=60.0), picture(focal=120.0)], gated=True)
    colour = ScriptedCamera([picture("none")], repeat=True)
    camera = WebcamDepthCamera(colour, depth, read_calibration(file), str(file))
    widths = []
    for count in (1, 2):
        depth.release()
        while (seen := camera._depth.nearest(time.monotonic())) is None or seen.number < count - 1:
            time.sleep(0.005)
        live = camera.read(PATIENCE_S)
        assert live is not None
        assert live.frame.depth_m is not None
        widths.append(int(live.frame.depth_m.any(0).sum()))
    camera.close()
    assert widths == pytest.approx([63, 32], abs=1)  # the longer lens sees half as much


def test_depth_of_another_moment_is_none(file: Path) -> None:
    old = replace(frame(0), captured_s=time.monotonic() - 1)
    camera = pair_of(file, [picture("none")], [lambda *_: old])
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.frame.depth_m is None


def test_depth_is_the_one_taken_nearest_to_the_picture(file: Path) -> None:
    """A picture that waited while newer depth came; how far the two are apart is said."""
    taken_s = time.monotonic()
    frames = [
        replace(
            frame(k),
            captured_s=taken_s + 0.02 + 0.1 * k,
            frame=replace(frame(k).frame, notes=(f"depth {k}",)),
        )
        for k in range(4)
    ]
    colour = [lambda *_, s=at: replace(frame(0, "none"), captured_s=taken_s + s) for at in (0.1, 0)]
    depth = ScriptedCamera([lambda *_, live=live: live for live in frames])
    camera = WebcamDepthCamera(
        ScriptedCamera(colour), depth, read_calibration(file), str(file), ("both say this",)
    )
    while (seen := camera._depth.nearest(taken_s + 9)) is None or seen.number < 3:
        time.sleep(0.005)
    lives = [camera.read(PATIENCE_S) for _ in range(2)]
    camera.close()
    whose = "Depth of Scripted camera, mapped to the picture by rig.json."
    assert [live.frame.notes for live in lives if live] == [
        (whose, "depth 1", "both say this"),
        (whose, "depth 0", "both say this"),
    ]
    late = replace(frame(9, "none"), captured_s=taken_s + 0.64)
    camera = WebcamDepthCamera(
        ScriptedCamera([lambda *_: late]),
        ScriptedCamera([lambda *_: frames[3]]),
        read_calibration(file),
        str(file),
    )
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.frame.notes == (whose, "Depth is 0.3 s older than the picture.", "depth 3")


@pytest.mark.parametrize("hangs", [False, True])
def test_a_depth_device_that_falls_silent_is_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    """Also where its read never returns."""
    monkeypatch.setattr(webcam_depth_camera, "HUNG_S" if hangs else "SILENT_S", 0.1)
    monkeypatch.setattr(webcam_depth_camera, "READ_S", 0.05)
    let_go = threading.Event()

    def hang(*_: Any) -> None:
        let_go.wait(PATIENCE_S)

    depth = ScriptedCamera([picture(), hang if hangs else stall()])
    colour = ScriptedCamera([picture("none"), stall()], repeat=True)
    camera = WebcamDepthCamera(colour, depth, read_calibration(file), str(file))
    with pytest.raises(CameraLost, match=r"Scripted camera has sent nothing for \d"):
        until_raised(camera)
    let_go.set()
    camera.close()


def until_raised(camera: WebcamDepthCamera) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        camera.read(0.01)


def opened_with(
    file: Path, monkeypatch: pytest.MonkeyPatch, options: CameraOptions
) -> tuple[WebcamDepthCamera, list[CameraOptions]]:
    """The two as one camera, and what the webcam and the depth device were asked for."""
    kinds = {
        "webcam": ScriptedKind([[picture("none", size=(96, 128))]]),
        "scripted": ScriptedKind([[picture()]]),
    }
    monkeypatch.setattr(choose, "choose_source", lambda text: choose.Choice(kinds[text], ""))
    camera = WebcamDepthKind().open(str(file), options)
    return camera, [kind.options[0] for kind in kinds.values()]


def test_each_device_is_asked_for_pictures_of_its_calibrated_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    colour = {"source": "webcam", **CAMERA, "width": 128, "height": 96, "cx": 63.5, "cy": 47.5}
    file = write(tmp_path / "rig.json", colour=colour)
    camera, asked = opened_with(file, monkeypatch, CameraOptions())
    live = camera.read(PATIENCE_S)
    camera.close()
    assert [options.size for options in asked] == [(96, 128), CameraOptions().size]
    assert live is not None
    assert live.frame.depth_m is not None
    file = write(tmp_path / "rig.json", depth={"source": "scripted", **CAMERA})
    camera, asked = opened_with(file, monkeypatch, CameraOptions())
    camera.close()
    assert [options.size for options in asked] == [(48, 64), (48, 64)]


def test_a_device_of_another_shape_is_unfit_not_lost(tmp_path: Path) -> None:
    colour = {"source": "webcam", **CAMERA, "width": 128}
    file = write(tmp_path / "rig.json", colour={**colour, "cx": 63.5})
    camera = pair_of(file, [picture("none")], [picture()])
    with pytest.raises(CameraUnfit, match="128x48 but its device sends 64x48"):
        camera.read(PATIENCE_S)
    camera.close()


def test_neither_of_the_two_waits_for_the_reader(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Depth would run ahead of the pictures."""
    camera, asked = opened_with(file, monkeypatch, CameraOptions(every_frame=True))
    live = camera.read(PATIENCE_S)
    camera.close()
    assert [options.every_frame for options in asked] == [False, False]
    assert live is not None
    assert live.frame.notes[-1] == "Two devices go on at their own pace: frames may be left out."


def test_closing_closes_both_and_waits_for_no_hanging_driver(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webcam_depth_camera, "bounded", lambda action: bounded(action, 0.05))
    colour, depth = ScriptedCamera([]), ScriptedCamera([], hangs=True)
    WebcamDepthCamera(colour, depth, read_calibration(file), str(file)).close()
    assert (colour.closes, depth.closes) == (1, 1)
    assert "sgnet-camera-close" in [thread.name for thread in threading.enumerate()]  # left behind
    depth.let_go.set()


def test_without_the_webcam_its_depth_device_is_let_go_of(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {
        "webcam": ScriptedKind([UserError("No webcam is attached.")]),
        "scripted": ScriptedKind([[picture()]]),
    }
    monkeypatch.setattr(choose, "choose_source", lambda text: choose.Choice(kinds[text], ""))
    with pytest.raises(UserError, match="No webcam"):
        WebcamDepthKind().open(str(file), CameraOptions())
    (camera,) = kinds["scripted"].cameras
    assert camera.closes == 1


@pytest.mark.parametrize("scripts", [([unplug()], [picture()]), ([stall()], [unplug()])])
def test_either_device_can_be_lost(file: Path, scripts: tuple[list[Any], list[Any]]) -> None:
    camera = pair_of(file, *scripts)
    with pytest.raises(CameraLost):
        camera.read(0.2)
    camera.close()


def test_a_lens_is_straightened(tmp_path: Path) -> None:
    corners = []
    for distortion in ([], [0.5, 0, 0, 0]):
        colour = {"source": "webcam", **CAMERA, "distortion": distortion}
        file = write(tmp_path / "rig.json", colour=colour)
        camera = pair_of(file, [picture("none", grey=200)], [picture()])
        live = camera.read(PATIENCE_S)
        camera.close()
        assert live is not None
        assert live.frame.intrinsics.fx == 60
        corners.append(int(live.frame.rgb[0, 0, 0]))
    assert corners == [200, 0]  # such a lens sees less there than a pinhole would


def test_the_file_names_both_devices(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint(name, f"plugins:{name}", kinds.GROUP) for name in ("webcam", "good")]
    mine = EntryPoint("webcam+depth", "sgnet_viewer.cameras.rig.rig_kind:WebcamDepthKind", "")
    monkeypatch.setattr(choose, "CameraKinds", lambda: kinds.CameraKinds([*points, mine]))
    for camera in (
        open_source(f"webcam+depth:{file}", CameraOptions()),
        open_source("webcam+depth", CameraOptions(calibration=str(file))),
    ):
        live = camera.read(PATIENCE_S)
        camera.close()
        assert live is not None
        assert live.frame.depth_m is not None


def test_a_pair_is_no_device_of_a_pair(tmp_path: Path) -> None:
    pair = {"source": "webcam+depth:rig.json"}
    file = write(tmp_path / "rig.json", depth=pair)
    with pytest.raises(UserError, match="which is a pair itself"):
        WebcamDepthKind().open(str(file), CameraOptions())


def test_without_a_calibration_it_is_declined_with_the_reason() -> None:
    with pytest.raises(UserError, match="needs a calibration file: it says"):
        WebcamDepthKind().open("", CameraOptions())
    found = WebcamDepthKind().find()
    assert found.devices == ()
    assert "needs a calibration file" in found.missing


def test_the_same_in_opencvs_yaml(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    path.write_text(
        "%YAML:1.0\n---\n"
        "colour:\n   source: 1\n   width: 64\n   height: 48\n"
        "   camera_matrix: !!opencv-matrix\n      rows: 3\n      cols: 3\n      dt: d\n"
        "      data: [ 60., 0., 31.5, 0., 61., 23.5, 0., 0., 1. ]\n"
        "depth:\n   source: realsense\n"
        "depth_to_colour:\n   rotation: [ 1., 0., 0., 0., 1., 0., 0., 0., 1. ]\n"
        "   translation_m: [ -0.05, 0., 0. ]\n"
    )
    calibration = read_calibration(path)
    assert calibration.colour.camera is not None
    assert (calibration.colour.camera.fy, calibration.colour.source) == (61, "webcam:1")
    assert calibration.depth.camera is None
    assert calibration.translation_m.tolist() == [-0.05, 0, 0]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"depth": {}}, "'source' is missing"),
        ({"colour": {"source": "webcam"}}, "no camera for colour"),
        ({"depth": {"source": "realsense", "distortion": [0.1] * 4}}, "a distortion but no camera"),
        ({"colour": {"source": "webcam", **CAMERA, "fx": -1}}, "must be positive"),
        ({"colour": {"source": "0", **CAMERA, "distortion": [1, 2]}}, "2 distortion"),
        ({"depth_to_colour": {"rotation": [1, 0, 0], "translation_m": [0, 0, 0]}}, "reshape"),
        (
            {"depth_to_colour": {"rotation": (2 * np.eye(3)).tolist(), "translation_m": [0] * 3}},
            "rotation in rig.json is not a rotation",
        ),
        (
            {"depth_to_colour": {"rotation": np.eye(3).tolist(), "translation_m": [50, 0, 0]}},
            "in metres",
        ),
    ],
)
def test_what_is_wrong_with_a_calibration(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(UserError, match=complaint):
        read_calibration(write(tmp_path / "rig.json", **changes))


@pytest.mark.parametrize("text", ["{", "colour:\n  - [1,2\n", "[1, 2]", ""])
def test_what_is_no_calibration_at_all(tmp_path: Path, text: str) -> None:
    (tmp_path / "rig.json").write_text(text)
    with pytest.raises(UserError, match=r"rig\.json is n"):
        read_calibration(tmp_path / "rig.json")
    with pytest.raises(UserError, match="does not exist"):
        read_calibration(tmp_path / "absent.json")
