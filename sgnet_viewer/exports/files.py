"""The files the window saves. Each is written whole or not at all. Runs in a worker."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from sgnet_model.exports import write_labels, write_ply
from sgnet_model.files import write_atomically
from sgnet_model.inspection.probe import Probe, probe_json
from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.state.session import Result

from .figure import Figure, figure_svg

FIGURE_SUFFIXES = (".png", ".svg")


def save_figure(path: Path, figure: Figure) -> str:
    """The picture as shown, as PNG or SVG by the name's ending; returns what was written."""
    suffix = path.suffix.lower()
    if suffix not in FIGURE_SUFFIXES:
        raise UserError(f"{path.name} has no known file format: end the name in .png or .svg.")
    svg = figure_svg(figure)
    write_atomically(path, svg.encode() if suffix == ".svg" else png_from_svg(svg))
    return f"Saved the picture as {path}."


def save_labels(path: Path, result: Result) -> str:
    """The predicted labels in the data set's own ids (0 = void, 1..C) as an 8-bit PNG."""
    write_labels(path, result.prediction.labels)
    return f"Saved the labels as {path} (ids 1 to {len(result.prediction.scheme.classes)})."


def save_cloud(
    path: Path,
    points: FloatArray,
    colours: UInt8Array,
    labels: UInt8Array | None = None,
    confidence: FloatArray | None = None,
) -> str:
    """(N, 3) metres, (N, 3) uint8 RGB, and what the network said of each, as `write_ply` has it."""
    if not len(points):
        raise UserError("The cloud has no points to save: show at least one class.")
    write_ply(path, points, colours, labels, confidence)
    return f"Saved {len(points):,} points as {path}."


def save_probe(path: Path, probe: Probe, result: Result) -> str:
    """A probe as JSON, as `sgnet-model probe --json` prints it, and where it came from."""
    height, width = result.prediction.size
    network_height, network_width = result.prediction.network_size
    document = {
        "frame": result.frame.name,
        "picture_size": [height, width],
        "network": result.network.name,
        "network_size": [network_height, network_width],
        **probe_json(probe),
    }
    write_atomically(path, (json.dumps(document, indent=2) + "\n").encode())
    return f"Saved the probe as {path}."


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
