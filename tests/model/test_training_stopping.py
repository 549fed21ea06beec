"""One signal is a request, the same one passed on by torchrun too; a later one is an order."""

from __future__ import annotations

import signal
import threading

import pytest

from sgnet_model import signals
from sgnet_model.signals import EndedBySignal
from sgnet_model.training.stopping import stop_request


def test_a_first_signal_only_sets_the_wish() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        with stop_request() as request:
            assert not request.is_set
            signal.raise_signal(number)
            assert request.is_set
        assert signal.getsignal(number) is before


def test_a_later_signal_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(signals.time, "monotonic", lambda: now[0])
    with stop_request() as request:
        signal.raise_signal(signal.SIGINT)
        now[0] += 0.1
        signal.raise_signal(signal.SIGTERM)  # the same request, heard twice
        assert request.is_set
        now[0] += 10
        with pytest.raises(EndedBySignal):
            signal.raise_signal(signal.SIGINT)


def test_elsewhere_than_in_the_main_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def ask() -> None:
        with stop_request() as request:
            seen.append((signal.getsignal(signal.SIGINT) is before, request.is_set))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [(True, False)]
