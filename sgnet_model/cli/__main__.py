"""`python -m sgnet_model.cli` is the command `sgnet-model`."""

import sys

from .entry import main

sys.exit(main())
