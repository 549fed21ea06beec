"""The strip of relative receptive field maps (paper, Fig. 7)."""

from __future__ import annotations

from sgnet_model.inspection.receptive_field import relative_field
from sgnet_model.prediction import Prediction
from sgnet_model.types import LayerTrace
from sgnet_viewer.contract.panels import FieldMap
from sgnet_viewer.render.layer_colours import Rgb, layer_colours
from sgnet_viewer.render.taps import switched_words


def field_maps(prediction: Prediction) -> tuple[FieldMap, ...]:
    """One map an S-Conv, in forward order."""
    colours = layer_colours(tuple(trace.name for trace in prediction.traces))
    return tuple(
        _field_map(trace, colours[trace.name], switched_words(prediction, trace.name))
        for trace in prediction.traces
    )


def _field_map(trace: LayerTrace, rgb: Rgb, switched: str) -> FieldMap:
    field = relative_field(trace)
    return FieldMap(trace.name, field.image, rgb, field.low, field.high, field.constant, switched)
