"""Streams: choosing a source and showing what comes."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.controllers.live import LiveController
from sgnet_viewer.controllers.live_chooser import ChooserController
from sgnet_viewer.controllers.live_parts import LiveParts
from sgnet_viewer.controllers.network import NetworkController
from sgnet_viewer.runtime.worker import Worker

from .answers import AnswerControllers
from .core import Core
from .pictures import PictureControllers


@dataclass(frozen=True, slots=True)
class StreamControllers:
    """`finder`: the thread that looks for cameras; `watcher`: that which begins to hear of them."""

    live: LiveController
    chooser: ChooserController
    finder: Worker
    watcher: Worker

    def close(self, deadline: float) -> tuple[str, ...]:
        """End every thread until `time.monotonic()` is `deadline`; names of what did not end."""
        self.chooser.close()
        workers = self.finder, self.watcher
        for worker in workers:
            worker.stop()
        left = self.live.close(deadline)
        return (*left, *(worker.name for worker in workers if not worker.join(deadline)))


def make_streams(
    core: Core,
    answers: AnswerControllers,
    pictures: PictureControllers,
    network: NetworkController,
) -> StreamControllers:
    """A chosen source is streamed; a lost one is watched for."""
    parts = LiveParts(
        core.window,
        core.session,
        core.view,
        core.probes,
        core.notices,
        core.activity,
        core.post,
        pictures.screen,
        answers.probe,
        network,
    )
    live = LiveController(parts, core.networks, core.pool.recordings)
    pictures.findings.steadiness = lambda: live.steadiness
    finder = Worker("sgnet-find-cameras", core.post, core.activity)
    watcher = Worker("sgnet-watch-cameras", core.post, core.activity)
    chooser = ChooserController(core.window, core.notices, finder, watcher, core.post)
    chooser.chosen.connect(live.open)
    chooser.plugged.connect(live.hurry)
    live.link.lost.connect(chooser.watch)
    return StreamControllers(live, chooser, finder, watcher)
