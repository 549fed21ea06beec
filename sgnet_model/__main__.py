"""`python -m sgnet_model`, and where the command `sgnet-model` starts."""

from __future__ import annotations

import sys

from sgnet_model.frozen import serve
from sgnet_model.signals import exit_at_once
from sgnet_model.standard_streams import open_standard_streams


def main() -> int:
    """The command, from its first moment on ended by a signal in one sentence."""
    open_standard_streams()
    serve()
    exit_at_once()
    from sgnet_model.cli import main as run

    return run()


if __name__ == "__main__":  # loaders' processes import this file under another name
    sys.exit(main())
