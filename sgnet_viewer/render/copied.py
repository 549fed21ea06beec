"""What is copied as text: values of a pixel, layers of a probe, classes. Rows of cells with tabs
between them, as spreadsheets take them; numbers with a decimal point, missing ones empty."""

from __future__ import annotations

import math

from sgnet_viewer.contract.panels import LayerRow, LegendRow
from sgnet_viewer.contract.window import Readout

Cell = str | int | float | None
PIXEL_HEAD = ("u", "v", "depth_m", "x_m", "y_m", "z_m", "class", "probability", "truth")
LAYER_HEAD = ("layer", "spread_px", "spread_m", "outside", "partly_outside")
CLASS_HEAD = ("class", "share", "iou", "shown")


def table(*rows: tuple[Cell, ...]) -> str:
    """The rows as text."""
    return "\n".join("\t".join(_cell(cell) for cell in row) for row in rows)


def values_text(readout: Readout) -> str:
    """What is known of a pixel."""
    x, y, z = readout.xyz_m or (None, None, None)
    return table(
        PIXEL_HEAD,
        (
            *(readout.u, readout.v, readout.depth_m, x, y, z),
            *(readout.name, readout.probability, readout.truth),
        ),
    )


def layers_text(layers: tuple[LayerRow, ...]) -> str:
    """The table of a probe's card."""
    rows = (
        (row.layer, row.spread_px, row.spread_m, row.outside, row.partly_outside) for row in layers
    )
    return table(LAYER_HEAD, *rows)


def classes_text(rows: tuple[LegendRow, ...]) -> str:
    """The list of classes."""
    cells = ((row.name, row.share, row.iou, "yes" if row.shown else "no") for row in rows)
    return table(CLASS_HEAD, *cells)


def _cell(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
