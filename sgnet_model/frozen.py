"""A copy that was frozen into a program (PyInstaller): it is its own Python."""

from __future__ import annotations

import sys

PACKAGES = ("sgnet_model", "sgnet_viewer")


def serve() -> None:
    """Where this process was started by a frozen copy to work for it, does that work and exits.

    Processes of `multiprocessing` come with its own words, ours as `PROGRAM -m MODULE`. Called
    first of all by both programs; does nothing where Python runs from its own files.
    """
    if not getattr(sys, "frozen", False):
        return
    import multiprocessing

    multiprocessing.freeze_support()
    words = sys.argv[1:]
    if len(words) >= 2 and words[0] == "-m" and words[1].partition(".")[0] in PACKAGES:
        import runpy

        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        sys.exit(0)
