"""Child processes end with their parent."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

HELD = """
import ctypes
import os
import sys
from importlib import import_module
from sgnet_viewer.runtime.child import ChildProcess

def work(connection, order):
    work, step = order

    def hold(*_):
        connection.send("begun")
        ctypes.PyDLL(None).sleep(100)  # with the interpreter's lock, as a library is linked

    module, _, name = step.rpartition(".")
    setattr(import_module(module), name, hold)
    module, _, name = work.rpartition(".")
    getattr(import_module(module), name)(connection, None)

if __name__ == "__main__":
    child = ChildProcess(work, sys.argv[1:], "held")
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


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only: children end with their parent")
@pytest.mark.parametrize(
    ("work", "step"),
    [
        ("sgnet_viewer.cloud.renderer.main", "sgnet_viewer.cloud.renderer.make_canvas"),
        (
            "sgnet_viewer.cameras.virtual.virtual_camera._draw",
            "sgnet_viewer.cameras.virtual.virtual_process.main",
        ),
        (
            "sgnet_viewer.cameras.webcam.capture_child.main",
            "sgnet_viewer.cameras.webcam.capture_child._open",
        ),
        ("sgnet_viewer.workers.kernels._compile", "sgnet_model.nn.compiled.calls.compile_all"),
    ],
)
def test_a_process_in_which_no_thread_can_run_ends_with_a_parent_that_is_gone(
    tmp_path: Path, work: str, step: str
) -> None:
    script, said = tmp_path / "held.py", tmp_path / "said"
    script.write_text(HELD)
    with said.open("w") as file:
        command = [sys.executable, script, work, step]
        subprocess.run(command, stdout=file, check=True, timeout=250)
    pid, until = int(said.read_text()), time.monotonic() + SOON_S
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(pid)
