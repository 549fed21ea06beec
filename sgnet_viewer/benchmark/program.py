"""The measured process: the real program, and a script that uses it.

    python -m sgnet_viewer.benchmark.program FINDINGS.json STARTED COUNT [options of sgnet-viewer]

STARTED: `time.monotonic` when the process was asked for. COUNT: see `Visit`, and for live mode
`LiveVisit`. As little is imported here as in `__main__`, because the renderer's process imports the
main module again.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from sgnet_model.types import UserError
from sgnet_viewer.cli.entry import USER_ERROR, parse
from sgnet_viewer.launch.display import choose_platform
from sgnet_viewer.runtime.importing import uncollected


def main(path: Path, started: float, count: int, words: list[str]) -> int:
    """As `sgnet-viewer`; the findings are written when the script has come to its end."""
    try:
        options = replace(parse(words), keep_settings=False)
        choose_platform(offscreen_will_do=True)
        with uncollected():
            from sgnet_viewer.launch.startup import run

        if options.live is not None:
            from .live_visit import LiveVisit

            return run(options, lambda running: LiveVisit(running, path, count))
        from .visit import Visit

        return run(options, lambda running: Visit(running, path, started, count))
    except UserError as error:
        print(error, file=sys.stderr)
        return USER_ERROR


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
