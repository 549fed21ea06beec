"""The JSON form of the view's settings, of a session's and of those kept for the next start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from .class_colours import colours_from_json, colours_to_json
from .json_values import count, flag, fraction, items, text
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

MOST_POINT_SIZE = 12  # pixels


def view_to_json(view: ViewSettings) -> dict[str, Any]:
    """JSON values, by the names of the fields."""
    return {name: WRITERS.get(name, _as_it_is)(getattr(view, name)) for name in READERS}


def view_from_json(part: Any) -> ViewSettings:
    """The settings; a missing one is the default, a wrong one a ValueError or a TypeError."""
    if not isinstance(part, Mapping):
        raise ValueError(part)
    return ViewSettings(**{name: READERS[name](part[name]) for name in READERS if name in part})


def _as_it_is(value: Any) -> Any:
    return value


def _hidden(value: Any) -> frozenset[int]:
    return frozenset(count(index) for index in items(value))


def _point_size(value: Any) -> int:
    return min(max(count(value), 1), MOST_POINT_SIZE)


def _box(part: Any) -> CloudBox:
    return CloudBox(*(_span(part.get(name)) for name in ("depth", "height", "across")))


def _box_to_json(box: CloudBox) -> dict[str, list[float] | None]:
    return {name: _limits_to_json(limits) for name, limits in asdict(box).items()}


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
    limits = _span(value)
    if limits is not None and not 0.0 <= limits[0] < limits[1]:
        raise ValueError(value)
    return limits


def _limits_to_json(limits: Limits | None) -> list[float] | None:
    return None if limits is None else list(limits)


def _figure(value: Any) -> FigureOptions:
    first = FigureOptions()
    return FigureOptions(
        legend=flag(value.get("legend", first.legend)),
        key=flag(value.get("key", first.key)),
        cloud=flag(value.get("cloud", first.cloud)),
        dpi=min(max(count(value.get("dpi", first.dpi)), DPI_RANGE[0]), DPI_RANGE[1]),
    )


READERS: dict[str, Callable[[Any], Any]] = {  # field -> its value from JSON
    "mode": PictureMode,
    "opacity": fraction,
    "hidden": _hidden,
    "layer": text,
    "tap_weight": TapWeight,
    "tap_colour": TapColour,
    "show_grid": flag,
    "show_field": flag,
    "cloud_colour": CloudColour,
    "point_size": _point_size,
    "depth_ramp": DepthRamp,
    "depth_limits": _limits,
    "cloud_shaded": flag,
    "cloud_grid": flag,
    "grey_hidden": flag,
    "cloud_box": _box,
    "least_confidence": fraction,
    "outlines": flag,
    "region_names": flag,
    "palette": ClassPalette,
    "own_colours": colours_from_json,
    "figure": _figure,
}
WRITERS: dict[str, Callable[[Any], Any]] = {  # the inverse, where a value is not JSON as it is
    "hidden": sorted,
    "depth_limits": _limits_to_json,
    "cloud_box": _box_to_json,
    "own_colours": colours_to_json,
    "figure": asdict,
}
