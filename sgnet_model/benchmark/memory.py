"""How much memory a case adds at its peak: weights, preparation, a pass.

On GPUs what PyTorch allocated. On CPUs the growth of a process of its own: this one holds all
baselines.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from sgnet_model.config import SGNetConfig
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError

from .cases import Case
from .inputs import fed
from .programs import Program, make_program

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MB = 1e6


def on_gpu(case: Case, device: torch.device) -> tuple[Program, float]:
    """The program, and megabytes allocated at most while it was made and run once.

    What the first run ever needs besides, to choose kernels by timing them, is not counted.
    """
    make_program(case, device).logits()
    torch.cuda.synchronize(device)
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    program = make_program(case, device)
    program.logits()
    torch.cuda.synchronize(device)
    return program, (torch.cuda.max_memory_allocated(device) - before) / MB


def in_a_process(case: Case) -> float | None:
    """Megabytes on a CPU; None where the system does not tell. UserError where it failed there."""
    if not STATUS.exists():
        return None
    done = subprocess.run(
        [sys.executable, "-m", "sgnet_model.benchmark.memory"],
        input=json.dumps({**asdict(case), "switches": case.switches.texts}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode < 0:
        raise UserError("The process was ended from outside: most likely out of memory.")
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise UserError(lines[-1] if lines else "The process failed without a word.")
    return float(json.loads(done.stdout)["peak_mb"])


def main() -> None:
    """Reads a case from standard input, runs it, and writes its peak."""
    values: dict[str, Any] = json.load(sys.stdin)
    values["config"] = SGNetConfig.from_dict(values["config"])
    values["peer"] = values["peer"] and tuple(values["peer"])
    values["switches"] = parse_switches(values["switches"])
    case = Case(**values)
    fed(case.network(), case.size, case.batch)  # reading the picture is not the network's memory
    before = _forget_peak()
    program = make_program(case, torch.device("cpu"))
    for _ in range(2):
        program.logits()
    print(json.dumps({"peak_mb": max(_kilobytes("VmHWM") - before, 0) * 1024 / MB}))


def _forget_peak() -> int:
    """Lets the peak start anew where the system permits it; returns the memory in use."""
    with suppress(OSError):
        RESET.write_text("5", encoding="ascii")
    return _kilobytes("VmRSS")


def _kilobytes(name: str) -> int:
    """A line of Linux's account of this process; VmHWM is the peak of VmRSS."""
    lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
