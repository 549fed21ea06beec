"""What a number was measured on, in words."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch


def describe_machine(device: torch.device | None = None) -> dict[str, str]:
    """Name of the thing -> what it is. With a CUDA `device` its GPU too. Names no host or user."""
    about = {
        "processor": f"{_processor()}, {os.cpu_count()} logical cores",
        "threads": f"{torch.get_num_threads()} a process",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "PyTorch": torch.__version__,
    }
    if device is not None and device.type == "cuda":
        about["GPU"] = torch.cuda.get_device_name(device)
    return about


def _processor() -> str:
    """The model's name; on Linux the kernel knows it, Python does not."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
