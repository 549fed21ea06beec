"""Which skips are expected on this machine. Every other skip is a failure.

A reason is expected word for word, and only while it is true: a test that skips for want of a GPU
fails where there is one.
"""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
NO_INT8 = "this processor does not multiply bytes (VNNI), or PyTorch not in int8"
DATA_ABSENT = "../shared/data is absent: real frames are not part of the project"


def unexpected(reason: str) -> str | None:
    """What is wrong with skipping for this reason, or None where it is expected."""
    may_hold = EXPECTED.get(reason)
    if may_hold is None:
        return f"unexpected skip: {reason!r} is no reason that tests/skip_policy.py knows"
    if not may_hold():
        return f"unexpected skip: {reason!r} does not hold on this machine"
    return None


def has_cuda() -> bool:
    """Asks torch only where a test imported it: a skip for want of a GPU follows from that."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_available())


def lacks(module: str) -> Callable[[], bool]:
    """Whether an optional module is not installed."""
    return lambda: importlib.util.find_spec(module) is None


def _without_cuda() -> bool:
    return not has_cuda()


def _not_on_linux() -> bool:
    return sys.platform != "linux"


def _without_int8() -> bool:
    from sgnet_model.config import VARIANTS
    from sgnet_model.nn.prepare.int8 import reason_against

    return reason_against(VARIANTS["sgnet-compact"]) is not None


def _triton_is_old() -> bool:
    """Such as the one that comes with the oldest torch."""
    from sgnet_model.nn.sampling import triton_op

    return not triton_op._has_triton()


EXPECTED: dict[str, Callable[[], bool]] = {
    DATA_ABSENT: lambda: not SHARED_DATA.is_dir(),
    **dict.fromkeys(
        (
            "no CUDA device: programs run on one",
            "no CUDA device: test_triton_interpreted runs these on the CPU",
            "no CUDA device: GPU kernels are chosen on one",
            "no CUDA device: graphs run on one",
        ),
        _without_cuda,
    ),
    NO_INT8: _without_int8,
    "a CUDA device is there to be measured": lambda: has_cuda(),
    **dict.fromkeys(
        (
            "Linux only: children end with their parent",
            "Linux only: device files of a camera",
            "libraries are linked beforehand on Linux",
            "open3d-cpu is for Linux",
            "threads have priorities of their own on Linux",
        ),
        _not_on_linux,
    ),
    "needs /proc": lambda: not Path("/proc/self/status").exists(),
    "needs a file system of its own": lambda: True,  # to be mounted by root alone
    "an NVIDIA device is here, or no processor that torch has several builds for": lambda: True,
    "update-mime-database is not installed": lambda: shutil.which("update-mime-database") is None,
    **{
        f"{name} is not installed": lambda name=name: shutil.which(name) is None
        for name in ("Xvfb", "openbox", "xdotool")
    },
    "pyrealsense2 is not installed": lacks("pyrealsense2"),
    "a RealSense camera is attached: these tests bring their own": lambda: True,
    "triton is not installed: it has no build for this system": lacks("triton"),
    "Triton is older than the kernels need": _triton_is_old,
    "mkdocs is not installed": lacks("mkdocs"),
    "PyInstaller is not installed": lacks("PyInstaller"),
    "TensorBoard is not installed": lacks("tensorboard"),
    "could not import 'lzfse': No module named 'lzfse'": lacks("lzfse"),
    "this C library has no mallopt": lambda: not hasattr(ctypes.CDLL(None), "mallopt"),
}
