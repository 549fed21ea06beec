"""The threads that turn a stream's frames into finished pictures, as the window sees them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.runtime.cores import usable_cores
from sgnet_viewer.state.activity import Step
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.workers.networks import LoadedNetworks

from .frame_order import FrameOrder
from .segment_thread import DrawRequest, Refusals, SegmentThread
from .stream import Stream
from .stream_network import StreamNetwork

MOST_THREADS = 2


class LiveEngine:
    """Serves one stream at a time; of the GUI thread.

    `ready` is called in another thread when a stream's outbox has something; `report` with what
    takes long (None: no more). `threads`: how many frames are segmented at once. With two, each
    on half the cores, no core waits for another one in the middle of a frame, and while one frame
    is drawn the other is being segmented.
    """

    def __init__(
        self,
        ready: Callable[[], None],
        report: Callable[[Step | None], None],
        networks: LoadedNetworks,
        threads: int | None = None,
    ) -> None:
        self._request = DrawRequest(NetworkChoice(), ViewSettings())
        self._network = StreamNetwork(networks, report)
        self._stream: Stream | None = None
        self._ending: list[Stream] = []
        count = threads or min(usable_cores(), MOST_THREADS)
        self._refusals = refusals = Refusals()
        self._threads = [
            SegmentThread(
                f"sgnet-live-{number}",
                count,
                self._network,
                refusals,
                lambda: self._request,
                ready,
            )
            for number in range(1, count + 1)
        ]

    @property
    def generation(self) -> int:
        """Counts the networks that were chosen: frames finished by an older one are stale."""
        return self._request.generation

    def run(self, stream: Stream) -> None:
        """Begin to stream; an earlier stream ends. A network that failed in it is tried again."""
        self.end()
        self._network.try_again()
        self._refusals.clear()
        self._stream = stream
        order = FrameOrder(stream, len(self._threads))
        for thread in self._threads:
            thread.serve(order)
        stream.start(tuple(self._ending))

    def end(self) -> None:
        """No stream any more. Does not wait: `close` does."""
        if self._stream is not None:
            self._stream.stop()
            self._ending = [each for each in self._ending if not each.join(0.0)]
            self._ending.append(self._stream)
            self._stream = None
            self._cancel()

    def choose(self, network: NetworkChoice) -> None:
        """Have the next frame seen by another network, or at another size."""
        now = self._request
        self._network.choose(network)
        self._request = replace(now, network=network, generation=now.generation + 1)
        self._refusals.clear()
        self._cancel()

    def draw_with(self, settings: ViewSettings, pixels: tuple[Pixel, ...]) -> None:
        """How the next frame is to be drawn, and which pixels are probed."""
        self._request = replace(self._request, settings=settings, pixels=pixels)

    def close(self, deadline: float) -> tuple[str, ...]:
        """End all threads until `time.monotonic()` is `deadline`; names of those that did not."""
        self.end()
        self._network.close()
        for thread in self._threads:
            thread.orders.close()
        left = ["camera" for stream in self._ending if not stream.join(deadline)]
        threads = (*(thread.thread for thread in self._threads), self._network.thread)
        return (*left[:1], *(thread.name for thread in threads if not _ended(thread, deadline)))

    def _cancel(self) -> None:
        for thread in self._threads:
            thread.cancel()


def _ended(thread: threading.Thread, deadline: float) -> bool:
    if thread.ident is not None:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not thread.is_alive()
