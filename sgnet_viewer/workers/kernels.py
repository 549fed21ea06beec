"""Kernels compiled in a process of its own.

The compiler is Python: in a thread of the window's process it would hold the interpreter's lock a
tenth of a second at a time, and the window with it. `scripts/setup.sh` has them compiled; this is
for installations by other ways.
"""

from __future__ import annotations

from multiprocessing.connection import Connection, wait

from sgnet_viewer.runtime.child import ChildProcess, serve_parent


def compile_apart() -> None:
    """Returns when the kernels are on the disk; at once where they are. What fails there is left to
    the first use."""
    try:
        from sgnet_model.nn.compiled import calls
    except ImportError:  # no numba for this Python or processor
        return
    if calls.are_kept():
        return
    child = ChildProcess(_compile, None, "sgnet-kernels")
    try:
        wait(child.watched)
    finally:
        child.end()


def _compile(connection: Connection, _order: object) -> None:
    serve_parent()
    from sgnet_model.nn.compiled.calls import compile_all

    compile_all()
    connection.close()
