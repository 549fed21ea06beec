"""The scripted camera does what its script says, as a real one would."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from scripted import (
    ScriptedCamera,
    ScriptedKind,
    ended,
    not_there,
    picture,
    raises,
    stall,
    unplug,
)

from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, StreamEnded


def test_steps_in_their_order() -> None:
    camera = ScriptedCamera(
        [picture(), stall(), picture(dropped=2), raises(RuntimeError("usb")), unplug(), ended()]
    )
    first, nothing, later = (camera.read(0.001) for _ in range(3))
    assert first is not None
    assert later is not None
    assert (first.number, nothing, later.number) == (0, None, 3)
    for error in (RuntimeError, CameraLost, StreamEnded):
        with pytest.raises(error):
            camera.read(0.001)
    assert camera.read(0.001) is None  # silent from here on
    assert camera.reads == 7


@pytest.mark.parametrize(("depth", "valid"), [("ramp", 1), ("nan", 0.5), ("inf", 0.5), ("zero", 0)])
def test_faulty_depth_arrives_sane(depth: str, valid: float) -> None:
    live = ScriptedCamera([picture(depth)]).read(0)
    assert live is not None
    assert live.frame.depth_m is not None
    assert np.isfinite(live.frame.depth_m).all()
    assert (live.frame.depth_m > 0).mean() == valid


def test_sizes_and_cameras_may_change() -> None:
    camera = ScriptedCamera([picture(size=(24, 32), focal=30), picture("none")], repeat=True)
    frames = [camera.read(0) for _ in range(4)]
    seen = [(one.frame.size, one.frame.intrinsics.fx) for one in frames if one is not None]
    assert seen == [((24, 32), 30), ((48, 64), 60)] * 2
    assert frames[1] is not None
    assert frames[1].frame.depth_m is None


def test_a_gated_camera_waits_for_its_test() -> None:
    camera = ScriptedCamera([picture(), picture()], gated=True)
    assert camera.read(0) is None
    camera.release()
    assert camera.read(0) is not None
    assert camera.read(0) is None


def test_close_ends_a_stall_and_hangs_where_told() -> None:
    camera = ScriptedCamera([stall()], hangs=True)
    closing = threading.Thread(target=camera.close)
    closing.start()
    assert camera.read(60) is None  # at once: the test's own time-out is the proof
    assert closing.is_alive()
    camera.let_go.set()
    closing.join(60)
    assert (closing.is_alive(), camera.closes) == (False, 1)


def test_each_opening_plays_its_script() -> None:
    kind = ScriptedKind([[unplug()], not_there(), [picture(grey=7)]])
    with pytest.raises(CameraLost):
        kind.open("", CameraOptions()).read(0)
    with pytest.raises(UserError, match="No scripted camera"):
        kind.open("S1", CameraOptions())
    live = kind.open("S1", CameraOptions(fps=5)).read(0)
    assert live is not None
    assert live.frame.rgb[0, 0, 0] == 7
    assert kind.addresses == ["", "S1", "S1"]
    assert (len(kind.cameras), kind.options[-1].fps) == (2, 5)
