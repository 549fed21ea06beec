"""Where the frozen program sgnet-viewer begins."""

import sys

from sgnet_viewer.__main__ import main

sys.exit(main())
