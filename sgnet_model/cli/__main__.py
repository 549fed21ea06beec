"""`python -m sgnet_model.cli` is the command `sgnet-model`."""

import sys

from sgnet_model.signals import exit_at_once
from sgnet_model.standard_streams import open_standard_streams

if __name__ == "__main__":  # loaders' processes import this file under another name
    open_standard_streams()
    exit_at_once()
    from .entry import main

    sys.exit(main())
