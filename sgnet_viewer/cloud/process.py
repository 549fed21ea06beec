"""The parent's handle on one renderer process: spawn it, ask it, notice its death, end it."""

from __future__ import annotations

from multiprocessing.connection import Connection

from sgnet_viewer.cloud import renderer
from sgnet_viewer.cloud.pixels import PackedImage
from sgnet_viewer.cloud.protocol import Failed, Mode, RenderRequest, Reply
from sgnet_viewer.cloud.scene import Cloud, Scene
from sgnet_viewer.cloud.segments import (
    OwnedSegment,
    colours_in,
    image_in,
    image_nbytes,
    points_in,
    points_nbytes,
)
from sgnet_viewer.runtime.child import ChildProcess


class RendererLost(Exception):
    """The renderer cannot be used any more.

    `reason`: part of a sentence. `details`: the child's traceback; empty where it simply died.
    """

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


class RendererProcess:
    """One child. Used by one thread, which waits on `watched` and on what else it likes."""

    def __init__(self, mode: Mode) -> None:
        self._child = ChildProcess(renderer.main, mode, "sgnet-cloud")
        self._connection = self._child.connection
        self._points, self._image = OwnedSegment(), OwnedSegment()
        self._loaded: Cloud | None = None
        self._points_version = self._colours_version = 0

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    @property
    def watched(self) -> list[Connection | int]:
        """What becomes readable when the child answers or dies, for `connection.wait`."""
        return self._child.watched

    def send(self, scene: Scene, stride: int) -> None:
        """Ask for a picture of `scene`.

        Raises:
            RendererLost: the child has died.
            UserError: there is no room in shared memory.
        """
        self._load(scene.cloud)
        self._image.reserve(image_nbytes(scene.size))
        try:
            self._connection.send(self._request(scene, stride))
        except (ConnectionError, OSError) as error:
            raise self._death() from error

    def receive(self) -> Reply:
        """The answer that `watched` announced.

        Raises:
            RendererLost: the child has died, or reported that it cannot continue.
        """
        try:
            if not self._connection.poll(0):
                raise EOFError
            reply: Reply = self._connection.recv()
        except (EOFError, ConnectionError, OSError) as error:
            raise self._death() from error
        if isinstance(reply, Failed):
            raise RendererLost(reply.reason, reply.details)
        return reply

    def image(self, scene: Scene) -> PackedImage:
        """(height, width) uint32 copy of the picture last drawn, 0xffRRGGBB."""
        memory = self._image.reserve(image_nbytes(scene.size))
        return image_in(memory, scene.size).copy()

    def close(self) -> None:
        """End the child and unlink what was shared."""
        self._connection.close()
        self._child.end()
        self._points.release()
        self._image.release()

    def _load(self, cloud: Cloud) -> None:
        """Bring the points segment up to `cloud`; array identity tells what changed."""
        loaded, count = self._loaded, len(cloud)
        if loaded is cloud or count == 0:
            return
        memory = self._points.reserve(points_nbytes(count))
        if loaded is None or loaded.points is not cloud.points:
            points_in(memory, count)[:] = cloud.points
            self._points_version += 1
        colours_in(memory, count)[:] = cloud.colours
        self._colours_version += 1
        self._loaded = cloud

    def _request(self, scene: Scene, stride: int) -> RenderRequest:
        return RenderRequest(
            points_segment=self._points.name,
            count=len(scene.cloud),
            points_version=self._points_version,
            colours_version=self._colours_version,
            image_segment=self._image.name,
            size=scene.size,
            view_from_world=scene.camera.view_from_world(),
            image_from_view=scene.camera.image_from_view(scene.size),
            point_size=scene.point_size,
            background=scene.background,
            stride=stride,
            shaded=scene.shaded,
            scale=scene.scale,
        )

    def _death(self) -> RendererLost:
        return RendererLost(f"its process {self._child.ending()}")
