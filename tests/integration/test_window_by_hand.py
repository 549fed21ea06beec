"""The real window under a window manager, by mouse and keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_launch_display import xvfb

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PARTS = ("integration", "viewer")
PATIENCE_S = 300.0

pytestmark = [
    pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")
    for name in ("Xvfb", "openbox", "xdotool")
]


@contextmanager
def window_manager(display: str, folder: Path) -> Iterator[None]:
    """Openbox, once it manages windows; its own files are in `folder`."""
    ready = folder / "ready"
    environment = {**os.environ, "DISPLAY": display, "HOME": str(folder)}
    command = ["openbox", "--startup", f"touch {ready}"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not ready.exists():
                assert process.poll() is None, "openbox has ended"
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("which", "scale"), [("all", "1"), ("first_start,open_pair,probe,close", "2")]
)
def test_the_window_is_used_by_hand(tmp_path: Path, which: str, scale: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with xvfb("-screen", "0", "1920x1080x24") as display, window_manager(display, home):
        done = subprocess.run(
            [sys.executable, str(HERE / "by_hand.py"), str(tmp_path), which],
            env=environment(display, home, scale),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[-1] == "close"


def environment(display: str, home: Path, scale: str) -> dict[str, str]:
    """None of the user's settings, and nothing of the other tests' offscreen windows. Compiled
    kernels are those of the user: to compile them takes a minute."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    paths = [str(ROOT), *(str(ROOT / "tests" / part) for part in PARTS)]
    return {
        **kept,
        "DISPLAY": display,
        "XDG_CONFIG_HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": scale,
        "PYTHONPATH": os.pathsep.join(paths),
    }
