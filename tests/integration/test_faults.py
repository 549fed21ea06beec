"""What the machine does to a program: no room, no rights, files exchanged, a closed output."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QSettings
from window_support import write_checkpoint, write_pair

from sgnet_model.data import open_frames
from sgnet_model.files import make_folder, write_atomically
from sgnet_model.predictor import Predictor
from sgnet_model.resources import sample_dir, samples
from sgnet_model.saving import rerun_file
from sgnet_model.saving.film import write_film
from sgnet_model.saving.rerun_file import write_rrd
from sgnet_model.training.saving import read_state, write_state
from sgnet_model.types import UserError
from sgnet_model.weights import load_checkpoint, save_checkpoint
from sgnet_viewer.sessions.session_file import SavedSession, read_session, write_session
from sgnet_viewer.settings import Settings
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.view_settings import ViewSettings

# Of a user without a home, in the plain locale.
HOMES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
POOR = {**dict.fromkeys(HOMES, "/proc/self"), "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}
ROOM = 4096  # bytes that a file may have while the disk is "full"


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Every write beyond some kilobytes of a file fails, as it does on a full disk (EFBIG)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def save_network(path: Path) -> None:
    checkpoint = write_checkpoint(path.with_name("source.safetensors"))
    network = load_checkpoint(checkpoint)
    with full_disk():
        save_checkpoint(network, path, {})


def save_run(path: Path) -> None:
    state = {"step": 2, "network": {"a": torch.ones(100_000)}}
    with full_disk():
        write_state(path, state)


def save_picture(path: Path) -> None:
    with full_disk():
        write_atomically(path, bytes(100_000))


def save_session(path: Path) -> None:
    long = DocumentValue()
    with full_disk():
        write_session(path, SavedSession(long, "x" * 100_000))


def save_film(path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (20, 120, 160, 3)).astype(np.uint8)
    with full_disk():
        write_film(path, noise, 5, len(noise))


def save_rerun(path: Path) -> None:
    frames = open_frames(Path(write_pair(path.with_name("set"))[0]).parent)
    checkpoint = write_checkpoint(path.with_name("source.safetensors"))
    predictor = Predictor.load(checkpoint, device="cpu", size=(96, 128))
    with full_disk(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rerun_file, "TIMEOUT_S", 1.0)
        write_rrd(path, frames, lambda one: predictor.predict(one.rgb, one.depth_m, one.intrinsics))


WRITERS: dict[str, Callable[[Path], None]] = {
    "a checkpoint": save_network,
    "a run to be continued": save_run,
    "a picture, a cloud, a report": save_picture,
    "a session": save_session,
    "a film": save_film,
    "a file for Rerun": save_rerun,
}
SUFFIXES = {"a film": ".mp4", "a file for Rerun": ".rrd"}


@pytest.mark.parametrize("what", WRITERS)
def test_on_a_full_disk_the_old_file_survives(what: str, tmp_path: Path) -> None:
    path = tmp_path / f"kept{SUFFIXES.get(what, '')}"
    path.write_bytes(b"the old one")
    with pytest.raises(UserError, match=r"kept\S* cannot be written \(.+\): choose another place"):
        WRITERS[what](path)
    assert path.read_bytes() == b"the old one"
    assert not list(tmp_path.rglob("*.part*")), "nothing half-written is left"


def test_settings_survive_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    store = QSettings(str(path), QSettings.Format.IniFormat)
    Settings(store).save_view(ViewSettings(opacity=0.25))
    store.sync()
    before = path.read_bytes()
    store.setValue("recent", "x" * 100_000)
    with full_disk():
        store.sync()
    assert store.status() is not QSettings.Status.NoError
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file in the folder's place, which not even root can write into."""
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    for attempt in (
        lambda: write_atomically(blocked / "a.png", b"x"),
        lambda: make_folder(blocked / "out"),
    ):
        with pytest.raises(UserError, match="blocked"):
            attempt()


def test_a_folder_that_was_removed_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    make_folder(folder)
    shutil.rmtree(folder)
    with pytest.raises(UserError, match=r"labels\.png cannot be written"):
        write_atomically(folder / "labels.png", b"x")


@pytest.mark.parametrize("change", ["deleted", "emptied", "a folder", "another picture"])
def test_a_frame_that_changes_after_it_was_listed(tmp_path: Path, change: str) -> None:
    rgb, depth = map(Path, write_pair(tmp_path / "set"))
    frames = open_frames(tmp_path / "set")
    rgb.unlink()
    if change == "emptied":
        rgb.touch()
    elif change == "a folder":
        rgb.mkdir()
    elif change == "another picture":
        Image.fromarray(np.zeros((10, 500, 3), np.uint8)).save(rgb)
        frame = frames.load(0, strict=False)
        assert frame.depth_m is None or frame.depth_m.shape == (10, 500)
        return
    with pytest.raises(UserError, match=r"rgb\.png"):
        frames.load(0)
    assert depth.is_file()


def test_a_checkpoint_that_is_replaced_while_it_is_open(tmp_path: Path) -> None:
    """A network that was loaded holds copies: the file may shrink or go."""
    path = write_checkpoint(tmp_path / "a.safetensors")
    network = load_checkpoint(path)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    os.truncate(path, 100)
    path.unlink()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    with pytest.raises(UserError, match="There is no checkpoint file"):
        load_checkpoint(path)


def test_a_state_that_is_replaced_by_another_kind(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"{}", bytes(5000)):
        (tmp_path / "state.pt").write_bytes(content)
        with pytest.raises(UserError, match="not a saved run"):
            read_state(tmp_path / "state.pt")


def run_command(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sgnet_model", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
        env={**os.environ, **environment},
    )


def predict(out: Path, *more: object, **environment: str) -> subprocess.CompletedProcess[str]:
    sample = sample_dir(samples()[0])
    words = ("--rgb", sample / "rgb.png", "--depth", sample / "depth.png", "--device", "cpu")
    small = write_checkpoint(out.with_name("small.safetensors"))
    size = ("--size", "96x128", "--checkpoint", small)
    return run_command("predict", *words, *size, "--out", out, *more, **environment)


def test_without_a_home_and_in_the_plain_locale(tmp_path: Path) -> None:
    """HOME that cannot be written, locale C, and a path that ASCII does not have."""
    out = tmp_path / "Räume"
    done = predict(out, "--json", **POOR)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)
    assert (out / "labels.png").is_file()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_command_whose_streams_are_closed(closed: str) -> None:
    """As a shell or a service starts it: Python has None in place of the stream."""
    script = f'"$0" -m sgnet_model info sgnet-compact {closed}'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ("parameters" in done.stdout) == (">&-" not in closed.split())


def test_a_session_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.sgnet.json"
    write_session(path, SavedSession(DocumentValue(), "a"))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="is no session"):
        read_session(path)


def test_a_screenshot_leaves_no_temporary_folder(tmp_path: Path) -> None:
    """The settings of a window that keeps none are gone with it, though Qt writes them late.

    Also with a HOME that cannot be written, in the plain locale, with standard output closed, and
    for a path that ASCII does not have.
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    picture = tmp_path / "a.png"
    small = write_checkpoint(tmp_path / "small.safetensors")
    options = ("--checkpoint", small, "--device", "cpu", "--size", "96x128")
    shutil.copytree(sample_dir(samples()[0]), tmp_path / "Räume")
    words = ("open", str(tmp_path / "Räume"), "--screenshot", str(picture), *map(str, options))
    script = '"$0" -m sgnet_viewer "$@" >&-'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, *words],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=250,
        env={**os.environ, **POOR, "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert picture.is_file()
    assert [path.name for path in temporary.iterdir() if path.name.startswith("sgnet")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("program", ["sgnet_model", "sgnet_viewer"])
@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_that_cannot_be_printed(program: str, word: str) -> None:
    """Both programs: one sentence where the disk is full, and silence where nobody reads."""
    buffered = {key: text for key, text in os.environ.items() if key != "PYTHONUNBUFFERED"}
    for script, code, said in (
        (f'"$0" -m {program} {word} >/dev/full', 2, "Standard output cannot be written (No space"),
        (f'{{ "$0" -m {program} {word}; echo $? >&2; }} | true', 0, "141\n"),
    ):
        done = subprocess.run(
            ["sh", "-c", script, sys.executable],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=buffered,
        )
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
        assert done.stderr.startswith(said)


def test_a_window_for_which_there_is_no_temporary_folder(tmp_path: Path) -> None:
    """As where files may have no size at all, or no folder can be written."""
    picture = tmp_path / "a.png"
    done = subprocess.run(
        [
            "sh",
            "-c",
            'ulimit -f 0; "$0" -m sgnet_viewer --screenshot "$1"',
            sys.executable,
            picture,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "TMPDIR" in done.stderr
