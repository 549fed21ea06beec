"""The chooser: what is attached, looked for in a worker."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.cameras.kinds import CameraKinds, KindReport
from sgnet_viewer.cameras.stand_in import STAND_INS
from sgnet_viewer.contract.live import ChoosableDevice, ChoosableKind
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.live.source import shared_kinds
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.notices import Notices, Subject

from .runner import Post, Runner

BY_FILE = ("video", "replay")  # opened by the dialogue's buttons


class ChooserController:
    """Devices that are plugged in while the dialogue is open appear by themselves."""

    def __init__(
        self,
        window: WindowView,
        notices: Notices,
        runner: Runner,
        watcher: Runner,
        post: Post,
        kinds: Callable[[], CameraKinds] = shared_kinds,
    ) -> None:
        """`runner` looks for devices, `watcher` begins to hear of them: neither may cancel what the
        other does, for nobody would be told.
        """
        self.chosen: Event[LiveOptions] = Event()
        self.plugged: Event[[]] = Event()  # something came or went
        self._chooser = window.chooser
        self._notices = notices
        self._runner = runner
        self._watcher = watcher
        self._post = post
        self._kinds = kinds
        self._watching = False  # or about to
        self._stop_watching: Callable[[], None] | None = None
        self._asked = False  # the dialogue has been shown
        stand_ins = tuple((name, what) for name, (_, what) in STAND_INS.items())
        window.chooser.set_stand_ins(stand_ins)
        window.chooser.refreshed.connect(self.refresh)
        window.chooser.chosen.connect(self._choose)

    def show(self) -> None:
        """Show the dialogue, and look."""
        self._asked = True
        self._chooser.show_chooser()
        self.refresh()

    def refresh(self) -> None:
        """Look for devices; what was found before stays until then."""
        self._chooser.set_searching(True)
        self._runner.submit(self._find, self._show_found, self._fail)

    def watch(self) -> None:
        """Hear of devices that come and go, where their SDK tells."""
        if not self._watching:
            self._watching = True
            self._watcher.submit(self._begin_watch, self._keep_watch, self._fail_to_watch)

    def close(self) -> None:
        """Hear nothing any more."""
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None

    # the workers' threads: making the kinds imports their modules

    def _find(self, _: Task) -> tuple[KindReport, ...]:
        return self._kinds().find_all()

    def _begin_watch(self, _: Task) -> Callable[[], None]:
        return self._kinds().watch(lambda: self._post(self._note_plugged))

    # the GUI thread

    def _keep_watch(self, stop: Callable[[], None]) -> None:
        self._stop_watching = stop

    def _note_plugged(self) -> None:
        self.plugged.emit()
        if self._asked:
            self.refresh()

    def _show_found(self, reports: tuple[KindReport, ...]) -> None:
        self._chooser.set_searching(False)
        self._chooser.set_kinds(
            tuple(choosable(report) for report in reports if report.name not in BY_FILE)
        )
        self.watch()

    def _fail(self, error: Exception) -> None:
        self._chooser.set_searching(False)
        self._notices.fail(error, "looking for cameras", Subject.OPENING)

    def _fail_to_watch(self, error: Exception) -> None:
        self._watching = False
        self._notices.fail(error, "watching for cameras", Subject.OPENING)

    def _choose(self, source: str, every_frame: bool, once: bool, stand_in: str) -> None:
        self.chosen.emit(LiveOptions(source, every_frame, once, stand_in_depth=stand_in))


def choosable(report: KindReport) -> ChoosableKind:
    """A kind as the dialogue shows it."""
    devices = tuple(
        ChoosableDevice(f"{report.name}:{device.address}" if device.address else report.name, title)
        for device in report.found.devices
        for title in (device.title,)
    )
    return ChoosableKind(report.title, devices, report.found.missing, report.found.remedy)
