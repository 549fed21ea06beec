"""Finding the frames in a folder and the folders inside it, in whichever arrangement they lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sgnet_model.types import UserError

from .arrangements import ARRANGEMENTS
from .bags import is_bag
from .found import Found, merged
from .listing import Role, list_folder, role_of

MAX_NESTING = 4  # sunrgbd/SUNRGBD/kv1/b3dodata/img_0063, DIODE's val/indoors/scene_00019/scan_00183
MAX_FOLDERS = 20_000  # SUN RGB-D has 10,335 frames, a folder each

HOW_NAMES_PAIR = (
    "a word such as rgb, color or image on one side and depth on the other, in the name of the "
    "file or of its folder, and the same name, number or time (20 ms at most) on both"
)


def find_frames(root: Path) -> Found:
    """The frames in `root` or, where it has none itself, in the folders inside it, in order.

    A folder that has frames is not searched further. Raises UserError where `root` cannot be listed
    or holds so many folders that it is hardly a data set.
    """
    parts: list[tuple[Path, Found]] = []
    stack, visited = [(root, MAX_NESTING)], 0
    while stack:
        folder, nesting = stack.pop()
        visited += 1
        if visited > MAX_FOLDERS:
            raise UserError(
                f"{root} holds more than {MAX_FOLDERS:,} folders: open the folder of one data set."
            )
        found, inside = _search_one(folder, is_root=folder == root)
        parts.append((folder, found))
        if not found.frames and nesting:
            stack += [(child, nesting - 1) for child in reversed(inside)]
    return merged(root, parts)


def find_frame_of(path: Path) -> Found:
    """The frame whose RGB or depth file is `path`, by an arrangement of its folder or one above.

    Raises UserError where its own folder cannot be listed; the one above may be another's, and is
    then passed over.
    """
    wanted = path.absolute()
    found = _frame_in(wanted.parent, wanted)
    if found.frames:
        return found
    try:
        return _frame_in(wanted.parent.parent, wanted)
    except UserError:
        return Found()


def _frame_in(folder: Path, wanted: Path) -> Found:
    """The frame of the file `wanted` by an arrangement of `folder`; raises UserError."""
    listing = list_folder(folder)
    for arrangement in ARRANGEMENTS:
        found = arrangement(listing)
        for frame in found.frames:
            if wanted in (frame.rgb, frame.depth):
                return Found((frame,), found.choices)
    return Found()


def nothing_pairs(folder: Path, depth: Path | None = None) -> str:
    """What `folder` (and the folder of depth) hold, and how names must be for pairs."""
    here = list_folder(folder)
    if depth is not None:
        there = list_folder(depth)
        return (
            f"No picture of {folder} pairs with one of {depth}: the first holds "
            f"{_counted(here.pictures)}, the second {_counted(there.pictures)}; pairs have the "
            "same name, number or time (20 ms at most)."
        )
    bags = [name for name in sorted(os.listdir(folder)) if is_bag(folder / name)]
    if bags:
        which = f"the bag {bags[0]}" if len(bags) == 1 else f"{len(bags)} bags (first {bags[0]})"
        return f"No RGB and depth pairs were found in {folder}, but {which}: open that."
    inside = ", ".join(path.name for path in here.folders[:4])
    more = ", ..." if len(here.folders) > 4 else ""
    folders = f" and the folders {inside}{more}" if here.folders else ""
    if here.pictures and all(role_of(path) is Role.DEPTH for path in here.pictures):
        folders = f", all of them depth{folders}"
    return (
        f"No RGB and depth pairs were found in {folder}: it holds {_counted(here.pictures)}"
        f"{folders}. A pair has {HOW_NAMES_PAIR}; or give two files, or two folders."
    )


def _counted(pictures: Sequence[Path]) -> str:
    if not pictures:
        return "no pictures"
    what = "picture" if len(pictures) == 1 else "pictures"
    return f"{len(pictures)} {what} (first {pictures[0].name})"


def _search_one(folder: Path, is_root: bool) -> tuple[Found, tuple[Path, ...]]:
    """What the first fitting arrangement finds, and the folders inside."""
    try:
        listing = list_folder(folder)
        for arrangement in ARRANGEMENTS:
            found = arrangement(listing)
            if found.frames:
                return found, listing.folders
    except UserError as error:
        if is_root:
            raise
        return Found(left_out=(str(error),)), ()
    return Found(), listing.folders
