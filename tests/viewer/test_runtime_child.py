"""Child processes end with their parent."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HELD = """
import ctypes
import os
from sgnet_viewer.cloud import renderer
from sgnet_viewer.cloud.protocol import Mode
from sgnet_viewer.runtime.child import ChildProcess

def work(connection, mode):
    def make_canvas(mode):
        connection.send("begun")
        ctypes.PyDLL(None).sleep(100)  # with the interpreter's lock, as Open3D is linked

    renderer.make_canvas = make_canvas
    renderer.main(connection, mode)

if __name__ == "__main__":
    child = ChildProcess(work, Mode.PROJECTION, "held")
    child.connection.recv()
    print(child.pid, flush=True)
    os._exit(0)  # as it is left by force
"""
SOON_S = 20.0


def is_running(pid: int) -> bool:
    """A process that only waits to be noticed by its parent does not run."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_a_renderer_that_imports_open3d_ends_with_a_parent_that_is_gone(tmp_path: Path) -> None:
    script, said = tmp_path / "held.py", tmp_path / "said"
    script.write_text(HELD)
    with said.open("w") as file:
        subprocess.run([sys.executable, script], stdout=file, check=True, timeout=250)
    pid, until = int(said.read_text()), time.monotonic() + SOON_S
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(pid)
