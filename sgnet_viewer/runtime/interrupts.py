"""Ctrl+C in the terminal, and a polite request to end, close the window properly."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QSocketNotifier

from sgnet_model.signals import FirstSignal, end_now, handled_by


@contextmanager
def closed_by_signals(close: Callable[[], object]) -> Iterator[FirstSignal]:
    """While this lasts SIGINT and SIGTERM call `close` on the GUI thread; which came is kept.

    A second one, two seconds later, ends the process where it stands: the window did not close.

    Python runs its signal handlers between its own instructions, and Qt's event loop has none; so
    the signal writes a byte into a socket that the loop watches.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    reader.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: _drain(reader))
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    first_signal = FirstSignal()

    def handle(number: int, frame: FrameType | None) -> None:
        before = first_signal.number
        if not first_signal.note(number):
            return
        if before:
            end_now(number, frame)
        close()

    try:
        with handled_by(handle):
            yield first_signal
    finally:
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def _drain(reader: socket.socket) -> None:
    """By the time this runs, Python has called the handlers."""
    with contextlib.suppress(BlockingIOError):
        reader.recv(64)
