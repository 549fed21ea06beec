"""Whatever ends a program at once takes its unfinished files with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys
from pathlib import Path
from sgnet_model.unfinished import unfinished

with unfinished(Path(sys.argv[1])) as partial:
    partial.write_bytes(b"half")
    assert partial.exists() and partial.parent == Path(sys.argv[1]).parent
    ENDING
"""
ENDINGS = {
    "a signal": (
        "from sgnet_model.signals import exit_at_once; exit_at_once(); "
        "os.kill(os.getpid(), signal.SIGTERM)",
        128 + signal.SIGTERM,
    ),
    "the window, left by force": (
        "from sgnet_viewer.launch.startup import leave_by_force; "
        "leave_by_force(None, ('sgnet-export',))",
        0,
    ),
    "an error": ("raise SystemExit(3)", 3),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_unfinished_file_stays(ending: str, tmp_path: Path) -> None:
    code, expected = ENDINGS[ending]
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("ENDING", code), str(tmp_path / "film.mp4")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == expected, ran.stderr
    assert list(tmp_path.iterdir()) == []
