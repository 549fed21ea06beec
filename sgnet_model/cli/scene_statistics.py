"""The table of `sgnet-model synthesize --statistics`: rendered scenes beside a data set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.types import Frame, UserError

if TYPE_CHECKING:
    from sgnet_model.progress import Progress
    from sgnet_model.scenes.statistics import Statistics

CONTRASTS = ("cabinet", "dresser", "box", "table", "pillow", "shelves", "picture")  # first shown
ROWS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("frames", (), ""),
    ("depth holes: whole picture / inside", ("holes", "holes_inside"), ".3f"),
    ("depth percentiles 5 25 50 75 95, m", tuple(f"depth_{p}" for p in (5, 25, 50, 75, 95)), ".1f"),
    ("curvature noise of depth / z^2", ("curvature",), ".4f"),
    ("chroma, mean / 95 %", ("chroma", "chroma_95"), ".1f"),
    ("lightness L", ("lightness",), ".0f"),
    ("dark (<25) / blown (>250)", ("dark", "blown"), ".3f"),
    ("power at 0.12-0.25 cycles/px, log10", ("power",), ".2f"),
    ("gradient percentiles 75 90 95", tuple(f"gradient_{p}" for p in (75, 90, 95)), ".1f"),
)


def measured(frames: Iterable[Frame]) -> Statistics:
    """What the table is made of."""
    from sgnet_model.scenes.statistics import measure

    return measure(frames)


def of_data(root: Path, progress: Progress) -> tuple[str, Statistics]:
    """Name and numbers of a data set; only labels of NYU's 40 classes are counted."""
    from sgnet_model.data.open import open_frames

    frames = open_frames(root)

    def each() -> Iterator[Frame]:
        for index in range(len(frames)):
            yield _comparable(frames.load(index))
            progress(index + 1, len(frames))

    return frames.name, measured(each())


def _comparable(frame: Frame) -> Frame:
    from sgnet_model.data.palettes import NYU40

    same = frame.label_scheme is not None and frame.label_scheme.name == NYU40.name
    return frame if same else replace(frame, labels=None, label_scheme=None)


def table(columns: Sequence[tuple[str, Statistics]]) -> str:
    """Markdown: a row for a quantity, a column for each set; classes with NYUv2's shares."""
    if not columns:
        raise UserError("There is nothing to measure: give --count and --seed, or --data.")
    lines = ["| quantity | " + " | ".join(name for name, _ in columns) + " |"]
    lines.append("|---" * (1 + len(columns)) + "|")
    for title, keys, style in ROWS:
        cells = [_cell(numbers, keys, style) for _, numbers in columns]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_classes(columns)])


def _cell(numbers: Statistics, keys: tuple[str, ...], style: str) -> str:
    if not keys:
        return str(numbers.frames)
    values = [numbers.values.get(key) for key in keys]
    return " ".join("-" if value is None else format(value, style) for value in values)


def _classes(columns: Sequence[tuple[str, Statistics]]) -> list[str]:
    """Of each class: NYUv2's share, each set's as a multiple of it, and the contrast inside."""
    from sgnet_model.data.palettes import NYU40
    from sgnet_model.scenes.labels import Label
    from sgnet_model.scenes.rooms.shares import NYUV2

    labelled = [(name, numbers) for name, numbers in columns if numbers.shares.sum() > 0]
    if not labelled:
        return ["No frame has labels of NYU's 40 classes: no shares, no contrast."]
    head = [f"{name}: share / contrast" for name, _ in labelled]
    lines = ["| class | NYUv2, % | " + " | ".join(head) + " |"]
    lines.append("|---" * (2 + len(labelled)) + "|")
    order = sorted(range(40), key=lambda k: NYU40.classes[k] not in CONTRASTS)
    for k in order:
        share = NYUV2[Label(k + 1)]
        cells = [
            f"x {numbers.shares[k] / share:.2f} / {_number(float(numbers.contrast[k]))}"
            for _, numbers in labelled
        ]
        lines.append(f"| {NYU40.classes[k]} | {100 * share:.2f} | " + " | ".join(cells) + " |")
    return lines


def _number(value: float) -> str:
    return f"{value:.0f}" if value == value else "-"  # NaN where the class is nowhere wide enough
