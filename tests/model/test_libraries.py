"""Open3D is imported without the web server that it would bring."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from sgnet_model.libraries import import_open3d

open3d = import_open3d()
print("dash" in sys.modules, "flask" in sys.modules, import_open3d() is open3d)
print(open3d.geometry.PointCloud().is_empty())
import dash
print(dash.Dash.__name__)
"""


def test_open3d_comes_without_dash_which_stays_importable() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False
    )
    assert said.stdout.split() == ["False", "False", "True", "True", "Dash"], said.stderr
