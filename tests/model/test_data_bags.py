"""Bags of ROS 1 and 2 and MCAP, written by the library's own writers, read as frames."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sgnet_model.data import open_frames
from sgnet_model.data.bags.messages import camera_of, colour_of, depth_of, is_distorted
from sgnet_model.data.bags.topics import Chosen, Topic, choose
from sgnet_model.types import Origin, UserError

HEIGHT, WIDTH, COUNT = 6, 8, 4
FX, CX, CY = 9.0, 3.5, 2.5
STEP_NS = 33_000_000
BEGIN_NS = 1_305_031_102_000_000_000
COLOUR, ALIGNED = "/camera/color", "/camera/aligned_depth_to_color"


def typestore(ros1: bool = False) -> Any:
    from rosbags.typesys import Stores, get_typestore

    return get_typestore(Stores.ROS1_NOETIC if ros1 else Stores.ROS2_HUMBLE)


def depth_values(number: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Every count differs, none is alike in two frames; a hole in the corner."""
    values = np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH) + 1000 + 97 * number
    values[0, 0] = 0
    return values


class Maker:
    """Messages of one store."""

    def __init__(self, ros1: bool = False) -> None:
        self.ros1, self.store = ros1, typestore(ros1)

    def header(self, time_ns: int) -> Any:
        types = self.store.types
        stamp = types["builtin_interfaces/msg/Time"](sec=time_ns // 10**9, nanosec=time_ns % 10**9)
        extra = {"seq": 0} if self.ros1 else {}
        return types["std_msgs/msg/Header"](stamp=stamp, frame_id="camera", **extra)

    def image(
        self, time_ns: int, pixels: Any, encoding: str, big: bool = False, pad: int = 0
    ) -> Any:
        stored = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder(">" if big else "<")))
        rows = stored.view(np.uint8).reshape(pixels.shape[0], -1)
        rows = np.pad(rows, ((0, 0), (0, pad)), constant_values=77)
        return self.store.types["sensor_msgs/msg/Image"](
            header=self.header(time_ns),
            height=pixels.shape[0],
            width=pixels.shape[1],
            encoding=encoding,
            is_bigendian=int(big),
            step=rows.shape[1],
            data=rows.ravel(),
        )

    def compressed(self, time_ns: int, kind: str, data: bytes) -> Any:
        return self.store.types["sensor_msgs/msg/CompressedImage"](
            header=self.header(time_ns), format=kind, data=np.frombuffer(data, np.uint8)
        )

    def info(self, time_ns: int) -> Any:
        types = self.store.types
        region = types["sensor_msgs/msg/RegionOfInterest"](0, 0, 0, 0, False)
        k, r, p = (np.zeros(count) for count in (9, 9, 12))
        k[[0, 2, 4, 5, 8]] = FX, CX, FX, CY, 1
        names = ("D", "K", "R", "P") if self.ros1 else ("d", "k", "r", "p")
        return types["sensor_msgs/msg/CameraInfo"](
            header=self.header(time_ns),
            height=HEIGHT,
            width=WIDTH,
            distortion_model="plumb_bob",
            binning_x=0,
            binning_y=0,
            roi=region,
            **dict(zip(names, (np.zeros(5), k, r, p), strict=True)),
        )


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    stored = io.BytesIO()
    Image.fromarray(pixels).save(stored, "PNG")
    return stored.getvalue()


def messages(maker: Maker, depth: str = "16UC1") -> list[tuple[str, str, int, Any]]:
    """(topic, type, recorded, message): the depth 5 ms after colour, and something else."""
    found: list[tuple[str, str, int, Any]] = []
    image, info = "sensor_msgs/msg/Image", "sensor_msgs/msg/CameraInfo"
    for number in range(COUNT):
        at = BEGIN_NS + number * STEP_NS
        colour = np.full((HEIGHT, WIDTH, 3), 40 + number, np.uint8)
        late, values = at + 5_000_000, depth_values(number)
        found.append((f"{COLOUR}/image_raw", image, at, maker.image(at, colour, "rgb8")))
        found.append((f"{COLOUR}/camera_info", info, at, maker.info(at)))
        topic = f"{ALIGNED}/image_raw"
        if depth == "compressed":
            data = struct.pack("<iff", 0, 0.0, 0.0) + png(values)
            message = maker.compressed(late, "16UC1; compressedDepth png", data)
            topic, kind = f"{topic}/compressedDepth", "sensor_msgs/msg/CompressedImage"
        else:
            stored = values if depth == "16UC1" else values.astype(np.float32) / 1000
            message, kind = maker.image(late, stored, depth, pad=4), image
        found.append((topic, kind, late, message))
        other = maker.image(at, np.full((3, 4), 9, np.uint16), "16UC1")
        found.append(("/camera/depth/image_rect_raw", image, at + 1, other))
    return found


def write_ros1(path: Path, depth: str = "16UC1") -> Path:
    from rosbags.rosbag1 import Writer

    maker = Maker(ros1=True)
    with Writer(path) as writer:
        connections: dict[str, Any] = {}
        for topic, kind, at, message in messages(maker, depth):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=maker.store)
            raw = maker.store.serialize_ros1(message, kind)
            writer.write(connections[topic], at, raw)
    return path


def write_ros2(path: Path, depth: str = "16UC1", mcap: bool = True) -> Path:
    from rosbags.rosbag2 import StoragePlugin, Writer

    maker = Maker()
    plugin = StoragePlugin.MCAP if mcap else StoragePlugin.SQLITE3
    with Writer(path, version=9, storage_plugin=plugin) as writer:
        connections: dict[str, Any] = {}
        for topic, kind, at, message in messages(maker, depth):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=maker.store)
            writer.write(connections[topic], at, maker.store.serialize_cdr(message, kind))
    return path


def bare(path: Path) -> Path:
    """The file inside a bag of ROS 2, which people copy alone."""
    return next(file for file in path.iterdir() if file.suffix in (".mcap", ".db3"))


BAGS: dict[str, Callable[[Path], Path]] = {
    "ros1": lambda root: write_ros1(root / "a.bag"),
    "ros1 compressed depth": lambda root: write_ros1(root / "a.bag", "compressed"),
    "ros2 folder, mcap": lambda root: write_ros2(root / "bag"),
    "ros2 folder, sqlite": lambda root: write_ros2(root / "bag", mcap=False),
    "mcap alone": lambda root: bare(write_ros2(root / "bag")),
    "db3 alone": lambda root: bare(write_ros2(root / "bag", mcap=False)),
    "mcap, compressed depth": lambda root: bare(write_ros2(root / "bag", "compressed")),
}


@pytest.mark.parametrize("kind", sorted(BAGS))
def test_depth_comes_bit_exact_with_its_picture(tmp_path: Path, kind: str) -> None:
    frames = open_frames(BAGS[kind](tmp_path))
    assert len(frames) == COUNT
    assert frames.frame_name(1) == "1305031102.033000"
    assert frames.notes[0].startswith(f"Colour is {COLOUR}/image_raw, depth {ALIGNED}/image_raw")
    assert "/camera/depth/image_rect_raw (Image, 4)" in frames.notes[1]
    for number in (3, 0, 2, 1):
        frame = frames.load(number)
        assert (frame.rgb == 40 + number).all()
        assert frame.depth_m is not None
        counts = np.rint(frame.depth_m.astype(np.float64) * 1000).astype(np.uint16)
        assert np.array_equal(counts, depth_values(number))
        assert (frame.intrinsics.fx, frame.intrinsics.cx) == (FX, CX)
        assert frame.intrinsics.origin is Origin.FILE
        assert frame.depth_info is not None
        assert frame.depth_info.unit == "mm"


def test_depth_in_metres(tmp_path: Path) -> None:
    frames = open_frames(write_ros2(tmp_path / "bag", "32FC1"))
    frame = frames.load(2)
    assert frame.depth_m is not None
    assert np.array_equal(frame.depth_m, depth_values(2).astype(np.float32) / 1000)
    assert frame.depth_info is not None
    assert frame.depth_info.unit == "m"


def image(pixels: Any, encoding: str, **settings: Any) -> Any:
    return Maker().image(0, pixels, encoding, **settings)


def test_encodings_of_colour() -> None:
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 200
    for encoding, pixels in (
        ("rgb8", red),
        ("bgr8", red[..., ::-1]),
        ("rgba8", np.concatenate((red, red[..., :1]), -1)),
        ("bgra8", np.concatenate((red[..., ::-1], red[..., :1]), -1)),
    ):
        assert np.array_equal(colour_of(image(pixels, encoding, pad=3)), red), encoding
    assert (colour_of(image(red[..., 0], "mono8")) == 200).all()
    mosaic = np.zeros((8, 8), np.uint8)
    mosaic[::2, ::2] = 200  # red, in the pattern RGGB
    seen = colour_of(image(mosaic, "bayer_rggb8"))[2:6, 2:6]
    assert seen[..., 0].min() > 90
    assert seen[..., 2].max() == 0
    grey = np.full((4, 4, 2), 128, np.uint8)
    assert np.ptp(colour_of(image(grey, "yuv422_yuy2"))) <= 2
    with pytest.raises(UserError, match="encoding 'rgb16' is not read"):
        colour_of(image(red, "rgb16"))


def test_encodings_of_depth() -> None:
    values = depth_values(1)
    assert np.array_equal(depth_of(image(values, "16UC1", big=True)), values)
    metres = np.where(values > 0, values / np.float32(1000), 0).astype(np.float32)
    first, second = 40.0, -2.0  # z = a / (v - b)
    stored = np.where(metres > 0, first / np.maximum(metres, 0.1) + second, 0)
    data = struct.pack("<iff", 0, first, second) + png(np.rint(stored).astype(np.uint16))
    kind = "32FC1; compressedDepth png"
    found = depth_of(Maker().compressed(0, kind, data))
    assert np.abs(found - metres)[metres > 0].max() < 0.05
    assert found[0, 0] == 0
    rvl = struct.pack("<iffII", 0, 0.0, 0.0, 4, 2) + struct.pack("<I", 0x81000000)  # all missing
    assert not depth_of(Maker().compressed(0, "16UC1; compressedDepth rvl", rvl)).any()
    with pytest.raises(UserError, match="8 bits have no metric scale"):
        depth_of(Maker().compressed(0, "png", png(np.zeros((2, 2), np.uint8))))
    broken = image(values, "16UC1")
    broken.height = 99
    with pytest.raises(ValueError, match="bytes for"):
        depth_of(broken)


IMAGE, INFO = "sensor_msgs/msg/Image", "sensor_msgs/msg/CameraInfo"


def test_topics_are_chosen_by_name_and_type() -> None:
    names = (
        "/camera/infra1/image_rect_raw",
        "/camera/rgb/image_rect_color",
        "/camera/rgb/image_raw",
        "/camera/depth/image_raw",
        "/camera/depth_registered/image_raw",
    )
    topics = [Topic(name, IMAGE, 3) for name in names]
    topics += [
        Topic("/camera/rgb/camera_info", INFO, 3),
        Topic("/camera/depth/camera_info", INFO, 3),
    ]
    topics += [Topic("/points", "sensor_msgs/msg/PointCloud2", 3)]
    chosen = choose(topics, "a.bag")
    assert chosen.colour.name == "/camera/rgb/image_rect_color"
    assert chosen.depth.name == "/camera/depth_registered/image_raw"
    assert chosen.camera is not None
    assert chosen.camera.name == "/camera/rgb/camera_info"
    with pytest.raises(UserError, match=r"no topic of depth .* /camera/rgb/image_raw \(Im"):
        choose(topics[2:3], "a.bag")
    with pytest.raises(UserError, match="it has no topics"):
        choose([], "a.bag")


def chosen_of(names: str, encodings: dict[str, str] | None = None) -> Chosen:
    """`names`: with a space between them."""
    topics = [Topic(name, INFO if name.endswith("info") else IMAGE, 3) for name in names.split()]
    return choose(topics, "a.bag", lambda topic: (encodings or {}).get(topic.name, ""))


@pytest.mark.parametrize(
    ("names", "colour", "depth", "aligned"),
    [
        (
            "/cam1/color/image_raw /cam1/depth/image_rect_raw "
            "/cam2/color/image_raw /cam2/aligned_depth_to_color/image_raw",
            "/cam2/color/image_raw",
            "/cam2/aligned_depth_to_color/image_raw",
            True,
        ),
        (
            "/a/color/image_raw /b/color/image_raw /b/depth_registered/image_raw",
            "/b/color/image_raw",
            "/b/depth_registered/image_raw",
            True,
        ),
        ("/rgb_front /depth_front /front_rgb /front_depth", "/front_rgb", "/front_depth", False),
        (
            "/rgb/image_raw /depth_to_rgb/image_raw",
            "/rgb/image_raw",
            "/depth_to_rgb/image_raw",
            True,
        ),
        (
            "/k4a/rgb/image_raw /k4a/rgb_to_depth/image_raw /k4a/depth/image_raw",
            "/k4a/rgb_to_depth/image_raw",
            "/k4a/depth/image_raw",
            True,
        ),
        (
            "/k4a/rgb/image_raw /k4a/rgb_to_depth/image_raw /k4a/depth/image_raw "
            "/k4a/depth_to_rgb/image_raw",
            "/k4a/rgb/image_raw",
            "/k4a/depth_to_rgb/image_raw",
            True,
        ),
        ("/oak/rgb/image_raw /oak/stereo/depth", "/oak/rgb/image_raw", "/oak/stereo/depth", False),
    ],
)
def test_colour_and_depth_are_of_one_camera(
    names: str, colour: str, depth: str, aligned: bool
) -> None:
    chosen = chosen_of(names)
    assert (chosen.colour.name, chosen.depth.name) == (colour, depth)
    assert (chosen.aligned, chosen.of_one) == (aligned, True)


def test_depth_of_another_camera_is_not_called_aligned() -> None:
    chosen = chosen_of("/a/color/image_raw /b/depth_registered/image_raw /b/depth/camera_info")
    assert (chosen.aligned, chosen.of_one, chosen.camera) == (False, False, None)


def test_a_camera_lies_beside_its_pictures_or_in_a_folder_called_info() -> None:
    """As RealSense's own recordings have it; each stream has one."""
    names = "/d/s0/Depth_0/image/data /d/s1/Color_0/image/data"
    infos = "/d/s0/Depth_0/info/camera_info /d/s1/Color_0/info/camera_info"
    camera = chosen_of(f"{names} {infos}").camera
    assert camera is not None
    assert camera.name == "/d/s1/Color_0/info/camera_info"
    assert chosen_of("/a/color/image /a/depth/image /b/color/info/camera_info").camera is None
    assert chosen_of("/rgb /depth /camera_info").camera is not None  # of all there is


def test_depth_in_colours_is_no_depth() -> None:
    names = "/a/rgb/image_raw /a/aligned_depth/image_raw /a/depth/image_raw"
    assert chosen_of(names).depth.name == "/a/aligned_depth/image_raw"
    chosen = chosen_of(names, {"/a/aligned_depth/image_raw": "bgr8"})
    assert chosen.depth.name == "/a/depth/image_raw"
    jpeg = dict.fromkeys(names.split(), "16UC1; jpeg compressed")
    assert chosen_of(names, jpeg).depth.name == "/a/aligned_depth/image_raw"  # its reader says why


def write_coloured(path: Path, colour: str = "image_raw") -> Path:
    """Whose aligned depth is kept as colours too, and whose lens bends lines."""
    from rosbags.rosbag2 import Writer

    maker = Maker()
    told = maker.info(BEGIN_NS)
    told.d[0] = 0.1
    pixels = np.full((HEIGHT, WIDTH, 3), 7, np.uint8)
    kept = [
        (f"/a/rgb/{colour}", IMAGE, maker.image(BEGIN_NS, pixels, "rgb8")),
        ("/a/depth_registered/colored", IMAGE, maker.image(BEGIN_NS, pixels, "bgr8")),
        ("/a/depth_registered/image", IMAGE, maker.image(BEGIN_NS, depth_values(0), "16UC1")),
        ("/a/rgb/camera_info", INFO, told),
    ]
    with Writer(path, version=9) as writer:
        for topic, kind, message in kept:
            connection = writer.add_connection(topic, kind, typestore=maker.store)
            writer.write(connection, BEGIN_NS, maker.store.serialize_cdr(message, kind))
    return path


def test_a_bag_with_depth_in_colours_opens_and_says_that_its_lens_bends_lines(
    tmp_path: Path,
) -> None:
    frames = open_frames(write_coloured(tmp_path / "raw"))
    assert frames.notes[0].startswith("Colour is /a/rgb/image_raw, depth /a/depth_registered/image")
    assert frames.notes[-1] == (
        "The distortion of the lens is left aside: /a/rgb/image_raw is not rectified."
    )
    straight = open_frames(write_coloured(tmp_path / "rect", "image_rect_color"))
    assert "distortion" not in "".join(straight.notes)


@pytest.mark.parametrize("ros1", [False, True])
def test_a_camera_is_of_the_pictures_that_are_shown(ros1: bool) -> None:
    told = Maker(ros1).info(BEGIN_NS)
    assert not is_distorted(told)
    projection = told.P if ros1 else told.p
    assert camera_of(told, rectified=True) == camera_of(told, rectified=False)  # it has none
    projection[[0, 2, 5, 6]] = 5.0, 3.0, 6.0, 2.0
    rectified, raw = camera_of(told, rectified=True), camera_of(told, rectified=False)
    assert rectified is not None
    assert raw is not None
    assert (rectified.fx, rectified.fy, rectified.cx, rectified.cy) == (5, 6, 3, 2)
    assert (raw.fx, raw.cx) == (FX, CX)


def test_a_camera_of_a_region_is_shifted_and_of_bins_scaled() -> None:
    told = Maker().info(BEGIN_NS)
    told.width, told.height = 16, 12
    told.roi.x_offset, told.roi.y_offset, told.roi.width, told.roi.height = 2, 1, 8, 6
    part = camera_of(told, rectified=False)
    assert part is not None
    assert (part.width, part.height, part.fx, part.cx, part.cy) == (8, 6, FX, CX - 2, CY - 1)
    told.binning_x = told.binning_y = 2
    binned = camera_of(told, rectified=False)
    assert binned is not None
    assert (binned.width, binned.height, binned.fx) == (4, 3, FX / 2)
    assert binned.cx == pytest.approx((CX - 2 + 0.5) / 2 - 0.5)


Kept = list[tuple[str, str, int, Any]]  # topic, type, recorded, message


def write_kept(path: Path, kept: Callable[[Maker], Kept], ros1: bool) -> Path:
    """A bag of ROS 1, or the file of one of ROS 2, of what `kept` makes; a message None makes a
    topic alone."""
    from rosbags import rosbag1, rosbag2

    maker = Maker(ros1)
    writer = rosbag1.Writer(path.with_suffix(".bag")) if ros1 else rosbag2.Writer(path, version=9)
    with writer:
        known: dict[str, Any] = {}
        for topic, kind, recorded, message in kept(maker):
            if topic not in known:
                known[topic] = writer.add_connection(topic, kind, typestore=maker.store)
            if message is not None:
                store = maker.store
                turned = store.serialize_ros1 if ros1 else store.serialize_cdr
                writer.write(known[topic], recorded, turned(message, kind))
    return path.with_suffix(".bag") if ros1 else bare(path)


def times(taken: tuple[int, int], recorded: int = STEP_NS) -> Callable[[Maker], Kept]:
    """Frames whose stamps begin at `taken[0]` for colour and depth alike, `taken[1]` ns apart, and
    are recorded `recorded` ns apart; depth counts from 2000 mm up."""

    def kept(maker: Maker) -> Kept:
        found: Kept = []
        for number in range(COUNT):
            at = BEGIN_NS + number * recorded
            own = taken[0] + number * taken[1]
            colour = np.full((HEIGHT, WIDTH, 3), 40 + number, np.uint8)
            depth = np.full((HEIGHT, WIDTH), 2000 + number, np.uint16)
            found.append((f"{COLOUR}/image_raw", IMAGE, at, maker.image(own, colour, "rgb8")))
            found.append((f"{ALIGNED}/image_raw", IMAGE, at, maker.image(own, depth, "16UC1")))
        return found

    return kept


@pytest.mark.parametrize("ros1", [False, True])
@pytest.mark.parametrize(
    "kept",
    [
        times((0, 0)),  # nothing was stamped
        times((BEGIN_NS, 0)),  # a stamp that nobody moved on
        times((BEGIN_NS, STEP_NS), 0),  # written by a tool, at one time
    ],
)
def test_times_that_stand_still_lose_no_frame(
    tmp_path: Path, kept: Callable[[Maker], Kept], ros1: bool
) -> None:
    frames = open_frames(write_kept(tmp_path / "a", kept, ros1))
    assert len(frames) == COUNT
    for number, frame in enumerate(frames):
        assert frame.depth_m is not None
        assert (frame.rgb == 40 + number).all()
        np.testing.assert_allclose(frame.depth_m, 2 + number / 1000)


@pytest.mark.parametrize("ros1", [False, True])
def test_two_clocks_are_paired_by_the_times_of_recording(tmp_path: Path, ros1: bool) -> None:
    def kept(maker: Maker) -> Kept:
        late = times((5_000_000_000, STEP_NS))(maker)
        early = times((BEGIN_NS, STEP_NS))(maker)
        return [(early if "/color/" in one[0] else late)[place] for place, one in enumerate(late)]

    frames = open_frames(write_kept(tmp_path / "a", kept, ros1))
    assert len(frames) == COUNT
    assert any("times at which they were recorded" in note for note in frames.notes)
    for number, frame in enumerate(frames):
        assert frame.depth_m is not None
        np.testing.assert_allclose(frame.depth_m, 2 + number / 1000)


def test_depth_of_a_slower_rate_leaves_pictures_out_and_says_so(tmp_path: Path) -> None:
    def kept(maker: Maker) -> Kept:
        whole = times((BEGIN_NS, STEP_NS))(maker)
        return [one for place, one in enumerate(whole) if place % 2 == 0 or place == 1]

    frames = open_frames(write_kept(tmp_path / "a", kept, ros1=False))
    assert len(frames) == 1
    assert frames.notes[-1] == f"Left out: {COUNT - 1} pictures without depth near them in time."


Change = Callable[[Any], None]


def wide(told: Any) -> None:
    told.roi.width = 4_000_000_000


def unset(told: Any) -> None:
    (told.k if hasattr(told, "k") else told.K)[:] = 0


def no_number(told: Any) -> None:
    (told.k if hasattr(told, "k") else told.K)[:] = np.nan


@pytest.mark.parametrize("ros1", [False, True])
@pytest.mark.parametrize(
    ("change", "said"), [(wide, "4000000000"), (unset, "never"), (no_number, "nan")]
)
def test_a_camera_that_is_none_is_passed_over_and_said(
    tmp_path: Path, change: Change, said: str, ros1: bool
) -> None:
    def kept(maker: Maker, calibrated_later: bool = False) -> Kept:
        bad = maker.info(BEGIN_NS)
        change(bad)
        found = [*times((BEGIN_NS, STEP_NS))(maker), (f"{COLOUR}/camera_info", INFO, BEGIN_NS, bad)]
        if calibrated_later:
            later = BEGIN_NS + STEP_NS
            found.append((f"{COLOUR}/camera_info", INFO, later, maker.info(later)))
        return found

    frames = open_frames(write_kept(tmp_path / "a", kept, ros1))
    assert any(n.startswith(f"No camera from {COLOUR}/") and said in n for n in frames.notes)
    assert frames.load(0).intrinsics.origin is Origin.GUESS
    if change is unset:  # some drivers send empty ones until their own is loaded
        later = write_kept(tmp_path / "b", lambda maker: kept(maker, True), ros1)
        assert open_frames(later).load(0).intrinsics.fx == FX


def test_encodings_in_capitals_and_formats_that_do_not_fit_their_data() -> None:
    values, pixels = depth_values(1), np.full((4, 4, 3), 7, np.uint8)
    assert np.array_equal(depth_of(image(values, "16uc1 ")), values)
    assert np.array_equal(colour_of(image(pixels, "RGB8")), pixels)
    plain, header = png(values), struct.pack("<iff", 0, 0.0, 0.0)
    for kind, data in (
        ("16UC1; compressedDepth png", plain),  # the transport's header is missing
        ("16UC1; png compressed", header + plain),
        ("", header + plain),
    ):
        assert np.array_equal(depth_of(Maker().compressed(0, kind, data)), values), kind
    eight = png(np.zeros((2, 2), np.uint8))
    with pytest.raises(UserError, match="8 bits have no metric scale"):
        depth_of(Maker().compressed(0, "16UC1; compressedDepth png", header + eight))
    with pytest.raises(UserError, match="compressed as 'h264' is not read"):
        colour_of(Maker().compressed(0, "h264", b"\0\0\0\1abc"))
    with pytest.raises(UserError, match="16 bits"):
        colour_of(Maker().compressed(0, "mono16; png compressed", plain))


@pytest.mark.parametrize(
    ("kind", "name", "cut", "said"),
    [
        ("ros1", "b.bag", 0.5, "rosbag reindex"),
        ("mcap alone", "b.mcap", 0.5, "mcap recover"),
        ("db3 alone", "b.db3", 0.5, "record it again"),
        ("ros1", "b.mcap", 1.0, "of a .bag file"),
        ("mcap alone", "b.bag", 1.0, "of a .mcap file"),
        ("db3 alone", "b.mcap", 1.0, "of a .db3 file"),
        ("ros1", "b.bag", 0.0, "it is empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, kind: str, name: str, cut: float, said: str
) -> None:
    whole = BAGS[kind](tmp_path).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(cut * len(whole))])
    with pytest.raises(UserError, match=said) as refused:
        open_frames(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_messages_that_are_compressed_need_their_folder(tmp_path: Path) -> None:
    from rosbags.rosbag2 import CompressionFormat, CompressionMode, Writer

    maker, kept = Maker(), times((BEGIN_NS, STEP_NS))
    writer = Writer(tmp_path / "bag", version=8)
    writer.set_compression(CompressionMode.MESSAGE, CompressionFormat.ZSTD)
    with writer:
        known: dict[str, Any] = {}
        for topic, kind, at, message in kept(maker):
            if topic not in known:
                known[topic] = writer.add_connection(topic, kind, typestore=maker.store)
            writer.write(known[topic], at, maker.store.serialize_cdr(message, kind))
    assert len(open_frames(tmp_path / "bag")) == COUNT
    with pytest.raises(UserError, match="are compressed"):
        open_frames(bare(tmp_path / "bag"))


def test_a_folder_that_lost_the_list_of_its_bag_names_it(tmp_path: Path) -> None:
    folder = write_ros2(tmp_path / "bag")
    (folder / "metadata.yaml").unlink()
    with pytest.raises(UserError, match=r"but the bag bag\.(mcap|db3): open that"):
        open_frames(folder)


@pytest.mark.parametrize("ros1", [False, True])
def test_a_bag_without_messages(tmp_path: Path, ros1: bool) -> None:
    def kept(_: Maker) -> Kept:
        return [(f"{COLOUR}/image_raw", IMAGE, 0, None), (f"{ALIGNED}/image_raw", IMAGE, 0, None)]

    with pytest.raises(UserError, match=r"image_raw \(Image, 0\)"):
        open_frames(write_kept(tmp_path / "a", kept, ros1))


@pytest.mark.parametrize(
    ("said", "unit", "first"), [(0.00025, "0.25mm", 0.5), (0.001, "mm", 2.0), (0.0, "mm", 2.0)]
)
def test_the_unit_of_depth_that_realsense_records(
    tmp_path: Path, said: float, unit: str, first: float
) -> None:
    """An L515 counts quarters of a millimetre; another sensor's unit is not this one's."""

    def kept(maker: Maker) -> Kept:
        number, float_type = maker.store.types["std_msgs/msg/Float32"], "std_msgs/msg/Float32"
        option = "option/Depth Units/value"
        found = times((BEGIN_NS, STEP_NS))(maker)
        turned = [
            (
                "/d/s1/Color_0/image/data" if "/color/" in topic else "/d/s0/Depth_0/image/data",
                *rest,
            )
            for topic, *rest in found
        ]
        units = (("/d/s1", 0.01), ("/d/s0", said))
        return [
            *((f"{place}/{option}", float_type, BEGIN_NS, number(value)) for place, value in units),
            *((topic, kind, at, message) for topic, kind, at, message in turned),
        ]

    frame = open_frames(write_kept(tmp_path / "a", kept, ros1=True)).load(0)
    assert frame.depth_m is not None
    assert frame.depth_info is not None
    np.testing.assert_allclose(frame.depth_m, first, rtol=1e-6)
    assert frame.depth_info.unit == unit


@pytest.mark.parametrize("ros1", [False, True])
def test_of_two_cameras_colour_depth_and_camera_are_of_one(tmp_path: Path, ros1: bool) -> None:
    """Of the second, where the first has no depth."""

    def kept(maker: Maker) -> Kept:
        found: Kept = []
        for number, name in enumerate(("left_arm", "right_arm"), 1):
            told = maker.info(BEGIN_NS)
            (told.k if hasattr(told, "k") else told.K)[[0, 4]] = 9.0 + number
            pixels = np.full((HEIGHT, WIDTH, 3), number, np.uint8)
            depth = maker.image(BEGIN_NS, depth_values(number), "16UC1") if number == 2 else None
            picture = maker.image(BEGIN_NS, pixels, "rgb8")
            found.append((f"/{name}/color/image_raw", IMAGE, BEGIN_NS, picture))
            found.append((f"/{name}/aligned_depth_to_color/image_raw", IMAGE, BEGIN_NS, depth))
            found.append((f"/{name}/color/camera_info", INFO, BEGIN_NS, told))
        return found

    frame = open_frames(write_kept(tmp_path / "a", kept, ros1)).load(0)
    assert (int(frame.rgb[0, 0, 0]), frame.intrinsics.fx) == (2, 11)


def test_a_bag_of_a_region_far_from_the_middle_keeps_its_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def info(maker: Maker, time_ns: int) -> Any:
        told = whole_info(maker, time_ns)
        told.width, told.height = 4 * WIDTH, 4 * HEIGHT
        k = told.k if hasattr(told, "k") else told.K
        k[[2, 5]] = 4 * CX, 4 * CY
        told.roi.x_offset, told.roi.y_offset = 3, 14
        told.roi.width, told.roi.height = WIDTH, HEIGHT
        return told

    whole_info = Maker.info
    monkeypatch.setattr(Maker, "info", info)
    frame = open_frames(write_ros2(tmp_path / "bag")).load(0)
    camera = frame.intrinsics
    assert (camera.fx, camera.cx, camera.cy) == (FX, 4 * CX - 3, 4 * CY - 14)
    assert any("cut from a larger one" in note for note in frame.notes)


@pytest.mark.parametrize("kind", ["ros1", "mcap alone", "db3 alone"])
def test_damaged_bags_end_as_sentences(tmp_path: Path, kind: str) -> None:
    path = BAGS[kind](tmp_path)
    whole, draw = path.read_bytes(), np.random.default_rng(3)
    sentences = 0
    for _ in range(25):
        content = bytearray(whole)
        for place in draw.integers(0, len(content), 1 + draw.integers(12)):
            content[place] = draw.integers(256)
        cut = int(draw.integers(len(content))) if draw.random() < 0.4 else len(content)
        path.write_bytes(bytes(content[:cut]))
        try:
            frames = open_frames(path)
            for number in range(len(frames)):
                frames.load(number, strict=False)
        except UserError:
            sentences += 1
    assert sentences
