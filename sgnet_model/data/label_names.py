"""What names of files, folders and arrays say: whether they are labels, and of which classes."""

from __future__ import annotations

import re
from pathlib import Path

_KINDS = r"label(?:s|_?maps?|ids|trainids)?|gt(?:fine)?|semantics?|seg(?:mentation)?"
_WORD = re.compile(rf"(?:{_KINDS})(?:13|37|40|894)?")
_COUNT = re.compile(rf"(?:{_KINDS}|nyu|sun|class(?:es)?)[_-]?(13|37|40|894)(?!\d)")
_NUMBER = re.compile(r"\d+")


def is_label_word(word: str) -> bool:
    """Of a name in lower case: "label", "gt", "labels40"."""
    return _WORD.fullmatch(word) is not None


def count_of_file(path: Path, rgb: Path | None = None) -> int | None:
    """How many classes a name spells out: "labels_13/0007", "label40", not "labels/0040".

    Nor "label_13" of the picture `rgb`, "rgb_13", unless the frame's number stands beside it
    ("13_label_13").
    """
    if of_folder := count_of_folder(path.parent):
        return of_folder
    stem = path.stem.lower()
    found = _COUNT.search(stem)
    if found is None:
        return None
    count = int(found[1])
    numbers = _numbers(rgb.stem) if rgb is not None else []
    others = _numbers(stem[: found.start(1)] + stem[found.end(1) :])
    return None if numbers[-1:] == [count] and count not in others else count


def count_of_folder(folder: Path) -> int | None:
    """How many classes the name of a folder spells out: "labels_13"."""
    found = _COUNT.search(folder.name.lower())
    return int(found[1]) if found else None


def label_rank(count: int | None) -> int:
    """Of a number of classes: NYU's usual 40 first, then what is not said, then 13 and 894."""
    return 0 if count == 40 else 2 if count in (13, 894) else 1


def holds_label_ids(path: Path) -> bool:
    """Whether Cityscapes' ids 0 to 33, by the name of the file or its folder."""
    return "labelids" in _named(path)


def holds_train_ids(path: Path) -> bool:
    """Whether Cityscapes' 0 to 18, by the name of the file or its folder."""
    return "labeltrainids" in _named(path)


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}".lower()


def _numbers(name: str) -> list[int]:
    return [int(run) for run in _NUMBER.findall(name)]
