"""Fixtures of the model's tests. Heavy imports wait until one is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cli_support import Outcome, Run, SmallFrame


@pytest.fixture(scope="session")
def small_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A narrow network with random offsets, as a file."""
    from cli_support import write_small_checkpoint

    path = tmp_path_factory.mktemp("checkpoint") / "small.safetensors"
    write_small_checkpoint(path)
    return path


@pytest.fixture
def small_frame(tmp_path: Path) -> SmallFrame:
    """A 100 x 72 frame, its depth with a hole."""
    from cli_support import write_small_frame

    folder = tmp_path / "frame"
    folder.mkdir()
    return write_small_frame(folder)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `sgnet-model` with the arguments given."""
    from cli_support import Outcome

    from sgnet_model.cli import main

    def run_command(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_command
