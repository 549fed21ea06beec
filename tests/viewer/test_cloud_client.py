"""The renderer's client with a real child process: pictures, deaths, restarts, an orderly end."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cloud_support import (
    BACKGROUND,
    BLUE,
    RED,
    WAIT_S,
    Watch,
    front_view,
    rgb,
    segments_of,
    two_planes,
    wait_for,
    wait_until_gone,
)

from sgnet_model.types import UserError
from sgnet_viewer.cloud import renderer as drawing
from sgnet_viewer.cloud import segments
from sgnet_viewer.cloud.camera import ViewSize
from sgnet_viewer.cloud.client import Failure, Started, failure_of
from sgnet_viewer.cloud.picking import project_scene
from sgnet_viewer.cloud.protocol import Mode
from sgnet_viewer.cloud.renderer import has_graphics_device
from sgnet_viewer.cloud.scene import EMPTY_CLOUD


@pytest.fixture(scope="module", params=[Mode.OPENGL, Mode.PROJECTION])
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """A client drawing through OpenGL, then one that does without."""
    watch = Watch(request.param)
    watch.event(Started)
    yield watch
    assert watch.client.close(WAIT_S)


@pytest.fixture
def own_watch() -> Iterator[Watch]:
    """A client of the test's own, to be killed."""
    before = segments_of(os.getpid())
    watch = Watch()
    yield watch
    assert watch.client.close(WAIT_S)
    assert segments_of(os.getpid()) == before


def test_planes_have_their_colours_at_their_places(watch: Watch) -> None:
    image = watch.image_of(front_view(two_planes()))
    assert image.pixels.shape == (120, 160)
    assert {rgb(image, u, v) for u in range(40, 76) for v in range(40, 80)} == {RED}
    assert {rgb(image, u, v) for u in range(84, 120) for v in range(40, 80)} == {BLUE}
    assert rgb(image, 2, 2) == BACKGROUND


def test_a_single_point_is_drawn_where_the_camera_projects_it(watch: Watch) -> None:
    scene = front_view(two_planes(16, 12), point_size=1.0)
    turned = replace(scene, camera=scene.camera.orbit(0.3, -0.2).zoom(0.7))
    image = watch.image_of(turned)
    pixels = project_scene(turned).pixels
    seen = np.argwhere((image.pixels & 0xFFFFFF) != (image.pixels[0, 0] & 0xFFFFFF))
    expected = np.stack([pixels.v, pixels.u], axis=1)[pixels.inside(turned.size)]
    gaps = np.abs(seen[:, None] - expected[None]).max(axis=2)  # (seen, points)
    assert gaps.min(axis=1).max() <= 0.75  # every drawn pixel belongs to a point ...
    assert gaps.min(axis=0).max() <= 0.75  # ... and every point is drawn


def test_new_colours_points_background_and_size_are_drawn(watch: Watch) -> None:
    cloud = two_planes()
    watch.image_of(front_view(cloud))
    green = replace(cloud, colours=np.full_like(cloud.colours, (0, 200, 0)))
    assert rgb(watch.image_of(front_view(green)), 50, 60) == (0, 200, 0)
    near = replace(green, points=cloud.points * np.float32([0.1, 0.1, 1.0]))
    image = watch.image_of(front_view(near, background=(250, 250, 250)))
    assert (rgb(image, 80, 60), rgb(image, 50, 60)) == ((0, 200, 0), (250, 250, 250))
    wide = watch.image_of(front_view(cloud, size=ViewSize(300, 90)))
    assert wide.pixels.shape == (90, 300)
    assert (rgb(wide, 140, 45), rgb(wide, 160, 45)) == (RED, BLUE)


def test_a_larger_cloud_than_before_finds_room(watch: Watch) -> None:
    watch.image_of(front_view(two_planes(8, 6)))
    image = watch.image_of(front_view(two_planes(400, 300), point_size=1.0))
    assert (rgb(image, 60, 60), rgb(image, 100, 60)) == (RED, BLUE)


def test_points_close_to_the_eye_and_far_away_are_drawn(watch: Watch) -> None:
    cloud = two_planes(8, 6)
    watch.image_of(front_view(cloud))  # the renderer must not keep the depth range of this one
    for factor in (0.02, 100.0):
        scaled = replace(cloud, points=cloud.points * np.float32(factor))
        image = watch.image_of(front_view(scaled, point_size=8.0))
        assert (image.pixels != image.pixels[0, 0]).any(), factor


def test_shading_darkens_what_lies_behind_an_edge(watch: Watch) -> None:
    cloud = two_planes(160, 120)
    behind = cloud.points.copy()
    behind[behind[:, 0] > 0] *= np.float32(1.5)  # the blue half: on the same pixels, farther away
    scene = front_view(replace(cloud, points=behind))
    plain, shaded = watch.image_of(scene), watch.image_of(replace(scene, shaded=True))
    assert rgb(plain, 90, 60) == rgb(shaded, 110, 60) == BLUE
    assert sum(rgb(shaded, 82, 60)) < 0.8 * sum(BLUE)
    assert rgb(shaded, 70, 60) == RED


def test_no_points_give_the_background(watch: Watch) -> None:
    image = watch.image_of(front_view(EMPTY_CLOUD))
    assert {rgb(image, u, v) for u in (0, 80, 159) for v in (0, 60, 119)} == {BACKGROUND}
    assert image.projected.pick(80, 60) == -1


def test_a_picture_carries_what_is_needed_to_pick_in_it(watch: Watch) -> None:
    scene = front_view(two_planes(16, 12))
    projected = watch.image_of(scene).projected
    assert projected.scene is scene
    u, v = float(projected.pixels.u[37]), float(projected.pixels.v[37])
    assert projected.pick_source(u, v) == 37


def test_a_killed_renderer_is_told_and_a_restart_restores_the_picture(own_watch: Watch) -> None:
    before = own_watch.image_of(front_view(two_planes()))
    pid = own_watch.client.process_id
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    failure = own_watch.event(Failure)
    assert isinstance(failure, Failure)
    assert "ended by SIGKILL" in failure.sentence
    assert "Restart" in failure.sentence
    assert own_watch.client.process_id is None
    newest = front_view(two_planes(), background=(1, 2, 3))
    own_watch.client.request(newest)  # changed while there is nobody to draw it
    own_watch.client.restart()
    after = own_watch.image_of(newest)
    assert rgb(after, 2, 2) == (1, 2, 3)
    assert after.pixels[60, 60] == before.pixels[60, 60]


def test_a_renderer_that_does_not_answer_is_given_up() -> None:
    watch = Watch(answer_timeout_s=0.3)
    watch.event(Started)
    pid = watch.client.process_id
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    watch.client.request(front_view(two_planes()))
    failure = watch.event(Failure)
    assert isinstance(failure, Failure)
    assert "has not answered" in failure.sentence
    assert watch.client.close(WAIT_S)
    assert wait_until_gone(pid)


def test_without_opengl_the_cloud_is_drawn_and_a_sentence_says_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent")
    watch = Watch(Mode.OPENGL)
    image = watch.image_of(front_view(two_planes()))
    started = watch.event(Started)
    assert isinstance(started, Started)
    assert "no OpenGL" in started.notice
    assert (rgb(image, 60, 60), rgb(image, 100, 60)) == (RED, BLUE)
    assert watch.client.close(WAIT_S)


def test_a_graphics_device_is_one_that_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "dri").mkdir()
    (tmp_path / "dri" / "card0").touch()  # shows pictures, computes none
    (tmp_path / "nvidiactl").touch()
    assert not has_graphics_device(tmp_path)
    node = tmp_path / "dri" / "renderD128"
    node.touch()
    assert has_graphics_device(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != node)
    assert not has_graphics_device(tmp_path)
    (tmp_path / "nvidia0").touch()
    assert has_graphics_device(tmp_path)


@pytest.mark.parametrize("device", [True, False])
def test_opengl_draws_where_there_is_a_device(
    device: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_opengl = object()
    monkeypatch.setattr(drawing, "has_graphics_device", lambda: device)
    monkeypatch.setattr(drawing, "OpenGLCanvas", lambda: through_opengl)
    monkeypatch.setattr(drawing, "ProjectionCanvas", object)
    canvas, notice = drawing.make_canvas(Mode.AUTO)
    assert (canvas is through_opengl, notice) == (device, "")  # neither is worth a sentence


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ImportError('libusb-1.0.so.0 is missing')", "libusb-1.0.so.0 is missing"),
        ("import os; os._exit(3)", "ended with code 3"),
    ],
)
def test_an_open3d_that_cannot_start_is_told(
    source: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open3d.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))  # the child has our path
    watch = Watch()
    failure = watch.event(Failure)
    assert isinstance(failure, Failure)
    assert reason in failure.sentence
    assert watch.client.close(WAIT_S)


def test_too_little_shared_memory_is_told(
    own_watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_watch.event(Started)
    monkeypatch.setattr(segments, "_SHARED_FOLDER", tmp_path)
    monkeypatch.setattr(segments, "GROWTH", 1e12)
    own_watch.client.request(front_view(two_planes()))
    failure = own_watch.event(Failure)
    assert isinstance(failure, Failure)
    assert "shared memory" in failure.sentence


def test_closing_leaves_no_thread_process_or_memory() -> None:
    before = segments_of(os.getpid()), client_threads()
    watch = Watch()
    watch.image_of(front_view(two_planes()))
    pid = watch.client.process_id
    assert pid is not None
    assert len(segments_of(os.getpid())) == len(before[0]) + 2
    assert client_threads() == before[1] + 1
    assert watch.client.close(WAIT_S)
    assert wait_until_gone(pid)
    assert (segments_of(os.getpid()), client_threads()) == before


def client_threads() -> int:
    return [thread.name for thread in threading.enumerate()].count("sgnet-cloud")


def test_closing_before_the_renderer_is_ready_does_not_wait_for_it() -> None:
    watch = Watch()
    assert watch.client.close(WAIT_S)
    assert watch.events == []
    assert watch.client.process_id is None


def test_requests_are_coalesced_to_the_newest(own_watch: Watch) -> None:
    own_watch.event(Started)
    cloud = two_planes()
    scenes = [front_view(cloud, background=(shade, 0, 0)) for shade in range(100)]
    for scene in scenes[:-1]:
        own_watch.client.request(scene)
    image = own_watch.image_of(scenes[-1])
    assert rgb(image, 2, 2) == (99, 0, 0)
    assert own_watch.client.take_image() is None  # none that is older comes after it


def test_a_killed_parent_ends_the_renderer() -> None:
    script = textwrap.dedent(
        """
        import time
        from cloud_support import Watch, front_view, two_planes
        watch = Watch()
        watch.image_of(front_view(two_planes()))
        print(watch.client.process_id, flush=True)
        time.sleep(600)
        """
    )
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_until_gone(pid)
    assert wait_for(lambda: not segments_of(parent.pid))  # the resource tracker's work


def test_an_empty_segment_is_released_twice_without_harm() -> None:
    segment = segments.OwnedSegment()
    segment.release()
    name = segment.reserve(100).name
    assert segment.reserve(50).name == name  # large enough
    assert segment.reserve(10**6).name != name
    segment.release()
    segment.release()
    assert segment.name == ""


def test_shared_memory_is_refused_before_it_would_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(UserError, match="has 0 MB free"):
        segments.OwnedSegment().reserve(10**6)


def test_a_machine_without_shared_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a container has no /dev/shm."""

    def absent(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "/sgnet-1")

    monkeypatch.setattr(segments, "SharedMemory", absent)
    segment = segments.OwnedSegment()
    with pytest.raises(
        UserError, match=r"gives none \(No such file or directory\): mount /dev/shm"
    ):
        segment.reserve(10**6)
    assert segment.name == ""


def test_a_limit_of_the_size_of_files_is_told() -> None:
    """In a process of its own: what is heard is what its resource tracker prints at the end."""
    script = textwrap.dedent(
        """
        import resource
        from sgnet_model.types import UserError
        from sgnet_viewer.cloud.segments import OwnedSegment
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, resource.RLIM_INFINITY))
        segment = OwnedSegment()
        for nbytes in (10**6, 10**4, 10**6):
            try:
                segment.reserve(nbytes)
                print(bool(segment.name))
            except UserError as error:
                print(error)
        segment.release()
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    refused, made, refused_again = done.stdout.splitlines()
    assert "(ulimit -f)" in refused
    assert (made, refused_again) == ("True", refused)


def test_a_stopped_renderer_does_not_hold_up_the_end(own_watch: Watch) -> None:
    own_watch.event(Started)
    pid = own_watch.client.process_id
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    own_watch.client.request(front_view(two_planes()))
    assert own_watch.client.close(WAIT_S)  # far before it would be given up
    assert own_watch.client.take_events() == []
    assert wait_until_gone(pid)


def test_a_long_reason_is_one_line_with_all_of_it_in_the_details() -> None:
    failure = failure_of(RuntimeError("first line\n    and " + "more " * 100 + "end"))
    assert failure.sentence.startswith("The point cloud cannot be drawn (first line and more")
    assert "\n" not in failure.sentence
    assert len(failure.sentence) < 300
    assert failure.sentence.endswith("press Restart to start its renderer again.")
    assert "end" in failure.details
