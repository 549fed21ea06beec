"""How torch is imported beside a window: its threads do not take the cores from the others."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
import os, sys
from sgnet_viewer.runtime.importing import import_torch
import_torch()
print("torch" in sys.modules, os.environ.get("GOMP_SPINCOUNT"))
"""


@pytest.mark.parametrize(("given", "used"), [(None, "20000"), ("ACTIVE", "None")])
def test_threads_that_wait_soon_sleep_unless_told_otherwise(given: str | None, used: str) -> None:
    ours = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    if given is not None:
        environment["OMP_WAIT_POLICY"] = given
    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ran.stdout.split() == ["True", used]


AHEAD = """
import sys
from pathlib import Path
from sgnet_viewer.runtime import importing
importing.usable_cores = lambda: CORES
with importing.torch_linked_ahead():
    pass  # its end waits for the libraries
print("libtorch_python" in Path("/proc/self/maps").read_text(), "torch" in sys.modules)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the import links elsewhere")
@pytest.mark.parametrize(("cores", "linked"), [(1, "False"), (2, "True")])
def test_libraries_are_linked_ahead_where_a_core_is_idle(cores: int, linked: str) -> None:
    code = AHEAD.replace("CORES", str(cores))
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert ran.stdout.split() == [linked, "False"]


SCAN = """
import inspect
import sys

from sgnet_viewer.runtime.importing import spare_source_scan

read = []
plain = inspect.getsource
inspect.getsource = lambda module: (read.append(module.__name__), plain(module))[1]
WANTED
import colorsys
import PySide6.QtGui
print("colorsys" in read, PySide6.QtGui.QColor(1, 2, 3).redF() > 0)
"""


@pytest.mark.parametrize("wanted", ["spare_source_scan()", "import PySide6.QtCore"])
def test_pyside_reads_no_source_of_what_is_imported_after_it(wanted: str) -> None:
    """As it does otherwise: where a version no longer does, nothing is left to be spared."""
    script = SCAN.replace("WANTED", wanted)
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    scanned = wanted != "spare_source_scan()"
    assert said.stdout.split() == [str(scanned), "True"], said.stderr
