"""Processes that work for this one: spawned with a pipe, ended with their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

CHECK_S = 0.5
END_S = 0.5  # time to die after SIGTERM, before SIGKILL


class ChildProcess:
    """One process that runs `work(connection, order)`; `connection` is this side of its pipe."""

    def __init__(self, work: Callable[[Connection, Any], None], order: object, name: str) -> None:
        context = multiprocessing.get_context("spawn")  # a forked child of a GUI hangs
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, order), name=name, daemon=True)
        self._process.start()
        theirs.close()  # so that the child's death shows as the end of the stream

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    @property
    def watched(self) -> list[Connection | int]:
        """What becomes readable when the child answers or dies, for `connection.wait`."""
        return [self.connection, self._process.sentinel]

    def end(self) -> None:
        """End it, whatever it is doing: it holds nothing worth saving."""
        self._process.terminate()
        self._process.join(END_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(END_S)

    def ending(self) -> str:
        """How it ended, as the end of a sentence; waits a little, for the pipe closes first."""
        self._process.join(END_S)
        code = self._process.exitcode
        if code is None:
            return "closed its connection"
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with code {code}"


def serve_parent() -> None:
    """In the child, first of all: Ctrl+C is the parent's to handle, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    threading.Thread(target=_watch_parent, name="sgnet-orphan", daemon=True).start()


def die_with_parent() -> None:
    """On Linux the system ends this process once the thread that started it has ended, also while
    no thread of its own can run: one that links a library locks the interpreter for seconds."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1  # PR_SET_PDEATHSIG
        parent = os.getppid()
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before the call
            os._exit(1)


def _watch_parent() -> None:
    """Leaves at once when the parent is gone, where the system does not see to it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    # Its sentinel alone would not do: a process forked by the parent may keep that open.
    first = os.getppid()
    while parent.is_alive() and os.getppid() == first:
        parent.join(CHECK_S)
    os._exit(0)
