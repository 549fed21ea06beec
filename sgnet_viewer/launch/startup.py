"""From options to a running window, and to its end."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QSettings,
    QStandardPaths,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from sgnet_model.allocator import keep_freed_memory
from sgnet_model.signals import EndedBySignal
from sgnet_model.types import UserError
from sgnet_model.unfinished import note_temporary, remove_temporary, remove_unfinished
from sgnet_viewer.app import Application
from sgnet_viewer.cloud.image import CloudClientProtocol
from sgnet_viewer.cloud.qt_client import QtCloudClient
from sgnet_viewer.launch.measure import Measurement
from sgnet_viewer.launch.scale import apply_scale
from sgnet_viewer.launch.screenshot import Screenshot
from sgnet_viewer.runtime.importing import torch_linked_ahead
from sgnet_viewer.runtime.interrupts import closed_by_signals
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.settings import Settings, sentence_of, without_objects
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.options import SCREENSHOT_SIZE, Options
from sgnet_viewer.views.cloud.cloud_view import CloudView
from sgnet_viewer.views.kit.icons import application_icon
from sgnet_viewer.views.window.main_window import MainWindow
from sgnet_viewer.workers.networks import Load, load_predictor

_LOG = logging.getLogger("sgnet_viewer.qt")
NAME = "sgnet-viewer"
CLOSE_S = 1.5  # for all threads and the renderer together: the window is gone within two seconds
LEAST_S = 0.2  # of them for the renderer, whatever the threads took
# Threads that write files.
SAVING = ("sgnet-export", "sgnet-films", "sgnet-sessions", "sgnet-recordings")
SWITCH_S = 0.001  # so soon a thread in the middle of Python leaves the interpreter to the GUI's
AT_ONCE_S = 0.5  # after the first live picture, where a screenshot is all that is asked for


def run(options: Options, attend: Callable[[Running], object] = lambda _: None) -> int:
    """Open the window and stay until it is closed; 0, or 128 + its number where a signal closed it.

    Raises UserError where a screenshot failed.

    `attend` is called once all is there and nothing is shown: a benchmark uses the window there.

    A thread that does not end within its time (a network drive that hangs, say) does not keep the
    process: it is left by force.
    """
    if options.screenshot is not None:
        os.environ["QT_ENABLE_HIGHDPI_SCALING"] = "0"  # the pixels asked for are those saved
    elif options.keep_settings:
        apply_scale(QSettings(NAME, NAME), os.environ)
    keep_freed_memory()
    sys.setswitchinterval(SWITCH_S)
    qInstallMessageHandler(log_qt)
    qt = QApplication([NAME])
    qt.setApplicationName(NAME)
    qt.setDesktopFileName(NAME)
    qt.setWindowIcon(application_icon())
    with torch_linked_ahead():
        return _run(qt, options, attend)


def _run(qt: QApplication, options: Options, attend: Callable[[Running], object]) -> int:
    """See `run`."""
    running = Running(options)
    gc.freeze()  # what was imported is no garbage: a full collection over it takes 0.1 s
    application = running.application
    with closed_by_signals(running.window.close) as first_signal:
        try:
            with exceptions_noticed(application.notices, application.post):
                attend(running)
                running.show()
                qt.exec()
        finally:
            left = running.close()
    ended = EndedBySignal(first_signal.number) if first_signal.number else None
    if left:
        leave_by_force(running.error or ended, left)
    if ended is not None:
        print(ended, file=sys.stderr)
        return ended.code
    if running.error is not None:
        raise running.error
    return 0


class Running:
    """The window and everything behind it. `error`: why there is no screenshot.

    `load` makes the network of a checkpoint.
    """

    def __init__(self, options: Options, load: Load = load_predictor) -> None:
        self.options = options
        self.error: UserError | None = None
        self._forgotten: Path | None = None
        self._reset: list[str] = []
        keeps = options.keep_settings and options.screenshot is None
        store = self._store = self._open_store(keeps)
        self._renderer = QtCloudClient()
        self.cloud = CloudView(cast(CloudClientProtocol, self._renderer))
        self.window = MainWindow(self.cloud, store)
        self.application = Application(
            self.window, options, Settings(store), load, recovery_folder() if keeps else None
        )
        self._say_what_was_reset()
        if keeps:
            self.application.tour.offer_once()
        self._first_paint = AfterFirstPaint(self.window, self.application.start)
        self._measurement = self._make_measurement()
        self._screenshot = self._make_screenshot() if options.live is None else None

    def show(self) -> None:
        """Show the window; what was asked for is opened after its first paint."""
        size = self.options.window_size
        if self.options.screenshot is not None:
            size = size or SCREENSHOT_SIZE
        if size is not None:
            self.window.resize(*size)
        self.window.show()

    def close(self, timeout_s: float = CLOSE_S) -> tuple[str, ...]:
        """End threads and the renderer within `timeout_s` together; names of what did not end."""
        deadline = time.monotonic() + timeout_s
        if self._measurement is not None:
            self._measurement.end()  # the user closed the window before its time
        self.window.close()
        left = self.application.close(deadline)
        self._store.sync()  # what is written later would make the folder anew
        if self._forgotten is not None:
            remove_temporary(self._forgotten)
        ended = self._renderer.close(max(deadline - time.monotonic(), LEAST_S))
        return left if ended else (*left, "renderer")

    def _open_store(self, keep: bool) -> QSettings:
        """The user's settings, or some that are gone at the end: every start is the first one."""
        if keep:
            store = QSettings(NAME, NAME)
            store.setFallbacksEnabled(False)  # nothing but the user's own file is read
            if not without_objects(store):
                return store
            self._reset.append("everything")
        try:
            self._forgotten = Path(mkdtemp(prefix="sgnet-viewer-"))
        except OSError as error:
            raise UserError(
                "The window's settings of this start need a temporary folder, and none can be made "
                f"({error.strerror}): name one that can be written in TMPDIR."
            ) from error
        note_temporary(self._forgotten)
        return QSettings(str(self._forgotten / "settings.ini"), QSettings.Format.IniFormat)

    def _say_what_was_reset(self) -> None:
        reset = (*self._reset, *self.window.reset_settings, *self.application.settings.reset)
        if reset:
            self.application.notices.tell(sentence_of(reset), "warning")

    def _make_screenshot(self) -> Screenshot | None:
        path = self.options.screenshot
        if path is None:
            return None
        application = self.application
        checks = application.controllers.answers.checks
        shot = Screenshot(
            path, lambda: self.is_complete and checks.is_settled, self._grab, self._finish
        )
        application.notices.added.connect(
            lambda report: shot.fail(UserError(report.text)) if report.level == "error" else None
        )
        application.screen.shown.connect(shot.look)
        checks.changed.connect(shot.look)
        application.session.frame_changed.connect(lambda: self._refuse_without_depth(shot))
        self.cloud.drawn.connect(shot.look)
        return shot

    def _make_measurement(self) -> Measurement | None:
        live = self.options.live
        shot = self.options.screenshot
        if live is None or (live.seconds is None and live.stats is None and shot is None):
            return None
        seconds = AT_ONCE_S if live.seconds is None and live.stats is None else live.seconds
        measurement = Measurement(seconds, live.stats, self._finish_measurement)
        controller = self.application.live
        controller.shown.connect(measurement.note_shown)
        controller.ended.connect(measurement.note_ended)
        return measurement

    def _finish_measurement(self, error: UserError | None) -> None:
        """The numbers are written; what is left is the picture of the window."""
        if error is not None or self.options.screenshot is None:
            self._finish(error)
            return
        self._screenshot = shot = self._make_screenshot()
        self.application.live.hold()
        if shot is not None:
            shot.look()

    @property
    def is_complete(self) -> bool:
        """The result of the current frame is on the screen, in picture and cloud.

        A live frame without depth has no result, and says so.
        """
        application = self.application
        if self.options.live is not None and application.session.result is None:
            return application.session.frame is not None and self.cloud.is_current
        return application.screen.is_complete and self.cloud.is_current

    def _grab(self) -> QPixmap:
        """At the size asked for, whatever a window manager made of it."""
        self.window.resize(*(self.options.window_size or SCREENSHOT_SIZE))
        return self.window.grab()

    def _refuse_without_depth(self, shot: Screenshot) -> None:
        frame = self.application.session.frame
        if frame is not None and frame.depth_m is None:
            shot.fail(UserError(" ".join(frame.notes) or f"{frame.name} has no usable depth."))

    def _finish(self, error: UserError | None) -> None:
        self.error = error
        self.window.close()
        QApplication.quit()


def recovery_folder() -> Path | None:
    """Where the state of a running window is kept; None where the system names no place."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(place) / "recovery" if place else None


def log_qt(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Qt's remarks go to the log: on stderr a user expects sentences of ours."""
    serious = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    _LOG.log(logging.ERROR if serious else logging.INFO, "%s", text)


class AfterFirstPaint(QObject):
    """Calls `then` once, in the turn of the event loop after the window was first painted."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._then)
        return super().eventFilter(watched, event)


@contextmanager
def exceptions_noticed(notices: Notices, post: GuiPost) -> Iterator[None]:
    """While this lasts an exception that was not caught, in any thread, becomes a notice."""

    def notice(
        _: type[BaseException], error: BaseException, __: TracebackType | None = None
    ) -> None:
        post(lambda: notices.fail(error))

    def notice_of_thread(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            notice(failure.exc_type, failure.exc_value)

    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = notice, notice_of_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before


def leave_by_force(error: UserError | EndedBySignal | None, left: tuple[str, ...]) -> None:
    """End the process at once, whatever threads are `left`; exit code 2 where there is an error.

    Only those that were writing a file are named: it is not there under its name.
    """
    saving = [name for name in left if name in SAVING]
    sentence = f"Left without waiting for {', '.join(saving)}." if saving else ""
    for text in filter(None, (str(error or ""), sentence)):
        print(text, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    remove_unfinished()
    os._exit(error.code if isinstance(error, EndedBySignal) else 2 if error is not None else 0)
