"""The frames that went worst, in pictures, networks side by side (paper, Figs 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from sgnet_model.colour import depth_image, label_image, truth_image
from sgnet_model.data.frames import FrameSet
from sgnet_model.evaluation.confusion import confusion
from sgnet_model.evaluation.frame_scores import FrameScore
from sgnet_model.evaluation.frames import unique_names
from sgnet_model.evaluation.outcomes import Classify, labels_of
from sgnet_model.types import Frame, LabelScheme, UInt8Array, UserError

from .blocks import Image
from .matrix_plot import largest_confusions
from .pictures import drawing, file_name, photo

HEADER = ("picture", "depth", "truth", "prediction")
VOID_COLOUR = "#000000"


@dataclass(frozen=True, slots=True)
class Example:
    """One frame. `title`: its name, scores and largest mistakes. `images`: one under each header.
    `colours`: (class, "#rrggbb") of what is seen in them.
    """

    title: str
    images: tuple[Image, ...]
    colours: tuple[tuple[str, str], ...]


def header_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """Of their pictures' columns; reports written before there was depth have none of it.

    Columns beyond the usual are other networks', by the last words of their pictures.
    """
    longest = max((one.images for one in examples), key=len, default=())
    if len(longest) < len(HEADER):
        return (HEADER[0], *HEADER[2:])
    return (*HEADER, *(image.alt.rpartition(": ")[2] for image in longest[len(HEADER) :]))


def worst(scores: Mapping[str, FrameScore], count: int) -> tuple[str, ...]:
    """Names of the frames with the lowest mean IoU, lowest first."""
    known = [(score.miou, name) for name, score in scores.items() if score.miou is not None]
    return tuple(name for _, name in sorted(known)[:count])


def typical(scores: Mapping[str, FrameScore]) -> str | None:
    """The frame with the median mean IoU; None where no frame has one."""
    ordered = worst(scores, len(scores))
    return ordered[len(ordered) // 2] if ordered else None


def make_examples(
    frames: FrameSet,
    names: Iterable[str],
    classify: Classify,
    scheme: LabelScheme,
    scores: Mapping[str, FrameScore],
    beside: Mapping[str, Classify] = MappingProxyType({}),
) -> tuple[Example, ...]:
    """Classifies the named frames again: nothing but their scores was kept.

    `beside`: other networks of the same scheme, by the name that stands above their column.

    A frame that cannot be read any more, as an evaluation that was resumed may have, is left out
    with its reason for a title: the scores are worth more than its pictures.
    """
    at = {name: index for index, name in enumerate(unique_names(frames))}
    made = []
    for number, name in enumerate(names, 1):
        try:
            frame = frames.load(at[name])
            example = _example(
                number, name, frame, labels_of(classify(frame)), scheme, scores[name]
            )
            made.append(_with_others(example, number, name, frame, scheme, beside))
        except UserError as error:
            made.append(Example(f"{name} cannot be drawn: {error}", (), ()))
    return tuple(made)


def _example(
    number: int,
    name: str,
    frame: Frame,
    labels: UInt8Array,
    scheme: LabelScheme,
    score: FrameScore,
) -> Example:
    if frame.depth_m is None:
        raise UserError("its depth, which it was classified by, is gone.")
    if frame.labels is None:
        raise UserError("its ground truth, by which it was scored before, is gone.")
    stem = file_name(f"worst{number}", name)
    truth = truth_image(frame.labels, scheme.palette)
    predicted = label_image(labels, scheme.palette)
    images = (
        photo(f"{stem}-picture", frame.rgb, f"{name}: picture"),
        drawing(f"{stem}-depth", depth_image(frame.depth_m), f"{name}: depth, near dark"),
        drawing(f"{stem}-truth", truth, f"{name}: truth"),
        drawing(f"{stem}-prediction", predicted, f"{name}: prediction"),
    )
    counts = confusion(frame.labels, labels, len(scheme.classes))
    shares = [
        f"{pair.truth} as {pair.predicted} ({pair.pixels / counts.sum():.0%})"
        for pair in largest_confusions(counts, scheme.classes, 3)
    ]
    title = f"{name}: mIoU {_percent(score.miou)}, accuracy {_percent(score.acc)}"
    title += f"; of its pixels: {', '.join(shares)}" if shares else ""
    return Example(title, images, _colours(frame.labels, labels, scheme))


def _with_others(
    example: Example,
    number: int,
    name: str,
    frame: Frame,
    scheme: LabelScheme,
    beside: Mapping[str, Classify],
) -> Example:
    """The example with what other networks say of its frame."""
    images, colours = list(example.images), dict(example.colours)
    for place, (title, classify) in enumerate(beside.items(), 1):
        labels = labels_of(classify(frame))
        file = file_name(f"worst{number}", name) + f"-beside{place}"
        images.append(drawing(file, label_image(labels, scheme.palette), f"{name}: {title}"))
        colours |= dict(_colours(labels + np.uint8(1), labels, scheme))
    return replace(example, images=tuple(images), colours=tuple(colours.items()))


def _colours(
    truth: UInt8Array, labels: UInt8Array, scheme: LabelScheme
) -> tuple[tuple[str, str], ...]:
    seen = sorted({int(label) - 1 for label in np.unique(truth)} | set(map(int, np.unique(labels))))
    return tuple(
        ("void" if index < 0 else scheme.classes[index], _hex(scheme, index)) for index in seen
    )


def _hex(scheme: LabelScheme, index: int) -> str:
    return VOID_COLOUR if index < 0 else "#" + bytes(scheme.palette[index]).hex()


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
