"""While the dynamic linker works, no other thread computes.

The linker keeps its lock while it loads a library and runs what that does at its start: 0.2 s for
torch's. Whoever wants this lock meanwhile with the interpreter's in hand keeps the window waiting
as well: NumPy does (it asks the linker where its callers lie, for the first large expressions of
each thread), and so does every import of an extension module.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 0.5  # a slow disk is not waited for, nor is long work


class Linker:
    """Two sides: those who compute, and the one that has libraries loaded."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._computing: list[int] = []  # threads, as often as they have entered
        self._busy = False

    @contextmanager
    def computing(self) -> Iterator[None]:
        """For what may want the linker's lock; waits while it is taken. Not for the GUI's thread.

        May be nested, and loading may happen within it.
        """
        me = threading.get_ident()
        with self._changed:
            if me not in self._computing:
                self._changed.wait_for(lambda: not self._busy, self._patience_s)
            self._computing.append(me)
        try:
            yield
        finally:
            with self._changed:
                self._computing.remove(me)
                self._changed.notify_all()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """For what keeps the linker's lock; waits until those who compute have come to an end."""
        me = threading.get_ident()
        with self._changed:
            self._busy = True
            self._changed.wait_for(
                lambda: all(each == me for each in self._computing), self._patience_s
            )
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


_LINKER = Linker()  # a process has one
computing, loading = _LINKER.computing, _LINKER.loading
