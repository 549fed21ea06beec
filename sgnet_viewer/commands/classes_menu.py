"""The commands of View > Classes: outlines, names, colours, and the confidence threshold; and of
each class."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_viewer.contract.commands import SHOW_ALL_LABELS
from sgnet_viewer.state.view_settings import PALETTE_TITLES

from .command import Command
from .parts import Parts
from .view_options import choice_of, flag_of

CLASSES = "&View/&Classes"
THRESHOLD = f"{CLASSES}/Confidence &threshold"
THRESHOLDS = (0.25, 0.5, 0.75, 0.9)


def class_look_commands(parts: Parts) -> Iterator[Command]:
    """In the order of the menu."""
    view, look = parts.view, parts.look
    yield flag_of(
        view,
        "outlines",
        "view.classes.outlines",
        "&Outlines",
        CLASSES,
        shortcut="O",
        tip="Over the picture, the overlay and the labels",
    )
    yield flag_of(
        view, "region_names", "view.classes.names", "&Names on regions", CLASSES, shortcut="N"
    )
    yield from _thresholds(parts)
    for palette, title in PALETTE_TITLES.items():
        yield choice_of(
            view,
            "palette",
            palette,
            f"view.classes.palette.{palette.name.lower()}",
            title,
            CLASSES,
            group="palette",
            after_line=palette is next(iter(PALETTE_TITLES)),
        )
    yield Command(
        "view.classes.load",
        "&Load colours…",
        look.load,
        CLASSES,
        after_line=True,
        tip='From a JSON file of names and colours: {"wall": "#1f77b4"}',
    )
    yield Command(
        "view.classes.save", "&Save colours…", look.save, CLASSES, refusal=parts.needs_result
    )
    yield Command(
        "view.classes.forget",
        "&Forget own colours",
        look.forget,
        CLASSES,
        refusal=lambda: "" if view.settings.own_colours else "No class has a colour of your own.",
    )


def _thresholds(parts: Parts) -> Iterator[Command]:
    view = parts.view
    yield choice_of(
        view,
        "least_confidence",
        0.0,
        SHOW_ALL_LABELS,
        "&None: all labels as they are",
        THRESHOLD,
        group="threshold",
    )
    for least in THRESHOLDS:
        yield choice_of(
            view,
            "least_confidence",
            least,
            f"view.classes.threshold.{round(100 * least)}",
            f"{least:.2f}",
            THRESHOLD,
            group="threshold",
            tip="Labels of less confidence are hatched, and their share is said",
        )
    yield Command(
        "view.classes.threshold",
        "&Set…",
        parts.look.ask_confidence,
        THRESHOLD,
        after_line=True,
    )


def class_colour_commands(parts: Parts) -> Iterator[Command]:
    """A colour for each class: in the palette."""
    prediction = parts.session.prediction
    if prediction is None:
        return
    for index, name in enumerate(prediction.scheme.classes):
        yield Command(
            f"class.colour.{index}.{name}",
            f"Class {name}: choose its colour…",
            partial(parts.look.ask_colour, index),
        )


def class_commands(parts: Parts) -> Iterator[Command]:
    """One class alone: in the palette."""
    prediction = parts.session.prediction
    if prediction is None:
        return
    for index, name in enumerate(prediction.scheme.classes):
        yield Command(
            f"class.{index}.{name}",
            f"Class {name}: show it alone",
            partial(parts.picture.isolate, index),
        )
    yield Command(
        "class.all", "All classes: show them", partial(parts.view.change, hidden=frozenset())
    )
