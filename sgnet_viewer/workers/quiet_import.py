"""Importing torch in a thread without the window stuttering.

Two things of an import hold the interpreter's lock for long, and the GUI thread with it: the
dynamic linker's work on torch's libraries (0.3 s), because Python loads modules with the lock held,
and full garbage collections over the hundred thousands of objects that appear (0.1 s each).
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sgnet_viewer.linker import loading

LIBRARIES = ("libtorch_python.so",)  # the others come with it


def import_torch() -> None:
    """Import torch, letting other threads run as much as possible; once is enough."""
    if "torch" not in sys.modules:
        _let_threads_spin_briefly()
        _link_torch()
        with uncollected():
            import torch  # noqa: F401


def _let_threads_spin_briefly() -> None:
    """Have torch's threads soon sleep while they wait for each other, unless the user says not.

    By default they spin for a millisecond. Window, camera and renderer want the same few cores, and
    on busy ones threads that spin keep out the very thread they wait for: ten times slower was
    seen. To sleep at once costs a sixth on idle cores; this many turns are some microseconds.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "20000")  # read once, when the library is loaded


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
