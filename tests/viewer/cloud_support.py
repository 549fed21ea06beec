"""Small clouds with known pixels, and a wait for the renderer's client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sgnet_viewer.cloud.camera import OrbitCamera, ViewSize
from sgnet_viewer.cloud.client import CloudClient, Event
from sgnet_viewer.cloud.image import CloudImage
from sgnet_viewer.cloud.protocol import Mode
from sgnet_viewer.cloud.scene import Cloud, Scene, make_cloud

RED, BLUE = (230, 20, 40), (10, 60, 250)
BACKGROUND = (20, 22, 26)
WAIT_S = 60.0  # a loaded machine may take that long to import Open3D; nothing waits in vain


def two_planes(width: int = 64, height: int = 48) -> Cloud:
    """A wall two metres away: red left of the axis, blue right of it. Source width is `width`."""
    u, v = np.meshgrid(np.arange(width), np.arange(height))
    x = (u - (width - 1) / 2) / width * 2
    y = (v - (height - 1) / 2) / width * 2
    points = np.stack([x, y, np.full(x.shape, 2.0)], axis=-1).reshape(-1, 3)
    colours = np.where((x < 0).reshape(-1, 1), np.uint8(RED), np.uint8(BLUE))
    return make_cloud(points.astype(np.float32), colours.astype(np.uint8), np.arange(x.size))


def front_view(cloud: Cloud, **changes: object) -> Scene:
    """Seen from the sensor, 160 x 120, with points large enough to close the wall."""
    camera = OrbitCamera(target=(0.0, 0.0, 2.0), distance=2.0)
    values = {"size": ViewSize(160, 120), "point_size": 4.0, "background": BACKGROUND}
    return Scene(cloud=cloud, camera=camera, **{**values, **changes})  # type: ignore[arg-type]


def rgb(image: CloudImage, u: int, v: int) -> tuple[int, int, int]:
    """Colour of a pixel of the picture."""
    packed = int(image.pixels[v, u])
    return packed >> 16 & 255, packed >> 8 & 255, packed & 255


def segments_of(pid: int) -> list[str]:
    """Names of the shared memory that a process made, sorted."""
    return sorted(path.name for path in Path("/dev/shm").glob(f"sgnet-{pid}-*"))


def unproject(
    camera: OrbitCamera, u: float, v: float, depth: float, size: ViewSize
) -> tuple[float, float, float]:
    """The world point, metres, that lies at pixel (u, v) and `depth` metres from the eye."""
    ray = np.linalg.inv(camera.image_from_view(size)) @ (u, v, 1.0)
    world = np.linalg.inv(camera.view_from_world()) @ (*(depth * ray), 1.0)
    x, y, z, _ = world.tolist()
    return x, y, z


class Watch:
    """A client and what it said."""

    def __init__(self, mode: Mode = Mode.AUTO, **timeouts: float) -> None:
        self._news = threading.Event()
        self.client = CloudClient(self._news.set, mode, **timeouts)
        self.events: list[Event] = []
        self.client.start()

    def image_of(self, scene: Scene) -> CloudImage:
        """Ask for `scene` and wait for its picture."""
        self.client.request(scene)
        while True:
            image = self.client.take_image()
            if image is not None and image.scene is scene:
                return image
            self._wait()

    def event(self, kind: type) -> Event:
        """Wait for the next event of this kind; those before it are kept in `events`."""
        while True:
            for event in self.client.take_events():
                self.events.append(event)
                if isinstance(event, kind):
                    return event
            self._wait()

    def _wait(self) -> None:
        assert self._news.wait(WAIT_S), "the renderer said nothing"
        self._news.clear()


def wait_until_gone(pid: int) -> bool:
    """True once the process has ended (or waits only for its parent to notice)."""
    return wait_for(lambda: _has_ended(pid))


def wait_for(condition: Callable[[], bool]) -> bool:
    """True once `condition` holds, False when it does not within the time."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _has_ended(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rsplit(")", 1)[1].split()[0] == "Z"
