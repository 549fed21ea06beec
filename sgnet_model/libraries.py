"""Libraries that are imported in a way of their own."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

# What open3d.visualization.draw_plotly wants of dash: web pages, which nothing here makes.
_OF_DASH = ("html", "dcc", "Dash")


def import_open3d() -> Any:
    """Open3D, without the web server that it would import: half of its time, and 600 modules.

    Who imports dash later gets the real one; `open3d.visualization.draw_plotly` alone has none.
    """
    if "open3d" in sys.modules or "dash" in sys.modules:
        import open3d

        return open3d
    stand_in = ModuleType("dash")
    for name in _OF_DASH:
        setattr(stand_in, name, None)
    sys.modules["dash"] = stand_in
    try:
        import open3d
    finally:
        del sys.modules["dash"]
    return open3d


def import_onnxruntime() -> Any:
    """ONNX Runtime without its telemetry: the import alone starts a thread for it (seen in
    1.32), and leaves a file in the temporary folder."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime
