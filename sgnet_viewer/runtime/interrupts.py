"""Ctrl+C in the terminal, and a polite request to end, close the window properly."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier


@contextmanager
def closed_by_signals(close: Callable[[], object]) -> Iterator[None]:
    """While this lasts SIGINT and SIGTERM call `close` on the GUI thread.

    Python runs its signal handlers between its own instructions, and Qt's event loop has none; so
    the signal writes a byte into a socket that the loop watches.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    reader.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: _drain(reader))
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    handlers = {
        number: signal.signal(number, lambda *_: close())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def _drain(reader: socket.socket) -> None:
    """By the time this runs, Python has called the handlers."""
    with contextlib.suppress(BlockingIOError):
        reader.recv(64)
