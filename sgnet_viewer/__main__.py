"""`python -m sgnet_viewer`, and where the command `sgnet-viewer` starts."""

from __future__ import annotations

import sys

from sgnet_model.frozen import serve
from sgnet_model.signals import exit_at_once
from sgnet_model.standard_streams import open_standard_streams


def main() -> int:
    """The window, from its first moment on ended by a signal in one sentence."""
    open_standard_streams()
    serve()
    exit_at_once()
    from sgnet_viewer.cli.entry import main as run

    return run()


if __name__ == "__main__":  # the renderer's process imports this file under another name
    sys.exit(main())
