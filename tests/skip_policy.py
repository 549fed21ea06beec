"""Which skips are expected on this machine. Every other skip is a failure.

A reason is expected only while it is true: a test that skips for want of a GPU fails where there
is one.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
DATA_ABSENT = "../shared/data is absent: real frames are not part of the project"


@dataclass(frozen=True, slots=True)
class ExpectedSkip:
    """A reason (found anywhere in the skip's text, case ignored) and whether it may hold here."""

    pattern: str
    may_hold: Callable[[], bool]


def unexpected(reason: str) -> str | None:
    """What is wrong with skipping for this reason, or None where it is expected."""
    known = [skip for skip in EXPECTED if re.search(skip.pattern, reason, re.IGNORECASE)]
    if not known:
        return f"unexpected skip: {reason!r} is no reason that tests/skip_policy.py knows"
    if not any(skip.may_hold() for skip in known):
        return f"unexpected skip: {reason!r} does not hold on this machine"
    return None


def has_cuda() -> bool:
    """Asks torch only where a test imported it: a skip for want of a GPU follows from that."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_available())


def lacks(module: str) -> Callable[[], bool]:
    """Whether an optional module is not installed."""
    return lambda: importlib.util.find_spec(module) is None


EXPECTED = (
    ExpectedSkip(r"\.\./shared/data", lambda: not SHARED_DATA.is_dir()),
    ExpectedSkip(r"\bnetwork\b", lambda: True),
    ExpectedSkip(r"\bcamera\b", lambda: True),
    ExpectedSkip(r"\b(CUDA|GPU)\b", lambda: not has_cuda()),
    ExpectedSkip(r"\bXvfb\b", lambda: shutil.which("Xvfb") is None),
    ExpectedSkip(r"\bpyrealsense2\b", lacks("pyrealsense2")),
    ExpectedSkip(r"\btriton\b", lacks("triton")),
)
