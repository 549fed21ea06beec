"""The GPU kernels on the CPU: Triton's interpreter, in a process of its own.

Whether kernels are interpreted is decided when Triton is imported, so it cannot change in ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sgnet_model.nn.sampling import triton_op

pytest.importorskip("triton", reason="triton is not installed: it has no build for this system")
if not triton_op._has_triton():
    pytest.skip("Triton is older than the kernels need", allow_module_level=True)
ROOT = Path(__file__).resolve().parents[2]


def test_the_kernels_under_the_interpreter() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/model/test_triton_kernels.py"],
        cwd=ROOT,
        env={**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
