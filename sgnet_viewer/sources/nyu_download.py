"""Run as a process: has Open3D download its NYU sample into its cache. Exit code 1 on failure."""

from __future__ import annotations

import sys

from sgnet_model.libraries import import_open3d
from sgnet_viewer.runtime.child import die_with_parent


def main() -> int:
    """Ends with its parent on Linux; elsewhere it outlives a killed window until it is through. See
    `nyu_sample` for the rest."""
    die_with_parent()
    open3d = import_open3d()
    try:
        open3d.data.SampleNYURGBDImage()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
