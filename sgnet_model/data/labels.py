"""Ground truth pictures: class indices, whichever way the data set numbers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import LabelScheme, UInt8Array, UserError

from .decode import decode
from .label_names import count_of_file, holds_label_ids, holds_train_ids
from .nyuv2_facts import MAP_894_TO_40
from .palettes import CITYSCAPES19, NYU13, NYU40, SUN37, scheme_for

IGNORE = 255  # how many tools write void
NO_TRUTH = "No ground truth"  # how a note begins that says why there are no labels

# Cityscapes' 34 labelIds that are evaluated, in the order of the 19 classes.
_CITYSCAPES_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)


def read_labels(
    path: Path, offset: int = 0, rgb: Path | None = None
) -> tuple[UInt8Array, LabelScheme]:
    """(H, W) uint8 labels, 0 = void and k = class k - 1, and the scheme they are in.

    Palette pictures give their indices. The numbering is recognised by the names (`label13.png`,
    `labels_894/`, `*_labelTrainIds.png`, a SUN RGB-D path), else by the largest value: up to 40 is
    read as NYU's 40 classes, above 255 as its 894; 255 among small values is void. `offset`: see
    `read_labels_as`. `rgb`: the picture they belong to, whose number is none of classes
    (`label_13.png` of `rgb_13.png`). Raises UserError.
    """
    stored = _one_channel(path)
    return _interpret(_shifted(stored, offset, path), path, rgb)


def read_labels_as(path: Path, scheme: LabelScheme, offset: int = 0) -> UInt8Array:
    """(H, W) uint8, 0 = void and k = class k - 1 of `scheme`, from a file known to be in it.

    255 is void too. A Cityscapes file holds its 34 labelIds, or trainIds where its name says so.
    `offset` is added to every stored value but 255: 1 where classes count from 0. Raises UserError
    where a value is no id of the scheme, naming the value.
    """
    stored = _shifted(_one_channel(path), offset, path)
    if scheme is CITYSCAPES19:
        return _cityscapes(stored, path)
    return checked_labels(stored, scheme, path.name)


def count_from_zero(
    files: Sequence[Path], scheme: LabelScheme | None, pictures: Sequence[Path] = ()
) -> bool:
    """Whether these label files, some of a data set, number its classes 0..C-1 with 255 as void.

    Files of 0 = void have little use for 255 and reach class C; only those are taken to count from
    0 that hold both 0 and 255 and nowhere C. `scheme` None: as each file's name and values tell.
    `pictures`: the RGB file of each, where they are known, see `read_labels`. Files that cannot be
    read, and those whose names say how they count, say nothing.
    """
    holds: set[int] = set()
    highest = 0
    for path, rgb in zip_longest(files, pictures):
        try:
            stored = _one_channel(path)
            known = scheme or _interpret(stored, path, rgb)[1]
        except UserError:
            continue
        if stored.max() > IGNORE or known is CITYSCAPES19:
            return False
        highest = max(
            highest, int(stored[stored != IGNORE].max(initial=0)) + 1 - len(known.classes)
        )
        holds |= {value for value in (0, IGNORE) if (stored == value).any()}
    return holds == {0, IGNORE} and highest <= 0


def _shifted(stored: NDArray[Any], offset: int, path: Path) -> NDArray[Any]:
    if not offset:
        return stored
    shifted = np.where(stored == IGNORE, IGNORE, stored.astype(np.int64) + offset)
    if shifted.min() < 0:
        raise UserError(
            f"{path.name} holds the label {stored.min()}, which an offset of {offset} makes "
            "negative: 0 is void, classes count from 1."
        )
    return shifted


def why_no_truth(notes: Iterable[str]) -> str:
    """Of the notes of a frame and its set the one that says it; "" where none does."""
    return next((note for note in notes if note.startswith(NO_TRUTH)), "")


def own_ids(labels: UInt8Array, scheme: LabelScheme) -> UInt8Array:
    """(H, W) class indices 0..C-1 -> the ids the data set itself uses.

    Cityscapes: its labelIds (7 = road, ...), as its server expects. Others: 1..C, with 0 = void.
    """
    if scheme.name == CITYSCAPES19.name:
        return np.array(_CITYSCAPES_IDS, np.uint8)[labels]
    return labels + np.uint8(1)


def checked_labels(stored: NDArray[Any], scheme: LabelScheme, name: str) -> UInt8Array:
    """(H, W) ids 0..C and 255 (void) of any integer type -> uint8 0..C; UserError for others."""
    known = np.where(stored == IGNORE, 0, stored)
    top, classes = int(known.max(initial=0)), len(scheme.classes)
    if top > classes:
        raise UserError(
            f"{name} holds the label {top}: {scheme.name} has 0 (void) to {classes}, so repair or "
            "replace the file."
        )
    return known.astype(np.uint8)


def _cityscapes(stored: NDArray[Any], path: Path) -> UInt8Array:
    known, what = (19, "trainIds 0 to 18") if holds_train_ids(path) else (34, "labelIds 0 to 33")
    values = stored[stored != IGNORE]
    if values.max(initial=0) >= known:
        raise UserError(
            f"{path.name} holds the label {values.max()}: Cityscapes has {what} and 255 (void), so "
            "repair or replace the file."
        )
    return _interpret(stored, path)[0]


def _one_channel(path: Path) -> NDArray[Any]:
    """(H, W) integers >= 0 as stored; raises UserError."""
    stored = decode(path, "labels")
    if stored.ndim == 3 and stored.shape[2] == 1:
        stored = stored[..., 0]
    if stored.ndim != 2 or stored.dtype.kind not in "uib":
        raise UserError(
            f"{path.name} is not a label picture: one channel of class numbers was expected, not "
            "colours."
        )
    if stored.min() < 0:
        raise UserError(f"{path.name} holds negative labels: 0 is void, classes count from 1.")
    return stored


def _interpret(
    stored: NDArray[Any], path: Path, rgb: Path | None = None
) -> tuple[UInt8Array, LabelScheme]:
    if holds_train_ids(path):
        return np.where(stored < 19, stored + 1, 0).astype(np.uint8), CITYSCAPES19
    if holds_label_ids(path):
        table = np.zeros(256, np.uint8)
        table[list(_CITYSCAPES_IDS)] = np.arange(1, 20)
        return table[np.minimum(stored, IGNORE)], CITYSCAPES19
    count = count_of_file(path, rgb)
    if count == 894 or stored.max() > IGNORE:
        return _from_894(stored, path), NYU40
    labels = stored.astype(np.uint8)
    top = int(labels[labels != IGNORE].max(initial=0))
    if top < IGNORE - 1:
        labels = np.where(labels == IGNORE, 0, labels).astype(np.uint8)
    return labels, _scheme(path, count, top)


def _from_894(stored: NDArray[Any], path: Path) -> UInt8Array:
    if stored.max() >= MAP_894_TO_40.size:
        raise UserError(
            f"{path.name} holds labels up to {stored.max()}: NYU's full list ends at 894."
        )
    return MAP_894_TO_40[stored.astype(np.intp)]


def _scheme(path: Path, count: int | None, top: int) -> LabelScheme:
    folders = "".join(path.parts[-7:]).lower().replace("-", "").replace("_", "")
    is_sun = count == 37 or (count is None and "sunrgbd" in folders)
    for scheme, applies in ((NYU13, count == 13), (SUN37, is_sun), (NYU40, True)):
        if applies and top <= len(scheme.classes):
            return scheme
    return scheme_for(top)
