"""Overlays that the window itself lays over the picture: one class lit up, one layer's map."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sgnet_model.inspection.finding import HeatMap, output_grid
from sgnet_model.inspection.receptive_field.relative import offset_sums
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.render.finding import map_overlay

VEIL = (8, 10, 12, 190)  # RGBA over what is not lit
FIELD_UNIT = "reach, cells of its grid"


@lru_cache(maxsize=1)
def lit_class(prediction: Prediction, index: int) -> MapOverlay:
    """Everything but the class of this index is dark. Kept: it is asked for at every look."""
    image = np.zeros((*prediction.labels.shape, 4), np.uint8)
    image[prediction.labels != index] = VEIL
    return MapOverlay(image, None, prediction.scheme.classes[index])


@lru_cache(maxsize=1)
def field_overlay(frame: Frame, prediction: Prediction, layer: str) -> MapOverlay | None:
    """The map of the strip (paper, Fig. 7) over the whole picture: the sum of a layer's nine offset
    lengths, from nought on. None where the network has no such layer."""
    trace = next((trace for trace in prediction.traces if trace.name == layer), None)
    if trace is None:
        return None
    grid = output_grid(trace, prediction.network_size, frame.size)
    title = f"{layer}: sum of the offsets"
    part = HeatMap("field", title, offset_sums(trace), grid, FIELD_UNIT, layer=layer)
    return map_overlay(part, frame.rgb)
