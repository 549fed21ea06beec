"""Open3D comes without the web server it would bring, ONNX Runtime without its telemetry."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import sgnet_model

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


@pytest.mark.skipif(find_spec("onnxruntime") is None, reason="needs onnxruntime")
def test_onnx_runtime_starts_nothing_that_reports(tmp_path: Path) -> None:
    """From 1.32 on its import would leave a file of the session, and start a thread that sends."""
    script = "from sgnet_model.libraries import import_onnxruntime as get; print(get().__name__)"
    environment = {key: value for key, value in os.environ.items() if "TELEMETRY" not in key}
    said = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**environment, "TMPDIR": str(tmp_path)},
    )
    assert said.stdout.split() == ["onnxruntime"], said.stderr
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_imports_onnx_runtime() -> None:
    root = Path(sgnet_model.__file__).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    importing = [name for name, text in texts.items() if "import onnxruntime\n" in text]
    assert importing == ["libraries.py"]
    assert not [name for name, text in texts.items() if "from onnxruntime" in text]
