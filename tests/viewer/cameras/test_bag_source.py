"""A bag of ROS as a live source, paced by its stamps, depth as counts; a sensor's own is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_data_bags import BAGS, COUNT, depth_values

from sgnet_model.types import UserError
from sgnet_viewer.cameras.choose import choose_source, open_source
from sgnet_viewer.cameras.files import is_recorded_by_sensor, streamed
from sgnet_viewer.cameras.protocol import CameraOptions, StreamEnded
from sgnet_viewer.sources.target import open_target
from sgnet_viewer.state.session import Target


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
