"""The JSON form of a document: what a saved session holds of it.

Paths are written relative to the session's folder where they can be, so that a folder that is moved
or copied as a whole still opens. What cannot be read on opening is named, and the rest is taken.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from sgnet_model.edits import parse_edits
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError
from sgnet_model.untrusted import number

from .brush import (
    BRUSH_KINDS,
    LARGEST,
    LEAST_CONSTANT_M,
    MOST_CONSTANT_M,
    MOST_SHIFT_M,
    SMALLEST,
    Brush,
)
from .choices import NetworkChoice, Target
from .class_colours import colours_from_json, colours_to_json
from .comparing import CompareMap, Comparing, Layout
from .document import DocumentValue
from .frame_edits import FrameEdits
from .network_size import format_size, parse_size
from .probe_points import ProbePoint, ProbePoints
from .view_settings import (
    DPI_RANGE,
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

T = TypeVar("T")
Json = dict[str, Any]
MOST_PROBES = 1000
MOST_CAMERAS = 100_000
MOST_SWITCHES = 1000
MOST_EDITS = 10_000  # of a frame
LONGEST_EDIT = 1 << 20  # characters: a stroke has many points
MOST_PIXELS = 1 << 20  # of a side
FARTHEST_M = 1e6  # of a depth range


def document_to_json(value: DocumentValue, folder: Path) -> Json:
    """JSON values; paths relative to `folder`."""
    target = value.target
    return {
        "target": {
            "paths": [_relative(path, folder) for path in target.paths],
            "sample": target.sample,
            "unit": target.unit,
            "intrinsics": target.intrinsics,
            "cameras": [list(pair) for pair in target.cameras],
        },
        "index": value.index,
        "network": _network_to_json(value.network, folder),
        "probes": [
            {"number": at.number, "u": at.u, "v": at.v, "pinned": at.pinned}
            for at in value.probes.points
        ],
        "active_probe": value.probes.active_number,
        "view": _view_to_json(value.view),
        "tool": value.tool,
        "explain": value.explain,
        "measured": [list(at) for at in value.measured],
        "edits": _edits_to_json(value.edits),
        "brush": asdict(value.brush),
        "comparing": _comparing_to_json(value.comparing, folder),
    }


def document_from_json(data: object, folder: Path) -> tuple[DocumentValue, tuple[str, ...]]:
    """The document, and a sentence for each part that could not be read and is the default."""
    reader = Reader(data if isinstance(data, Mapping) else {})
    return (
        DocumentValue(
            target=reader.read("target", lambda part: _target(part, folder), Target(sample="")),
            index=reader.read("index", _count, 0),
            network=reader.read("network", lambda part: _network(part, folder), NetworkChoice()),
            probes=reader.read("probes", lambda part: _probes(part, data), ProbePoints()),
            view=reader.read("view", _view, ViewSettings()),
            explain=reader.read("explain", _text, ""),
            tool=reader.read("tool", _text, DocumentValue().tool),
            measured=reader.read("measured", _corners, ()),
            edits=reader.read("edits", _edits, FrameEdits()),
            brush=reader.read("brush", _brush, Brush()),
            comparing=reader.read("comparing", lambda part: _comparing(part, folder), Comparing()),
        ),
        tuple(reader.remarks),
    )


class Reader:
    """Reads the parts of a JSON object; `remarks` names those that could not be read."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.remarks: list[str] = []
        self._data = data

    def read(self, key: str, parse: Callable[[Any], T], default: T) -> T:
        """The part called `key`; the default where it is missing or cannot be read."""
        if key not in self._data:
            return default
        try:
            return parse(self._data[key])
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, UserError) as error:
            reason = f" ({error})" if isinstance(error, UserError) else ""
            self.remarks.append(f"The session's {key} cannot be read{reason}: left as it is.")
            return default


def _target(part: Any, folder: Path) -> Target:
    paths = tuple(_absolute(_text(path), folder) for path in _list(part["paths"]))
    sample = part.get("sample")
    return Target(
        paths,
        None if sample is None else _text(sample),
        _text(part.get("unit", "")),
        _text(part.get("intrinsics", "")),
        tuple(
            (_count(index), _text(camera))
            for index, camera in _list(part.get("cameras", []))[:MOST_CAMERAS]
        ),
    )


def _network(part: Any, folder: Path) -> NetworkChoice:
    checkpoint = part.get("checkpoint")
    return NetworkChoice(
        None if checkpoint is None else Path(_absolute(_text(checkpoint), folder)),
        _text(part.get("device", "auto")),
        parse_size(_text(part.get("size", "480x640"))),
        _text(part.get("precision", "auto")),
        parse_switches(_text(switch) for switch in _list(part.get("switches", []))[:MOST_SWITCHES]),
    )


def _probes(part: Any, whole: Any) -> ProbePoints:
    points = tuple(
        ProbePoint(
            _count(at["number"]),
            _pixel(at["u"]),
            _pixel(at["v"]),
            _flag(at.get("pinned", False)),
        )
        for at in _list(part)[:MOST_PROBES]
    )
    if len({point.number for point in points}) != len(points) or any(
        point.number < 1 for point in points
    ):
        raise ValueError("numbers of probes")
    probes = ProbePoints(tuple(sorted(points, key=lambda at: at.number)))
    active = whole.get("active_probe", 0)
    if probes.find(active) is None:
        active = points[-1].number if points else 0
    return replace(probes, active_number=active)


def _corners(part: Any) -> tuple[tuple[int, int], ...]:
    return tuple((_pixel(u), _pixel(v)) for u, v in _list(part)[:MOST_PROBES])


def _network_to_json(network: NetworkChoice, folder: Path) -> Json:
    checkpoint = network.checkpoint
    return {
        "checkpoint": None if checkpoint is None else _relative(str(checkpoint), folder),
        "device": network.device,
        "size": format_size(network.size),
        "precision": network.precision,
        "switches": list(network.switches.texts),
    }


def _comparing_to_json(comparing: Comparing, folder: Path) -> Json:
    network = comparing.network
    return {
        "network": None if network is None else _network_to_json(network, folder),
        "edits": _edits_to_json(comparing.edits),
        "layout": comparing.layout.value,
        "wipe": comparing.wipe,
        "map": comparing.shown_map.value,
    }


def _comparing(part: Any, folder: Path) -> Comparing:
    network = part["network"]
    return Comparing(
        None if network is None else _network(network, folder),
        _edits(part.get("edits", [])),
        _member(Layout, part.get("layout", Layout.A)),
        _fraction(part.get("wipe", 0.5)),
        _member(CompareMap, part.get("map", CompareMap.NONE)),
    )


def _edits_to_json(edits: FrameEdits) -> list[Any]:
    return [[index, list(of_frame.texts)] for index, of_frame in edits.items]


def _edits(part: Any) -> FrameEdits:
    found = FrameEdits()
    for index, texts in _list(part)[:MOST_CAMERAS]:
        edits = parse_edits(_text(text, LONGEST_EDIT) for text in _list(texts)[:MOST_EDITS])
        found = found.replaced(_count(index), edits)
    return found


def _brush(part: Any) -> Brush:
    first = Brush()
    if part["kind"] not in BRUSH_KINDS:
        raise ValueError(part)
    return Brush(
        part["kind"],
        number(part.get("radius", first.radius), SMALLEST, LARGEST),
        number(part.get("shift_m", first.shift_m), -MOST_SHIFT_M, MOST_SHIFT_M),
        number(part.get("constant_m", first.constant_m), LEAST_CONSTANT_M, MOST_CONSTANT_M),
    )


def _view_to_json(view: ViewSettings) -> Json:
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


def _view(part: Any) -> ViewSettings:
    first = ViewSettings()
    return ViewSettings(
        mode=_member(PictureMode, part.get("mode", first.mode)),
        opacity=_fraction(part.get("opacity", first.opacity)),
        hidden=frozenset(_count(index) for index in _list(part.get("hidden", []))),
        layer=_text(part.get("layer", first.layer)),
        tap_weight=_member(TapWeight, part.get("tap_weight", first.tap_weight)),
        tap_colour=_member(TapColour, part.get("tap_colour", first.tap_colour)),
        show_grid=_flag(part.get("show_grid", first.show_grid)),
        show_field=_flag(part.get("show_field", first.show_field)),
        cloud_colour=_member(CloudColour, part.get("cloud_colour", first.cloud_colour)),
        point_size=min(max(_count(part.get("point_size", first.point_size)), 1), 12),
        depth_ramp=_member(DepthRamp, part.get("depth_ramp", first.depth_ramp)),
        depth_limits=_limits(part.get("depth_limits")),
        cloud_shaded=_flag(part.get("cloud_shaded", first.cloud_shaded)),
        cloud_grid=_flag(part.get("cloud_grid", first.cloud_grid)),
        grey_hidden=_flag(part.get("grey_hidden", first.grey_hidden)),
        cloud_box=_box(part.get("cloud_box", {})),
        least_confidence=_fraction(part.get("least_confidence", first.least_confidence)),
        outlines=_flag(part.get("outlines", first.outlines)),
        region_names=_flag(part.get("region_names", first.region_names)),
        palette=_member(ClassPalette, part.get("palette", first.palette)),
        own_colours=colours_from_json(part.get("own_colours", {})),
        figure=_figure(part.get("figure", {})),
    )


def _box(part: Any) -> CloudBox:
    return CloudBox(*(_span(part.get(name)) for name in ("depth", "height", "across")))


def _span(value: Any) -> Limits | None:
    """Metres, also below 0; None for no limits."""
    if value is None:
        return None
    low, high = (float(end) for end in _list(value))
    if not -FARTHEST_M <= low <= high <= FARTHEST_M:
        raise ValueError(value)
    return low, high


# --- values, each as it should be or a ValueError


def _text(value: Any, longest: int = 4096) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > longest:
        raise ValueError(value)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 31:
        raise ValueError(value)
    return value


def _pixel(value: Any) -> int:
    if _count(value) >= MOST_PIXELS:
        raise ValueError(value)
    return int(value)


def _figure(value: Any) -> FigureOptions:
    first = FigureOptions()
    return FigureOptions(
        legend=_flag(value.get("legend", first.legend)),
        key=_flag(value.get("key", first.key)),
        cloud=_flag(value.get("cloud", first.cloud)),
        dpi=min(max(_count(value.get("dpi", first.dpi)), DPI_RANGE[0]), DPI_RANGE[1]),
    )


def _limits(value: Any) -> Limits | None:
    """Metres; None for each frame's own."""
    if value is None:
        return None
    low, high = (float(end) for end in _list(value))
    if not 0.0 <= low < high <= FARTHEST_M:
        raise ValueError(value)
    return low, high


def _fraction(value: Any) -> float:
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(value)
    return number


Member = TypeVar("Member", bound=Enum)


def _member(kind: type[Member], value: Any) -> Member:
    return kind(value)


# --- paths


def _relative(path: str, folder: Path) -> str:
    """With forward slashes; absolute where the folder is on another drive."""
    absolute = os.path.abspath(Path(path).expanduser())
    try:
        return Path(os.path.relpath(absolute, folder)).as_posix()
    except ValueError:  # another drive
        return Path(absolute).as_posix()


def _absolute(path: str, folder: Path) -> str:
    return os.path.normpath(folder / path)
