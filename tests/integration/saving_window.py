"""The program as a user starts it, which saves what it is told to: `saving_window.py COMMAND OUT
CHECKPOINT [FOLDER]`. Without a folder of frames it streams the virtual camera.

Run by the tests of signals, which end it in the middle.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from window_support import options_for

from sgnet_model.signals import exit_at_once
from sgnet_viewer.launch.startup import Running, run
from sgnet_viewer.state.live_options import LiveOptions


def main(command: str, out: str, checkpoint: str, *folder: str) -> int:
    exit_at_once()
    options = options_for(folder, Path(checkpoint))
    if not folder:
        options = replace(options, live=LiveOptions("virtual"))

    def save_when_drawn(running: Running) -> None:
        window = cast(Any, running.window)
        window.ask_folder = lambda _title: out
        window.ask_save = lambda *_: f"{out}/{command}"
        begun: list[str] = []

        def begin() -> None:
            if not begun and running.application.session.result is not None:
                begun.append(command)
                running.application.table.run(command)

        running.application.screen.shown.connect(begin)

    return run(options, save_when_drawn)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
