"""Kernels compiled in a process of its own before a network is loaded."""

from __future__ import annotations

from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from sgnet_viewer.workers import kernels

calls = pytest.importorskip("sgnet_model.nn.compiled.calls")
entries = pytest.importorskip("sgnet_model.nn.compiled.entries")


def test_what_is_compiled_is_found_on_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    kernel, *others = calls.NEEDED
    entries.compiled.__wrapped__(kernel)
    assert not calls.are_kept()  # the others
    for other in others:
        entries.kept_at(other).touch()
    assert calls.are_kept()


def test_a_process_is_started_only_for_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []

    class Child:
        def __init__(self, work: Any, *_: object) -> None:
            started.append(work)
            self.watched = [Pipe()[0]]  # of a pipe whose other end is gone: it has ended

        def end(self) -> None:
            started.append("ended")

    monkeypatch.setattr(kernels, "ChildProcess", Child)
    monkeypatch.setattr(calls, "are_kept", lambda: True)
    kernels.compile_apart()
    assert not started
    monkeypatch.setattr(calls, "are_kept", lambda: False)
    kernels.compile_apart()
    assert started == [kernels._compile, "ended"]


def test_the_process_compiles_all_and_says_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[bool] = []
    monkeypatch.setattr(calls, "compile_all", lambda: done.append(True))
    monkeypatch.setattr(kernels, "serve_parent", lambda: None)  # this process is no child
    ours, theirs = Pipe()
    kernels._compile(theirs, None)
    assert done
    with pytest.raises(EOFError):
        ours.recv()
