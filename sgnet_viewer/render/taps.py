"""A probe as marks on the picture and as a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sgnet_model.inspection.probe import Probe
from sgnet_model.inspection.receptive_field import LayerTaps
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.panels import CheckBadge, LayerRow, ProbeCard
from sgnet_viewer.contract.picture import ProbeMarks, TapMarks
from sgnet_viewer.render.class_colours import class_rgb
from sgnet_viewer.render.layer_colours import Rgb, layer_colours
from sgnet_viewer.render.tap_values import TapValues
from sgnet_viewer.render.truth import is_right, truth_name
from sgnet_viewer.state.live_samples import Steadiness
from sgnet_viewer.state.view_settings import ALL_LAYERS, ViewSettings


def probe_marks(
    probe: Probe,
    number: int,
    settings: ViewSettings,
    active: bool,
    valued: TapValues | None = None,
) -> ProbeMarks:
    """The probe's cross, and the taps of the layer that is chosen, or of all; in the colours of
    what an answer says of each, where one does."""
    colours = _colours(probe)
    own = {} if valued is None else {name: valued.colours(name) for name in valued.values}
    taps = tuple(
        _tap_marks(layer, colours[layer.name], own.get(layer.name))
        for layer in chosen_layers(probe, settings)
    )
    return ProbeMarks(number, probe.u, probe.v, active, taps)


def probe_card(
    probe: Probe,
    number: int,
    frame: Frame,
    prediction: Prediction,
    settings: ViewSettings,
    pinned: bool = False,
    check: CheckBadge | None = None,
) -> ProbeCard:
    """Classes, depth, position and every layer's spread, whichever layer is chosen."""
    colours = _colours(probe)
    return ProbeCard(
        number=number,
        u=probe.u,
        v=probe.v,
        depth_m=probe.depth_m,
        xyz_m=probe.xyz_m,
        classes=tuple(
            (score.name, class_rgb(prediction.scheme, settings, score.index), score.probability)
            for score in probe.top
        ),
        truth=truth_name(frame, probe.u, probe.v),
        layers=tuple(
            _layer_row(layer, colours[layer.name], switched_words(prediction, layer.name))
            for layer in probe.layers
        ),
        pinned=pinned,
        check=check,
        right=is_right(frame, prediction, probe.u, probe.v),
    )


def with_steadiness(card: ProbeCard, steadiness: Steadiness) -> ProbeCard:
    """The card of a stream's probe, with how far its taps wander and how often its class flips."""
    jitter = dict(steadiness.jitter_px)
    layers = tuple(replace(row, jitter_px=jitter.get(row.layer)) for row in card.layers)
    return replace(card, layers=layers, flips_per_s=steadiness.flips_per_s)


def switched_words(prediction: Prediction, layer: str) -> str:
    """What the layer did without in this pass: "offsets zero, modulation one"; "" for nothing."""
    state = prediction.switches.of(layer)
    parts = (("offsets", state.offsets), ("modulation", state.modulation))
    return ", ".join(f"{part} {value}" for part, value in parts if value != "learned")


def chosen_layers(probe: Probe, settings: ViewSettings) -> tuple[LayerTaps, ...]:
    """The S-Convs whose taps are drawn."""
    if settings.layer == ALL_LAYERS:
        return probe.layers
    return tuple(layer for layer in probe.layers if layer.name == settings.layer)


def _colours(probe: Probe) -> Mapping[str, Rgb]:
    return layer_colours(tuple(layer.name for layer in probe.layers))


def _tap_marks(layer: LayerTaps, rgb: Rgb, colours: tuple[Rgb, ...] | None) -> TapMarks:
    return TapMarks(
        layer=layer.name,
        colour=rgb,
        x=layer.x.astype(np.float32),
        y=layer.y.astype(np.float32),
        grid_x=layer.grid_x.astype(np.float32),
        grid_y=layer.grid_y.astype(np.float32),
        modulation=layer.modulation.astype(np.float32),
        outside=layer.outside,
        partly_outside=layer.partly_outside & ~layer.outside,
        colours=colours,
    )


def _layer_row(layer: LayerTaps, rgb: Rgb, switched: str) -> LayerRow:
    return LayerRow(
        layer=layer.name,
        colour=rgb,
        spread_px=layer.spread_px,
        spread_m=layer.spread_m,
        outside=int(np.count_nonzero(layer.outside)),
        partly_outside=int(np.count_nonzero(layer.partly_outside & ~layer.outside)),
        switched=switched,
    )
