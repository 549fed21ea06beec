"""How people lay RGB and depth files out in one folder, or in folders side by side in it.

An arrangement is a function from a `Listing` to the frames it recognises (none: not that one). A
new one is such a function and a line in `ARRANGEMENTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .folder_pairs import match_folders, with_labels
from .found import Found, with_depth
from .frames import FramePaths
from .label_names import count_of_file, count_of_folder, label_rank
from .listing import (
    COLOUR,
    Listing,
    Role,
    depth_rank,
    frame_name,
    key_of,
    natural,
    role_of,
    role_of_folder,
)
from .pairing import pair_up
from .suffixes import DEPTH_ONLY_SUFFIXES, LOSSY_SUFFIXES
from .tum import tum_frames

RGB_FOLDERS = ("rgb", "color", "colour", "image", "images", "img", "imgs", "colors")

_DIGITS = re.compile(r"\d+")


def _tum(listing: Listing) -> Found:
    """A sequence of TUM's: see `tum_frames`."""
    frames, note = tum_frames(listing)
    return with_depth(frames).saying(note)


def _subfolders(listing: Listing) -> Found:
    """`rgb/` and `depth/` (or their other names) with matching files, optional `labels/`."""
    rgb = listing.folder(*RGB_FOLDERS) or _first(_of_role(listing, Role.RGB))
    depths = _depth_folders(listing)
    labels = _first(_of_role(listing, Role.LABELS))
    for depth in depths:
        if rgb is None:
            found = _pictures_beside(listing, depth, labels)
        else:
            found = match_folders(rgb, depth, labels)
        if not found.frames:
            continue
        if len(found.frames) == 1 and _is_sun(listing):
            found = replace(found, frames=(replace(found.frames[0], name=listing.path.name),))
        others = [folder for folder in depths if folder != depth]
        return replace(found, choices=(*_preferred([depth, *others]), *found.choices))
    return Found()


def _pictures_beside(listing: Listing, depth: Path, labels: Path | None) -> Found:
    """Colour pictures that lie in the folder itself, depth in a folder of its own."""
    if not any(role_of(path) in COLOUR for path in listing.pictures):
        return Found()
    return match_folders(listing.path, depth, labels)


def _depth_folders(listing: Listing) -> list[Path]:
    """The best first: aligned with colour, filled, plain, raw."""
    return sorted(_of_role(listing, Role.DEPTH), key=lambda folder: depth_rank(folder.name))


def _of_role(listing: Listing, role: Role) -> list[Path]:
    """Folders of that role; of "labels", "labels_13", "semantic_40" first what says most."""
    folders = [folder for folder in listing.folders if role_of_folder(folder) is role]
    if role is Role.LABELS:
        folders.sort(key=lambda folder: label_rank(count_of_folder(folder)))
    return folders


def _first(folders: list[Path]) -> Path | None:
    return folders[0] if folders else None


def _is_sun(listing: Listing) -> bool:
    return (listing.path / "intrinsics.txt").is_file() and listing.folder("image") is not None


def _side_by_side(listing: Listing) -> Found:
    """Files whose names say what they are: `rgb.png` + `depth.png`, `a_color` + `a_depth`."""
    groups: dict[str, dict[Role, list[Path]]] = {}
    for path in listing.pictures:
        role = role_of(path)
        if role is not Role.OTHER:
            groups.setdefault(key_of(path), {}).setdefault(role, []).append(path)
    frames, notes, left_out = [], [], []
    for roles in groups.values():
        colours = roles.get(Role.RGB) or roles.get(Role.UNSAID)
        if Role.DEPTH not in roles:
            frames += [FramePaths(frame_name(path), path, None) for path in roles.get(Role.RGB, ())]
        if not colours or Role.DEPTH not in roles:
            continue
        if len({tuple(_DIGITS.findall(path.stem)) for path in colours}) > 1:
            left_out.append(_undecided(colours))  # "1.png" and "01.png" are two pictures
            continue
        rgb, depths = colours[0], _best_first(roles[Role.DEPTH])
        truth = _best_truth(roles.get(Role.LABELS, ()), rgb)
        frames.append(FramePaths(frame_name(rgb), rgb, depths[0], truth))
        notes += [*_preferred(colours, "Colour"), *_preferred(depths)]
    frames.sort(key=lambda frame: natural(frame.rgb))
    found = with_depth(frames)
    return replace(found, choices=tuple(notes), left_out=(*left_out, *found.left_out))


def _loosely_side_by_side(listing: Listing) -> Found:
    """Files in one folder that share a number or a time and no more; a single picture's depths."""
    colours = _with_role(listing, Role.RGB) or _with_role(listing, Role.UNSAID)
    depths = _with_role(listing, Role.DEPTH)
    if not colours or not depths:
        return Found()
    truths = _with_role(listing, Role.LABELS)
    if len(colours) == 1:
        rgb, depths = colours[0], _best_first(depths)
        is_one = len({key_of(path) for path in truths}) == 1
        own = truths if is_one else [path for path in truths if key_of(path) == key_of(rgb)]
        frame = FramePaths(frame_name(rgb), rgb, depths[0], _best_truth(own, rgb))
        return Found((frame,), _preferred(depths))
    pairing = pair_up(colours, depths)
    pairs = zip(colours, pairing.partners, strict=True)
    frames = [FramePaths(path.stem, path, depth) for path, depth in pairs]
    return with_depth(with_labels(frames, truths)).saying(pairing.note)


def _by_suffix(listing: Listing) -> Found:
    """Names that differ in the suffix alone: "0001.jpg" is colour, "0001.png" its depth."""
    groups: dict[str, list[Path]] = {}
    for path in _with_role(listing, Role.UNSAID):
        groups.setdefault(path.stem, []).append(path)
    frames = []
    for stem, paths in groups.items():
        depths = [path for path in paths if path.suffix.lower() in DEPTH_ONLY_SUFFIXES]
        colours = [path for path in paths if path not in depths]
        if not depths:
            depths = [path for path in paths if path.suffix.lower() not in LOSSY_SUFFIXES]
            colours = [path for path in paths if path not in depths]
        if len(depths) == len(colours) == 1:
            frames.append(FramePaths(stem, colours[0], depths[0]))
    return Found(with_labels(frames, _with_role(listing, Role.LABELS)))


def _with_role(listing: Listing, role: Role) -> list[Path]:
    return [path for path in listing.pictures if role_of(path) is role]


def _best_first(depths: Sequence[Path]) -> list[Path]:
    return sorted(depths, key=lambda path: depth_rank(path.stem))


def _best_truth(truths: Sequence[Path], rgb: Path) -> Path | None:
    """The one that says most, see `label_rank`."""
    return min(truths, key=lambda path: label_rank(count_of_file(path, rgb)), default=None)


def _preferred(found: Sequence[Path], what: str = "Depth") -> tuple[str, ...]:
    """A note where one of several was taken: the first."""
    chosen, *others = (path.name for path in found)
    return (f"{what} is read from {chosen}, not from {' or '.join(others)}.",) if others else ()


def _undecided(colours: Sequence[Path]) -> str:
    return (
        f"Left out: {len(colours)} pictures whose names do not tell which depth is whose, first "
        f"{colours[0].name}."
    )


ARRANGEMENTS: tuple[Callable[[Listing], Found], ...] = (  # the first that finds frames is taken
    _tum,
    _subfolders,
    _side_by_side,
    _loosely_side_by_side,
    _by_suffix,
)
