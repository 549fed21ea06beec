"""reads, the inverse probe: who looked at this pixel?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.inspection.finding import Check, Finding, HeatMap, Pixel, output_grid
from sgnet_model.inspection.protocol import Cost, Inspection, Need, Options
from sgnet_model.inspection.receptive_field.grids import (
    TAP_COLUMNS,
    TAP_ROWS,
    Size,
    nearest_index,
    network_from_picture,
)
from sgnet_model.inspection.receptive_field.tent import tent
from sgnet_model.types import FloatArray, LayerTrace

if TYPE_CHECKING:
    from sgnet_model.inspection.subject import Subject

PAIRS = 1000  # of the check


class Reads(Inspection):
    """For the input cell under the pixel, the outputs q of a layer that read it, by
    sum_k m_k(q) beta(T_k(q), cell): what one hole or reflection reaches."""

    name, title = "reads", "Who looked at this pixel?"
    needs, cost = Need.TRACES, Cost.CHEAP

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """A heat map for each layer, on its output grid; `layers`: their `readers` and `weight`,
        which are summed over the layers beside it."""
        prediction = subject.prediction
        traces = subject.traces(options.layer)
        maps, rows, worst = [], [], duality_error(traces[0])
        for trace in traces:
            cell = input_cell(trace, pixel, prediction.network_size, prediction.size)
            found = readers_of(trace, cell)
            maps.append(
                HeatMap(
                    f"reads_{trace.name}",
                    f"{trace.name}: who read {pixel[0]},{pixel[1]}",
                    found,
                    output_grid(trace, prediction.network_size, prediction.size),
                    "weight of the reading",
                    layer=trace.name,
                )
            )
            rows.append(_row(trace.name, cell, found))
            worst = max(worst, difference(trace, found, cell, PAIRS // len(traces)))
        check = Check(
            f"duality with the taps on {PAIRS} pairs of cell and output, {traces[0].name}, and on "
            "the maps",
            worst,
        )
        values = {
            "readers": sum(row["readers"] for row in rows),
            "weight": sum(row["weight"] for row in rows),
            "layers": rows,
        }
        score = subject.score(pixel, options.class_name)
        return Finding(self.name, pixel, score, (check,), tuple(maps), values)


INSPECTION = Reads()


def input_cell(trace: LayerTrace, pixel: Pixel, network: Size, picture: Size) -> tuple[int, int]:
    """(row, column) of the layer's input cell nearest to pixel (u, v) of the picture."""
    u, v = pixel
    y = network_from_picture(float(v), network[0], picture[0])
    x = network_from_picture(float(u), network[1], picture[1])
    height, width = trace.input_size
    return nearest_index(y, trace.stride_in, height), nearest_index(x, trace.stride_in, width)


def readers_of(trace: LayerTrace, cell: tuple[int, int]) -> FloatArray:
    """(h, w) float32 over the layer's outputs: sum_k m_k(q) beta(T_k(q), cell)."""
    height, width = trace.output_size
    step = trace.stride_out // trace.stride_in
    rows = np.arange(height, dtype=np.float32) * step + (TAP_ROWS[:, None] - cell[0])
    away = trace.offsets[0::2] + rows.astype(np.float32)[:, :, None]  # (9, h, w)
    np.abs(away, out=away)
    near = np.flatnonzero(away < 1)  # few: columns are looked at for these alone
    tap, q = np.divmod(near, height * width)
    columns = (q % width * step + TAP_COLUMNS[tap] - cell[1]).astype(np.float32)
    across = tent(trace.offsets.reshape(-1, height * width)[2 * tap + 1, q] + columns)
    weight = trace.modulation.ravel()[near] * across * (1 - away.ravel()[near])
    found = np.bincount(q, weight, height * width)
    return found.reshape(height, width).astype(np.float32)


def duality_error(trace: LayerTrace) -> float:
    """The largest difference between the map of a cell at an output and what the taps of that
    output put on that cell, over random pairs. Half of the cells are ones that are read."""
    random = np.random.default_rng(0)
    cells = [tuple(random.integers(0, trace.input_size)) for _ in range(4)]
    worst = 0.0
    for cell in cells:
        found = readers_of(trace, (int(cell[0]), int(cell[1])))
        worst = max(worst, difference(trace, found, cell, PAIRS // len(cells), random))
    return worst


def difference(
    trace: LayerTrace,
    found: FloatArray,
    cell: tuple[int, ...],
    pairs: int,
    random: np.random.Generator | None = None,
) -> float:
    """The same of one map, `found` (h, w), of a cell; half of the outputs are ones that read it."""
    random = random or np.random.default_rng(0)
    flat = random.integers(0, found.size, pairs)
    readers = np.flatnonzero(found)
    if readers.size:
        half = len(flat) // 2
        flat[:half] = random.choice(readers, half)
    q = np.unravel_index(flat, found.shape)
    return float(np.abs(found[q] - by_taps(trace, q, cell)).max())


def by_taps(
    trace: LayerTrace, q: tuple[NDArray[np.intp], ...], cell: tuple[int, ...]
) -> NDArray[np.float64]:
    """(n,): what the taps of outputs `q` (rows, columns) put on the input cell."""
    step = trace.stride_out // trace.stride_in
    rows, columns = q
    y = rows * step + TAP_ROWS[:, None] + trace.offsets[0::2, rows, columns]  # (9, n)
    x = columns * step + TAP_COLUMNS[:, None] + trace.offsets[1::2, rows, columns]
    weights = trace.modulation[:, rows, columns] * tent(y - cell[0]) * tent(x - cell[1])
    total: NDArray[np.float64] = weights.sum(0)
    return total


def _row(layer: str, cell: tuple[int, int], values: FloatArray) -> dict[str, Any]:
    return {
        "name": layer,
        "cell": list(cell),
        "readers": int(np.count_nonzero(values)),
        "weight": float(values.sum(dtype=np.float64)),
    }
