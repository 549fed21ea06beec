"""The window's side of the renderer: one thread that keeps the picture up to date.

Any thread may `request` a scene; the newest wins, older ones that were not begun are forgotten. The
client's own thread spawns the child, writes the points, waits for the picture and notices death, so
no other thread ever waits. Everything a fresh child needs is in the newest scene:
a restart restores the picture.
"""

from __future__ import annotations

import textwrap
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import wait

from sgnet_model.types import UserError
from sgnet_viewer.cloud.image import CloudImage
from sgnet_viewer.cloud.picking import project_scene
from sgnet_viewer.cloud.process import RendererLost, RendererProcess
from sgnet_viewer.cloud.protocol import Mode, Ready, Reply
from sgnet_viewer.cloud.scene import Scene
from sgnet_viewer.runtime.importing import computing

START_TIMEOUT_S = (
    180.0  # a cold disk takes its time over 700 MB; 60 s were missed on a busy machine
)
ANSWER_TIMEOUT_S = 20.0
SLOW_S = 1 / 30  # a full picture slower than this is thinned while the view moves
DRAFT_STRIDE = 2
CLOSE_TIMEOUT_S = 2.0
REASON_LENGTH = 160  # characters of an exception in the sentence; all of it is in the details


@dataclass(frozen=True, slots=True)
class Started:
    """The renderer is ready. `notice`: a sentence for the user, or empty."""

    notice: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The renderer is gone until `restart`. One sentence, and what a curious user may expand."""

    sentence: str
    details: str


Event = Started | Failure


class CloudClient:
    """Draws the newest requested scene in a process of its own.

    `notify` is called on the client's thread when `take_image` or `take_events` has something new.
    """

    def __init__(
        self,
        notify: Callable[[], None],
        mode: Mode = Mode.AUTO,
        start_timeout_s: float = START_TIMEOUT_S,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        self._notify = notify
        self._mode = mode
        self._start_timeout_s = start_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._lock = threading.Lock()
        self._wanted: Scene | None = None
        self._image: CloudImage | None = None
        self._events: list[Event] = []
        self._closing = self._restarting = self._poked = False
        self._wake, self._waker = Pipe(duplex=False)
        self._thread = threading.Thread(target=self._run, name="sgnet-cloud", daemon=True)
        self._process: RendererProcess | None = None
        self._full_seconds = 0.0  # how long the last picture with all points took

    # any thread

    def start(self) -> None:
        """Spawn the renderer; further calls do nothing."""
        with self._lock:
            if self._closing or self._thread.ident is not None:
                return
            self._thread.start()

    def request(self, scene: Scene) -> None:
        """Draw `scene` as soon as the picture under way is finished."""
        with self._lock:
            self._wanted = scene
            self._poke()

    def restart(self) -> None:
        """End the renderer, if it still runs, and spawn a new one that draws the newest scene."""
        with self._lock:
            self._restarting = True
            self._poke()

    def take_image(self) -> CloudImage | None:
        """The newest picture, once."""
        with self._lock:
            image, self._image = self._image, None
            return image

    def take_events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        with self._lock:
            events, self._events = self._events, []
            return events

    @property
    def process_id(self) -> int | None:
        """Of the renderer, while there is one."""
        process = self._process
        return process.pid if process is not None else None

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """End process, thread and shared memory. True when all of it ended within `timeout_s`."""
        with self._lock:
            self._closing = True
            self._poke()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # the client's thread

    def _run(self) -> None:
        mode = self._mode
        while not self._closing:
            self._restarting = False
            try:
                self._run_process(mode)
            except _Leave:
                mode = self._mode
            except _DiedAtStart:
                # A broken driver kills the process that asks for it: do without.
                mode = Mode.PROJECTION
            except Exception as error:
                self._post(failure_of(error))
                self._wait_for_restart()
                mode = self._mode

    def _run_process(self, mode: Mode) -> None:
        process = self._process = RendererProcess(mode)
        try:
            self._post(Started(self._await_ready(process, mode)))
            self._draw_on(process)
        finally:
            self._process = None
            process.close()

    def _await_ready(self, process: RendererProcess, mode: Mode) -> str:
        try:
            reply = self._await(process, self._start_timeout_s)
        except RendererLost as lost:
            if lost.details or mode is Mode.PROJECTION:
                raise
            raise _DiedAtStart from lost
        assert isinstance(reply, Ready)  # the protocol's first word
        return reply.notice

    def _draw_on(self, process: RendererProcess) -> None:
        drawn: Scene | None = None
        while True:
            scene = self._wanted
            if scene is None or scene is drawn:
                self._await_wish(process)
            else:
                self._post_image(self._draw(process, scene))
                drawn = scene

    def _draw(self, process: RendererProcess, scene: Scene) -> CloudImage:
        began = time.perf_counter()
        stride = DRAFT_STRIDE if scene.draft and self._full_seconds > SLOW_S else 1
        process.send(scene, stride)
        with computing():
            projected = project_scene(scene)  # while the other process draws
        self._await(process, self._answer_timeout_s)
        image = CloudImage(scene, process.image(scene), projected, time.perf_counter() - began)
        if stride == 1:
            self._full_seconds = image.seconds
        return image

    def _await(self, process: RendererProcess, timeout_s: float) -> Reply:
        """The next answer; leaves by `_Leave` when the client is closed or restarted."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if self._listen(process, left):
                return process.receive()
        raise RendererLost(f"it has not answered for {timeout_s:.0f} s")

    def _await_wish(self, process: RendererProcess) -> None:
        """Sleep until something is wanted; a renderer that dies meanwhile is noticed."""
        if self._listen(process, None):
            process.receive()  # it has nothing to say unasked: this raises RendererLost

    def _listen(self, process: RendererProcess, timeout_s: float | None) -> bool:
        """Wait for the child or a wake-up; True when the child has something to say."""
        readable = wait([*process.watched, self._wake], timeout_s)
        self._heed_wake(self._wake in readable)
        return any(item in readable for item in process.watched)

    def _wait_for_restart(self) -> None:
        while not (self._restarting or self._closing):
            wait([self._wake])
            self._clear_wake()

    def _heed_wake(self, woken: bool) -> None:
        if woken:
            self._clear_wake()
        if self._closing or self._restarting:
            raise _Leave

    def _clear_wake(self) -> None:
        with self._lock:
            self._wake.recv_bytes()
            self._poked = False

    def _poke(self) -> None:
        """Wake the thread; with the lock held. One unread byte is enough, so this cannot block."""
        if not self._poked:
            self._poked = True
            self._waker.send_bytes(b"!")

    def _post(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)
            if isinstance(event, Failure):
                self._image = None  # a picture that is taken later is younger than the failure
        self._notify()

    def _post_image(self, image: CloudImage) -> None:
        with self._lock:
            waiting = self._image is not None  # then the receiver knows already
            self._image = image
        if not waiting:
            self._notify()


class _Leave(Exception):
    """The client was closed or restarted while its thread waited."""


class _DiedAtStart(Exception):
    """The child ended without a word before it was ready."""


def failure_of(error: Exception) -> Failure:
    """What is said of an exception: its first words, and all of it in the details."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, UserError):
        return Failure(str(error), error.details)
    reason = error.reason if isinstance(error, RendererLost) else f"{error}"
    if isinstance(error, RendererLost) and error.details:
        details = error.details
    reason = textwrap.shorten(reason, REASON_LENGTH, placeholder="…")  # one line of it
    return Failure(
        f"The point cloud cannot be drawn ({reason}); everything else keeps working: "
        "press Restart to start its renderer again.",
        details,
    )
