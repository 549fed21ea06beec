"""Phone scanners' exports and data sets, made here file by file as their makers write them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest
from dataset_support import HEIGHT, WIDTH, write_depth, write_labels, write_rgb
from PIL import Image

from sgnet_model.data import FrameSet, layouts, open_frames
from sgnet_model.data.intrinsics import HYPERSIM_CAMERA as CAMERA
from sgnet_model.data.layouts.places import place_of
from sgnet_model.data.pair_depth import planar_depth
from sgnet_model.data.video_frames import VideoFrames
from sgnet_model.types import Frame, Intrinsics, Origin, UserError

MATRIX = [9.0, 0, 3.5, 0, 9.0, 2.5, 0, 0, 1]


def metres(frame: Frame) -> float:
    """The one depth of a flat frame."""
    assert frame.depth_m is not None
    return float(frame.depth_m[0, 0])


def camera_of(frame: Frame) -> tuple[float, float, float, float]:
    camera = frame.intrinsics
    return camera.fx, camera.fy, camera.cx, camera.cy


def names(frames: FrameSet) -> list[str]:
    return [frames.frame_name(index) for index in range(len(frames))]


def write_json(path: Path, values: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def write_video(path: Path, count: int) -> None:
    """Frame k is grey 40 + 2 k (mod 200)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 30, (64, 48))
    for number in range(count):
        writer.write(np.full((48, 64, 3), 40 + 2 * number % 200, np.uint8))
    writer.release()


def test_stray_scanner(tmp_path: Path) -> None:
    scan = tmp_path / "scan"
    write_video(scan / "rgb.mp4", 8)
    for number in (0, 3, 7):
        values = np.full((6, 8), 2000 + number, np.uint16)
        sure = np.full((6, 8), 2, np.uint8)
        sure[0] = 0
        for folder, stored in (("depth", values), ("confidence", sure)):
            (scan / folder).mkdir(exist_ok=True)
            Image.fromarray(stored).save(scan / folder / f"{number:06d}.png")
    for root, prefix in ((scan, ""), (tmp_path, "scan/")):
        frames = open_frames(root)
        assert names(frames) == [f"{prefix}000000", f"{prefix}000003", f"{prefix}000007"]
        assert "confidence 0" in frames.notes[0]
        for index, number in ((2, 7), (0, 0), (1, 3)):
            frame = frames.load(index)
            assert abs(int(frame.rgb[5, 5, 0]) - (40 + 2 * number)) <= 3
            assert frame.depth_m is not None
            assert frame.depth_m[-1, -1] == pytest.approx((2000 + number) / 1000)
            assert not frame.depth_m[0].any()
    write_depth(scan / "depth" / "000030.png", 2000)
    with pytest.raises(UserError, match=r"rgb\.mp4 has no frame 30: it is shorter"):
        open_frames(scan).load(3)


def test_far_frames_of_a_video_are_the_same_as_near_ones(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 90)
    near = VideoFrames(tmp_path / "a.mp4")
    expected = [near.frame(number) for number in range(90)]
    far = VideoFrames(tmp_path / "a.mp4")
    for number in (88, 2, 70, 71, 0):
        assert np.array_equal(far.frame(number), expected[number]), number
    (tmp_path / "b.mp4").write_bytes(b"no video")
    with pytest.raises(UserError, match="cannot be read as a video"):
        VideoFrames(tmp_path / "b.mp4").frame(0)


def test_polycam(tmp_path: Path) -> None:
    keyframes = tmp_path / "keyframes"
    for folder in ("images", "corrected_images"):
        write_rgb(keyframes / folder / "123.jpg", 50 if folder == "images" else 90)
    write_depth(keyframes / "depth" / "123.png", 1500)
    (keyframes / "corrected_cameras").mkdir()
    frames = open_frames(tmp_path)
    assert names(frames) == ["keyframes/123"]
    assert metres(frames.load(0)) == pytest.approx(1.5)
    assert int(frames.load(0).rgb[0, 0, 0]) == pytest.approx(90, abs=4)


RECORD3D = {"w": WIDTH, "h": HEIGHT, "K": [9, 0, 0, 0, 9.5, 0, 3.5, 2.5, 1], "fps": 60}


def test_record3d_export(tmp_path: Path) -> None:
    write_json(tmp_path / "metadata.json", RECORD3D)
    write_rgb(tmp_path / "rgb" / "0.jpg")
    write_depth(tmp_path / "depth" / "0.npy", 2, "float32")
    frame = open_frames(tmp_path).load(0)
    assert camera_of(frame) == (9, 9.5, 3.5, 2.5)
    assert metres(frame) == 2.0


def test_metadata_of_others_are_no_record3d(tmp_path: Path) -> None:
    write_rgb(tmp_path / "rgb" / "0.png")
    write_depth(tmp_path / "depth" / "0.png", 2000)
    (tmp_path / "metadata").write_text("taken by hand")
    assert metres(open_frames(tmp_path).load(0)) == 2.0
    rows = [[9.0, 0, 3.5], [0, 9.0, 2.5], [0, 0, 1]]
    write_json(tmp_path / "metadata.json", {"K": rows, "w": WIDTH, "h": HEIGHT})
    assert camera_of(open_frames(tmp_path).load(0)) == (9, 9, 3.5, 2.5)


def make_r3d(path: Path, **changes: object) -> None:
    """Two frames; of the first, the top row is unsure."""
    lzfse = pytest.importorskip("lzfse")
    values = {**RECORD3D, "dw": WIDTH // 2, "dh": HEIGHT // 2, **changes}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata", json.dumps(values))
        for number in (0, 10):
            picture = io.BytesIO()
            Image.new("RGB", (WIDTH, HEIGHT), (90, 90, 90)).save(picture, "JPEG")
            depth = np.full((HEIGHT // 2, WIDTH // 2), 1.25 + number, "<f4")
            depth[-1] = np.nan
            sure = np.full(depth.shape, 2, np.uint8)
            sure[0] = 0 if number == 0 else 1
            archive.writestr(f"rgbd/{number}.jpg", picture.getvalue())
            archive.writestr(f"rgbd/{number}.depth", lzfse.compress(depth.tobytes()))
            archive.writestr(f"rgbd/{number}.conf", lzfse.compress(sure.tobytes()))


def test_r3d_files(tmp_path: Path) -> None:
    make_r3d(tmp_path / "room.r3d")
    frames = open_frames(tmp_path / "room.r3d")
    assert names(frames) == ["0", "10"]
    first, second = frames.load(0), frames.load(1)
    assert first.depth_m is not None
    assert (first.depth_m[2, 0], first.depth_m[0, 0], first.depth_m[-1, 0]) == (1.25, 0, 0)
    assert metres(second) == 11.25
    assert second.rgb.shape == (HEIGHT, WIDTH, 3)
    assert second.intrinsics.fy == 9.5
    assert metres(open_frames(tmp_path / "room.r3d", unit="cm").load(1)) == pytest.approx(0.1125)
    make_r3d(tmp_path / "other.r3d", dw=5)
    with pytest.raises(UserError, match=r"0\.depth of other\.r3d is damaged"):
        open_frames(tmp_path / "other.r3d").load(0)
    make_r3d(tmp_path / "other.r3d", K=[1])
    with pytest.raises(UserError, match="no usable camera"):
        open_frames(tmp_path / "other.r3d")


def test_arkit_scenes(tmp_path: Path) -> None:
    scan = tmp_path / "Training" / "41"
    for folder in ("lowres_wide", "lowres_depth", "confidence"):
        write = write_depth if folder == "lowres_depth" else write_rgb
        write(scan / folder / "41_100.500.png", 200)
    Image.fromarray(np.full((HEIGHT, WIDTH), 2, np.uint8)).save(
        scan / "confidence" / "41_100.500.png"
    )
    (scan / "lowres_wide_intrinsics").mkdir()
    (scan / "lowres_wide_intrinsics" / "41_100.504.pincam").write_text(f"{WIDTH} {HEIGHT} 9 9 4 3")
    frames = open_frames(tmp_path)
    assert names(frames) == ["Training/41/41_100.500"]
    frame = frames.load(0)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, metres(frame)) == ("mm", pytest.approx(0.2))


def test_arkits_cameras_are_the_nearest_in_time(tmp_path: Path) -> None:
    """Eight digits of a video and four of seconds are a time in no other name."""
    for time in ("6790.123", "6790.223"):
        write_rgb(tmp_path / "lowres_wide" / f"40753679_{time}.png")
        write_depth(tmp_path / "lowres_depth" / f"40753679_{time}.png", 1500)
    (tmp_path / "lowres_wide_intrinsics").mkdir()
    for time, fx in (("6790.124", 9), ("6790.222", 10)):
        file = tmp_path / "lowres_wide_intrinsics" / f"40753679_{time}.pincam"
        file.write_text(f"{WIDTH} {HEIGHT} {fx} 9 4 3")
    frames = open_frames(tmp_path)
    assert [camera_of(frames.load(index)) for index in (0, 1)] == [(9, 9, 4, 3), (10, 9, 4, 3)]
    assert frames.load(0).intrinsics.origin is Origin.FILE


def test_folders_beyond_the_most_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for scene in "abc":
        write_rgb(tmp_path / scene / "lowres_wide" / "41_100.500.png")
        write_depth(tmp_path / scene / "lowres_depth" / "41_100.500.png", 1500)
    frames = open_frames(tmp_path)
    assert (len(frames), frames.notes) == (3, ())
    monkeypatch.setattr(layouts, "MAX_FOLDERS", 3)
    frames = open_frames(tmp_path)
    assert names(frames) == ["a/41_100.500", "b/41_100.500"]
    assert "beyond the first 3 folders" in frames.notes[0]


def test_bop(tmp_path: Path) -> None:
    scene = tmp_path / "test" / "000048"
    for number in (1, 2):
        write_rgb(scene / "rgb" / f"{number:06d}.png")
        write_depth(scene / "depth" / f"{number:06d}.png", 10000)
    cameras = {"1": {"cam_K": MATRIX, "depth_scale": 0.1}, "2": {"cam_K": [1], "depth_scale": 0.2}}
    write_json(scene / "scene_camera.json", cameras)
    frames = open_frames(tmp_path)
    assert names(frames) == ["test/000048/000001", "test/000048/000002"]
    assert (metres(frames.load(0)), camera_of(frames.load(0))[0]) == (1.0, 9.0)
    with pytest.raises(UserError, match="no usable cam_K"):
        frames.load(1)


def test_replica(tmp_path: Path) -> None:
    for number in (0, 1):
        write_rgb(tmp_path / "room0" / "results" / f"frame{number:06d}.jpg")
        write_depth(tmp_path / "room0" / "results" / f"depth{number:06d}.png", 13107)
    camera = {"w": WIDTH, "h": HEIGHT, "fx": 9, "fy": 9, "cx": 3.5, "cy": 2.5, "scale": 6553.5}
    write_json(tmp_path / "cam_params.json", {"camera": camera})
    frames = open_frames(tmp_path)
    assert names(frames) == ["room0/frame000000", "room0/frame000001"]
    assert metres(frames.load(1)) == pytest.approx(2.0)
    assert camera_of(frames.load(0)) == (9, 9, 3.5, 2.5)
    write_json(tmp_path / "cam_params.json", {"camera": {"w": 3}})
    with pytest.raises(UserError, match="fx, fy, cx, cy and scale were expected"):
        open_frames(tmp_path)


def test_matterport(tmp_path: Path) -> None:
    scan = tmp_path / "17DRP5sb8fy"
    write_rgb(scan / "undistorted_color_images" / "ab1_i0_3.jpg")
    write_rgb(scan / "undistorted_color_images" / "ab1_i1_3.jpg")
    write_depth(scan / "undistorted_depth_images" / "ab1_d0_3.png", 8000)
    write_depth(scan / "undistorted_depth_images" / "ab1_d1_3.png", 4000)
    conf = scan / "undistorted_camera_parameters" / "17DRP5sb8fy.conf"
    conf.parent.mkdir()
    conf.write_text(
        "dataset matterport\nintrinsics_matrix 1076 0 640 0 1077 512 0 0 1\n"
        "scan ab1_d0_3.png ab1_i0_3.jpg 1 0 0 0\n"
    )
    frames = open_frames(tmp_path)
    assert [metres(frames.load(k)) for k in (0, 1)] == [2.0, 1.0]
    assert names(frames)[0] == "17DRP5sb8fy/ab1_i0_3"
    assert frames.scene(0) == "17DRP5sb8fy"


def test_hypersim(tmp_path: Path) -> None:
    images = tmp_path / "ai_001_001" / "images"
    geometry = images / "scene_cam_00_geometry_hdf5"
    write_rgb(images / "scene_cam_00_final_preview" / "frame.0004.tonemap.jpg")
    geometry.mkdir()
    distance = np.full((HEIGHT, WIDTH), 2.0, np.float16)
    distance[0, 0] = np.nan
    for name, values in (
        ("depth_meters", distance),
        ("semantic", np.full((HEIGHT, WIDTH), -1, np.int16)),
    ):
        with h5py.File(geometry / f"frame.0004.{name}.hdf5", "w") as file:
            file["dataset"] = values
    frames = open_frames(tmp_path)
    frame = frames.load(0)
    assert names(frames) == ["ai_001_001/images/cam_00_frame.0004"]
    assert frame.depth_m is not None
    assert frame.depth_m[0, 0] == 0
    assert frame.depth_m[3, 4] == pytest.approx(1.9897, abs=0.001)  # half a pixel off the axis
    assert frame.labels is not None
    assert not frame.labels.any()


def test_hypersims_distance_becomes_depth() -> None:
    """A wall straight ahead, 3 m away: the distance grows towards the corners, its depth not."""
    u, v = np.meshgrid(np.arange(1024), np.arange(768))
    x, y = (u - CAMERA.cx) / CAMERA.fx * 3, (v - CAMERA.cy) / CAMERA.fy * 3
    wall = np.sqrt(x**2 + y**2 + 9)
    assert wall.max() > 3.6
    assert np.abs(planar_depth(wall, CAMERA) - 3.0).max() < 1e-5


def test_tartanair(tmp_path: Path) -> None:
    place = tmp_path / "office" / "Easy" / "P001"
    for side, depth in (("left", 2), ("right", 3)):
        write_rgb(place / f"image_{side}" / f"000000_{side}.png")
        write_depth(place / f"depth_{side}" / f"000000_{side}_depth.npy", depth, "float32")
    frame = open_frames(tmp_path).load(0)
    assert metres(frame) == 2.0
    assert camera_of(frame) == (WIDTH / 2, WIDTH / 2, WIDTH / 2, HEIGHT / 2)


def test_tartanair_version_2_packs_a_float_into_a_pixel(tmp_path: Path) -> None:
    write_rgb(tmp_path / "image_lcam_front" / "000000_lcam_front.png")
    (tmp_path / "depth_lcam_front").mkdir()
    depth = np.full((HEIGHT, WIDTH), 2.375, "<f4")
    depth[0] = 10_000  # the sky
    packed = depth[..., None].view(np.uint8)  # (H, W, 4), handed to OpenCV as BGRA
    cv2.imwrite(str(tmp_path / "depth_lcam_front" / "000000_lcam_front_depth.png"), packed)
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_m is not None
    assert (frame.depth_m[1:] == 2.375).all()
    assert not frame.depth_m[0].any()


def test_void(tmp_path: Path) -> None:
    write_rgb(tmp_path / "classroom" / "image" / "1552.25.png")
    write_depth(tmp_path / "classroom" / "ground_truth" / "1552.25.png", 512)
    write_depth(tmp_path / "classroom" / "sparse_depth" / "1552.25.png", 999)
    assert metres(open_frames(tmp_path).load(0)) == 2.0


def test_diode(tmp_path: Path) -> None:
    scan = tmp_path / "val" / "indoors" / "scene_00019" / "scan_00183"
    stem = "00019_00183_indoors_000_010"
    write_rgb(scan / f"{stem}.png")
    np.save(scan / f"{stem}_depth.npy", np.full((HEIGHT, WIDTH, 1), 2.5, np.float32))
    mask = np.ones((HEIGHT, WIDTH))
    mask[0] = 0
    np.save(scan / f"{stem}_depth_mask.npy", mask)
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_m is not None
    assert (frame.depth_m[1:] == 2.5).all()
    assert not frame.depth_m[0].any()
    np.save(scan / f"{stem}_depth_mask.npy", mask[1:])
    with pytest.raises(UserError, match=r"mask\.npy has 40 values"):
        open_frames(tmp_path).load(0)


def test_openloris_reads_its_own_lists(tmp_path: Path) -> None:
    for folder, value in (("color", 9), ("aligned_depth", 2000), ("depth", 1)):
        write = write_rgb if folder == "color" else write_depth
        write(tmp_path / folder / "1560000083.949189.png", value)
        (tmp_path / f"{folder}.txt").write_text(
            f"#Time\n1560000083.949189 {folder}/1560000083.949189.png\n"
        )
    assert metres(open_frames(tmp_path, unit="mm").load(0)) == 2.0


def test_bts_lists(tmp_path: Path) -> None:
    room = tmp_path / "nyu" / "kitchen_0028b"
    for number in ("00045", "00046"):
        write_rgb(room / f"rgb_{number}.jpg")
        write_depth(room / f"sync_depth_{number}.png", 2000)
    lines = [f"/kitchen_0028b/rgb_{n}.jpg /kitchen_0028b/sync_depth_{n}.png 518.8579" for n in
             ("00045", "00046", "99999")]  # fmt: skip
    (tmp_path / "nyu" / "nyudepthv2_train_files_with_gt.txt").write_text("\n".join(lines))
    frames = open_frames(tmp_path / "nyu")
    assert names(frames) == ["rgb_00045", "rgb_00046"]
    assert frames.splits() == ("train",)
    assert "1 lines of nyudepthv2_train_files_with_gt.txt" in frames.notes[0]
    assert metres(frames.load(1)) == 2.0


def test_pictures_without_depth_are_said(tmp_path: Path) -> None:
    """Of Matterport3D and Replica, too."""
    for number in (0, 1):
        write_rgb(tmp_path / "m" / "matterport_color_images" / f"ab_i0_{number}.jpg")
        write_rgb(tmp_path / "replica" / "room0" / "results" / f"frame{number}.jpg")
    write_depth(tmp_path / "m" / "matterport_depth_images" / "ab_d0_1.png", 4000)
    write_depth(tmp_path / "replica" / "room0" / "results" / "depth0.png", 4000)
    for folder, lost in (("m", "ab_i0_0.jpg"), ("replica", "frame1.jpg")):
        frames = open_frames(tmp_path / folder)
        assert len(frames) == 1
        assert frames.notes == (f"Left out: 1 picture without depth, first {lost}.",)


def test_a_list_whose_first_files_are_gone_is_still_one(tmp_path: Path) -> None:
    make_listed(tmp_path, "images/{0}.jpg depth/{0}.png labels/{0}.png")
    for kind, suffix in (("images", "jpg"), ("depth", "png")):
        (tmp_path / kind / f"0.{suffix}").unlink()
    frames = open_frames(tmp_path)
    assert (names(frames), frames.splits()) == (["1"], ("train",))
    assert frames.notes == ("Left out: 1 lines of train.txt whose files are not here.",)


def test_lists_of_colour_and_depth_in_rgb_and_depth(tmp_path: Path) -> None:
    """SA-Gate's folders, but not its lists: the second column is no label."""
    write_rgb(tmp_path / "rgb" / "a_1.png")
    write_depth(tmp_path / "depth" / "b_1.png", 2000)
    (tmp_path / "train.txt").write_text("rgb/a_1.png depth/b_1.png\n")
    frames = open_frames(tmp_path)
    assert (names(frames), frames.splits()) == (["a_1"], ("train",))
    assert metres(frames.load(0)) == 2.0


def test_densedepth(tmp_path: Path) -> None:
    room = tmp_path / "data" / "nyu2_train" / "living_room_0038_out"
    write_rgb(room / "37.jpg")
    write_depth(room / "37.png", 51, "uint8")
    line = "data/nyu2_train/living_room_0038_out/37"
    (tmp_path / "data" / "nyu2_train.csv").write_text(f"{line}.jpg,{line}.png\n")
    frame = open_frames(tmp_path / "data").load(0)
    assert metres(frame) == pytest.approx(2.0)
    assert frame.depth_info is not None
    assert frame.depth_info.origin is Origin.DATASET


@pytest.mark.parametrize(
    "line",
    [
        "images/{0}.jpg labels/{0}.png",
        "images/{0}.jpg masks/{0}.png",
        "labels/{0}.png images/{0}.jpg",
    ],
)
def test_lists_of_labels_are_no_lists_of_depth(tmp_path: Path, line: str) -> None:
    make_listed(tmp_path, line)
    frames = open_frames(tmp_path)
    frame = frames.load(1)
    assert (names(frames), metres(frame)) == (["0", "1"], 2.0)
    assert frame.labels is not None


@pytest.mark.parametrize(
    "line",
    [
        "images/{0}.jpg labels/{0}.png depth/{0}.png",
        "images/{0}.jpg depth/{0}.png labels/{0}.png",
        "depth/{0}.png images/{0}.jpg labels/{0}.png",
    ],
)
def test_depth_stands_in_any_column(tmp_path: Path, line: str) -> None:
    make_listed(tmp_path, line)
    frames = open_frames(tmp_path)
    frame = frames.load(1)
    assert (names(frames), frames.splits(), metres(frame)) == (["0", "1"], ("train",), 2.0)
    assert frame.labels is not None
    assert frame.labels.max() == 7


def make_listed(root: Path, line: str) -> None:
    for number in (0, 1):
        write_rgb(root / "images" / f"{number}.jpg")
        write_depth(root / "depth" / f"{number}.png", 2000)
        write_labels(root / "labels" / f"{number}.png", 7)
        write_labels(root / "masks" / f"{number}.png", 1)
    (root / "train.txt").write_text("\n".join(line.format(number) for number in (0, 1)))


def test_annotations_say_camera_and_scale(tmp_path: Path) -> None:
    write_rgb(tmp_path / "rgb" / "5.png")
    write_depth(tmp_path / "depth" / "5.png", 512)
    entry = {"rgb": "data/x/rgb/5.png", "depth": "data/x/depth/5.png", "depth_scale": 256.0}
    gone = {"rgb": "data/x/rgb/6.png", "depth": "data/x/depth/6.png"}
    files = [{**entry, "cam_in": [9, 9, 3.5, 2.5]}, gone, {"rgb": 3}]
    write_json(tmp_path / "test_annotations.json", {"files": files})
    frames = open_frames(tmp_path)
    frame = frames.load(0)
    assert (metres(frame), camera_of(frame)) == (2.0, (9, 9, 3.5, 2.5))
    assert "1 of 2 frames of test_annotations.json" in frames.notes[0]


def test_lists_in_folders_of_their_own(tmp_path: Path) -> None:
    """Their files lie beside those folders, and are read as the list says that names them."""
    for name, scale in (("a", 1000.0), ("b", 500.0)):
        write_rgb(tmp_path / "rgb" / f"{name}.png")
        write_depth(tmp_path / "depth" / f"{name}.png", 2000)
        entry = {"rgb": f"rgb/{name}.png", "depth": f"depth/{name}.png", "depth_scale": scale}
        write_json(tmp_path / "lists" / name / "annotations.json", {"files": [entry]})
    frames = open_frames(tmp_path)
    assert names(frames) == ["lists/a/a", "lists/b/b"]
    assert [metres(frame) for frame in frames] == [2.0, 4.0]


def test_annotated_frames_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = []
    for room in ("kitchen", "bedroom"):
        write_rgb(tmp_path / room / "5.png")
        write_depth(tmp_path / "depth" / room / "5.png", 512)
        files.append({"rgb": f"{room}/5.png", "depth": f"depth/{room}/5.png", "depth_scale": 256.0})
    write_json(tmp_path / "annotations.json", {"files": files})
    assert names(open_frames(tmp_path)) == ["kitchen/5", "bedroom/5"]


def test_how_labels_count_is_seen_over_several_lists(tmp_path: Path) -> None:
    for scene in ("a", "b"):
        make_listed(tmp_path / scene, "images/{0}.jpg depth/{0}.png labels/{0}.png")
        stored = np.full((HEIGHT, WIDTH), 7, np.uint8)
        stored[0, :2] = 0, 255
        cv2.imwrite(str(tmp_path / scene / "labels" / "0.png"), stored)
    frames = open_frames(tmp_path)
    labels = frames.load(0).labels
    assert labels is not None
    assert (labels[0, 0], labels[0, 1], labels[1, 1]) == (1, 0, 8)
    assert "a label offset of 1" in frames.notes[-1]
    as_stored = open_frames(tmp_path, label_offset=0).load(2).labels
    assert as_stored is not None
    assert as_stored[1, 1] == 7


def test_paths_of_lists_stay_below_the_folder(tmp_path: Path) -> None:
    write_rgb(tmp_path / "a" / "b.png")
    assert place_of("../a/b.png", [tmp_path / "a"]) is None
    assert place_of("/data\\a\\b.png", [tmp_path]) == tmp_path / "a" / "b.png"


def make_h5(path: Path, value: float = 2.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file["rgb"] = np.full((3, HEIGHT, WIDTH), 77, np.uint8)
        file["depth"] = np.full((HEIGHT, WIDTH), value, np.float32)


def test_hdf5_files_of_the_nyu_subset(tmp_path: Path) -> None:
    for split in ("train", "val"):
        make_h5(tmp_path / split / "basement_0001a" / "00001.h5")
    frames = open_frames(tmp_path)
    assert names(frames) == ["train/basement_0001a/00001", "val/basement_0001a/00001"]
    assert frames.splits() == ("train", "val")
    assert frames.scene(0) == "basement_0001a"
    one = open_frames(tmp_path / "val" / "basement_0001a" / "00001.h5").load(0)
    assert (metres(one), one.rgb.shape) == (2.0, (HEIGHT, WIDTH, 3))


def test_hdf5_files_of_whole_numbers_are_not_the_nyu_subset(tmp_path: Path) -> None:
    """Somebody else's millimetres, which as metres would be holes and hundreds of metres."""
    make_h5(tmp_path / "1.h5")
    with h5py.File(tmp_path / "1.h5", "a") as file:
        del file["depth"]
        file["depth"] = np.linspace(400, 1099, HEIGHT * WIDTH, dtype="u2").reshape(HEIGHT, WIDTH)
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_info is not None
    assert (frame.depth_info.unit, frame.depth_info.origin) == ("mm", Origin.GUESS)
    assert frame.depth_info.valid_fraction == 1
    assert metres(frame) == pytest.approx(0.4)
    assert frame.intrinsics.origin is Origin.GUESS
    make_h5(tmp_path / "1.h5")
    frame = open_frames(tmp_path).load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.origin is frame.intrinsics.origin is Origin.DATASET
    make_h5(tmp_path / "1.h5", 90.5)
    frame = open_frames(tmp_path).load(0)
    assert any("doubtful" in note for note in frame.notes)


@pytest.mark.parametrize("name", ["set.zip", "set.tar.gz", "SET.7Z"])
def test_archives_are_told_to_be_unpacked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(UserError, match="is an archive: unpack it and open the folder"):
        open_frames(tmp_path / name)


def test_a_folder_of_pairs_is_still_one(tmp_path: Path) -> None:
    """A text that mentions pictures makes no list of them, and labels stay."""
    write_rgb(tmp_path / "rgb" / "1.png")
    write_depth(tmp_path / "depth" / "1.png", 2000)
    write_labels(tmp_path / "labels" / "1.png", 3)
    (tmp_path / "README.txt").write_text("See rgb/1.png\nand depth/1.png .\nThanks\n")
    write_json(tmp_path / "annotations.json", [1, 2])
    assert open_frames(tmp_path).load(0).labels is not None


FUZZED: dict[str, Callable[[Path], Path]] = {}


LENIENT = {"annotated", "listed"}  # a damaged list is no list: the pictures pair by name


def fuzzed(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
    FUZZED[make.__name__] = make
    return make


@fuzzed
def r3d(root: Path) -> Path:
    make_r3d(root / "a.r3d")
    return root / "a.r3d"


@fuzzed
def h5(root: Path) -> Path:
    make_h5(root / "a.h5")
    return root / "a.h5"


@fuzzed
def scene_camera(root: Path) -> Path:
    write_rgb(root / "rgb" / "1.png")
    write_depth(root / "depth" / "1.png", 2000)
    write_json(root / "scene_camera.json", {"1": {"cam_K": MATRIX, "depth_scale": 0.1}})
    return root / "scene_camera.json"


@fuzzed
def cam_params(root: Path) -> Path:
    write_rgb(root / "results" / "frame1.jpg")
    write_depth(root / "results" / "depth1.png", 2000)
    camera = {"w": WIDTH, "h": HEIGHT, "fx": 9, "fy": 9, "cx": 3.5, "cy": 2.5, "scale": 6553.5}
    write_json(root / "cam_params.json", {"camera": camera})
    return root / "cam_params.json"


@fuzzed
def annotated(root: Path) -> Path:
    test_annotations_say_camera_and_scale(root)
    return root / "test_annotations.json"


@fuzzed
def listed(root: Path) -> Path:
    test_densedepth(root)
    return root / "data" / "nyu2_train.csv"


@pytest.mark.parametrize("kind", sorted(FUZZED))
def test_damaged_files_end_as_sentences(tmp_path: Path, kind: str) -> None:
    """Bytes changed, cut and repeated: a frame or a UserError, nothing else."""
    file = FUZZED[kind](tmp_path)
    root = file if file.suffix in (".r3d", ".h5") else file.parent
    whole, draw = file.read_bytes(), np.random.default_rng(5)
    open_frames(root).load(0)
    sentences = 0
    for _ in range(60):
        content = bytearray(whole)
        for place in draw.integers(0, len(content), 1 + draw.integers(6)):
            content[place] = draw.integers(256)
        cut = int(draw.integers(len(content))) if draw.random() < 0.25 else len(content)
        file.write_bytes(bytes(content[:cut]))
        try:
            open_frames(root).load(0, strict=False)
        except UserError:
            sentences += 1
    assert sentences or kind in LENIENT


@pytest.mark.parametrize(
    ("folder", "camera", "median"),
    [
        ("record3d", (722.1, 722.1, 357.6, 481.3), 3.461),
        ("bop", (1066.778, 1067.487, 312.9869, 241.3109), 3.427),
        ("stray_scanner", None, 3.461),
        ("polycam", None, 3.461),
        ("kitti", (707.0493, 707.0493, 604.0814, 180.5066), 13.84),
        ("redwood_3dscan", None, 3.461),
    ],
)
def test_field_cases(
    shared_data: Path, folder: str, camera: tuple[float, ...] | None, median: float
) -> None:
    frame = open_frames(shared_data / "field" / folder).load(0)
    assert frame.depth_info is not None
    assert frame.depth_info.median_m == pytest.approx(median, abs=0.005)
    if camera is not None:
        assert camera_of(frame) == pytest.approx(camera, abs=1e-3)


def test_published_cameras_are_told_as_such() -> None:
    assert Intrinsics(886.81, 886.81, 511.5, 383.5, 1024, 768, Origin.DATASET) == CAMERA
