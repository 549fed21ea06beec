"""The atlas of taps: tables and curves from what `sgnet-model atlas --json` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sgnet_viewer.contract.survey import Cell, Line, Selector, SurveyPlot, SurveyTable
from sgnet_viewer.render.layer_colours import layer_colours
from sgnet_viewer.render.survey_pages import Place, Places

GROUPINGS = (
    ("Layers", ""),
    ("By depth", "by_depth"),
    ("By class", "by_class"),
    ("By size of the segment", "by_size"),
    ("By distance from a border", "by_border"),
)

AXES = {
    "by_depth": "depth",
    "by_size": "size of the segment",
    "by_border": "distance from a border",
}
HEADS = {**AXES, "by_class": "class"}  # of the groups' names in a table


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a row of the atlas. `short`: the head of its column. `digits`: behind the point.
    `percent`: a share."""

    title: str
    short: str
    path: tuple[str, ...]
    reference: tuple[str, ...] = ()  # the same of the regular grid
    digits: int = 2
    percent: bool = False

    def of(self, row: Mapping[str, Any]) -> float | None:
        """None where it is not known."""
        return _read(row, self.path)

    def regular(self, row: Mapping[str, Any]) -> float | None:
        """Of the regular grid at the same places; None where that means nothing."""
        if self.path[:2] == ("dilation", "cells"):
            return 1.0
        if self.path[:2] == ("dilation", "px"):
            pixels, cells = self.of(row), _read(row, ("dilation", "cells", "mean"))
            return None if pixels is None or not cells else pixels / cells
        return _read(row, self.reference) if self.reference else None

    @property
    def shown(self) -> float:
        """A shown unit for one of the atlas."""
        return 100.0 if self.percent else 1.0

    @property
    def named(self) -> str:
        """With its unit."""
        return f"{self.title}, %" if self.percent else self.title

    def text(self, value: float | None) -> str:
        """For a cell."""
        if value is None:
            return "–"
        shown = f"{100 * value:.1f} %" if self.percent else f"{value:.{self.digits}f}"
        return shown.replace("-", "−")


QUANTITIES = (
    Quantity("distance between taps, px", "px", ("dilation", "px", "mean"), digits=1),
    Quantity("distance between taps, m", "m", ("dilation", "m", "mean"), digits=3),
    Quantity("distance between taps, cells", "cells", ("dilation", "cells", "mean")),
    Quantity(
        "same surface",
        "same surface",
        ("same_surface", "share"),
        ("same_surface", "regular"),
        percent=True,
    ),
    Quantity(
        "label purity",
        "label purity",
        ("label_purity", "share"),
        ("label_purity", "regular"),
        percent=True,
    ),
    Quantity("outside the map", "outside", ("outside",), percent=True),
    Quantity("entropy of the modulation", "entropy", ("modulation_entropy",)),
)
SLOPE = "slope"


@dataclass(frozen=True, slots=True, eq=False)
class AtlasPage:
    """`atlas`: see `Atlas.to_json`. `names`: of the frames of the set, by index."""

    atlas: Mapping[str, Any]
    names: Sequence[str]

    @property
    def layers(self) -> list[Mapping[str, Any]]:
        """In forward order."""
        return list(self.atlas["layers"])

    def selectors(self, options: tuple[int, ...]) -> tuple[Selector, ...]:
        """What the rows are, and which number."""
        grouping, quantity = options
        rows = Selector("Show", tuple(title for title, _ in GROUPINGS), grouping)
        number = Selector("of each", tuple(one.title for one in QUANTITIES), quantity)
        return (rows, number)

    def summary(self) -> str:
        """What was measured, and the check of it."""
        check, count = self.atlas["check"], self.atlas["frames"]
        frames = "1 frame" if count == 1 else f"{count:,} frames"
        error = f"{check['error']:.2g}".replace("-", "−")
        return (
            f"{self.atlas['variant']} on {self.atlas['data']}: {frames}. "
            f"Check: {check['what']}: off by {error}."
        )

    def table(self, options: tuple[int, ...]) -> SurveyTable:
        """Of layers all numbers; of groups one number for every layer."""
        key = GROUPINGS[options[0]][1]
        return self._groups(key, QUANTITIES[options[1]]) if key else self._overview()

    def plot(self, options: tuple[int, ...]) -> SurveyPlot | None:
        """Of layers the slope with its interval; by depth, size and border the curves."""
        key, quantity = GROUPINGS[options[0]][1], QUANTITIES[options[1]]
        if not key:
            return self._slopes()
        return None if key == "by_class" else self._curves(key, quantity)

    def behind(self, options: tuple[int, ...], row: int, column: int) -> Places:
        """Where the taps of the cell's positions lie furthest apart."""
        key = GROUPINGS[options[0]][1]
        if not key:
            layer = self.layers[row]
            examples = [one for group in layer["by_depth"] for one in group["examples"]]
            what = layer["name"]
        else:
            layer = self.layers[column]
            name = self._names(key)[row]
            found = _group(layer, key, name)
            examples = found["examples"] if found is not None else []
            what = f"{layer['name']}, {name}"
        index = {name: at for at, name in enumerate(self.names)}
        ranked = sorted(examples, key=lambda one: -one["dilation_px"])
        places = tuple(
            Place(
                index[one["frame"]],
                (one["pixel"][0], one["pixel"][1]),
                f"{one['frame']}  ({one['pixel'][0]}, {one['pixel'][1]}), "
                f"taps {one['dilation_px']:.0f} px apart",
            )
            for one in ranked
            if one["frame"] in index
        )
        return Places(f"{what}: where its taps lie furthest apart", places, layer["name"])

    def _overview(self) -> SurveyTable:
        columns = (*(one.short for one in QUANTITIES), SLOPE)
        strongest = [_most(one.of(layer) for layer in self.layers) for one in QUANTITIES]
        rows = tuple(
            (
                *(
                    self._cell(one, layer, most, bool(layer["by_depth"]))
                    for one, most in zip(QUANTITIES, strongest, strict=True)
                ),
                Cell(_slope_text(layer["slope"]), tip="-1: constant in metres, 0: in pixels"),
            )
            for layer in self.layers
        )
        names = tuple(layer["name"] for layer in self.layers)
        return SurveyTable(columns, names, rows, "layer")

    def _groups(self, key: str, quantity: Quantity) -> SurveyTable:
        names = self._names(key)
        found = [[_group(layer, key, name) for layer in self.layers] for name in names]
        most = _most(quantity.of(group) for row in found for group in row if group is not None)
        rows = tuple(
            tuple(
                Cell("–") if group is None else self._cell(quantity, group, most, True)
                for group in row
            )
            for row in found
        )
        columns = tuple(layer["name"].removeprefix("layer") for layer in self.layers)
        return SurveyTable(columns, tuple(names), rows, HEADS[key])

    def _cell(self, quantity: Quantity, row: Mapping[str, Any], most: float, leads: bool) -> Cell:
        value, regular = quantity.of(row), quantity.regular(row)
        shade = 0.0 if value is None or most <= 0 else abs(value) / most
        tip = f"{row['positions']:,} positions"
        if regular is not None:
            tip += f"; regular grid {quantity.text(regular)}"
        return Cell(quantity.text(value), shade, leads, tip)

    def _names(self, key: str) -> list[str]:
        """Of the groups, in the order of the atlas; of all layers."""
        return list(dict.fromkeys(group["group"] for layer in self.layers for group in layer[key]))

    def _curves(self, key: str, quantity: Quantity) -> SurveyPlot:
        names = [name for name in self._names(key) if name != "missing"]
        colours = layer_colours(tuple(layer["name"] for layer in self.layers))
        places = tuple(float(at) for at in range(len(names)))
        lines, values = [], [0.0]
        for layer in self.layers:
            groups = [_group(layer, key, name) for name in names]
            own = tuple(_scaled(group and quantity.of(group), quantity.shown) for group in groups)
            regular = tuple(
                _scaled(group and quantity.regular(group), quantity.shown) for group in groups
            )
            name, colour = layer["name"], colours[layer["name"]]
            lines.append(Line(name.removeprefix("layer"), colour, places, own))
            if any(one is not None for one in regular):
                lines.append(Line("", colour, places, regular, dashed=True))
            values += [one for one in (*own, *regular) if one is not None]
        title = f"{quantity.title[0].upper()}{quantity.title[1:]}; dashed: the regular grid"
        ticks = tuple(zip(places, names, strict=True)) or ((0.0, ""),)
        return SurveyPlot(
            title,
            tuple(lines),
            ticks,
            (0.0, max(values) * 1.05 or 1.0),
            x_title=AXES[key],
            y_title=quantity.named,
        )

    def _slopes(self) -> SurveyPlot | None:
        known = [layer for layer in self.layers if layer["slope"]["value"] is not None]
        if not known:
            return None
        places = tuple(float(at) for at in range(len(known)))
        bounds = [layer["slope"][key] for layer in known for key in ("low", "high")]
        value, low, high = (
            tuple(layer["slope"][key] for layer in known) for key in ("value", "low", "high")
        )
        line = Line("", (90, 167, 247), places, value, dots=True, low=low, high=high)
        ticks = tuple(
            (at, layer["name"].removeprefix("layer"))
            for at, layer in zip(places, known, strict=True)
        )
        return SurveyPlot(
            "Slope of log spread in px against log depth, with its 95 % interval over frames",
            (line,),
            ticks,
            (math.floor(2 * min(-1.0, *bounds)) / 2, math.ceil(2 * max(0.4, *bounds)) / 2),
            ((0.0, "constant in pixels"), (-1.0, "constant in metres")),
            x_title="layer",
            y_title=SLOPE,
        )


def _group(layer: Mapping[str, Any], key: str, name: str) -> Mapping[str, Any] | None:
    return next((group for group in layer[key] if group["group"] == name), None)


def _scaled(value: Any, by: float) -> float | None:
    return float(value) * by if isinstance(value, (int, float)) else None


def _read(row: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    value: Any = row
    for key in path:
        value = value[key]
    return None if value is None else float(value)


def _most(values: Any) -> float:
    return max((abs(value) for value in values if value is not None), default=0.0)


def _slope_text(slope: Mapping[str, float | None]) -> str:
    if slope["value"] is None:
        return "–"
    text = f"{slope['value']:+.2f} ({slope['low']:+.2f} to {slope['high']:+.2f})"
    return text.replace("-", "−")
