"""What commands do to the window itself: dialogues, questions, zoom, the clipboard."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QMessageBox,
    QWidget,
)

from sgnet_viewer.contract.window import (
    NoticeRow,
    PairChoice,
    TourStep,
)
from sgnet_viewer.views.window.camera_dialog import CameraDialog
from sgnet_viewer.views.window.colour_dialog import ClassColourDialog
from sgnet_viewer.views.window.confidence_dialog import ConfidenceDialog
from sgnet_viewer.views.window.depth_range_dialog import DepthRangeDialog
from sgnet_viewer.views.window.help_dialog import about_dialog, card_dialog, help_dialog
from sgnet_viewer.views.window.notice_history import NoticeHistory
from sgnet_viewer.views.window.pair_dialog import PairDialog
from sgnet_viewer.views.window.preferences import Preferences
from sgnet_viewer.views.window.scale_dialog import ScaleDialog
from sgnet_viewer.views.window.shortcut_editor import ShortcutEditor
from sgnet_viewer.views.window.views_window import APPLICATION, ViewsWindow


class CommandWindow(ViewsWindow):
    """Dialogues that do not block stay open beside the window; files are asked for in its place."""

    def show_palette(self) -> None:
        """The commands, to be found by a few letters."""
        self.commands_needed.emit()
        self._palette.show_commands(self._menus.models)

    def show_shortcuts(self) -> None:
        """The editor of keys, beside the window."""
        editor = ShortcutEditor(self.shortcut_chosen.emit, self.shortcuts_reset.emit, self)
        editor.set_commands(self._menus.models)
        editor.destroyed.connect(self._forget_editor)
        self._shortcuts = editor
        self._open(editor)

    def show_preferences(self) -> None:
        """What is kept from one start to the next, beside the window."""
        self.commands_needed.emit()
        page = Preferences(self.command_chosen.emit, self)
        page.set_commands(self._menus.models)
        page.destroyed.connect(self._forget_preferences)
        self._preferences = page
        self._open(page)

    def show_tour(self, step: TourStep | None) -> None:
        """A step of the tour beside what it is about; None ends it."""
        about: QWidget = self._picture
        if step is not None and step.panel:
            dock = self._panel(step.panel)
            dock.show()
            dock.raise_()
            about = dock
        self._tour.show_step(step, about)

    def show_help(self) -> None:
        """What mouse and keys do."""
        self._open(help_dialog(self._menus.models, self))

    def show_about(self) -> None:
        """What this is, and whose network."""
        self._open(about_dialog(self))

    def show_notices(self, rows: tuple[NoticeRow, ...]) -> None:
        """What was said since the start."""
        self._open(NoticeHistory(rows, self))

    def ask_camera(self) -> None:
        """The camera in use, to be typed over; beside the window."""
        status = self._shown_status
        if status is None:
            return
        dialog = CameraDialog(status.camera_numbers, status.camera_origin, status.several, self)
        dialog.entered.connect(self.intrinsics_entered.emit)
        dialog.reset.connect(self.camera_reset.emit)
        self._open(dialog)

    def ask_depth_range(self, low: float, high: float) -> None:
        """The two ends in metres, to be typed; beside the window."""
        dialog = DepthRangeDialog(low, high, self)
        dialog.entered.connect(self.depth_range_entered.emit)
        self._open(dialog)

    def ask_confidence(self, least: float) -> None:
        """The threshold, on a slider; beside the window."""
        dialog = ConfidenceDialog(least, self)
        dialog.entered.connect(self.confidence_entered.emit)
        self._open(dialog)

    def ask_colour(self, name: str, rgb: tuple[int, int, int]) -> None:
        """The colour of a class; beside the window."""
        dialog = ClassColourDialog(name, rgb, self)
        dialog.entered.connect(self.class_coloured.emit)
        self._open(dialog)

    def show_card(self, name: str, rows: tuple[tuple[str, str], ...]) -> None:
        """What is known of a network, beside the window."""
        self._open(card_dialog(name, rows, self))

    def copy_text(self, text: str) -> None:
        """To the clipboard."""
        QApplication.clipboard().setText(text)

    def show_actual_size(self) -> None:
        """One pixel of the screen for each of the picture."""
        self._picture.canvas.show_actual()

    def zoom_to_taps(self) -> None:
        """Let the active probe's taps fill the picture's view."""
        self._picture.close_ups.zoom_to_taps()

    def toggle_marks_key(self) -> None:
        """What the marks mean, at the picture."""
        self._picture.close_ups.first.toggle_key()
        self.layout_changed.emit()

    def is_marks_key_shown(self) -> bool:
        """Whether it is there."""
        return not self._picture.close_ups.first.key.isHidden()

    def magnify(self, held: bool) -> None:
        """The loupe."""
        self._picture.close_ups.magnify(held)

    def part_in_use(self) -> str:
        """By the focus: what Copy is to copy of."""
        now = QApplication.focusWidget()
        parts: tuple[tuple[str, QWidget], ...] = (
            ("classes", self._legend),
            ("frames", self._frames),
            ("cloud", cast(QWidget, self.cloud)),
            *(("table", card.table) for card in self._cards.cards),
            ("card", self._cards),
        )
        if now is None:
            return ""
        return next((name for name, part in parts if now is part or part.isAncestorOf(now)), "")

    def zoom(self, factor: float) -> None:
        """The picture, at its middle."""
        self._picture.canvas.zoom(factor)

    def ask_pair(self) -> PairChoice | None:
        """RGB and depth files, unit, intrinsics; None where the user changed their mind."""
        dialog = PairDialog(self._units, self)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.choice if accepted else None

    def ask_file(self, title: str, patterns: str) -> str:
        """A file to open; "" for none."""
        return QFileDialog.getOpenFileName(self, title, "", patterns)[0]

    def ask_folder(self, title: str) -> str:
        """A folder to open; "" for none."""
        return QFileDialog.getExistingDirectory(self, title)

    def confirm(self, question: str) -> bool:
        """Whether the user says yes; no is what Enter means."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self, APPLICATION, question, buttons.Yes | buttons.No, buttons.No
        )
        return answer == buttons.Yes  # another object than that of the enum

    def ask_save(self, title: str, name: str, patterns: str) -> str:
        """A file to write; "" for none."""
        return QFileDialog.getSaveFileName(self, title, name, patterns)[0]

    def _forget_preferences(self) -> None:
        self._preferences = None

    def _forget_editor(self) -> None:
        self._shortcuts = None

    def ask_scale(self) -> None:
        """Another scale of the depth, to be typed; beside the window."""
        dialog = ScaleDialog(self)
        dialog.entered.connect(self.unit_chosen.emit)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        """Beside the window, not in its way."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
