"""Camera files as the tools of the field write them, and what is said of those of no use."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dataset_support import camera_in_files

from sgnet_model.data.camera_records import scale_of
from sgnet_model.data.camera_text import read_tree
from sgnet_model.data.intrinsics import (
    CameraFiles,
    choose_camera,
    read_intrinsics,
)
from sgnet_model.types import Intrinsics, Origin, UserError

CAMERA = (520.0, 521.0, 310.0, 250.0)
BY_ROWS = [520.0, 0, 310.0, 0, 521.0, 250.0, 0, 0, 1]
NAMED = {"fx": 520, "fy": 521, "cx": 310, "cy": 250}
CENTRE = {"principalPointX": 310, "principalPointY": 250}
DEPTH = {"fx": 380, "fy": 380, "cx": 315, "cy": 242, "width": 640, "height": 480}
ROS = """image_width: 640
image_height: 480
camera_name: head
camera_matrix:
  rows: 3
  cols: 3
  data: [520.0, 0.0, 310.0, 0.0, 521.0, 250.0, 0.0, 0.0, 1.0]
distortion_coefficients: {rows: 1, cols: 5, data: [0.1, 0, 0, 0, 0]}
"""
OPENCV = """%YAML:1.0
---
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 520., 0., 310., 0., 521., 250., 0., 0., 1. ]
"""
ORB_SLAM = """%YAML:1.0
Camera.type: "PinHole"
Camera.fx: 520.0
Camera.fy: 521.0
Camera.cx: 310.0
Camera.cy: 250.0
Camera.width: 640
Camera.height: 480
DepthMapFactor: 5000.0
"""
SCANNET_INFO = """m_versionNumber = 4
m_colorWidth = 640
m_colorHeight = 480
m_depthWidth = 320
m_depthHeight = 240
m_depthShift = 1000
m_calibrationColorIntrinsic = 520 0 310 0 0 521 250 0 0 0 1 0 0 0 0 1
m_calibrationColorExtrinsic = 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1
m_calibrationDepthIntrinsic = 288 0 159 0 0 288 119 0 0 0 1 0 0 0 0 1
"""
SCANNET_TXT = """colorHeight = 480
colorWidth = 640
depthWidth = 320
fx_color = 520
fx_depth = 288
fy_color = 521
fy_depth = 288
mx_color = 310
mx_depth = 159
my_color = 250
my_depth = 119
"""


def numbers(camera: Intrinsics) -> tuple[float, float, float, float]:
    return camera.fx, camera.fy, camera.cx, camera.cy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("camera.json", {"color": NAMED, "depth": DEPTH}),
        (
            "camera.json",
            {"depth": DEPTH, "colorIntrinsics": {**NAMED, "width": 640, "height": 480}},
        ),
        ("camera.json", {"color_camera": {"intrinsics": {"parameters": NAMED}}, "depth": DEPTH}),
        ("cam_params.json", {"camera": {"w": 640, "h": 480, **NAMED, "scale": 6553.5}}),
        ("camera.json", {"h": 480, "w": 640, "K": [520, 0, 0, 0, 521, 0, 310, 250, 1]}),
        ("transforms.json", {"fl_x": 520, "fl_y": 521, "cx": 310, "cy": 250, "w": 640, "h": 480}),
        ("camera.json", {"cam0": {"intrinsics": [*CAMERA], "resolution": [640, 480]}}),
        ("camera.json", {"focal_length": [520, 521], "principal_point": [310, 250]}),
        ("camera.json", {"extrinsics": {"K": [1, 0, 0, 0, 1, 0, 0, 0, 1]}, "rgb": {"K": BY_ROWS}}),
        ("camera.json", {"pose": np.eye(4).tolist(), **NAMED}),
        ("camera.json", {"rgb_intrinsic": [[520, 0, 310], [0, 521, 250], [0, 0, 1]]}),
        ("camera.json", {"K_depth": [288, 0, 159, 0, 288, 119, 0, 0, 1], "K_rgb": BY_ROWS}),
        ("camera.json", {"color_fx": 520, "color_fy": 521, "color_cx": 310, "color_cy": 250}),
        ("camera.json", {"focalLengthX": 520, "focalLengthY": 521, **CENTRE}),
        ("camera.json", {"extrinsic_matrix": np.eye(4).tolist(), "colorIntrinsicMatrix": BY_ROWS}),
        ("camera.txt", "fx = 520, fy = 521, cx = 310, cy = 250"),
        ("camera_info.txt", "height: 480\nwidth: 640\nK: [520, 0, 310, 0, 521, 250, 0, 0, 1]\n"),
        ("camera_info.yaml", ROS),
        ("camera.yml", OPENCV),
        ("camera.yaml", ORB_SLAM),
        ("scene0000_00_info.txt", SCANNET_INFO),
        ("scene0000_00.txt", SCANNET_TXT),
        ("camera_matrix.csv", "520, 0.0, 310\n0.0, 521, 250\n0.0, 0.0, 1.0\n"),
        ("cam_K.txt", "5.2e+02 0.0e+00 3.1e+02\n0 521 250\n0 0 1"),
        ("K.txt", "520 0 310\n0 521 250\n0 0 1"),
        ("intrinsics.txt", "520 521 310 250"),
        ("intrinsics.txt", "# fx fy cx cy\n520 521 310 250\n"),
        ("intrinsics.txt", "fx: 520\nfy: 521\ncx: 310\ncy: 250\n"),
        ("intrinsics.txt", "640 480 520 521 310 250"),
        ("intrinsics.txt", "[[520. 0. 310.]\n [0. 521. 250.]\n [0. 0. 1.]]"),
        ("intrinsics.txt", "520 0 310 0 0 521 250 0 0 0 1 0"),
        ("cameras.txt", "# Camera list\n1 PINHOLE 640 480 520 521 310 250\n"),
        ("0001.pincam", "640 480 520 521 310 250"),
    ],
)
def test_what_tools_write(tmp_path: Path, name: str, content: Any) -> None:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    assert numbers(read_intrinsics(path, 640, 480)) == CAMERA
    if name != "0001.pincam":  # that one lies in a folder of its own
        found = camera_in_files(tmp_path / "rgb" / "0001.png", 640, 480)
        assert found is not None
        assert numbers(found) == CAMERA


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "camera.json").write_text(json.dumps(NAMED), encoding=encoding)
    (tmp_path / "intrinsics.txt").write_text("520 0 310 0 521 250 0 0 1", encoding=encoding)
    for name in ("camera.json", "intrinsics.txt"):
        assert numbers(read_intrinsics(tmp_path / name, 640, 480)) == CAMERA


@pytest.mark.parametrize("values", [np.reshape(BY_ROWS, (3, 3)), np.array(CAMERA)])
def test_arrays(tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "intrinsics.npy", values)
    assert numbers(read_intrinsics(tmp_path / "intrinsics.npy", 640, 480)) == CAMERA


def test_a_y_axis_that_points_up_is_said(tmp_path: Path) -> None:
    choice = choose_camera("481.2,-480,319.5,239.5", tmp_path / "a.png", (640, 480))
    assert choice.camera.fy == 480
    assert "negative fy" in choice.notes[0]


def test_frames_have_cameras_of_their_own(tmp_path: Path) -> None:
    of_frames = {
        str(k): {"cam_K": [520 + k, 0, 310, 0, 521, 250, 0, 0, 1], "depth_scale": 0.1}
        for k in (1, 2)
    }
    (tmp_path / "scene_camera.json").write_text(json.dumps(of_frames))
    found = camera_in_files(tmp_path / "rgb" / "000002.png", 640, 480)
    assert found is not None
    assert found.fx == 522
    assert camera_in_files(tmp_path / "rgb" / "000009.png", 640, 480) is None  # not listed
    images, cameras = tmp_path / "keyframes" / "images", tmp_path / "keyframes" / "cameras"
    images.mkdir(parents=True)
    cameras.mkdir()
    for k in range(20):
        (cameras / f"13{k:02d}.json").write_text(json.dumps({**NAMED, "fx": 500 + k}))
    polycam = camera_in_files(images / "1307.jpg", 640, 480)
    assert polycam is not None
    assert polycam.fx == 507


def test_transforms_of_each_frame(tmp_path: Path) -> None:
    frames = [
        {
            "file_path": f"images/{k:04d}.jpg",
            "fl_x": 500 + k,
            "transform_matrix": np.eye(4).tolist(),
        }
        for k in range(3)
    ]
    for frame in frames:
        frame.update(fl_y=521, cx=310, cy=250)
    (tmp_path / "transforms.json").write_text(json.dumps({"w": 640, "h": 480, "frames": frames}))
    found = camera_in_files(tmp_path / "images" / "0002.jpg", 640, 480)
    assert found is not None
    assert found.fx == 502


def test_the_cameras_of_ycb_video(tmp_path: Path) -> None:
    """A MATLAB file for each frame, with the camera and units in a metre."""
    from scipy.io import savemat

    for k in range(12):
        matrix = np.array([[520.0 + k, 0, 310], [0, 521, 250], [0, 0, 1]])
        whole = {"intrinsic_matrix": matrix, "factor_depth": 10000, "poses": np.ones((3, 4, 5))}
        savemat(tmp_path / f"{k:06d}-meta.mat", whole)
    files = CameraFiles(tmp_path / "000007-color.png")
    choice = choose_camera(None, tmp_path / "000007-color.png", (640, 480), files=files)
    assert choice.camera.fx == 527
    assert files.scale is not None
    assert files.scale[0].unit_m == pytest.approx(0.0001)


def test_one_of_very_many_frames(tmp_path: Path) -> None:
    of_frames = {str(k): {"cam_K": [520 + k / 100, *BY_ROWS[1:]]} for k in range(3000)}
    (tmp_path / "scene_camera.json").write_text(json.dumps(of_frames))
    began = time.process_time()  # of this process: a busy machine changes nothing
    for number in (10, 2999):
        found = camera_in_files(tmp_path / "rgb" / f"{number:06d}.png", 640, 480)
        assert found is not None
        assert found.fx == 520 + number / 100
    assert time.process_time() - began < 5


LETTERS = "abcdefghijklmnopqrstuv"
DOUBLED = [f"{b}: &{b} {{p: *{a}, q: *{a}}}\n" for a, b in pairwise(LETTERS)]


@pytest.mark.parametrize("text", ["".join(DOUBLED), "b: &b {c: *b}\n", "[" * 5000])
def test_yaml_that_multiplies_or_turns_back(tmp_path: Path, text: str) -> None:
    (tmp_path / "camera.yaml").write_text("a: &a {x: 1}\n" + text)
    began = time.process_time()  # of this process: a busy machine changes nothing
    with pytest.raises(UserError, match="not a camera file"):
        read_intrinsics(tmp_path / "camera.yaml", 640, 480)
    assert time.process_time() - began < 10


def test_what_is_no_file_is_named_for_what_it_is(tmp_path: Path) -> None:
    for path, why in ((tmp_path, "it is a folder"), (tmp_path / "a.json", "no such file")):
        with pytest.raises(UserError, match=why):
            read_intrinsics(path, 640, 480)


def test_a_matrix_without_a_size_is_taken_for_the_one_it_fits(tmp_path: Path) -> None:
    (tmp_path / "intrinsics.txt").write_text("577.87 0 319.5 0 577.87 239.5 0 0 1")
    choice = choose_camera(None, tmp_path / "a.png", (1296, 968), depth_size=(640, 480))
    assert numbers(choice.camera) == pytest.approx((1170.2, 1165.4, 647.5, 483.5), abs=0.05)
    assert "fits the depth's 640 x 480" in choice.notes[0]
    (tmp_path / "intrinsics.txt").write_text("1170.2 0 647.7 0 1170.2 483.7 0 0 1")
    choice = choose_camera(None, tmp_path / "a.png", (1296, 968), depth_size=(640, 480))
    assert choice.camera.fx == 1170.2
    assert choice.notes == ()


def test_poses_are_no_cameras(tmp_path: Path) -> None:
    for name in ("extrinsic_color.txt", "camera_pose.txt", "camera_extrinsics.json", "poses.txt"):
        (tmp_path / name).write_text("520 0 310 0 0 521 250 0 0 0 1 0 0 0 0 1")
    choice = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert (choice.camera.origin, choice.notes) == (Origin.GUESS, ())
    turned = "0.8 -0.6 0 1.5 0.6 0.8 0 0.2 0 0 1 0.1 0 0 0 1"
    (tmp_path / "camera.txt").write_text(turned)  # a pose under a camera's name
    choice = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert choice.camera.origin is Origin.GUESS
    assert "camera.txt" in choice.notes[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("camera.json", "{"),
        ("camera.json", '{"fx": 525, "fy": 525, "cx": 9000, "cy": 200}'),
        ("intrinsics.txt", "hello"),
        ("camera_info.yaml", "a: [1, 2"),
        ("cam_K.txt", ""),
        ("intrinsics.npy", "no array"),
        ("camera.json", '{"width": 640, "height": 480}'),
    ],
)
def test_a_file_of_no_use_is_named_and_the_next_is_taken(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    choice = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert choice.camera.origin is Origin.GUESS
    assert name in choice.notes[0]
    (tmp_path / "zz_intrinsics.json").write_text(json.dumps(NAMED))
    choice = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert numbers(choice.camera) == CAMERA
    assert name in choice.notes[0]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "camera.json").mkdir()
    choice = choose_camera(None, tmp_path / "a.png", (640, 480))
    assert choice.camera.origin is Origin.GUESS


def test_files_for_anything_are_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_text('{"title": "no camera"}')
    (tmp_path / "scene_info.txt").write_text("sensorType = x")
    assert choose_camera(None, tmp_path / "a.png", (640, 480)).notes == ()


def test_what_was_given_is_refused(tmp_path: Path) -> None:
    rgb = tmp_path / "a.png"
    for given in (
        Intrinsics(525, 525, 319.5, 239.5, 640, 240),
        "577.87,577.87,319.5,239.5",
        "520,521,310",
    ):
        with pytest.raises(UserError):
            choose_camera(given, rgb, (1296, 968))
    (tmp_path / "given.json").write_text(json.dumps({**NAMED, "width": 640, "height": 480}))
    with pytest.raises(UserError, match=r"given\.json cannot be the camera of a 480 x 480 picture"):
        choose_camera(tmp_path / "given.json", rgb, (480, 480))


def test_what_a_data_set_says_is_checked_too(tmp_path: Path) -> None:
    rgb = tmp_path / "a.png"
    own = Intrinsics(520, 521, 310, 250, 640, 480, Origin.FILE)
    assert choose_camera(None, rgb, (320, 240), known=own).camera.fx == 260
    choice = choose_camera(None, rgb, (480, 480), known=own)
    assert choice.camera.origin is Origin.GUESS
    assert "was passed over" in choice.notes[0]
    published = Intrinsics(500, 500, 310, 250, 640, 480, Origin.DATASET)
    assert choose_camera(None, rgb, (640, 480), known=published).camera.fx == 500
    (tmp_path / "camera.json").write_text(json.dumps(NAMED))
    assert choose_camera(None, rgb, (640, 480), known=published).camera.fx == 520
    assert choose_camera(None, rgb, (640, 480), known=own).camera.fx == 520


@pytest.mark.parametrize(
    ("folder", "is_nyu"),
    [
        ("nyuv2/rgb", True),
        ("NYU_Depth_V2/rgb", True),
        ("NYUDatasets/images", True),
        ("Xinyu/rgb", False),
        ("anyuser/rgb", False),
    ],
)
def test_a_data_set_is_a_whole_word_of_the_path(tmp_path: Path, folder: str, is_nyu: bool) -> None:
    camera = choose_camera(None, tmp_path / folder / "1.png", (640, 480)).camera
    assert (camera.origin is Origin.DATASET) == is_nyu


@pytest.mark.parametrize(
    ("content", "unit_m"),
    [
        ({"depth_scale": 1000}, 0.001),
        ({"depth_scale": 0.001}, 0.001),
        ({"depth_scale": 256.0}, 1 / 256),
        ({"1": {"cam_K": BY_ROWS, "depth_scale": 0.1}}, 0.0001),  # BOP's: millimetres
        ({"depth_unit_m": 0.00025}, 0.00025),
        ({"camera": {"scale": 6553.5}}, 1 / 6553.5),
        ({"DepthMapFactor": 5000}, 0.0002),
        ({"scale": 1.0}, None),  # of a model
        ({"depth_scale": -1}, None),
        ({"fx": 520}, None),
    ],
)
def test_depth_scales(tmp_path: Path, content: object, unit_m: float | None) -> None:
    path = tmp_path / "camera.json"
    path.write_text(json.dumps(content))
    scale = scale_of(read_tree(path), "000001")
    assert (scale and scale.unit_m) == (unit_m and pytest.approx(unit_m))


@pytest.mark.parametrize(
    ("rgb", "depth", "expected"),
    [
        ("scannet_export/scene0000_00/color/0.jpg", (640, 480), (1170.19, 1170.19, 647.75, 483.75)),
        ("camera_of_another_aspect/color.jpg", (1280, 720), (612.3, 612.2, 638.5, 369.2)),
        ("depth_camera_beside/rgb.jpg", (640, 480), (1170.2, 1165.4, 647.5, 483.5)),
        ("nested_camera_json/color_000000.jpg", None, (378.40, 377.99, 322.85, 243.79)),
        ("camera_with_bom/rgb.jpg", None, (259.4, 259.7, 162.8, 126.9)),
        ("polycam/keyframes/images/130511234567.jpg", (256, 192), (731.9, 731.9, 509.3, 383.1)),
        ("record3d/rgb/0.jpg", (192, 256), (722.1, 722.1, 357.6, 481.3)),
        ("bop/000048/rgb/000001.jpg", None, (1066.78, 1067.49, 312.99, 241.31)),
        ("cam_k/rgb/1581120424100262102.jpg", None, (159.77, 159.77, 161.44, 120.0)),
    ],
)
def test_field_cases(
    shared_data: Path, rgb: str, depth: tuple[int, int] | None, expected: tuple[float, ...]
) -> None:
    from PIL import Image

    path = shared_data / "field" / rgb
    with Image.open(path) as image:
        size = image.size
    choice = choose_camera(None, path, size, depth_size=depth)
    assert choice.camera.origin is Origin.FILE
    assert numbers(choice.camera) == pytest.approx(expected, abs=0.3)
