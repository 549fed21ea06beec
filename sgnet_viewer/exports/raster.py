"""A vector figure as pixels. Safe outside the GUI thread: it draws into a QImage."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from sgnet_model.types import UserError


def png_from_svg(svg: str) -> bytes:
    """The figure at its own size, as a PNG file."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    if image.isNull():
        raise UserError("The figure is too large for a PNG: save it as SVG instead.")
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise UserError("The figure could not be encoded as PNG: save it as SVG instead.")
    return bytes(buffer.data().data())
