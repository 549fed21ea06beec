"""The program on an X display, used by hand: `python by_hand.py FOLDER all`, or the names of steps.

Ends with 0 where every step did what it should; what went wrong is on stderr otherwise.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
from user_input import UserInput, fits, is_open, middle, on_screen
from window_support import NETWORK_SIZE, write_checkpoint, write_pair

from sgnet_viewer.benchmark.live import record_small
from sgnet_viewer.launch.startup import Running, run
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.options import Options
from sgnet_viewer.views.live.live_chooser import LiveChooser
from sgnet_viewer.views.window.camera_dialog import CameraDialog
from sgnet_viewer.views.window.command_palette import CommandPalette
from sgnet_viewer.views.window.tab_order import tab_stops

PIXELS = [(u, v) for v in range(8, 90, 7) for u in range(8, 120, 9)]
RECORDED = 40  # frames
RETURNS = 5
CAMERA = (123.0, 124.0, 64.0, 48.0)


class WindowSteps:
    """Each step waits for what it brings about."""

    def __init__(self, running: Running, user: UserInput, folder: Path) -> None:
        self.running, self.user, self.folder = running, user, folder
        self.window, self.app = running.window, running.application
        self.canvas = self.window._picture.canvas

    def first_start(self) -> None:
        """A sample, segmented, with one probe and its taps, and all of the window in sight."""
        self.user.until("the first result", lambda: self.running.is_complete)
        self.user.until("a first probe", lambda: self.app.probes.active is not None)
        self.user.until("the window on the screen", lambda: fits(self.window))
        self.user.until("the keyboard", self.window.isActiveWindow)

    def open_pair(self) -> None:
        """By the file dialogue."""
        rgb, _ = write_pair(self.folder / "pair")
        self.user.key("ctrl+o")
        self.user.dialogue(QFileDialog)
        self._enter(rgb)
        self.user.until("the pair", lambda: self.app.session.frame.path == rgb)
        self.user.until("its result", lambda: self.running.is_complete)

    def probe(self) -> None:
        """A click places the probe."""
        u, v = self._free_pixel()
        self.user.click(self._pixel(u, v))
        self.user.until("a probe at the click", lambda: self._active() == (u, v))

    def drag_probe(self) -> None:
        """It is dragged by its cross."""
        start, end = self.user.ask(self._active), self._free_pixel()
        self.user.drag(self._pixel(*start), self._pixel(*end))
        self.user.until("the dragged probe", lambda: self._active() == end)

    def pin(self) -> None:
        """A pinned probe stays, and the next click places another."""
        self.user.key("shift+p")
        self.user.until("a pin", lambda: self.app.probes.active.pinned)
        u, v = self._free_pixel()
        self.user.click(self._pixel(u, v))
        self.user.until("a second probe", lambda: len(self.app.probes.points) == 2)
        self.user.until("the second at the click", lambda: self._active() == (u, v))

    def tab_round(self) -> None:
        """Tab comes by everything, and back."""
        stops = set(self.user.ask(self._stops))
        visited = [self.user.ask(QApplication.focusWidget)]
        while True:
            self.user.key("Tab")
            last = visited[-1]
            self.user.until("another focus", lambda last=last: _focus() not in (None, last))
            now = self.user.ask(QApplication.focusWidget)
            if now in visited:
                break
            visited.append(now)
        assert now is visited[0]
        assert stops <= set(visited), stops - set(visited)

    def save_over(self) -> None:
        """A file that is there is replaced after a yes, and not after a no."""
        kept = self.folder / "precious.png"
        kept.write_bytes(b"precious")
        for key, replaced in (("Escape", False), ("alt+y", True)):
            self.user.key("ctrl+s")
            self.user.dialogue(QFileDialog)
            self._enter(str(kept.with_suffix("")))  # the suffix is the program's own addition
            self.user.dialogue(QMessageBox)
            self.user.key(key)
            self.user.until("an answer", lambda: not is_open(QMessageBox))
            if replaced:
                self.user.until("a picture", lambda: kept.read_bytes().startswith(b"\x89PNG"))
            else:
                assert kept.read_bytes() == b"precious"

    def camera(self) -> None:
        """Typed anew, by way of the palette."""
        self.user.key("ctrl+shift+p")
        palette = self.user.dialogue(CommandPalette)
        self.user.type("camera")
        self.user.until("the command", lambda: _found(palette).startswith("Camera"))
        self.user.key("Return")
        self.user.dialogue(CameraDialog)
        self.user.key("ctrl+a")
        self._enter(" ".join(f"{number:g}" for number in CAMERA))
        self.user.until("the camera", lambda: self._camera() == CAMERA)
        self.user.until("its result", lambda: self.running.is_complete)

    def small_window(self) -> None:
        """960x540: everything is inside, and a click is still a probe."""
        self.user.resize("sgnet-viewer", 960, 540)
        self.user.until("a small window", lambda: self._size() == (960, 540))
        for part in (self.window._status, self.window._strip, self.window.tools, self.canvas):
            self.user.until(f"{part} inside", lambda part=part: self._is_inside(part))
        self.probe()
        self.user.resize("sgnet-viewer", 1500, 900)
        self.user.until("a large window", lambda: self._size() == (1500, 900))

    def swap(self) -> None:
        """Cloud and picture change places, and back."""
        for swapped in (True, False):
            self.user.key("F8")
            self.user.until("a swap", lambda wanted=swapped: self.window.is_swapped() is wanted)
            self.user.until("both in sight", lambda: self.canvas.isVisible())

    def live(self) -> None:
        """A recording is chosen as a source, and streams."""
        source = self.folder / "source"
        record_small(source, RECORDED)
        self.user.key("ctrl+alt+l")
        chooser = self.user.dialogue(LiveChooser)
        self.user.click(middle(chooser.folder_button))
        self.user.dialogue(QFileDialog)
        self._enter_folder(source)
        self.user.until("a stream", lambda: self.window.is_live() and self.app.session.result)

    def record(self) -> None:
        """What streams is recorded, and the recording ended."""
        takes = self.folder / "takes"
        takes.mkdir()
        self.user.click(middle(self.window._live_bar.record_button))
        self.user.dialogue(QFileDialog)
        self._enter_folder(takes)
        self.user.until("frames", lambda: self.window._live_bar._model.recording.frames >= 3)
        self.user.click(middle(self.window._live_bar.record_button))
        self.user.until("the end", lambda: any("recorded into" in text for text in self._said()))
        assert list(takes.glob("recording-*/*"))

    def close(self) -> None:
        """By the window manager."""
        self.user.key("alt+F4")

    def _enter(self, text: str) -> None:
        self.user.type(text)
        self.user.key("Return")

    def _enter_folder(self, folder: Path) -> None:
        """The list of completions may take the first Return: another is for the dialogue."""
        self.user.type(str(folder))
        self.user.until("the path", lambda: _typed() == str(folder))
        for _ in range(RETURNS):
            self.user.key("Return")
            deadline = time.monotonic() + 2.0
            while time.monotonic() < deadline:
                if self.user.ask(
                    lambda: not isinstance(QApplication.activeModalWidget(), QFileDialog)
                ):
                    return
                time.sleep(0.02)
        raise AssertionError("the dialogue does not take the folder")

    def _pixel(self, u: int, v: int) -> Callable[[], QPoint]:
        viewport = self.canvas.viewport()
        return lambda: on_screen(viewport, self.canvas.to_viewport(u, v).toPoint())

    def _free_pixel(self) -> tuple[int, int]:
        """In sight, with neither a tap nor a probe near it."""

        def find() -> tuple[int, int]:
            taken = [(at.u, at.v) for at in self.app.probes.points]
            for probe in self.window._picture.close_ups.first._probes:
                for taps in probe.taps:
                    taken += zip(taps.x.tolist(), taps.y.tolist(), strict=True)
            reach = 16 / self.canvas.scale_px

            def room(pixel: tuple[int, int]) -> float:
                return min(max(abs(pixel[0] - x), abs(pixel[1] - y)) for x, y in taken)

            best = max(PIXELS, key=room)
            assert room(best) > reach, "no pixel is free"
            return best

        return self.user.ask(find)

    def _active(self) -> tuple[int, int]:
        active = self.app.probes.active
        assert active is not None
        return active.u, active.v

    def _camera(self) -> tuple[float, ...]:
        camera = self.app.session.frame.intrinsics
        return camera.fx, camera.fy, camera.cx, camera.cy

    def _said(self) -> list[str]:
        return [logged.report.text for logged in self.app.notices.history]

    def _size(self) -> tuple[int, int]:
        return self.window.width(), self.window.height()

    def _stops(self) -> list[QWidget]:
        return tab_stops(self.window, self.window._tab_parts())

    def _is_inside(self, part: QWidget) -> bool:
        corner = part.mapTo(self.window, QPoint())
        return self.window.rect().contains(part.rect().translated(corner))


def _typed() -> str:
    """Into the dialogue that is open."""
    dialogue = QApplication.activeModalWidget()
    line = None if dialogue is None else dialogue.findChild(QLineEdit)
    return "" if line is None else line.text()


def _focus() -> QWidget | None:
    return QApplication.focusWidget()


def _found(palette: CommandPalette) -> str:
    return str(palette.list.currentIndex().data())


def steps(window: WindowSteps, which: str) -> list[Callable[[], None]]:
    """All of them, or those named, with commas between them."""
    if which != "all":
        return [getattr(window, name) for name in which.split(",")]
    return [
        *(window.first_start, window.open_pair, window.probe, window.drag_probe, window.pin),
        *(window.tab_round, window.save_over, window.camera, window.small_window, window.swap),
        *(window.live, window.record, window.close),
    ]


def main(folder: Path, which: str) -> int:
    failed: list[str] = []

    def attend(running: Running) -> None:
        user = UserInput()
        window = WindowSteps(running, user, folder)

        def go() -> None:
            try:
                for step in steps(window, which):
                    step()
                    user.note(step.__name__)
            except BaseException:
                said = "".join(f"notice: {text}\n" for text in window._said())
                failed.append(traceback.format_exc() + said)
                print(failed[-1], file=sys.stderr, flush=True)  # before the end, which may be hard
                user.ask(running.window.close)

        threading.Thread(target=go, daemon=True).start()

    checkpoint = write_checkpoint(folder / "small.safetensors")
    options = Options(
        target=Target(sample=""),
        network=NetworkChoice(checkpoint, "cpu", NETWORK_SIZE),
        given=frozenset({"checkpoint", "device", "size"}),
        keep_settings=False,
    )
    code = run(options, attend)
    return code or bool(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
