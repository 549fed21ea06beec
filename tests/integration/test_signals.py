"""Both programs end by both signals in one sentence, whenever they come, and leave nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image
from training_sets import make_esanet
from window_support import HEIGHT, WIDTH, write_checkpoint

from sgnet_model.data.open import open_frames
from sgnet_model.resources import sample_dir, samples

PATIENCE_S = 120
COUNT = 400  # frames of a set: more than are saved until the window is gone
SIGNALS = {signal.SIGINT: "Interrupted.", signal.SIGTERM: "Terminated."}
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


class Program:
    """A program of ours in a session of its own."""

    begun: ClassVar[list[Program]] = []

    def __init__(self, *words: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        )
        self.begun.append(self)

    def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not reached():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.002)

    def until_it_listens(self) -> None:
        """It said what a signal does: some milliseconds after Python itself has started."""
        self.until(lambda: bool(self._caught() >> (signal.SIGTERM - 1) & 1))

    def _caught(self) -> int:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"SigCgt:\s*([0-9a-f]+)", text)
        return int(found[1], 16) if found else 0

    def ended(self) -> tuple[int, str]:
        """Exit code and standard error; nobody of its session is left."""
        _, said = self.process.communicate(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while members := self.members():
            assert time.monotonic() < deadline, members
            time.sleep(0.02)
        return self.process.returncode, said

    def shared(self) -> list[Path]:
        """Semaphores and shared memory that it holds by a name. The maps tell the inode: a
        semaphore's file gets its name only once it is whole.
        """
        lines = Path(f"/proc/{self.process.pid}/maps").read_text().splitlines()
        held = {int(line.split()[4]) for line in lines if "/dev/shm/" in line}
        return [path for path in Path("/dev/shm").iterdir() if path.stat().st_ino in held]

    def members(self) -> list[str]:
        """Who else lives in its session, by name."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal() or int(folder.name) == self.process.pid:
                continue
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                name = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                found.append(name.replace("\0", " "))
        return found


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    """Where a test failed, what it began would train or record on."""
    yield
    while Program.begun:
        program = Program.begun.pop()
        if program.process.poll() is None:
            os.killpg(program.process.pid, signal.SIGKILL)
            program.process.communicate()


def predicting(out: Path) -> Program:
    sample = sample_dir(samples()[0])
    return Program(
        "-m", "sgnet_model", "predict", "--rgb", str(sample / "rgb.png"), "--depth",
        str(sample / "depth.png"),
        "--out", str(out), "--device", "cpu",
    )  # fmt: skip


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("delay_s", [0, 0.05, 0.3, 1, 2])
def test_a_command_at_any_moment(number: signal.Signals, delay_s: float, tmp_path: Path) -> None:
    program = predicting(tmp_path / "out")
    program.until_it_listens()
    time.sleep(delay_s)
    program.process.send_signal(number)
    code, said = program.ended()
    assert not list(tmp_path.rglob("*.part"))
    if code in (0, -number):  # it had finished, or was just leaving: Python's handlers were gone
        assert said == ""
        assert (tmp_path / "out" / "cloud.ply").is_file()  # the last of its files
        return
    assert (code, said) == (128 + number, f"{SIGNALS[number]}\n")


@pytest.mark.parametrize("number", SIGNALS)
def test_an_evaluation_keeps_what_it_has_scored(number: signal.Signals, tmp_path: Path) -> None:
    make_esanet(tmp_path / "set", train=1, test=60)
    state = tmp_path / "state.json"
    program = Program(
        "-m", "sgnet_model", "evaluate", "--data", str(tmp_path / "set"), "--split", "test",
        "--checkpoint", str(write_checkpoint(tmp_path / "small.safetensors")), "--device", "cpu",
        "--size", "720x960", "--resume", str(state),
    )  # fmt: skip
    program.until(state.is_file)
    program.process.send_signal(number)
    code, said = program.ended()
    assert (code, said.splitlines()[-1]) == (128 + number, SIGNALS[number])
    assert "Traceback" not in said
    assert 0 < len(json.loads(state.read_text())["frames"]) < 60
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("delay_s", [0, 0.4, 2])
def test_the_window_at_any_moment(number: signal.Signals, delay_s: float, tmp_path: Path) -> None:
    """Also while torch is imported."""
    program = Program("-m", "sgnet_viewer", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    program.until_it_listens()
    time.sleep(delay_s)
    program.process.send_signal(number)
    assert program.ended() == (128 + number, f"{SIGNALS[number]}\n")


@pytest.mark.parametrize("delay_s", [0, 0.6, 2])
def test_a_window_that_keeps_no_settings_leaves_no_folder(delay_s: float, tmp_path: Path) -> None:
    """They lie in the temporary folder, from before the window is built until it is closed."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = ("-m", "sgnet_viewer", "--screenshot", str(tmp_path / "a.png"))
    program = Program(*words, HOME=str(tmp_path), TMPDIR=str(temporary))
    program.until_it_listens()
    time.sleep(delay_s)
    program.process.send_signal(signal.SIGINT)
    assert program.ended() == (128 + signal.SIGINT, f"{SIGNALS[signal.SIGINT]}\n")
    assert [path.name for path in temporary.iterdir() if path.name.startswith("sgnet")] == []


@pytest.mark.parametrize("number", SIGNALS)
def test_the_window_in_the_middle_of_an_export(number: signal.Signals, tmp_path: Path) -> None:
    """What was written stays, whole and under its own name; nothing is half there."""
    program, out = saving(tmp_path, "export.frames")
    program.until(lambda: (out / "labels" / "1.png").is_file())
    program.process.send_signal(number)
    code, said = program.ended()
    assert (code, said.splitlines()[0]) == (128 + number, SIGNALS[number])
    assert "Traceback" not in said
    written = [path for path in out.rglob("*") if path.is_file()]
    assert 2 <= len(list((out / "labels").iterdir())) < COUNT
    for path in written:
        assert ".part" not in path.name
        if path.suffix == ".png":
            with Image.open(path) as picture:
                picture.load()


@pytest.mark.parametrize("command", ["export.film", "export.rerun"])
def test_the_window_in_the_middle_of_one_long_file(command: str, tmp_path: Path) -> None:
    """A film or recording that is not whole is not there under any name."""
    program, out = saving(tmp_path, command)
    program.until(lambda: any(out.iterdir()))  # the unfinished file
    program.process.send_signal(signal.SIGTERM)
    code, said = program.ended()
    assert (code, said.splitlines()[0]) == (143, "Terminated.")
    assert "Traceback" not in said
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("number", SIGNALS)
def test_the_window_while_it_records(number: signal.Signals, tmp_path: Path) -> None:
    """The recording ends with the last frame written, and is read again."""
    program, out = saving(tmp_path, "live.record", frames=0)
    program.until(lambda: len(list(out.rglob("*.png"))) >= 4)
    program.process.send_signal(number)
    code, said = program.ended()
    assert (code, said) == (128 + number, f"{SIGNALS[number]}\n")
    assert not list(out.rglob("*.part"))
    (folder,) = out.iterdir()
    frames = open_frames(folder)
    assert len(frames) >= 2
    for index in range(len(frames)):
        assert frames.load(index).depth_m is not None


def saving(folder: Path, command: str, frames: int = COUNT) -> tuple[Program, Path]:
    """The window that saves into the second of what is returned."""
    out = folder / "out"
    out.mkdir()
    words = [command, str(out), str(write_checkpoint(folder / "small.safetensors"))]
    if frames:
        random = np.random.default_rng(5)
        for name, high, shape in (
            ("rgb", 255, (HEIGHT, WIDTH, 3)),
            ("depth", 3000, (HEIGHT, WIDTH)),
        ):
            kind = np.uint8 if name == "rgb" else np.uint16
            (folder / "set" / name).mkdir(parents=True)
            for number in range(frames):
                values = random.integers(high // 2, high, shape).astype(kind)
                Image.fromarray(values).save(folder / "set" / name / f"{number}.png")
        words.append(str(folder / "set"))
    driver = Path(__file__).with_name("saving_window.py")
    return Program(str(driver), *words, HOME=str(folder), XDG_CONFIG_HOME=str(folder)), out


@pytest.mark.parametrize("number", SIGNALS)
def test_training_as_a_group(number: signal.Signals, tmp_path: Path) -> None:
    """As a terminal and a job scheduler send it: to the trainer and its loaders alike."""
    program = training(tmp_path)
    os.killpg(program.process.pid, number)
    code, said = program.ended()
    assert code == 128 + number, said
    assert "Stopped and saved after step" in said
    assert "unexpectedly" not in said
    assert (tmp_path / "run" / "state.pt").is_file()


def test_a_killed_trainer_leaves_no_loader_and_no_semaphore(tmp_path: Path) -> None:
    program = training(tmp_path)
    assert any("spawn_main" in name for name in program.members())
    shared = program.shared()
    assert shared  # semaphores of its queues
    program.process.kill()
    assert program.ended()[0] == -signal.SIGKILL
    assert not [path for path in shared if path.exists()]


def training(folder: Path) -> Program:
    """A small run that has taken its first step."""
    out = folder / "run"
    program = Program(
        "-m", "sgnet_model", "train", "--recipe", "compact", "--out", str(out), "--steps", "1000",
        "--workers", "1", "--device", "cpu", "--set", "augment.crop=64,64", "--set", "batch=2",
    )  # fmt: skip
    program.until(lambda: _steps(out / "log.jsonl") >= 1)
    return program


def _steps(log: Path) -> int:
    if not log.is_file():
        return 0
    lines = [line for line in log.read_text().splitlines() if line.endswith("}")]
    return sum("loss" in json.loads(line) for line in lines)


def test_closing_waits_for_no_import(tmp_path: Path) -> None:
    """Two seconds, from the signal to the end of the process, on a machine that has nothing else
    to do; here the limit is what a thread that is not waited for would exceed.
    """
    program = Program("-m", "sgnet_viewer", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    program.until(lambda: "libtorch" in Path(f"/proc/{program.process.pid}/maps").read_text())
    begun = time.monotonic()
    program.process.send_signal(signal.SIGTERM)
    code, said = program.ended()
    assert (code, said) == (143, "Terminated.\n")
    assert time.monotonic() - begun < 30
