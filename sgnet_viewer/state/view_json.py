"""The JSON form of the view's settings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .class_colours import colours_from_json, colours_to_json
from .json_values import count, flag, fraction, items, member, text
from .view_settings import (
    DPI_RANGE,
    FARTHEST_LIMIT_M,
    ClassPalette,
    CloudBox,
    CloudColour,
    DepthRamp,
    FigureOptions,
    Limits,
    PictureMode,
    TapColour,
    TapWeight,
    ViewSettings,
)


def view_to_json(view: ViewSettings) -> dict[str, Any]:
    """JSON values."""
    return {
        "mode": view.mode.value,
        "opacity": view.opacity,
        "hidden": sorted(view.hidden),
        "layer": view.layer,
        "tap_weight": view.tap_weight.value,
        "tap_colour": view.tap_colour.value,
        "show_grid": view.show_grid,
        "show_field": view.show_field,
        "cloud_colour": view.cloud_colour.value,
        "point_size": view.point_size,
        "depth_ramp": view.depth_ramp.value,
        "depth_limits": None if view.depth_limits is None else list(view.depth_limits),
        "cloud_shaded": view.cloud_shaded,
        "cloud_grid": view.cloud_grid,
        "grey_hidden": view.grey_hidden,
        "cloud_box": {
            name: None if limits is None else list(limits)
            for name, limits in asdict(view.cloud_box).items()
        },
        "least_confidence": view.least_confidence,
        "outlines": view.outlines,
        "region_names": view.region_names,
        "palette": view.palette.value,
        "own_colours": colours_to_json(view.own_colours),
        "figure": asdict(view.figure),
    }


def view_from_json(part: Any) -> ViewSettings:
    """The settings; a missing one is the default, a wrong one a ValueError."""
    first = ViewSettings()
    return ViewSettings(
        mode=member(PictureMode, part.get("mode", first.mode)),
        opacity=fraction(part.get("opacity", first.opacity)),
        hidden=frozenset(count(index) for index in items(part.get("hidden", []))),
        layer=text(part.get("layer", first.layer)),
        tap_weight=member(TapWeight, part.get("tap_weight", first.tap_weight)),
        tap_colour=member(TapColour, part.get("tap_colour", first.tap_colour)),
        show_grid=flag(part.get("show_grid", first.show_grid)),
        show_field=flag(part.get("show_field", first.show_field)),
        cloud_colour=member(CloudColour, part.get("cloud_colour", first.cloud_colour)),
        point_size=min(max(count(part.get("point_size", first.point_size)), 1), 12),
        depth_ramp=member(DepthRamp, part.get("depth_ramp", first.depth_ramp)),
        depth_limits=_limits(part.get("depth_limits")),
        cloud_shaded=flag(part.get("cloud_shaded", first.cloud_shaded)),
        cloud_grid=flag(part.get("cloud_grid", first.cloud_grid)),
        grey_hidden=flag(part.get("grey_hidden", first.grey_hidden)),
        cloud_box=_box(part.get("cloud_box", {})),
        least_confidence=fraction(part.get("least_confidence", first.least_confidence)),
        outlines=flag(part.get("outlines", first.outlines)),
        region_names=flag(part.get("region_names", first.region_names)),
        palette=member(ClassPalette, part.get("palette", first.palette)),
        own_colours=colours_from_json(part.get("own_colours", {})),
        figure=_figure(part.get("figure", {})),
    )


def _box(part: Any) -> CloudBox:
    return CloudBox(*(_span(part.get(name)) for name in ("depth", "height", "across")))


def _span(value: Any) -> Limits | None:
    """Metres, also below 0; None for no limits."""
    if value is None:
        return None
    low, high = (float(end) for end in items(value))
    if not -FARTHEST_LIMIT_M <= low <= high <= FARTHEST_LIMIT_M:
        raise ValueError(value)
    return low, high


def _limits(value: Any) -> Limits | None:
    """Metres; None for each frame's own."""
    if value is None:
        return None
    low, high = (float(end) for end in items(value))
    if not 0.0 <= low < high <= FARTHEST_LIMIT_M:
        raise ValueError(value)
    return low, high


def _figure(value: Any) -> FigureOptions:
    first = FigureOptions()
    return FigureOptions(
        legend=flag(value.get("legend", first.legend)),
        key=flag(value.get("key", first.key)),
        cloud=flag(value.get("cloud", first.cloud)),
        dpi=min(max(count(value.get("dpi", first.dpi)), DPI_RANGE[0]), DPI_RANGE[1]),
    )
