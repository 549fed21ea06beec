"""Importing what is large without the window stuttering, and without work that nobody needs.

Two things of an import hold the interpreter's lock for long, and the GUI thread with it: the
dynamic linker's work on torch's libraries (0.3 s), because Python loads modules with the lock held,
and full garbage collections over the hundred thousands of objects that appear (0.1 s each).

So while the linker works, no other thread computes. The linker keeps its lock while it loads a
library and runs what that does at its start. Whoever wants this lock meanwhile with the
interpreter's in hand keeps the window waiting as well: NumPy does (it asks the linker where its
callers lie, for the first large expressions of each thread), and so does every import of an
extension module.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sgnet_model.waiting import sleep_soon

from .cores import usable_cores

LIBRARIES = ("libtorch_python.so",)  # the others come with it
LINKING_S = 10.0  # the program's end waits so long for it
TIMEOUT_S = 0.5  # a slow disk is not waited for, nor is long work


class Linker:
    """Two sides: those who compute, and the one that has libraries loaded."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
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
                self._changed.wait_for(lambda: not self._busy, self._timeout_s)
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
                lambda: all(each == me for each in self._computing), self._timeout_s
            )
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


_LINKER = Linker()  # a process has one
computing, loading = _LINKER.computing, _LINKER.loading


def spare_source_scan() -> None:
    """Import Qt, and have PySide not read the source of every module that is imported after it.

    It looks in each for its own name, to know whether the module could use PySide's optional
    spellings (`from __feature__ import snake_case`). Nothing here does, and torch and all others
    are imported later: 0.5 s of processor time. What is replaced is private to PySide; where a
    version has it elsewhere, the scan takes place, as it always would.
    """
    import PySide6.QtCore  # noqa: F401

    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False


def import_torch() -> None:
    """Import torch, letting other threads run as much as possible; once is enough."""
    if "torch" not in sys.modules:
        sleep_soon()
        _link_torch()
        with uncollected():
            import torch  # noqa: F401


@contextmanager
def torch_linked_ahead() -> Iterator[None]:
    """Have torch's libraries loaded in a thread, for `import_torch` to find them.

    For the time in which widgets are made and first painted: they want nothing of the linker, and
    one core alone. The end waits for the thread: a process that ends while a library runs what
    that does at its start corrupts its memory.
    """
    if usable_cores() < 2:
        yield
        return
    sleep_soon()
    linking = threading.Thread(target=_link_torch, name="sgnet-linker", daemon=True)
    linking.start()
    try:
        yield
    finally:
        linking.join(LINKING_S)


def _link_torch() -> None:
    """Have the linker load torch's libraries; Python then finds them loaded.

    A foreign function is called with the lock released, unlike what loads extension modules. Where
    this does not work (another system, another layout) the import does it, as it always would.
    """
    found = importlib.util.find_spec("torch")
    if not sys.platform.startswith("linux") or found is None or found.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    with loading():
        for name in LIBRARIES:
            dlopen(os.fsencode(Path(found.origin).parent / "lib" / name), os.RTLD_LAZY)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile; what is there afterwards is never looked at again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
