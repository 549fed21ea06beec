"""What can be opened and saved, for the File menu and for the tool bar's Open button."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.session import NYU_SAMPLE
from sgnet_viewer.views.kit.signals import intent

LONGEST_NAME = 48  # letters of a recent entry


class FileMenu(QMenu):
    """The File menu; `open_menu` holds its first half."""

    file_requested: Signal = intent()
    pair_requested: Signal = intent()
    folder_requested: Signal = intent()
    sample_requested: Signal = intent(str)
    recent_chosen: Signal = intent(list)
    save_picture_requested: Signal = intent()
    save_labels_requested: Signal = intent()
    save_cloud_requested: Signal = intent()
    save_probe_requested: Signal = intent()
    scores_requested: Signal = intent()
    quit_requested: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&File", parent)
        self.samples = QMenu("&Samples", self)
        self.recent = QMenu("&Recent", self)
        self.open_menu = QMenu("Open", self)
        for menu in (self, self.open_menu):
            menu.setToolTipsVisible(True)
        self._open_actions()
        self.open_menu.addActions(self.actions())
        scores = self.addAction("S&cores of an evaluation…")
        scores.setToolTip("Show what sgnet-model evaluate scored on each frame of this set")
        scores.triggered.connect(lambda: self.scores_requested.emit())
        self.addSeparator()
        self._save_actions()
        self.addSeparator()
        self._add("&Quit", "Ctrl+Q", lambda: self.quit_requested.emit())
        self.set_samples(())
        self.set_recent(())

    def set_samples(self, names: tuple[str, ...]) -> None:
        """The bundled frames; the one that is downloaded comes last."""
        self.samples.clear()
        for name in names:
            if name != NYU_SAMPLE:
                self._sample(name.replace("_", " ").replace("-", " "), name)
        if not self.samples.isEmpty():
            self.samples.addSeparator()
        self._sample("NYUv2 pair (downloaded by Open3D)", NYU_SAMPLE)

    def set_recent(self, recent: tuple[tuple[str, ...], ...]) -> None:
        """What was opened last: one path, or RGB and depth; the menu is off while there is none."""
        self.recent.clear()
        for paths in recent:
            names = " + ".join(PurePath(path).name or path for path in paths)
            action = self.recent.addAction(_shortened(names).replace("&", "&&"))
            action.setToolTip("\n".join(paths))
            action.triggered.connect(
                lambda _=False, paths=paths: self.recent_chosen.emit(list(paths))
            )
        self.recent.setToolTipsVisible(True)
        self.recent.menuAction().setEnabled(bool(recent))

    def _open_actions(self) -> None:
        self._add("&Open frame…", QKeySequence.StandardKey.Open, lambda: self.file_requested.emit())
        self._add("Open RGB + &depth pair…", "Ctrl+Shift+O", lambda: self.pair_requested.emit())
        self._add("Open &folder…", "Ctrl+Alt+O", lambda: self.folder_requested.emit())
        self.addMenu(self.samples)
        self.addMenu(self.recent)

    def _save_actions(self) -> None:
        self._add("&Save view…", "Ctrl+S", lambda: self.save_picture_requested.emit())
        self._add("Save &labels…", "Ctrl+L", lambda: self.save_labels_requested.emit())
        self._add("Save point &cloud…", "Ctrl+Shift+S", lambda: self.save_cloud_requested.emit())
        self._add("Save &probe…", "Ctrl+P", lambda: self.save_probe_requested.emit())

    def _add(
        self, text: str, key: str | QKeySequence.StandardKey, slot: Callable[[], None]
    ) -> QAction:
        action = self.addAction(text)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        return action

    def _sample(self, title: str, name: str) -> None:
        action = self.samples.addAction(title)
        action.triggered.connect(lambda: self.sample_requested.emit(name))


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_NAME:
        return text
    half = LONGEST_NAME // 2
    return f"{text[:half]}…{text[-half:]}"
