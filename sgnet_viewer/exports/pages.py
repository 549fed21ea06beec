"""A figure as the bytes of a file: SVG, PNG or PDF, all painted by the same steps."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from sgnet_model.types import UInt8Array, UserError
from sgnet_viewer.painting.marks import Step

from .figure import Figure, Page, page_of, paint_step, steps_of

DPI = 96  # at which a pixel of the page is a pixel of the screen
POINT_PX = 72 / DPI
INCH_M = 0.0254
LARGEST_SIDE = 1 << 15  # pixels: QPainter's own bound
TOO_LARGE = "The figure is too large for a PNG: save it as SVG or PDF, or with fewer dots per inch."
INNER = re.compile(rb"</defs>\s*(.*)</svg>\s*$", re.DOTALL)


def figure_svg(figure: Figure) -> bytes:
    """The figure with a named group for each step: pictures pixel by pixel, the rest as vectors."""
    page = page_of(figure)
    groups = [
        b'<g id="%s" opacity="%g">\n%s</g>'
        % (step.name.encode(), step.opacity, _fragment(step, page))
        for step in steps_of(figure, page)
    ]
    size = (page.width, page.height)
    head = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">\n'
        f'<rect width="{size[0]}" height="{size[1]}" fill="#ffffff"/>'
    )
    return b"\n".join([head.encode(), *groups, b"</svg>\n"])


def figure_image(figure: Figure, dpi: int = DPI) -> QImage:
    """The page at its own size, or `dpi` / 96 times as large: letters and marks are finer then.

    UserError where that is too large for an image.
    """
    page, scale = page_of(figure), dpi / DPI
    size = QSize(round(page.width * scale), round(page.height * scale))
    if max(size.width(), size.height()) > LARGEST_SIDE:
        raise UserError(TOO_LARGE)
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        raise UserError(TOO_LARGE)
    for set_resolution in (image.setDotsPerMeterX, image.setDotsPerMeterY):
        set_resolution(round(dpi / INCH_M))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    for step in steps_of(figure, page):
        if step.opacity < 1:
            painter.setOpacity(step.opacity)
            painter.drawImage(QRectF(0, 0, page.width, page.height), _layer(step, page, scale))
            painter.setOpacity(1.0)
        else:
            paint_step(painter, step, page)
    painter.end()
    return image


def figure_pixels(figure: Figure, dpi: int = DPI) -> UInt8Array:
    """(h, w, 3) uint8 RGB; see `figure_image`."""
    image = figure_image(figure, dpi).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    pixels: UInt8Array = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    return pixels.copy()


def figure_png(figure: Figure, dpi: int = DPI) -> bytes:
    """See `figure_image`."""
    image = figure_image(figure, dpi)
    buffer = _buffer()
    if not QImageWriter(buffer, b"png").write(image):
        raise UserError("The figure could not be encoded as PNG: save it as SVG instead.")
    return bytes(buffer.data().data())


def figure_pdf(figure: Figure) -> bytes:
    """A page of its own size, with fonts inside; marks and texts stay vectors.

    What is faint is so shape by shape: a PDF of Qt's has no groups.
    """
    page = page_of(figure)
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setCreator("SGNet viewer")
    size = QPageSize(QSizeF(page.width, page.height) * POINT_PX, QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    for step in steps_of(figure, page):
        painter.setOpacity(step.opacity)
        paint_step(painter, step, page)
    painter.end()
    return bytes(buffer.data().data())


def _layer(step: Step, page: Page, scale: float) -> QImage:
    """What one step paints, on nothing."""
    size = QSize(round(page.width * scale), round(page.height * scale))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_step(painter, step, page)
    painter.end()
    return image


def _fragment(step: Step, page: Page) -> bytes:
    """What Qt writes for one step, without the document around it."""
    buffer = _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(DPI)
    generator.setSize(QSize(page.width, page.height))
    generator.setViewBox(QRect(0, 0, page.width, page.height))
    painter = QPainter(generator)
    paint_step(painter, step, page)
    painter.end()
    inner = INNER.search(bytes(buffer.data().data()))
    assert inner is not None  # Qt writes definitions first
    return inner[1]


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
