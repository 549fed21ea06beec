"""A signal closes the window; a later one ends a program whose window did not close."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from sgnet_model import signals
from sgnet_viewer.runtime import interrupts
from sgnet_viewer.runtime.interrupts import closed_by_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_closes_and_one_much_later_ends(
    number: signal.Signals, qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qapp
    closed, ended = [], []
    monkeypatch.setattr(interrupts, "end_now", lambda number, _frame: ended.append(number))
    now = time.monotonic()
    with closed_by_signals(lambda: closed.append(1)) as heard:
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)  # what a shell passes on besides
        assert (len(closed), ended, heard.number) == (1, [], number)
        monkeypatch.setattr(signals.time, "monotonic", lambda: now + 60)
        os.kill(os.getpid(), number)
    assert ended == [number]
