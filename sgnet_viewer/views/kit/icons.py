"""Icons in the colours of the palette: drawings of assets/icons, stroked in currentColor."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from sgnet_model.resources import asset_dir

SIDE = 16  # pixels of the drawing
SCALE = 3  # rendered larger, so that it stays sharp on dense screens


def icon(name: str, palette: QPalette) -> QIcon:
    """The icon of assets/icons/`name`.svg for normal, disabled and checked buttons."""
    text, faded, checked = icon_colours(palette)
    result = QIcon()
    result.addPixmap(icon_pixmap(name, text))
    result.addPixmap(icon_pixmap(name, faded), QIcon.Mode.Disabled)
    result.addPixmap(icon_pixmap(name, checked), QIcon.Mode.Normal, QIcon.State.On)
    return result


def icon_colours(palette: QPalette) -> tuple[QColor, QColor, QColor]:
    """Of normal, disabled and checked buttons."""
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    return (
        palette.color(group.Active, role.ButtonText),
        palette.color(group.Disabled, role.ButtonText),
        palette.color(group.Active, role.HighlightedText),
    )


def icon_pixmap(name: str, colour: QColor) -> QPixmap:
    """One drawing in one colour, 16 x 16 logical pixels."""
    pixmap = QPixmap(SIDE * SCALE, SIDE * SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    drawing = _source(name).replace("currentColor", colour.name())
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(
        painter, QRectF(0, 0, SIDE * SCALE, SIDE * SCALE)
    )
    painter.end()
    pixmap.setDevicePixelRatio(SCALE)
    return pixmap


def application_icon() -> QIcon:
    """The program's own, in colour, for title bars and task lists."""
    drawing = QSvgRenderer(QByteArray(_source("app").encode()))
    result = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, side, side))
        painter.end()
        result.addPixmap(pixmap)
    return result


class IconButton(QToolButton):
    """A button with an icon that follows the palette; `tip` is its tooltip and accessible name."""

    def __init__(
        self, name: str, tip: str, parent: QWidget | None = None, flat: bool = True
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._key: tuple[object, ...] = ()
        self.setProperty("flat", flat)
        self.setToolTip(tip)
        self.setAccessibleName(tip.split("  ")[0])
        self.setIconSize(QSize(SIDE, SIDE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._refresh()

    def set_icon_name(self, name: str) -> None:
        """Another drawing."""
        self._name = name
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()

    def _refresh(self) -> None:
        """Palette events are many, and most change nothing that is seen here."""
        key = (self._name, *(colour.rgba() for colour in icon_colours(self.palette())))
        if key != self._key:
            self._key = key
            self.setIcon(icon(self._name, self.palette()))


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return (asset_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
