"""Two answers to one frame compared: numbers, maps over the picture, and what changed at probes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sgnet_model.inspection.compare import (
    FOUR,
    divergence,
    four_counts,
    shares_of,
    who_is_right,
)
from sgnet_model.inspection.finding import Grid, HeatMap
from sgnet_model.inspection.what_if import Flips, flips
from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_viewer.contract.compare import ClassAt, ProbeChange
from sgnet_viewer.contract.picture import (
    ColourBar,
    MapContour,
    MapOverlay,
    OtherPicture,
    PictureModel,
    ProbeMarks,
)
from sgnet_viewer.contract.tools import Place, ToolOverlay
from sgnet_viewer.render.class_colours import class_rgb
from sgnet_viewer.render.finding import VEIL, map_overlay, with_overlays
from sgnet_viewer.state.comparing import CompareMap, Layout
from sgnet_viewer.state.probe_points import ProbePoint, ProbePoints
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.view_settings import ViewSettings

DIFFER_RGBA = (255, 92, 64, 205)
# Of FOUR: hues of Okabe and Ito, which differ for everyone; what both have right steps back.
RIGHT_RGBA = ((0, 158, 115, 90), (0, 114, 178, 210), (230, 159, 0, 210), (140, 140, 146, 215))
RIGHT_NAMES = ("both", "only A", "only B", "neither")
RIGHT_TIP = "Of the pixels whose true class is known: the share where that holds"
ANOTHER_CLASS, DIVERGENCE = "pixels whose class differs", "mean divergence, 0 to 0.693"
FACT_TIPS = {  # of the panel's names that a word does not say
    ANOTHER_CLASS: "The share of all pixels where A and B choose different classes",
    f"{ANOTHER_CLASS}, inside the edit": "The share of the pixels whose depth was edited where the "
    "class is another than with the depth as it was read",
    f"{ANOTHER_CLASS}, outside it": "The share of all other pixels where the class is another, "
    "though their own depth was not edited",
    DIVERGENCE: "How far apart the probabilities of all classes are, averaged over the pixels "
    "(Jensen-Shannon, nats): 0 where A and B say the same, 0.693 where they share no class",
    **{f"{name} right": RIGHT_TIP for name in RIGHT_NAMES},
}
BLOCK = 256 // len(FOUR)  # colours of a bar for each of them


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """`differ`: (H, W) where the classes differ. `flips`: their shares inside and outside of what
    is edited in one of the two; None without an edit. `four`: see `who_is_right`. `js`: (H, W)
    Jensen-Shannon divergence, 0..ln 2; None where it was not asked for.
    """

    a: Result
    b: Result
    differ: NDArray[np.bool_]
    flips: Flips | None = None
    four: UInt8Array | None = None
    js: FloatArray | None = None

    @property
    def disagreement(self) -> float:
        """Share of the pixels whose classes differ."""
        return float(self.differ.mean())

    def with_divergence(self) -> Compared:
        """It takes some tenths of a second: the probabilities of all classes are compared."""
        if self.js is not None:
            return self
        a, b = self.a.prediction, self.b.prediction
        return replace(self, js=divergence(a.probabilities, b.probabilities))


def compared(a: Result, b: Result) -> Compared:
    """UserError where the two know different classes."""
    ours, theirs = a.prediction.scheme, b.prediction.scheme
    if ours.classes != theirs.classes:
        raise UserError(
            f"A knows {ours.name} with {len(ours.classes)} classes and B {theirs.name} with "
            f"{len(theirs.classes)}: their pictures can be looked at, but not compared."
        )
    edited = a.edits.mask(a.frame.size) | b.edits.mask(b.frame.size)
    return Compared(
        a,
        b,
        a.prediction.labels != b.prediction.labels,
        flips(b.prediction, a.prediction, edited) if a.edits or b.edits else None,
        who_is_right(a.prediction, b.prediction, a.frame),
    )


def comparison_map(found: Compared, shown: CompareMap) -> MapOverlay | None:
    """What is laid over the picture; None for nothing, or where what it takes is not known."""
    rgb = found.a.frame.rgb
    if shown is CompareMap.DISAGREEMENT:
        colours = np.array([(0, 0, 0, 0), DIFFER_RGBA], np.uint8)
        return MapOverlay(_over_grey(rgb, colours[found.differ.astype(np.uint8)]), None, "Differ")
    if shown is CompareMap.DIVERGENCE and found.js is not None:
        part = HeatMap("divergence", "Jensen-Shannon divergence", found.js, Grid(), "nats")
        overlay = map_overlay(part, rgb)
        return overlay if overlay.bar is None else replace(overlay, bar=_named(overlay.bar))
    if shown is CompareMap.RIGHT and found.four is not None:
        colours = np.zeros((256, 4), np.uint8)
        colours[: len(RIGHT_RGBA)] = RIGHT_RGBA
        return MapOverlay(_over_grey(rgb, colours[found.four]), _right_bar(), "Who is right")
    return None


def _over_grey(rgb: UInt8Array, colours: UInt8Array) -> UInt8Array:
    """(H, W, 4): colours with their opacity over the grey picture, as the maps of answers are."""
    grey = rgb.mean(-1, keepdims=True, dtype=np.float32)
    alpha = colours[..., 3:] / np.float32(255)
    image = np.empty_like(colours)
    image[..., :3] = np.rint(grey + alpha * (colours[..., :3] - grey))
    image[..., 3] = round(255 * VEIL)
    return image


def _named(bar: ColourBar) -> ColourBar:
    return replace(bar, title="divergence", unit="nats")


def _right_bar() -> ColourBar:
    colours = np.repeat(np.array(RIGHT_RGBA, np.uint8)[:, :3], BLOCK, 0)
    return ColourBar("Who is right", "", 0.0, 1.0, colours, labels=RIGHT_NAMES)


def with_other(
    picture: PictureModel, other: OtherPicture | None, overlays: tuple[MapOverlay, ...]
) -> PictureModel:
    """Both answers as they are seen, for a file; twice as wide side by side. `picture`: A's, with
    its overlays, which lie over B's as well."""
    if other is None or other.image is None or other.layout is Layout.A:
        return picture
    a, b = picture.image, with_overlays(PictureModel(other.image), overlays).image
    if other.layout is Layout.WIPE:
        first = round(other.wipe * a.shape[1])
        b = np.concatenate((a[:, :first], b[:, first:]), 1)
    elif other.layout is Layout.SIDE:
        b = np.concatenate((a, b), 1)
    names = other.regions_seen(picture.names, other.wipe)
    if other.layout is Layout.SIDE:
        names = (*names, *(replace(one, u=one.u + a.shape[1]) for one in other.regions))
    return replace(picture, image=b, names=names, note=other.note_seen(picture.note))


def tool_with_other(overlay: ToolOverlay, other: OtherPicture | None, width: int) -> ToolOverlay:
    """What the tool draws in that picture: side by side in both.

    `width`: of one of the two, pixels.
    """
    if other is None or other.image is None or other.layout is not Layout.SIDE:
        return overlay

    def moved(at: Place) -> Place:
        return at[0] + width, at[1]

    lines, paths = overlay.lines, overlay.paths
    return ToolOverlay(
        (*lines, *(replace(one, start=moved(one.start), end=moved(one.end)) for one in lines)),
        (*overlay.dots, *(replace(one, at=moved(one.at)) for one in overlay.dots)),
        (*overlay.texts, *(replace(one, at=moved(one.at)) for one in overlay.texts)),
        (*overlay.rings, *(replace(one, at=moved(one.at)) for one in overlay.rings)),
        (*paths, *(replace(one, points=tuple(map(moved, one.points))) for one in paths)),
    )


def contours_with_other(
    contours: tuple[MapContour, ...], other: OtherPicture | None, width: int
) -> tuple[MapContour, ...]:
    """Those of the map that lies over that picture: side by side over both.

    `width`: of one of the two, pixels.
    """
    if other is None or other.image is None or other.layout is not Layout.SIDE:
        return contours
    moved = (
        replace(one, lines=tuple(line + np.array((width, 0)) for line in one.lines))
        for one in contours
    )
    return (*contours, *moved)


def marks_with_other(
    marks: tuple[ProbeMarks, ...], other: OtherPicture | None, width: int
) -> tuple[ProbeMarks, ...]:
    """The probes drawn as A's are in that picture: A's, B's alone, or B's beside them.

    `width`: of one of the two, pixels.
    """
    if other is None or other.layout in (Layout.A, Layout.WIPE):
        return marks
    if other.layout is Layout.B:
        return other.marks
    return (*marks, *(_moved(probe, width) for probe in other.marks))


def _moved(probe: ProbeMarks, by: int) -> ProbeMarks:
    taps = tuple(replace(one, x=one.x + by, grid_x=one.grid_x + by) for one in probe.taps)
    return replace(probe, u=probe.u + by, taps=taps)


def comparison_facts(found: Compared) -> tuple[tuple[str, str], ...]:
    """Names and numbers, for the panel; `FACT_TIPS` says more of some."""
    facts = [(ANOTHER_CLASS, _percent(found.disagreement))]
    if found.flips is not None:
        facts.append((f"{ANOTHER_CLASS}, inside the edit", _percent(found.flips.inside)))
        facts.append((f"{ANOTHER_CLASS}, outside it", _percent(found.flips.outside)))
    if found.js is not None:
        facts.append((DIVERGENCE, f"{float(found.js.mean()):.4f}"))
    if found.four is not None:
        shares = shares_of(four_counts(found.four)).values()
        facts += [
            (f"{name} right", f"{100 * share:.1f} %")
            for name, share in zip(RIGHT_NAMES, shares, strict=True)
        ]
    return tuple(facts)


def flips_text(found: Compared) -> str:
    """ "other class at 12.0 % inside, 0.3 % outside"; "" without an edit."""
    if found.flips is None:
        return ""
    inside, outside = found.flips.inside, found.flips.outside
    return f"other class at {_percent(inside)} inside, {_percent(outside)} outside"


def probe_changes(
    a: Result, b: Result, probes: ProbePoints, settings: ViewSettings, later: Layout = Layout.B
) -> tuple[ProbeChange, ...]:
    """What both say at each probe. `settings`: the colours of classes. `later`: A or B, from
    which the other is taken."""
    inside = (at for at in probes.points if a.frame.holds(at.u, at.v))
    found = (_change(a, b, at, at is probes.active, settings) for at in inside)
    sign = 1 if later is Layout.B else -1
    return tuple(replace(one, change=sign * one.change) for one in found)


def _change(
    a: Result, b: Result, at: ProbePoint, active: bool, settings: ViewSettings
) -> ProbeChange:
    index, ours = _class_at(a, at, settings)
    _, theirs = _class_at(b, at, settings)
    known = index < len(b.prediction.scheme.classes)
    share = float(b.prediction.probabilities_at(at.u, at.v)[index]) if known else 0.0
    return ProbeChange(at.number, active, ours, theirs, share - ours.probability)


def _class_at(result: Result, at: ProbePoint, settings: ViewSettings) -> tuple[int, ClassAt]:
    prediction = result.prediction
    index = int(prediction.labels[at.v, at.u])
    probability = float(prediction.probabilities_at(at.u, at.v)[index])
    colour = class_rgb(prediction.scheme, settings, index)
    return index, ClassAt(prediction.scheme.classes[index], colour, probability)


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    return f"{100 * share:.2f} %" if share < 0.1 else f"{100 * share:.1f} %"
