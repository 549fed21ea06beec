"""The files the window saves. Each is written whole or not at all. Runs in a worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sgnet_model.exports import write_labels, write_ply, write_png
from sgnet_model.files import write_atomically
from sgnet_model.inspection.probe import Probe, probe_json
from sgnet_model.inspection.result_json import frame_json, network_json
from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.state.result import Result

from .figure import Figure
from .pages import DPI, figure_pdf, figure_png, figure_svg

WRITERS = {".svg": figure_svg, ".pdf": figure_pdf}


def save_figure(path: Path, figure: Figure, dpi: int = DPI) -> str:
    """The picture as shown, as PNG, SVG or PDF by the name's ending; returns what was written.

    `dpi`: of a PNG.
    """
    suffix = path.suffix.lower()
    if suffix != ".png" and suffix not in WRITERS:
        raise UserError(
            f"{path.name} has no known file format: end the name in .png, .svg or .pdf."
        )
    content = figure_png(figure, dpi) if suffix == ".png" else WRITERS[suffix](figure)
    write_atomically(path, content)
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


def save_image(path: Path, image: UInt8Array) -> str:
    """(H, W, 3) uint8 RGB as PNG."""
    write_png(path, image)
    return f"Saved the picture as {path}."


def source_json(result: Result) -> dict[str, Any]:
    """The frame and the network, in the keys of `sgnet-model`'s commands."""
    network = result.network
    size = result.prediction.network_size
    return {
        "frame": frame_json(result.frame),
        "network": network_json(network.name, network.device, network.precision, size),
    }


def save_probe(path: Path, probe: Probe, result: Result) -> str:
    """A probe as JSON, as `sgnet-model probe --json` prints it, and what it came from."""
    document = {
        **source_json(result),
        "switches": list(result.prediction.switches.texts),
        "edits": list(result.edits.texts),
        **probe_json(probe),
    }
    write_atomically(path, (json.dumps(document, indent=2) + "\n").encode())
    return f"Saved the probe as {path}."
