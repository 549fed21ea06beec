"""The atlas of a network's taps as a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sgnet_model.files import make_folder, write_atomically
from sgnet_model.inspection.atlas import GROUPINGS

from .blocks import Document, Plot, Section, Table, Text
from .html import to_html
from .svg import Svg, circle, line, text

HTML_NAME = "atlas.html"
TITLES = {
    "by_depth": "By depth",
    "by_class": "By class",
    "by_size": "By the size of the segment (root of its area)",
    "by_border": "By the distance from a border of labels",
}
_HEADER = (
    *("positions", "dilation, cells", "± from place to place", "px", "m", "outside"),
    *("entropy", "same surface", "regular", "label purity", "regular"),
)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 240, 60, 40, 20


def write_atlas(folder: Path, atlas: Mapping[str, Any], title: str) -> Path:
    """One HTML file; its path. UserError where the folder cannot be written."""
    make_folder(folder)
    path = folder / HTML_NAME
    write_atomically(path, to_html(atlas_document(atlas, title)).encode("utf-8", "replace"))
    return path


def atlas_document(atlas: Mapping[str, Any], title: str) -> Document:
    """`atlas`: see `Atlas.to_json`."""
    layers = atlas["layers"]
    rows = tuple((layer["name"], *_cells(layer), _slope(layer["slope"])) for layer in layers)
    overview = Section(
        "Layers",
        (
            Text(
                "Effective dilation is the mean distance between the neighbours among a position's "
                "nine taps: 1 cell for the regular grid. The slope is that of log spread in pixels "
                "against log depth: -1 where the spread is constant in metres, 0 where it is "
                "constant in pixels. Same surface: the share of modulation on taps within three "
                "deviations of the sensor's noise from the plane at the centre; label purity: on "
                "taps of the centre's class. The regular grid stands beside both."
            ),
            Table(("layer", *_HEADER, "slope"), rows),
            Plot("slopes", _slope_plot(layers), "Slope with its 95 % interval over frames"),
        ),
    )
    sections = [overview]
    for key in GROUPINGS:
        blocks = tuple(
            Table(
                ("group", *_HEADER, "furthest apart at"),
                tuple((group["group"], *_cells(group), _examples(group)) for group in layer[key]),
                caption=layer["name"],
                folded=layer["name"],
            )
            for layer in layers
        )
        sections.append(Section(TITLES[key], blocks))
    return Document("Atlas of taps", f"{title}: {atlas['frames']} frames", tuple(sections))


def _cells(of: Mapping[str, Any]) -> tuple[str, ...]:
    dilation = of["dilation"]
    return (
        f"{of['positions']:,}",
        _number(dilation["cells"]["mean"]),
        _number(dilation["cells"]["std"]),
        _number(dilation["px"]["mean"], 1),
        _number(dilation["m"]["mean"], 3),
        _percent(of["outside"]),
        _number(of["modulation_entropy"]),
        _percent(of["same_surface"]["share"]),
        _percent(of["same_surface"]["regular"]),
        _percent(of["label_purity"]["share"]),
        _percent(of["label_purity"]["regular"]),
    )


def _examples(group: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{one['frame']} {one['pixel'][0]},{one['pixel'][1]}" for one in group["examples"][:1]
    )


def _slope(slope: Mapping[str, float | None]) -> str:
    if slope["value"] is None:
        return "-"
    return f"{slope['value']:+.2f} ({slope['low']:+.2f} to {slope['high']:+.2f})"


def _slope_plot(layers: list[Mapping[str, Any]]) -> Svg:
    """A dot and its interval for each layer, with lines at 0 and -1."""
    known = [layer for layer in layers if layer["slope"]["value"] is not None]
    bounds = [layer["slope"][key] for layer in known for key in ("low", "high")]
    low, high = min([-1.1, *bounds]), max([0.3, *bounds])

    def y(value: float) -> float:
        return float(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM))

    parts = []
    for value, said in ((0.0, "constant in px"), (-1.0, "constant in m")):
        parts.append(line(LEFT, y(value), WIDTH, y(value)))
        parts.append(text(LEFT - 6, y(value) + 4, f"{value:g}", anchor="end", colour="muted"))
        parts.append(text(WIDTH, y(value) - 4, said, anchor="end", colour="muted", size=11))
    for index, layer in enumerate(known):
        x = LEFT + (index + 0.5) * (WIDTH - LEFT) / max(len(known), 1)
        slope = layer["slope"]
        parts.append(line(x, y(slope["low"]), x, y(slope["high"]), colour="accent", width=2))
        parts.append(circle(x, y(slope["value"]), 4, tip=f"{layer['name']}: {_slope(slope)}"))
        parts.append(text(x, HEIGHT - 14, layer["name"][5:], anchor="middle", size=11))
    return Svg(WIDTH, HEIGHT, "".join(parts), "Slope of spread against depth, by layer")


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
