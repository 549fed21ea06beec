"""RealSense through the real SDK: its software device, recorded and attached, and a real D435."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scripted import frames_of
from software_realsense import SERIAL, attached, record, rs, unplug

from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import open_source
from sgnet_viewer.cameras.protocol import (
    Camera,
    CameraLost,
    CameraOptions,
    LiveFrame,
)
from sgnet_viewer.cameras.realsense.realsense_kind import RealSenseKind
from sgnet_viewer.cameras.realsense.realsense_pixels import Lens, rgb_of
from sgnet_viewer.cameras.realsense.realsense_playback import Playback

ONCE = CameraOptions(every_frame=True, loop=False)
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("realsense") / "a.db3")


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `attached` plugs in: a second of 64x48."""
    return record(tmp_path_factory.mktemp("realsense") / "device.db3", frames=30, live=True)


@pytest.fixture
def kind() -> Iterator[RealSenseKind]:
    kind = RealSenseKind()
    if len(kind.context().query_devices()):
        pytest.skip("a RealSense camera is attached: these tests bring their own")
    return kind


def frame_of(name: str, pixels: np.ndarray) -> Any:
    pixel_format = getattr(rs.format, name)
    profile = SimpleNamespace(format=lambda: pixel_format)
    return SimpleNamespace(get_data=lambda: pixels, get_profile=lambda: profile)


def read_on(camera: Camera) -> None:
    for _ in range(100):
        camera.read(PATIENCE_S / 100)


def read_to_the_end(camera: Camera) -> LiveFrame | None:
    while (live := camera.read(60)) is not None:
        pass
    return live


@pytest.mark.parametrize("unit", [0.001, 0.0001])
def test_every_frame_of_a_recording_arrives(tmp_path: Path, unit: float) -> None:
    path = record(tmp_path / "a.db3", frames=9, unit_m=unit)
    frames = frames_of(open_source(str(path), ONCE))
    assert [live.number for live in frames] == list(range(9))
    for k, live in enumerate(frames):
        assert live.frame.rgb[20, 30].tolist() == [k, 2 * k, 3 * k]
        assert live.raw_depth is not None
        assert live.frame.depth_m is not None
        assert set(np.unique(live.raw_depth)) <= {0, 1000 + k}
        assert live.frame.depth_m[20, 30] == pytest.approx((1000 + k) * unit)
        assert live.depth_unit_m == pytest.approx(unit)
        assert live.device_s == pytest.approx(k / 30)
    camera = frames[0].frame.intrinsics
    assert (camera.fx, camera.cx, camera.width, camera.height) == (60, 32, 64, 48)


def test_depth_lies_where_the_colour_camera_sees_it(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", frames=1, shift_m=0.2)
    (live,) = frames_of(open_source(str(path), ONCE))
    assert live.raw_depth is not None
    columns = np.flatnonzero((live.raw_depth > 0).any(0))
    # at 1 m, 0.2 m are 12 pixels: the right-hand 12 columns of colour see nothing of the depth's
    assert columns.max() == pytest.approx(63 - 12, abs=1)
    assert columns.min() <= 1


def test_a_loop_begins_again_in_step(recorded: Path) -> None:
    camera = open_source(str(recorded), CameraOptions(every_frame=True))
    seen = []
    while len(seen) < 15:
        live = camera.read(PATIENCE_S)
        assert live is not None
        assert live.raw_depth is not None
        seen.append((live.number, int(live.frame.rgb[20, 30, 0]), int(live.raw_depth.max())))
    camera.close()
    assert seen == [(n, n % 6, 1000 + n % 6) for n in range(15)]


def test_a_picture_that_stands_still_is_shown_once_with_its_own_depth(tmp_path: Path) -> None:
    dropped = 4, 5
    path = record(tmp_path / "a.db3", frames=12, dropped=dropped)
    frames = frames_of(open_source(str(path), ONCE))
    shown = [int(live.frame.rgb[20, 30, 0]) for live in frames]
    assert shown == sorted(set(shown) - set(dropped))
    assert set(range(6, 12)) <= set(shown)
    for live, k in zip(frames, shown, strict=True):
        assert live.raw_depth is not None
        assert live.raw_depth.max() == 1000 + k
        assert live.number == k - shown[0]  # what the driver dropped counts
        assert live.frame.notes == ()


def test_depth_of_another_time_is_said(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", frames=8, depth_late_ms=500.0)
    frames = frames_of(open_source(str(path), ONCE))
    notes = {note for live in frames for note in live.frame.notes}
    assert notes
    assert all(re.fullmatch(r"Depth is \d+0 ms newer than the picture\.", note) for note in notes)


def test_the_distortion_of_a_lens_is_undone(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", frames=3, distortion=(0.3, 0.0, 0.0, 0.0, 0.0))
    live = frames_of(open_source(str(path), ONCE))[-1]
    assert live.raw_depth is not None
    assert live.frame.rgb[20, 30].tolist() == [2, 4, 6]
    assert live.raw_depth[20, 30] == 1002
    assert live.frame.rgb[0, 0].tolist() == [0, 0, 0]  # it lies beyond the picture that was taken
    assert live.raw_depth[0, 0] == 0


def test_a_straightened_picture_is_what_a_pinhole_camera_sees() -> None:
    told = rs.intrinsics()
    told.width, told.height, told.fx, told.fy, told.ppx, told.ppy = 200, 100, 150, 150, 98.0, 51.0
    told.model, told.coeffs = rs.distortion.brown_conrady, [-0.2, 0.05, 0.001, -0.002, 0.0]
    columns = np.tile(np.arange(200, dtype=np.uint8), (100, 1))
    lens = Lens(rs, told)
    straight = lens.picture(np.repeat(columns[..., None], 3, axis=2))[..., 0]
    counts = lens.depth(columns.astype(np.uint16))
    assert counts.dtype == np.uint16
    for v, u in ((5, 8), (50, 98), (90, 180), (20, 140)):
        ray = [(u - told.ppx) / told.fx, (v - told.ppy) / told.fy, 1.0]
        column, _ = rs.rs2_project_point_to_pixel(told, ray)
        assert straight[v, u] == pytest.approx(column, abs=0.6)
        assert counts[v, u] == pytest.approx(column, abs=0.6)
    told.coeffs = [0.0] * 5
    assert Lens(rs, told).depth(columns) is columns


class Beginning:
    """A start of a file's, whose first picture and depth have these numbers."""

    def __init__(self, picture: int, depth: int) -> None:
        self.title, self.pipeline, self.playback = "a.bag", self, self
        self.stopped = False
        self.frames = SimpleNamespace(
            get_color_frame=lambda: SimpleNamespace(get_frame_number=lambda: picture),
            get_depth_frame=lambda: SimpleNamespace(get_frame_number=lambda: depth),
        )

    def try_wait_for_frames(self, _ms: int) -> tuple[bool, Any]:
        return True, self.frames

    def current_status(self) -> str:
        return "playing"

    def stop(self) -> None:
        self.stopped = True


def test_a_file_is_started_until_it_begins_at_its_beginning() -> None:
    starts = [Beginning(2, 0), Beginning(0, 0), Beginning(3, 1), Beginning(0, 0), Beginning(0, 0)]
    left = iter(starts)
    playback = Playback(rs, lambda: next(left))  # type: ignore[arg-type,return-value]
    assert playback.next(1)[0] is starts[3].frames  # three are compared, and the third was late
    assert [start.stopped for start in starts] == [True, True, True, False, False]


def test_a_paced_recording_plays_to_its_end(recorded: Path) -> None:
    camera = open_source(str(recorded), CameraOptions(loop=False))
    assert camera.finite
    assert camera.title == "a.db3"
    numbers = [live.number for live in frames_of(camera)]
    assert numbers[0] == 0
    assert numbers == sorted(set(numbers))  # a late one may be left out, none comes twice


def test_frames_outlive_the_sdks_buffers(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", frames=40)
    frames = frames_of(open_source(str(path), ONCE))  # holding framesets would starve the pool
    assert [int(live.frame.rgb[9, 9, 0]) for live in frames] == list(range(40))


def test_the_recording_of_a_real_camera(shared_data: Path) -> None:
    bag = shared_data / "realsense" / "single_depth_color_640x480.bag"
    frames = frames_of(open_source(str(bag), ONCE))
    frame = frames[0].frame
    assert frame.size == (480, 640)
    assert frame.depth_m is not None
    assert frame.depth_info is not None
    assert frame.depth_info.valid_fraction > 0.9
    assert 1.4 < frame.depth_info.median_m < 1.7
    assert frame.intrinsics.fx == pytest.approx(613.2, abs=0.1)  # the colour camera's
    assert frame.rgb.std() > 10


def test_files_that_are_no_recordings(tmp_path: Path) -> None:
    (tmp_path / "a.bag").write_bytes(b"no bag")
    with pytest.raises(UserError, match=r"a\.bag cannot be played"):
        open_source(str(tmp_path / "a.bag"), ONCE)
    with pytest.raises(UserError, match="no recording"):
        RealSenseKind().open(str(tmp_path / "b.db3"), ONCE)


def test_without_colour_the_infrared_picture_is_shown(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", frames=4, picture="infrared")
    frames = frames_of(open_source(str(path), ONCE))
    assert [live.frame.rgb[5, 5].tolist() for live in frames] == [[k] * 3 for k in range(4)]
    assert frames[3].raw_depth is not None
    assert (frames[3].raw_depth == 1003).all()  # as it was counted: it needs no alignment


@pytest.mark.parametrize(
    ("name", "pixels", "expected"),
    [
        ("rgb8", [[[1, 2, 3]]], [1, 2, 3]),
        ("bgr8", [[[1, 2, 3]]], [3, 2, 1]),
        ("rgba8", [[[1, 2, 3, 255]]], [1, 2, 3]),
        ("bgra8", [[[1, 2, 3, 255]]], [3, 2, 1]),
        ("y8", [[7]], [7, 7, 7]),
    ],
)
def test_every_format_becomes_rgb(name: str, pixels: list[Any], expected: list[int]) -> None:
    assert rgb_of(rs, frame_of(name, np.array(pixels, np.uint8)))[0, 0].tolist() == expected


def test_yuyv_becomes_rgb_and_an_odd_format_is_refused() -> None:
    grey = np.full((2, 4), 0x80EB, np.uint16)  # neutral chroma above full luma, in each pixel
    assert (rgb_of(rs, frame_of("yuyv", grey)) == 255).all()
    with pytest.raises(UserError, match="rgb8, bgr8 or yuyv"):
        rgb_of(rs, frame_of("y16", grey))


def test_a_recording_without_a_picture_says_so(tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", picture="")
    camera = open_source(str(path), CameraOptions(every_frame=True))
    try:
        with pytest.raises(UserError, match="no picture"):
            read_on(camera)
    finally:
        camera.close()


def test_nothing_attached_is_said_at_once(kind: RealSenseKind) -> None:
    assert kind.find().devices == ()
    assert kind.find().missing == ""
    with pytest.raises(UserError, match="No RealSense is attached"):
        kind.open("", CameraOptions())


def test_an_attached_device_streams_what_it_can(kind: RealSenseKind, device: Path) -> None:
    with attached(kind.context(), device):
        (found,) = kind.find().devices
        assert (found.address, found.title) == (SERIAL, f"Virtual D435 {SERIAL}")
        with pytest.raises(UserError, match=f"0815 is attached .found: {SERIAL}"):
            kind.open("0815", CameraOptions())
        camera = kind.open(SERIAL, CameraOptions())
        live = camera.read(PATIENCE_S)
        camera.close()
        assert camera.read(PATIENCE_S) is None
    assert live is not None
    assert live.frame.size == (48, 64)
    assert "640x480 at 30" in live.frame.notes[0]
    assert (camera.serial, camera.finite) == (SERIAL, False)


def test_a_usb2_port_gets_the_smaller_stream(kind: RealSenseKind, tmp_path: Path) -> None:
    path = record(tmp_path / "a.db3", size=(480, 640), fps=15, frames=15, live=True)
    with attached(kind.context(), path):
        camera = kind.open("", CameraOptions(size=(720, 1280)))
        live = camera.read(PATIENCE_S)
        camera.close()
    assert live is not None
    assert live.frame.size == (480, 640)
    assert "640x480 at 15 frames a second is used instead" in live.frame.notes[0]


def test_the_wish_itself_needs_no_note(kind: RealSenseKind, device: Path) -> None:
    with attached(kind.context(), device):
        camera = kind.open("", CameraOptions(size=(48, 64)))
        live = camera.read(PATIENCE_S)
        camera.close()
    assert live is not None
    assert live.frame.notes == ()


def test_unplugged_lost_and_back_by_serial(kind: RealSenseKind, device: Path) -> None:
    told = threading.Event()
    stop = kind.watch(told.set)
    with attached(kind.context(), device):
        assert told.wait(PATIENCE_S)
        camera = kind.open("", CameraOptions(size=(48, 64)))
        assert camera.read(PATIENCE_S) is not None
        unplug(kind.context(), device)
        with pytest.raises(CameraLost, match="unplugged"):
            read_on(camera)
        camera.close()
        with pytest.raises(UserError, match=SERIAL):
            kind.open(camera.serial, CameraOptions())
    with attached(kind.context(), device):
        again = kind.open(camera.serial, CameraOptions(size=(48, 64)))
        assert again.read(PATIENCE_S) is not None
        again.close()
    stop()


def test_closing_ends_a_read_in_another_thread(kind: RealSenseKind, device: Path) -> None:
    with attached(kind.context(), device):
        camera = kind.open("", CameraOptions(size=(48, 64)))
        assert camera.read(PATIENCE_S) is not None
        answers: list[LiveFrame | None] = []
        thread = threading.Thread(target=lambda: answers.append(read_to_the_end(camera)))
        thread.start()
        camera.close()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert answers == [None]
