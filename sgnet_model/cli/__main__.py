"""`python -m sgnet_model.cli` is the command `sgnet-model`."""

import sys

from sgnet_model.signals import exit_at_once

if __name__ == "__main__":  # loaders' processes import this file under another name
    exit_at_once()
    from .entry import main

    sys.exit(main())
