"""A drawn cloud, and whom a widget asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sgnet_viewer.cloud.picking import ProjectedCloud
from sgnet_viewer.cloud.pixels import PackedImage
from sgnet_viewer.cloud.scene import Scene

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance


@dataclass(frozen=True, slots=True, eq=False)
class CloudImage:
    """A drawn scene.

    `pixels`: (height, width) uint32, 0xffRRGGBB. `seconds`: from the request to the picture.
    """

    scene: Scene
    pixels: PackedImage
    projected: ProjectedCloud
    seconds: float


class CloudClientProtocol(Protocol):
    """What a view asks of `QtCloudClient`; tests stand in for it."""

    image_ready: SignalInstance  # (CloudImage)
    ready: SignalInstance  # ()
    notice: SignalInstance  # (sentence: str)
    failed: SignalInstance  # (sentence: str, details: str)

    def start(self) -> None: ...
    def request(self, scene: Scene) -> None: ...
    def restart(self) -> None: ...
