"""Webcams: their process with real captures of OpenCV's (of files), how it ends and is ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from cloud_support import wait_until_gone

from sgnet_model.types import Origin, UserError
from sgnet_viewer.cameras.frames import NO_DEPTH
from sgnet_viewer.cameras.protocol import Camera, CameraLost, CameraOptions, Device
from sgnet_viewer.cameras.webcam import (
    capture_child,
    webcam_camera,
    webcam_list,
)
from sgnet_viewer.cameras.webcam import (
    webcam_kind as webcam,
)
from sgnet_viewer.cameras.webcam.capture_child import NewestPicture, StaleWatch
from sgnet_viewer.cameras.webcam.capture_protocol import (
    CaptureEnded,
    NoPicture,
    OpenRequest,
    PictureRequest,
)
from sgnet_viewer.cameras.webcam.shown_address import without_password
from sgnet_viewer.cameras.webcam.webcam_kind import WebcamKind
from sgnet_viewer.cameras.webcam.webcam_list import (
    attached_webcams,
    lasting_name,
    linux_webcams,
    names_of_macos,
    numbered,
)

PATIENCE_S = 60.0
COLOUR = (200, 100, 50)
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: device files of a camera")


@pytest.fixture
def device(tmp_path: Path) -> str:
    """What OpenCV captures from in place of /dev/video0; it ends like a webcam that stops."""
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    for _ in range(200):
        writer.write(np.full((48, 64, 3), COLOUR[::-1], np.uint8))
    writer.release()
    return str(path)


@pytest.fixture
def opened(device: str) -> Iterator[Camera]:
    camera = WebcamKind().open(device, CameraOptions())
    yield camera
    camera.close()


def read_until_lost(camera: Camera) -> list[int]:
    numbers = []
    with pytest.raises(CameraLost) as lost:  # noqa: PT012 (how many come first is the camera's)
        while True:
            live = camera.read(PATIENCE_S)
            numbers += [live.number] if live is not None else []
    assert "stopped sending: plug it in again" in str(lost.value)
    return numbers


@pytest.mark.parametrize(("before", "said"), [("", "webcam:"), ("file://", "file://")])
def test_a_file_that_is_no_webcam_is_said_to_be_a_file(
    tmp_path: Path, before: str, said: str
) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UserError, match=f"it is a file, so name it without {said} before it"):
        WebcamKind().open(f"{before}{tmp_path / 'notes.txt'}", CameraOptions())


def test_pictures_come_in_order_until_there_are_none(opened: Camera) -> None:
    numbers = read_until_lost(opened)
    assert numbers
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 199  # the newest always arrives
    opened.close()
    assert multiprocessing.active_children() == []


def test_a_webcam_has_no_depth_and_says_so(opened: Camera) -> None:
    live = opened.read(PATIENCE_S)
    assert live is not None
    assert live.frame.depth_m is None
    assert live.frame.notes == (NO_DEPTH,)
    assert np.abs(live.frame.rgb[5, 5].astype(int) - COLOUR).max() < 8  # JPEG
    assert live.frame.intrinsics.origin is Origin.GUESS
    assert live.frame.rgb.flags.owndata


def test_a_chosen_stand_in_is_labelled(device: str) -> None:
    camera = WebcamKind().open(device, CameraOptions(stand_in_depth="plane"))
    live = camera.read(PATIENCE_S)
    camera.close()
    assert live is not None
    assert live.frame.depth_m is not None
    assert (live.frame.depth_m == 2).all()
    assert live.frame.notes == ("Stand-in depth, not measured: a wall 2 m away.",)
    assert live.frame.depth_info is not None
    assert live.frame.depth_info.origin is Origin.GUESS


def test_an_unknown_stand_in_is_refused(device: str) -> None:
    with pytest.raises(UserError, match="'flat' is not known: use one of plane, ground"):
        WebcamKind().open(device, CameraOptions(stand_in_depth="flat"))
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_is_a_lost_camera(opened: Camera) -> None:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(PATIENCE_S)
    with pytest.raises(CameraLost, match="SIGKILL"):
        opened.read(PATIENCE_S)


def test_a_process_that_hangs_is_waited_for_no_longer_than_asked(opened: Camera) -> None:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)  # as a driver that does not answer
    while opened.read(0.01) is not None:
        pass
    opened.close()
    assert not child.is_alive()
    assert opened.read(0.01) is None


def test_closing_ends_a_read_in_another_thread(opened: Camera) -> None:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    while opened.read(0.01) is not None:
        pass
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(opened.read(60)))
    thread.start()
    opened.close()
    thread.join(PATIENCE_S)
    assert answers == [None]


@linux
def test_a_capture_that_hangs_while_opening_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe.avi"
    os.mkfifo(pipe)  # opening it waits for a writer that never comes
    monkeypatch.setattr(webcam_camera, "OPEN_TIMEOUT_S", 1.0)
    with pytest.raises(UserError, match="did not answer"):
        WebcamKind().open(str(pipe), CameraOptions())
    assert multiprocessing.active_children() == []


@linux
def test_a_capture_that_hangs_ends_with_a_killed_parent(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.avi"
    os.mkfifo(pipe)
    code = (
        "import multiprocessing, threading, time\n"
        "from sgnet_viewer.cameras.protocol import CameraOptions\n"
        "from sgnet_viewer.cameras.webcam.webcam_kind import WebcamKind\n"
        f"opening = lambda: WebcamKind().open({str(pipe)!r}, CameraOptions())\n"
        "threading.Thread(target=opening, daemon=True).start()\n"
        "while not multiprocessing.active_children(): time.sleep(0.01)\n"
        "print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        writer = writing_end(pipe)  # held open: the capture goes on waiting for data
        parent.kill()
    gone = wait_until_gone(pid)
    os.close(writer)
    assert gone


def writing_end(pipe: Path) -> int:
    """Once somebody reads."""
    for _ in range(int(PATIENCE_S / 0.02)):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody does yet
            time.sleep(0.02)
    raise AssertionError("nobody opened the pipe")


def test_what_is_no_video_cannot_be_opened(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.avi").write_bytes(b"nothing")
    with pytest.raises(UserError, match="could not be opened"):
        WebcamKind().open(str(tmp_path / "a.avi"), CameraOptions())
    assert capfd.readouterr().err == ""  # OpenCV's remarks stay out of the terminal


def test_a_stream_that_does_not_answer_is_no_matter_of_plugs() -> None:
    with socket.socket() as nobody:  # bound, but not listening: refused at once
        nobody.bind(("127.0.0.1", 0))
        address = f"rtsp://me:secret@127.0.0.1:{nobody.getsockname()[1]}/a"
        with pytest.raises(UserError, match="check its address and the network") as refused:
            WebcamKind().open(address, CameraOptions())
    assert "secret" not in str(refused.value)


@linux
def test_what_is_not_there_is_said_without_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam, "attached_webcams", lambda: ())
    with pytest.raises(UserError, match="No webcam is attached"):
        WebcamKind().open("", CameraOptions())
    with pytest.raises(UserError, match="no webcam /dev/video99"):
        WebcamKind().open("99", CameraOptions())


def test_the_newest_picture_wins() -> None:
    newest = NewestPicture()
    assert isinstance(newest.after(PictureRequest(-1, 0)), NoPicture)
    for grey in range(3):
        newest.put(np.full((2, 2, 3), grey, np.uint8))
    answer = newest.after(PictureRequest(-1, 0))
    assert isinstance(answer, tuple)
    assert (answer[0].number, answer[1][0, 0, 0]) == (2, 2)
    assert isinstance(newest.after(PictureRequest(2, 0)), NoPicture)
    newest.end("was unplugged")
    assert newest.after(PictureRequest(2, 0)) == CaptureEnded("was unplugged")
    assert isinstance(newest.after(PictureRequest(1, 0)), tuple)  # the last one is still handed out


class Capture:
    """In the place of OpenCV's: the same picture five times, then none; `after` each read."""

    def __init__(self, after: Callable[[], object] = lambda: None) -> None:
        self.left, self.after = 5, after
        self.wishes: dict[int, float] = {}

    def isOpened(self) -> bool:
        return True

    def set(self, which: int, value: float) -> None:
        self.wishes[which] = value

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        self.after()
        return (True, np.zeros((4, 6, 3), np.uint8)) if self.left >= 0 else (False, None)


def last_of(newest: NewestPicture) -> int:
    answer = newest.after(PictureRequest(-1, 0))
    return answer[0].number if isinstance(answer, tuple) else -1


@linux
def test_pictures_after_the_unplugging_are_not_believed(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    device.touch()
    newest = NewestPicture()
    capture_child._read_on(Capture(device.unlink), str(device), newest)
    assert last_of(newest) == -1
    assert newest.after(PictureRequest(-1, 0)) == CaptureEnded("was unplugged, or stopped sending")


@linux
def test_only_a_stream_counts_as_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StaleWatch, "is_stale", lambda *_: True)
    newest = NewestPicture()
    capture_child._read_on(Capture(), "rtsp://host/a", newest)
    assert newest.after(PictureRequest(-1, 0)) == CaptureEnded("has sent the same picture for 5 s")
    (tmp_path / "video0").touch()  # a device's file tells of the unplugging
    newest = NewestPicture()
    capture_child._read_on(Capture(), str(tmp_path / "video0"), newest)
    assert last_of(newest) == 4


def test_a_webcam_is_told_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    capture, asked = Capture(), []
    monkeypatch.setattr(capture_child, "open_capture", lambda at: (asked.append(at), capture)[1])
    assert capture_child._open(OpenRequest("2", (480, 640), 15)) is capture
    assert asked == [2]  # a number, not a file
    assert capture.wishes == {
        cv2.CAP_PROP_BUFFERSIZE: 1,  # else a slow reader sees the past
        cv2.CAP_PROP_FRAME_HEIGHT: 480,
        cv2.CAP_PROP_FRAME_WIDTH: 640,
        cv2.CAP_PROP_FPS: 15,
    }


def test_a_capture_that_raises_is_over() -> None:
    def broken() -> None:
        raise OSError("no signal")

    newest = NewestPicture()
    capture_child._read_on(SimpleNamespace(read=broken), "rtsp://host/a", newest)
    assert newest.after(PictureRequest(-1, 0)) == CaptureEnded("failed (OSError: no signal)")


def test_a_password_is_not_shown() -> None:
    assert without_password("rtsp://me:se@cret@host:554/a") == "rtsp://host:554/a"
    assert without_password("http://host/a@b") == "http://host/a@b"
    assert without_password("/dev/video0") == "/dev/video0"
    assert without_password("/films/user=me/a.mp4") == "/films/user=me/a.mp4"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://host/v?user=me&pwd=se/cret&fps=5", "http://host/v?user=***&pwd=***&fps=5"),
        (
            "rtsp://host/user=me&password=secret&channel=1",
            "rtsp://host/user=***&password=***&channel=1",
        ),
        ("rtsp://host/user=me_password=secret_channel=1.sdp", "rtsp://host/user=***"),
        ("http://host/v?usr=me&Passwd=se#t=3", "http://host/v?usr=***&Passwd=***#t=3"),
        ("webcam:rtsp://me:secret@host/a?access_token=x", "webcam:rtsp://host/a?access_token=***"),
    ],
)
def test_a_password_in_a_query_is_not_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_drivers_last_buffer_is_told_from_a_live_camera() -> None:
    watch, picture = StaleWatch(stale_s=5), np.zeros((4, 4, 3), np.uint8)
    assert [watch.is_stale(picture.copy(), now) for now in (0, 3, 5, 5.1)] == [False] * 3 + [True]
    picture[0, 0, 0] = 1  # the sensor's noise
    assert not watch.is_stale(picture, 6)


@linux
def test_an_unplugged_device_has_no_file_any_more(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert not capture_child.is_unplugged(str(tmp_path / "video0"))
    (tmp_path / "video0").unlink()
    assert capture_child.is_unplugged(str(tmp_path / "video0"))
    assert not capture_child.is_unplugged("rtsp://host/stream")


def test_webcams_of_linux(tmp_path: Path) -> None:
    for node, name, index in (("video2", "Desk", 0), ("video3", "Desk", 1), ("video10", "Lid", 0)):
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(f"{name}\n")
        (tmp_path / node / "index").write_text(f"{index}\n")
    assert linux_webcams(tmp_path) == (Device("2", "Desk"), Device("10", "Lid"))
    assert linux_webcams(tmp_path / "absent") == ()


@linux
def test_a_webcam_is_found_again_by_its_lasting_name(tmp_path: Path) -> None:
    (tmp_path / "video3").touch()
    link = tmp_path / "usb-Desk_0815-video-index0"
    link.symlink_to(tmp_path / "video3")
    (tmp_path / "usb-Desk_0815-video-index1").symlink_to(tmp_path / "video4")
    assert lasting_name("3", tmp_path) == str(link)
    assert numbered(str(link)) == "3"
    assert lasting_name("4", tmp_path) == "4"  # its second node carries no pictures
    assert [numbered(each) for each in ("0", "rtsp://host/video0", "")] == [
        "0",
        "rtsp://host/video0",
        "",
    ]


def test_webcams_of_macos_and_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names_of_macos('{"SPCameraDataType": [{"_name": "FaceTime HD"}]}') == ["FaceTime HD"]
    assert names_of_macos("not JSON") == []
    command = (sys.executable, "-c", "print('Integrated Camera'); print(); print('Desk')")
    monkeypatch.setattr(webcam_list, "WINDOWS", command)
    monkeypatch.setattr(webcam_list.sys, "platform", "win32")
    assert attached_webcams() == (Device("0", "Integrated Camera"), Device("1", "Desk"))
    monkeypatch.setattr(webcam_list, "WINDOWS", ("no-such-program",))
    assert attached_webcams() == ()
