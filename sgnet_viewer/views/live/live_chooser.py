"""The dialogue that lists what can be streamed, and how to install what is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.cameras.files import STREAM_PATTERNS
from sgnet_viewer.contract.live import ChoosableDevice, ChoosableKind
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP, scaled

RECORDINGS = f"Recordings and videos ({STREAM_PATTERNS});;All files (*)"
SEARCHING = "Looking for cameras…"
NOTHING = "nothing attached"
NO_STAND_IN = "picture only, segmentation off"


class LiveChooser(QDialog):
    """Implements `contract.live.LiveChooserView`: stands beside the window, not in its way."""

    chosen: Signal = intent(str, bool, bool, str)
    refreshed: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a live source")
        self.resize(620, 560)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(STEP)
        self._searching = QLabel(SEARCHING)
        self._searching.setProperty("muted", True)
        self._searching.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.every_frame = QCheckBox("Every frame (a recording waits for the network)")
        self.once = QCheckBox("Play once (a recording ends instead of starting over)")
        self.stand_in = QComboBox()
        self.stand_in.setAccessibleName("Depth for sources without any")
        self.set_stand_ins(())
        self.file_button = QPushButton("Recording or video…")
        self.folder_button = QPushButton("Folder…")
        self.refresh_button = QPushButton("Look again")
        self.close_button = QPushButton("Close")
        self._lay_out()
        self.file_button.clicked.connect(self._ask_file)
        self.folder_button.clicked.connect(self._ask_folder)
        self.refresh_button.clicked.connect(lambda: self.refreshed.emit())
        self.close_button.clicked.connect(self.reject)
        self.set_searching(False)

    def show_chooser(self) -> None:
        """Brings it to the front."""
        self.show()
        self.raise_()
        self.activateWindow()

    def set_searching(self, searching: bool) -> None:
        """While it is looked for devices; what was found before stays."""
        self._searching.setText(SEARCHING if searching else "")
        self.refresh_button.setEnabled(not searching)

    def set_stand_ins(self, stand_ins: tuple[tuple[str, str], ...]) -> None:
        """What may be put in place of a depth that is not there: (name, what it is)."""
        self.stand_in.clear()
        self.stand_in.addItem(NO_STAND_IN, "")
        for name, what in stand_ins:
            self.stand_in.addItem(f"made up: {what}", name)

    def set_kinds(self, kinds: tuple[ChoosableKind, ...]) -> None:
        """What can be opened first, what is missing last."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for kind in sorted(kinds, key=lambda kind: (bool(kind.missing), not kind.devices)):
            self._rows.addWidget(self._row(kind))
        self._rows.addStretch(1)

    def _row(self, kind: ChoosableKind) -> QWidget:
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(STEP, STEP, STEP, STEP)
        inside.setSpacing(STEP // 2)
        title = QLabel(kind.title)
        title.setFont(scaled(self.font(), 1.0, bold=True))
        inside.addWidget(title)
        for device in kind.devices:
            inside.addLayout(self._device(device))
        if kind.missing:
            inside.addWidget(_muted(kind.missing))
        elif not kind.devices:
            inside.addWidget(_muted(NOTHING))
        if kind.remedy:
            inside.addLayout(_command(kind.remedy))
        return card

    def _device(self, device: ChoosableDevice) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        label = QLabel(device.title)
        label.setWordWrap(True)
        button = QPushButton("Stream")
        button.setAccessibleName(f"Stream {device.title}")
        button.clicked.connect(lambda: self._choose(device.source))
        row.addWidget(label, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _ask_file(self) -> None:
        path = QFileDialog.getOpenFileName(self, "Stream a recording or a video", "", RECORDINGS)[0]
        self._choose(path)

    def _ask_folder(self) -> None:
        self._choose(QFileDialog.getExistingDirectory(self, "Stream a folder of frames"))

    def _choose(self, source: str) -> None:
        if source:
            self.accept()
            every, once = self.every_frame.isChecked(), self.once.isChecked()
            self.chosen.emit(source, every, once, self.stand_in.currentData() or "")

    def _lay_out(self) -> None:
        content = QWidget()
        content.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, STEP, 0)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        buttons = QHBoxLayout()
        for button in (self.file_button, self.folder_button):
            buttons.addWidget(button)
        buttons.addWidget(self._searching, 1)
        for button in (self.refresh_button, self.close_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.every_frame)
        layout.addWidget(self.once)
        without = QHBoxLayout()
        without.setSpacing(STEP)
        without.addWidget(QLabel("Sources without depth:"))
        without.addWidget(self.stand_in, 1)
        layout.addLayout(without)
        layout.addLayout(buttons)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("muted", True)
    label.setWordWrap(True)
    return label


def _command(text: str) -> QHBoxLayout:
    """A command to copy."""
    row = QHBoxLayout()
    row.setSpacing(STEP)
    edit = QLineEdit(text)
    edit.setReadOnly(True)
    edit.setCursorPosition(0)
    edit.setAccessibleName("Command that installs it")
    button = QPushButton("Copy")
    button.clicked.connect(lambda: QApplication.clipboard().setText(text))
    row.addWidget(edit, 1)
    row.addWidget(button)
    return row
