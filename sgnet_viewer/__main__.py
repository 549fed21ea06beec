"""`python -m sgnet_viewer`."""

from __future__ import annotations

import sys

from sgnet_viewer.cli import main

if __name__ == "__main__":  # the renderer's process imports this file under another name
    sys.exit(main())
