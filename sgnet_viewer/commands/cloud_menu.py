"""The commands of the point cloud: its colours, how it is drawn, and the frames in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.commands import CLOUD_MENU, COLOUR_MENU, MERGED_MENU, SIZE_MENU
from sgnet_viewer.state.view_settings import COLOUR_TITLES, CloudBox, CloudColour

from .cloud_look_menu import cloud_look_commands
from .command import Command, marked
from .parts import Parts
from .view_options import choice_of, flag_of

CLOUD_OPTIONS = {  # fields of `ViewSettings`: title, and more
    "cloud_shaded": ("S&hading", "Light on surfaces that wear classes, and lines at edges"),
    "cloud_grid": ("&Squares on the floor", "Squares of a round size, to see where the floor is"),
    "grey_hidden": ("Hidden &classes grey", "Classes ticked off stay in the cloud, in grey"),
}
POINT_SIZES = (1, 2, 3, 4, 6, 8)  # pixels
MERGED_COUNTS = (10, 20, 50)


def cloud_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    yield from _cloud(parts)
    yield from cloud_look_commands(parts)
    yield from _cloud_options(parts)
    yield from _box_commands(parts)
    yield from _merged(parts)


def _cloud(parts: Parts) -> Iterator[Command]:
    view = parts.view
    for colour, title in COLOUR_TITLES.items():
        yield choice_of(
            view,
            "cloud_colour",
            colour,
            f"view.cloud.{colour.value}",
            title,
            COLOUR_MENU,
            group="cloud",
            after_line=colour is CloudColour.LABELS,
        )
    for size in POINT_SIZES:
        yield choice_of(
            view,
            "point_size",
            size,
            f"view.point_size.{size}",
            f"{size} px",
            SIZE_MENU,
            group="point size",
        )


def _cloud_options(parts: Parts) -> Iterator[Command]:
    for number, (name, (title, tip)) in enumerate(CLOUD_OPTIONS.items()):
        yield flag_of(
            parts.view, name, f"view.{name}", title, CLOUD_MENU, after_line=number == 0, tip=tip
        )


def _box_commands(parts: Parts) -> Iterator[Command]:
    view = parts.view
    yield Command(
        "view.box",
        "Cut &parts off…",
        parts.window.cloud.open_box,
        CLOUD_MENU,
        refusal=parts.needs_depth,
        tip="Ranges of depth, of height above the floor, and sideways",
        after_line=True,
    )
    yield Command(
        "view.box.open",
        "Show &all of it",
        lambda: view.change(cloud_box=CloudBox()),
        CLOUD_MENU,
        refusal=lambda: "Nothing is cut off." if view.settings.cloud_box.is_open else "",
    )


def _merged(parts: Parts) -> Iterator[Command]:
    """Of a sequence whose poses are known."""
    merging = parts.merging
    for count in (1, *MERGED_COUNTS):
        yield Command(
            f"view.merged.{count}",
            "This frame &alone" if count == 1 else f"Merge {count} frames of the scene",
            partial(merging.choose, count),
            MERGED_MENU,
            refusal=merging.refusal,
            checked=marked(lambda: merging.count, count),
            group="merged",
            tip="" if count == 1 else "Placed by the sequence's poses, evenly apart",
        )
