"""Dark and light: one set of named colours, the palette and style sheet made of them.

Widgets that paint themselves take their colours from the palette's roles, so they follow a change
without knowing this module.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from sgnet_viewer.views.kit.colours import DARK, LIGHT, Colours
from sgnet_viewer.views.kit.stylesheet import style_sheet

STYLE = "fusion"
STEP = 8  # pixels: every margin and gap is a multiple, or half, of it


class ThemeChoice(StrEnum):
    """What the user asked for."""

    SYSTEM = "system"  # dark where the system does not say
    DARK = "dark"
    LIGHT = "light"


class Theme(QObject):
    """Keeps the application in the chosen theme, and follows the system where asked to."""

    def __init__(
        self, application: QApplication, choice: ThemeChoice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._choice = choice
        if application.style().name() != STYLE:
            application.setStyle(STYLE)
        application.setFont(tabular(application.font()))
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What was asked for last."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Change the theme at once."""
        self._choice = choice
        self._apply()

    def _follow(self) -> None:
        if self._choice is ThemeChoice.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        """What is there already is not set again: every widget would be polished again."""
        colours = colours_for(self._choice)
        sheet = style_sheet(colours)
        if self._application.styleSheet() != sheet:
            self._application.setPalette(palette(colours))
            self._application.setStyleSheet(sheet)


def colours_for(choice: ThemeChoice) -> Colours:
    """The colours of a choice; the system's light is followed, anything else is dark."""
    if choice is ThemeChoice.SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme is Qt.ColorScheme.Light else DARK
    return LIGHT if choice is ThemeChoice.LIGHT else DARK


def tabular(font: QFont) -> QFont:
    """The same font with figures of equal width, so that changing numbers do not dance."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def scaled(font: QFont, factor: float, bold: bool = False) -> QFont:
    """The same font, larger or smaller."""
    font = QFont(font)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(round(font.pixelSize() * factor), 1))
    font.setBold(bold)
    return font


def is_dark(palette: QPalette) -> bool:
    """Whether a palette's window is darker than its text."""
    return palette.window().color().lightness() < palette.windowText().color().lightness()


def palette(colours: Colours) -> QPalette:
    """The Qt palette. Dark holds the canvas behind the picture, Mid the borders, BrightText the
    colour of errors, Link that of warnings.
    """
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.panel,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Mid: colours.border,
        QPalette.ColorRole.Midlight: colours.hover,
        QPalette.ColorRole.Dark: colours.canvas,
        QPalette.ColorRole.BrightText: colours.error,
        QPalette.ColorRole.Link: colours.warning,
    }
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    return result
