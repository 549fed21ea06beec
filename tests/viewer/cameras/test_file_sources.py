"""Files as sources: bags paced by their stamps with depth as counts, Azure Kinect, two folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_data_bags import BAGS, COUNT, depth_values

from sgnet_model.saving.film import write_film
from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import choose_source, open_source
from sgnet_viewer.cameras.files import is_recorded_by_sensor, streamed
from sgnet_viewer.cameras.protocol import CameraOptions, StreamEnded
from sgnet_viewer.cameras.replay.video_camera import is_azure_kinect
from sgnet_viewer.cli.entry import parse
from sgnet_viewer.sources.target import open_target
from sgnet_viewer.state.choices import Target


@pytest.mark.parametrize("kind", ["ros1", "mcap alone", "ros2 folder, sqlite"])
def test_a_bag_streams_bit_exact(tmp_path: Path, kind: str) -> None:
    path = BAGS[kind](tmp_path)
    camera = open_source(str(path), CameraOptions(every_frame=True, loop=False))
    try:
        for number in range(COUNT):
            live = camera.read(5)
            assert live is not None
            assert live.raw_depth is not None
            assert np.array_equal(live.raw_depth, depth_values(number))
            assert live.depth_unit_m == 0.001
            assert live.device_s == pytest.approx(1305031102 + number * 0.033, abs=1e-5)
        with pytest.raises(StreamEnded):
            camera.read(5)
    finally:
        camera.close()


def test_a_bag_opens_like_a_set(tmp_path: Path) -> None:
    path = BAGS["ros1"](tmp_path)
    assert streamed((str(path),)) == ""
    frames, index = open_target(Target((str(path),)), None)  # type: ignore[arg-type]
    assert (len(frames), index) == (COUNT, 0)


def test_a_sensors_own_recording_stays_its_own(tmp_path: Path, shared_data: Path) -> None:
    own = shared_data / "realsense" / "single_depth_color_640x480.bag"
    assert is_recorded_by_sensor(own)
    assert choose_source(str(own)).kind.name == "realsense"
    bag = BAGS["db3 alone"](tmp_path)
    assert not is_recorded_by_sensor(bag)
    assert choose_source(str(bag)).kind.name == "replay"
    with pytest.raises(UserError, match="is a stream, not a frame"):
        open_target(Target((str(own),)), None)  # type: ignore[arg-type]


def test_a_recording_of_azure_kinect_says_what_it_is(tmp_path: Path) -> None:
    """A film with the tag that its SDK writes: colour is shown, and where the depth is is said."""
    path = tmp_path / "k4a.mkv"
    write_film(path, (np.full((48, 64, 3), 90, np.uint8) for _ in range(3)), 5, 3)
    assert not is_azure_kinect(path)
    path.write_bytes(path.read_bytes() + b"K4A_DEPTH_MODE")
    camera = open_source(str(path), CameraOptions(every_frame=True, loop=False))
    live = camera.read(5)
    camera.close()
    assert live is not None
    assert "recording of Azure Kinect: it has a depth track" in live.frame.notes[0]


def test_two_folders_are_opened_in_either_order(tmp_path: Path) -> None:
    for folder in ("my_rgb", "my_depth"):
        (tmp_path / folder).mkdir()
        for number in (1, 2):
            pixels = np.full((6, 8, 3), number, np.uint8)
            depth = np.full((6, 8), 1000 * number, np.uint16)
            stored = Image.fromarray(pixels if folder == "my_rgb" else depth)
            stored.save(tmp_path / folder / f"{folder}_{number}.png")
    rgb, depth_folder = str(tmp_path / "my_rgb"), str(tmp_path / "my_depth")
    for paths in ((rgb, depth_folder), (depth_folder, rgb)):
        frames, _ = open_target(parse(["open", *paths]).target, None)  # type: ignore[arg-type]
        frame = frames.load(1)
        assert frame.depth_m is not None
        assert (len(frames), frame.depth_m[0, 0], frame.rgb[0, 0, 0]) == (2, 2.0, 2)
