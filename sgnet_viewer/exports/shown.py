"""What is shown, for a file: the picture with all that lies over it, the figure, the cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sgnet_viewer.contract.cloud import CloudStill, Ground
from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.render.comparison import (
    contours_with_other,
    marks_with_other,
    tool_with_other,
    with_other,
)
from sgnet_viewer.render.finding import with_overlays
from sgnet_viewer.render.parts import CloudPart
from sgnet_viewer.render.shown import Shown
from sgnet_viewer.state.view_settings import FigureOptions

from .figure import Figure, cloud_size
from .files import save_cloud, save_figure
from .pages import DPI


def figure_of(shown: Shown, drawn: ToolOverlay) -> Figure:
    """The picture with everything over it, as the screen has it; `drawn`: by the tool. There is a
    frame. It takes long."""
    assert shown.picture is not None  # there is a frame
    marks = () if shown.marks is None else shown.marks.make()
    settings = shown.controls.settings
    contours = shown.overlays[-1].contours if shown.overlays else ()
    maps = tuple(replace(one, contours=()) for one in shown.overlays)  # they are drawn as lines
    picture = with_overlays(shown.picture.make(), maps)
    width = picture.image.shape[1]
    marks = marks_with_other(marks, shown.other, width)
    drawn = tool_with_other(drawn, shown.other, width)
    contours = contours_with_other(contours, shown.other, width)
    picture = with_other(picture, shown.other, maps)
    weight, grid, bar = settings.tap_weight, settings.show_grid, shown.tap_bar
    return Figure(picture, marks, weight, grid, bar, drawn, other=shown.other, contours=contours)


def make_figure(
    shown: Shown, drawn: ToolOverlay, options: FigureOptions, cloud: CloudStill | None, dpi: int
) -> Figure:
    """The same with what `options` want beside it; `cloud`: at so many dots per inch."""
    rows = shown.legend.make() if options.legend and shown.legend is not None else ()
    figure = replace(figure_of(shown, drawn), legend=rows, key=options.key)
    if cloud is None:
        return figure
    size = cloud_size(figure.picture.image, *cloud.size)
    return replace(figure, cloud=cloud.drawn(size.width() / cloud.size[0] * dpi / DPI))


def save_shown_picture(shown: Shown, drawn: ToolOverlay, path: Path) -> str:
    """PNG, SVG or PDF by its name. Returns a sentence."""
    return save_figure(path, figure_of(shown, drawn))


def save_shown_cloud(cloud: CloudPart, ground: Ground | None, path: Path) -> str:
    """Every point, also where the screen has some of them. Returns a sentence."""
    saved = cloud.saved(ground)
    return save_cloud(path, saved.points, saved.colours, saved.labels, saved.confidence)
