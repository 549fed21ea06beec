"""Damaged files of every kind: a sentence or a frame, never a crash, in bounded time and memory.

`SGNET_DAMAGED` sets how many of each kind are tried.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("damaged_files.py")
COUNT = os.environ.get("SGNET_DAMAGED", "12")


def test_damaged_files(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error::RuntimeWarning", str(PROGRAM), str(tmp_path), COUNT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, f"ended with {done.returncode} at {done.stderr.split()[-1:]}"
    report = json.loads(done.stdout)
    assert report["others"] == []
    assert report["told"] > 100
    assert report["read"] > 50
    assert report["longest_s"] < 10
    assert report["peak_mb"] < 2000
