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
