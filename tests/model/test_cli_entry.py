"""Errors are one sentence with exit code 2, and libraries are not heard."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from cli_support import Run, SmallFrame

from sgnet_model.cli import entry, main, predict
from sgnet_model.cli.console import Console, open_console
from sgnet_model.cli.parser import Parser
from sgnet_model.signals import EndedBySignal, FirstSignal
from sgnet_model.types import UserError

COMMANDS = ("predict", "probe", "info", "convert", "synthesize")


PAIR = ("--rgb", "rgb.png", "--depth", "depth.png")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required: COMMAND"),
        (("dance",), "invalid choice: 'dance'"),
        (("predict",), "required: --out"),
        (("predict", "--out", "x"), "--rgb FILE and --depth FILE"),
        (("predict", "--out", "x", "--rg", "x"), "arguments: --rg"),  # no abbreviations
        (("synthesize", "x", "--count", "many", "--seed", "1"), "invalid int value: 'many'"),
        (("synthesize", "x", "--count", "0", "--seed", "1"), "--count starts at 1"),
        (("synthesize", "x", "--count", "1", "--seed", "1", "--size", "9"), "like 480x640"),
        (("info", "no-such-variant"), "neither a checkpoint file nor a variant"),
        (("info", "sgnet-r50", "--offsets"), "--offsets needs a checkpoint"),
        (("info", "sgnet-r50", "--scenes", "2"), "--scenes is for --offsets"),
        (("predict", *PAIR, "--out", "x", "--count", "2"), "--count belongs to --data"),
        (("predict", *PAIR, "--out", "x", "--split", "test"), "--split belongs to --data"),
        (("compare", *PAIR, "--limit", "2"), "--limit belongs to --data"),
        (("compare", *PAIR, "--split", "test"), "--split belongs to --data"),
        (("compare", "--data", "x", "--pixel", "1,1"), "--pixel is of one frame"),
        (("compare", "--data", "x", "--out", "y"), "--out is of one frame"),
        (("compare", "--data", "x", "--limit", "-1"), "--limit -1 leaves no frame"),
        (("compare", "--data", "x", "--rgb", "r.png"), "Give either"),
        (("compare", *PAIR, "--a", "a", "--checkpoint", "b"), "--checkpoint names A"),
        (("convert", "absent.pth.tar", "out.safetensors"), "absent.pth.tar"),
        (("convert", "absent.pth.tar", "out.bin"), "does not end in .safetensors"),
    ],
)
def test_a_wrong_command_line(run: Run, arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments).sentence


@pytest.mark.parametrize("size", ["480", "640 480", "0x640", "31x640", "480x5000", "big"])
def test_a_wrong_size(run: Run, small_frame: SmallFrame, tmp_path: Path, size: str) -> None:
    said = run("predict", *small_frame.flags, "--out", tmp_path, "--size", size).sentence
    assert f"{size!r} cannot be used: write HEIGHTxWIDTH with 32 to 4096 pixels" in said


def test_a_bad_pair(run: Run, small_frame: SmallFrame, tmp_path: Path) -> None:
    grey = tmp_path / "grey.png"
    assert cv2.imwrite(str(grey), np.full((72, 100), 200, np.uint8))
    command = ("predict", "--rgb", small_frame.rgb, "--out", tmp_path / "out")
    assert "no metric scale" in run(*command, "--depth", grey).sentence
    assert "no-such.png" in run(*command, "--depth", tmp_path / "no-such.png").sentence
    flags = ("--depth", small_frame.depth, "--depth-unit", "furlong")
    assert "furlong" in run(*command, *flags).sentence
    assert not (tmp_path / "out").exists()


def test_a_bad_checkpoint_device_or_folder(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    command = ("predict", *small_frame.flags, "--size", "64x64")
    flags: tuple[object, ...] = ("--out", tmp_path, "--checkpoint", small_frame.rgb)
    assert "not a checkpoint" in run(*command, *flags).sentence
    flags = ("--out", tmp_path, "--checkpoint", small_checkpoint, "--device", "abacus")
    assert "abacus" in run(*command, *flags).sentence
    flags = ("--out", small_frame.rgb, "--checkpoint", small_checkpoint)
    assert "cannot be made" in run(*command, *flags).sentence


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("first line\nsecond line"), "first line second line"),
        (KeyError("x"), "KeyError: 'x'"),
        (MemoryError(), "use a smaller --size"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: ..."), "use a smaller --size"),
        (ImportError("x.so: failed to map segment from shared object"), "use a smaller --size"),
        (OSError(28, "No space left on device", "a.png"), "a.png cannot be used (No space left"),
        (UserError("Something is wrong: mend it."), "Something is wrong: mend it."),
    ],
)
def test_whatever_is_raised_becomes_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(predict, "run", fail)
    said = run("predict", "--rgb", "a", "--depth", "b", "--out", "c").sentence
    assert words in said


def test_verbose_shows_details_and_the_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise UserError("Two keys are missing.", details="first key\nsecond key")

    monkeypatch.setattr(predict, "run", fail)
    command = ("predict", "--rgb", "a", "--depth", "b", "--out", "c")
    outcome = run(*command, "--verbose")
    assert outcome.code == 2
    assert "Traceback" in outcome.err
    assert outcome.err.endswith("Two keys are missing.\nfirst key\nsecond key\n")


def test_an_interruption_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(predict, "run", interrupt)
    outcome = run("predict", "--rgb", "a", "--depth", "b", "--out", "c")
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "Interrupted.\n")


def test_a_signal_as_the_console_closes_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a command leaves is freed before its console closes: a signal meanwhile is raised in the
    first line of closing it."""

    class Interrupted:
        def __init__(self, verbose: bool) -> None:
            self.real = open_console(verbose)

        def __enter__(self) -> Console:
            return self.real.__enter__()

        def __exit__(self, *_: object) -> None:
            raise EndedBySignal(signal.SIGTERM)

    monkeypatch.setattr(entry, "open_console", Interrupted)
    monkeypatch.setattr(predict, "run", lambda *_: None)
    code = main(["predict", "--rgb", "a", "--depth", "b", "--out", "c"])
    assert (code, capfd.readouterr().err) == (143, "Terminated.\n")


def test_a_signal_after_the_command_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its end and the moment that signals are no longer raised."""

    @contextmanager
    def late() -> Iterator[FirstSignal]:
        yield FirstSignal()
        raise EndedBySignal(signal.SIGINT)

    monkeypatch.setattr(entry.signals, "raised", late)
    outcome = run("info", "sgnet-compact")
    assert (outcome.code, outcome.err) == (130, "Interrupted.\n")


def test_names_that_are_no_plain_text_stay_in_one_line(run: Run, tmp_path: Path) -> None:
    """A line end, a colour code of the terminal, and a byte that is no UTF-8."""
    name = os.fsdecode(b"a\nb\x1b[31m\xffc.png")
    outcome = run("predict", "--rgb", tmp_path / name, "--depth", "b", "--out", "c")
    assert r"a\nb\x1b[31m\udcffc.png does not exist" in outcome.sentence


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["--version", "predict --help", "info sgnet-compact --json"])
def test_a_full_disk_behind_standard_output(words: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m sgnet_model {words} >/dev/full', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "Standard output cannot be written (No space left on device)" in done.stderr


def test_libraries_are_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    with open_console(verbose=False) as console:
        os.write(1, b"a C library on 1\n")
        os.write(2, b"a C library on 2\n")
        print("a Python library")
        print("another", file=sys.stderr)
        warnings.warn("a warning", stacklevel=1)
        logging.getLogger("library").error("a log")
        console.say_json({"ours": 1})
    print("after")
    captured = capfd.readouterr()
    assert captured.err == ""
    head, after = captured.out[: -len("after\n")], captured.out[-len("after\n") :]
    assert (json.loads(head), after) == ({"ours": 1}, "after\n")


def test_verbose_lets_libraries_speak(capfd: pytest.CaptureFixture[str]) -> None:
    with open_console(verbose=True):
        os.write(2, b"a C library\n")
    assert capfd.readouterr().err == "a C library\n"


def test_json_has_no_nan() -> None:
    with open_console(verbose=False) as console, pytest.raises(ValueError, match="JSON"):
        console.say_json({"value": float("nan")})


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main([command, "--help"])
    assert exit_info.value.code == 0
    text = capsys.readouterr().out
    assert f"  sgnet-model {command} " in text.split("examples:")[1]
    assert "--json" in text


def test_help_imports_neither_torch_nor_open3d() -> None:
    code = (
        "import sys\nfrom sgnet_model.cli import main\n"
        "try: main(['predict', '--help'])\nexcept SystemExit: pass\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'open3d', 'cv2')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_as_a_program() -> None:
    """The streams of a real process, its exit code, and a reader that goes away."""
    command = [sys.executable, "-m", "sgnet_model.cli", "info", "sgnet-compact", "--json"]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["variant"] == "sgnet-compact"
    bad = subprocess.run([*command, "--nonsense"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as gone:
        assert gone.stdout is not None
        assert gone.stderr is not None
        gone.stdout.close()
        assert gone.stderr.read() == b""
    assert gone.returncode == 141


def test_the_summaries_are_the_commands_own() -> None:
    """They are written down twice, so that --help need not import a single command."""
    commands = Parser().add_subparsers()
    for name in entry.COMMANDS:
        entry.add_command(commands, name)
    assert {one.dest: one.help for one in commands._choices_actions} == entry.COMMANDS
    modules = {path.stem for path in Path(entry.__file__).parent.glob("*.py")}
    assert {name.replace("-", "_") for name in entry.COMMANDS} <= modules


def test_help_needs_no_library_but_numpy(tmp_path: Path) -> None:
    """0.2 s on a quiet machine, of which NumPy is half: what would add to it is not imported."""
    code = (
        "import sys\nfrom sgnet_model.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(set(sys.modules) & {'torch', 'cv2', 'scipy', 'PIL', 'h5py', 'numba'}))\n"
        "print([name for name in sys.modules if name.startswith('sgnet_model.data')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.endswith("[]\n[]\n"), done.stdout[-300:]
    assert "segment one RGBD frame" in done.stdout
