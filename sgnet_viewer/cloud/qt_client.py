"""The renderer's client with Qt signals: pictures and events arrive on the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from sgnet_viewer.cloud.client import CLOSE_TIMEOUT_S, CloudClient, Failure, Started
from sgnet_viewer.cloud.protocol import Mode
from sgnet_viewer.cloud.scene import Scene


class QtCloudClient(QObject):
    """`CloudClient` for widgets.

    Pictures are not queued in signals: an empty one says that something is there, and only the
    newest picture is taken.
    """

    image_ready = Signal(object)  # CloudImage
    ready = Signal()
    notice = Signal(str)  # a sentence: drawn, but not in the usual way
    failed = Signal(str, str)  # a sentence, details

    _arrived = Signal()

    def __init__(self, mode: Mode = Mode.AUTO, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._client = CloudClient(self._arrived.emit, mode)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._on_quit)

    @property
    def process_id(self) -> int | None:
        """Of the renderer, while there is one."""
        return self._client.process_id

    def start(self) -> None:
        """Spawn the renderer; further calls do nothing."""
        self._client.start()

    def request(self, scene: Scene) -> None:
        """Draw `scene`; the newest request wins."""
        self._client.request(scene)

    def restart(self) -> None:
        """Replace the renderer, dead or alive, by a new one that draws the newest scene."""
        self._client.restart()

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """End everything within `timeout_s` seconds; True when that worked."""
        return self._client.close(timeout_s)

    @Slot()
    def _on_quit(self) -> None:
        self.close()

    @Slot()
    def _deliver(self) -> None:
        for event in self._client.take_events():
            if isinstance(event, Failure):
                self.failed.emit(event.sentence, event.details)
            elif isinstance(event, Started):
                self.ready.emit()
                if event.notice:
                    self.notice.emit(event.notice)
        image = self._client.take_image()
        if image is not None:
            self.image_ready.emit(image)
