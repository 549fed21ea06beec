"""The virtual camera: its room, its path, its process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from cloud_support import wait_until_gone

from sgnet_model.scenes import render_scene
from sgnet_model.types import UserError
from sgnet_viewer.cameras.protocol import CameraLost, CameraOptions, LiveFrame, StreamEnded
from sgnet_viewer.cameras.virtual import virtual_camera as virtual
from sgnet_viewer.cameras.virtual import virtual_process
from sgnet_viewer.cameras.virtual.virtual_camera import (
    DEFAULT_SEED,
    VirtualCamera,
    VirtualKind,
    room_request,
)
from sgnet_viewer.cameras.virtual.virtual_loop import FrameLoop, LoopPosition
from sgnet_viewer.cameras.virtual.virtual_path import CameraPath
from sgnet_viewer.cameras.virtual.virtual_process import FrameClock
from sgnet_viewer.cameras.virtual.virtual_room import FixedChance, VirtualRoom

SMALL = (48, 64)
SEED = 122
READ_S = 60.0


@pytest.fixture(scope="module")
def room() -> VirtualRoom:
    return VirtualRoom(SEED, SMALL)


@pytest.fixture(scope="module")
def camera() -> Iterator[VirtualCamera]:
    """One process for the tests that leave it alive."""
    opened = VirtualKind().open(f"seed={SEED}", CameraOptions(size=SMALL))
    yield opened
    opened.close()


def read(camera: VirtualCamera) -> LiveFrame:
    live = camera.read(READ_S)
    assert live is not None
    return live


def test_the_address_names_the_room() -> None:
    options = CameraOptions(size=SMALL, fps=30)
    assert room_request("seed=9", options).seed == room_request("9", options).seed == 9
    assert room_request("", options).seed == DEFAULT_SEED
    assert room_request("", CameraOptions(more={"seed": "5"})).seed == 5
    assert room_request("", options).fps == 15
    assert room_request("", CameraOptions(fps=5)).fps == 5


@pytest.mark.parametrize("address", ["seed=", "seed=-1", "kitchen", "seed=1.5"])
def test_other_addresses_are_refused(address: str) -> None:
    more = {"seed": "none"} if address == "seed=" else {}
    with pytest.raises(UserError, match="rooms are numbered"):
        room_request(address, CameraOptions(more=more))


def test_a_picture_needs_pixels() -> None:
    with pytest.raises(UserError, match="at least 32x32"):
        room_request("", CameraOptions(size=(16, 640)))


def test_it_is_always_there() -> None:
    (device,) = VirtualKind().find().devices
    assert room_request(device.address, CameraOptions()).seed == DEFAULT_SEED


def test_the_walk_begins_where_the_scenes_picture_was_taken() -> None:
    """Same room, same viewpoint, same lens, same light; only the noise differs."""
    size = (120, 160)
    scene = render_scene(SEED, size, clean_depth=True)
    room = VirtualRoom(SEED, size)
    rgb, depth_mm = room.frame(0.0, 0, draft=False)
    assert room.camera == scene.intrinsics
    assert scene.depth_m is not None
    both = (depth_mm > 0) & (scene.depth_m > 0)
    assert both.mean() > 0.5
    error = np.abs(depth_mm[both] / 1000 - scene.depth_m[both])
    assert np.median(error) < 0.08  # the sensor's steps, at 4 m
    assert scene.labels is not None
    inside = scene.labels > 0  # of the white border that the scene's picture may have
    likeness = np.corrcoef(rgb[inside].ravel(), scene.rgb[inside].ravel())[0, 1]
    assert likeness > 0.95


def test_a_frame_is_drawn_from_its_seed(room: VirtualRoom) -> None:
    rgb, depth_mm = VirtualRoom(SEED, SMALL).frame(0.3, 7, draft=False)
    again = room.frame(0.3, 7, draft=False)
    np.testing.assert_array_equal(rgb, again[0])
    np.testing.assert_array_equal(depth_mm, again[1])
    assert (room.frame(0.3, 8, draft=False)[0] != rgb).any()  # other noise


def test_a_draft_is_like_the_whole_frame() -> None:
    room = VirtualRoom(SEED, (120, 160))
    rgb, depth_mm = room.frame(0.2, 3, draft=False)
    draft, draft_mm = room.frame(0.2, 3, draft=True)
    assert draft.shape == rgb.shape
    assert draft_mm.shape == depth_mm.shape
    assert np.corrcoef(draft.ravel(), rgb.ravel())[0, 1] > 0.9
    both = (draft_mm > 0) & (depth_mm > 0)
    assert np.median(np.abs(draft_mm[both].astype(int) - depth_mm[both])) < 60


@pytest.mark.parametrize("way", np.linspace(0, 2 * np.pi, 8, endpoint=False))
def test_every_walk_is_closed_and_smooth(way: float) -> None:
    path = CameraPath((1.0, -0.5, 1.4), 0.3, 0.2, 0.01, focus_m=1.0, way=way, reach_m=0.8, turn=0.5)
    poses = [path.pose(k / 240) for k in range(241)]
    np.testing.assert_allclose(poses[0].position, poses[240].position, atol=1e-5)
    np.testing.assert_allclose(poses[0].rotation, poses[240].rotation, atol=1e-5)
    steps = [np.linalg.norm(b.position - a.position) for a, b in pairwise(poses)]
    assert max(steps) < 0.04  # metres in a fifteenth of a second
    turns = [np.trace(a.rotation.T @ b.rotation) for a, b in pairwise(poses)]
    assert np.degrees(np.arccos(np.clip((min(turns) - 1) / 2, -1, 1))) < 2.5


@pytest.mark.parametrize("seed", [1, 122, 2081])
def test_the_walk_moves_and_touches_nothing(seed: int) -> None:
    room = VirtualRoom(seed, SMALL)
    assert room.path.reach_m > 0
    for k in range(0, 240, 20):
        depth_mm = room.frame(k / 240, k, draft=False)[1]
        assert (depth_mm > 0).mean() > 0.3  # never inside a thing: the sensor sees from 0.4 m


def test_chance_repeats_but_for_the_noise() -> None:
    character = np.random.SeedSequence([1, 2])
    first, second = FixedChance(character, 0), FixedChance(character, 1)
    assert first.uniform() == second.uniform()
    assert first.random() == second.random()
    assert (first.standard_normal((3, 2)) != second.standard_normal((3, 2))).all()
    again = FixedChance(character, 1)
    np.testing.assert_array_equal(
        again.standard_normal((3, 2), dtype=np.float32),
        FixedChance(character, 1).standard_normal((3, 2), dtype=np.float32),
    )


def test_forth_and_back_until_the_round_is_complete() -> None:
    position = LoopPosition()
    assert [position.go(1, 4, 100) for _ in range(8)] == [0, 1, 2, 3, 2, 1, 0, 1]
    assert position.go(2, 4, 100) == 3
    assert position.go(3, 4, 100) == 0
    assert [position.go(1, 100, 100) for _ in range(2)] == [1, 2]
    assert position.go(99, 100, 100) == 1


def test_frames_of_the_loop_are_kept(room: VirtualRoom) -> None:
    loop = FrameLoop(room, 3)
    loop.draw()
    assert loop.await_drawn(3) == 3
    rgb, depth_mm = loop.frame(1)
    drawn = room.frame(1 / 3, 1, draft=False)
    np.testing.assert_array_equal(depth_mm, drawn[1])
    assert np.abs(rgb.astype(int) - drawn[0]).mean() < 3  # JPEG


def test_drafts_are_replaced() -> None:
    loop = FrameLoop(VirtualRoom(SEED, (200, 210)), 2)
    loop.draw()
    draft = loop.frame(1)[1]
    assert (draft[::2, ::2] == draft[1::2, 1::2]).all()
    loop.refine()
    whole = loop.frame(1)[1]
    assert (whole[::2, ::2] != whole[1::2, 1::2]).any()


def test_who_waits_for_a_frame_hears_of_the_failure(
    room: VirtualRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(VirtualRoom, "frame", broken)
    loop = FrameLoop(room, 3)
    loop.draw()
    with pytest.raises(MemoryError):
        loop.await_drawn(1)


def test_frames_are_numbered_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now, slept = 100.0, 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float) -> None:
            self.slept += seconds
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(virtual_process, "time", clock)
    frames = FrameClock(10)
    assert frames.wait_after(-1) == 0
    assert frames.wait_after(0) == 1
    assert clock.slept == pytest.approx(0.1)
    clock.now += 1.04
    assert frames.wait_after(1) == 11
    assert clock.slept == pytest.approx(0.1)


def test_frames_arrive(camera: VirtualCamera) -> None:
    frames = [read(camera) for _ in range(4)]
    numbers = [live.number for live in frames]
    assert numbers == sorted(set(numbers))
    live = frames[-1]
    assert live.frame.rgb.shape == (*SMALL, 3)
    assert live.raw_depth is not None
    assert live.frame.depth_m is not None
    np.testing.assert_allclose(live.frame.depth_m, live.raw_depth / 1000, atol=1e-6)
    assert (live.raw_depth > 0).mean() > 0.5
    assert live.frame.intrinsics.width == SMALL[1]
    assert live.device_s == pytest.approx(live.number / 15)
    assert (frames[0].frame.rgb != frames[-1].frame.rgb).any()
    assert camera.serial == f"seed={SEED}"


def test_an_early_reader_gets_nothing_yet(camera: VirtualCamera) -> None:
    while camera.read(0) is not None:
        pass
    assert read(camera).number > 0  # what was asked for arrives with the next read


class Silent:
    """In the place of a connection on which nothing comes."""

    def send(self, _message: object) -> None: ...

    def poll(self, _timeout_s: float) -> bool:
        return False


def test_a_starved_process_is_not_lost_at_once(
    camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = read(camera)
    monkeypatch.setattr(camera, "_connection", Silent())
    assert camera.read(0) is None
    monkeypatch.setattr(virtual, "STILL_S", -1.0)
    again = camera.read(0)
    assert again is not None
    assert again.frame is last.frame
    assert (again.number, again.captured_s > last.captured_s) == (last.number, True)
    monkeypatch.setattr(virtual, "STARVED_S", 0.0)
    assert camera.read(0) is None


def end_of(camera: VirtualCamera) -> Exception | None:
    """What reading on ends with; frames that were under way may come before."""
    for _ in range(3):
        try:
            camera.read(READ_S)
        except Exception as error:
            return error
    return None


def test_a_dead_process_is_a_lost_camera() -> None:
    camera = VirtualCamera(room_request("", CameraOptions(size=SMALL)))
    assert camera._child.pid is not None
    os.kill(camera._child.pid, signal.SIGKILL)
    error = end_of(camera)
    assert isinstance(error, CameraLost)
    assert "has ended" in str(error)
    camera.close()


def test_closing_ends_even_a_process_that_hangs() -> None:
    camera = VirtualCamera(room_request("", CameraOptions(size=SMALL)))
    assert camera._child.pid is not None
    os.kill(camera._child.pid, signal.SIGSTOP)
    camera.close()
    assert camera._child.ending() in ("was ended by SIGKILL", "was ended by SIGTERM")
    assert isinstance(end_of(camera), StreamEnded)
    camera.close()  # again is no error


def test_a_killed_parent_ends_the_process() -> None:
    code = (
        "import time\n"
        "from sgnet_viewer.cameras.protocol import CameraOptions\n"
        "from sgnet_viewer.cameras.virtual.virtual_camera import VirtualKind\n"
        "camera = VirtualKind().open('', CameraOptions(size=(48, 64)))\n"
        "print(camera._child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_until_gone(pid)


def test_closing_releases_a_reader(camera: VirtualCamera) -> None:
    """The last test with the shared process: `close` comes from another thread."""
    ends: list[Exception | None] = []

    def read_on() -> None:
        while True:
            try:
                camera.read(READ_S)
            except Exception as error:
                ends.append(error)
                return

    reader = threading.Thread(target=read_on)
    reader.start()
    camera.close()
    reader.join(READ_S)
    assert [type(end) for end in ends] == [StreamEnded]


def test_a_room_that_cannot_be_drawn_says_why() -> None:
    request = replace(room_request("", CameraOptions(size=SMALL)), seed=-1)  # no such seed
    camera = VirtualCamera(request)
    with pytest.raises(CameraLost, match="cannot be shown") as lost:
        camera.await_first(READ_S)
    assert "Traceback" in lost.value.details
    camera.close()


def test_opening_ends_where_nobody_waits_any_more() -> None:
    begun, given_up = threading.Event(), threading.Event()
    before = multiprocessing.active_children()

    def asked() -> bool:
        begun.set()
        return given_up.is_set()

    ends: list[object] = []

    def open_room() -> None:
        try:
            ends.append(VirtualKind().open("", CameraOptions(size=SMALL, given_up=asked)))
        except StreamEnded as end:
            ends.append(end)

    opening = threading.Thread(target=open_room)
    opening.start()
    assert begun.wait(READ_S)
    given_up.set()
    opening.join(READ_S)
    assert [type(end) for end in ends] == [StreamEnded]
    assert multiprocessing.active_children() == before


def test_the_window_never_imports_open3d() -> None:
    code = (
        "import sys; from sgnet_viewer.cameras.virtual.virtual_camera import VirtualKind;"
        "VirtualKind().find();"
        "print([name for name in sys.modules if name.startswith(('open3d', 'sgnet_model.scenes'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]"
