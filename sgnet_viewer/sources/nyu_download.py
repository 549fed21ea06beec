"""Run as a process: has Open3D download its NYU sample into its cache. Exit code 1 on failure."""

from __future__ import annotations

import os
import signal
import sys

from sgnet_model.libraries import import_open3d


def main() -> int:
    """Ends with the parent where the system can arrange it; see `nyu_sample` for the rest."""
    _end_with_parent()
    open3d = import_open3d()
    try:
        open3d.data.SampleNYURGBDImage()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _end_with_parent() -> None:
    """Linux only; elsewhere a download outlives a killed window until it is through."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() == 1:  # the parent was gone before the call
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
