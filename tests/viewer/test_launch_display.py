"""Displays that answer, that are stale, and that take a connection and say nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sgnet_model.types import UserError
from sgnet_viewer.launch import display
from sgnet_viewer.launch.display import choose_platform, wayland_answers, x_answers

NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XAUTHORITY")
needs_xvfb = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(display, "ANSWER_S", 0.5)


@contextmanager
def compositor(path: Path, answers: bool) -> Iterator[list[bytes]]:
    """Takes one connection; answers a request like wl_display, or not."""
    heard: list[bytes] = []
    done = threading.Event()

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            heard.append(connection.recv(64))
            if answers:
                connection.sendall(bytes(12))
            done.wait(5)

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield heard
        done.set()
        thread.join()


@pytest.mark.parametrize("answers", [True, False])
def test_a_compositor_must_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert not wayland_answers()  # there is no such socket
    with compositor(tmp_path / "wayland-7", answers) as heard:
        assert wayland_answers() is answers
    assert len(heard[0]) == 12


@pytest.mark.parametrize("name", [":4711", "localhost:59.0", "127.0.0.1:58", "nonsense", ":"])
def test_a_stale_x_display(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert not x_answers()
    with pytest.raises(UserError, match=f"The display DISPLAY={name} does not answer: start"):
        choose_platform(offscreen_will_do=False)
    choose_platform(offscreen_will_do=True)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("\0/tmp/.X11-unix/X4711")
        server.listen()
        assert not x_answers()
        server.shutdown(socket.SHUT_RDWR)  # ends the connection that waits


def test_a_platform_of_the_users_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    for platform in ("xcb", "wayland;xcb", "wayland-egl"):
        monkeypatch.setenv("QT_QPA_PLATFORM", platform)
        with pytest.raises(UserError, match="does not answer"):
            choose_platform(offscreen_will_do=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "vnc:port=5901")
    choose_platform(offscreen_will_do=False)
    assert os.environ["QT_QPA_PLATFORM"] == "vnc:port=5901"


@contextmanager
def xvfb(*words: str) -> Iterator[str]:
    """A real X server; the name it chose."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp", *words]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as process:
        os.close(writer)
        with os.fdopen(reader) as said:
            number = said.readline().strip()
        try:
            yield f":{number}"
        finally:
            process.terminate()


@needs_xvfb
def test_a_living_server_is_taken_and_a_stale_compositor_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(display, "ANSWER_S", 10.0)
    with xvfb() as name:
        monkeypatch.setenv("DISPLAY", name)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-gone")
        assert x_answers()
        choose_platform(offscreen_will_do=False)
        assert os.environ["QT_QPA_PLATFORM"] == "xcb"


@needs_xvfb
def test_a_server_that_does_not_let_us_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its password is in a file that we do not have: Qt would abort."""
    cookie, family, number = bytes(range(16)), 256, b"0"
    entry = family.to_bytes(2, "big")
    for part in (b"nowhere", number, b"MIT-MAGIC-COOKIE-1", cookie):
        entry += len(part).to_bytes(2, "big") + part
    (tmp_path / "auth").write_bytes(entry)
    (tmp_path / "empty").write_bytes(b"")
    monkeypatch.setenv("XAUTHORITY", str(tmp_path / "empty"))
    with xvfb("-auth", str(tmp_path / "auth")) as name:
        monkeypatch.setenv("DISPLAY", name)
        assert not x_answers()


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_the_program_says_so_and_leaves_with_2(tmp_path: Path, variable: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    stale = {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-9"}[variable]
    ran = subprocess.run(
        [sys.executable, "-m", "sgnet_viewer"],
        env={**kept, variable: stale, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"The display {variable}={stale} does not answer: start ")
    assert ran.stderr.count("\n") == 1
