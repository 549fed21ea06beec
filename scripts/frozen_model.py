"""Where the frozen program sgnet-model begins."""

import sys

from sgnet_model.__main__ import main

sys.exit(main())
