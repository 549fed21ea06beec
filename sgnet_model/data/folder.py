"""Finding the frames in a folder, whichever of the common layouts it has.

A layout is a function from a `Listing` to the frames it recognises (none: not its layout). A new
data set is a new file with such a function and a line in `ARRANGEMENTS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.types import UserError

from .frames import FramePaths
from .listing import (
    Listing,
    Role,
    depth_rank,
    key_of,
    label_rank,
    list_folder,
    natural,
    role_of,
    role_of_folder,
    subject_of,
)
from .pairing import Pairing, pair_up
from .suffixes import DEPTH_ONLY_SUFFIXES, LOSSY_SUFFIXES
from .tum import tum_frames

MAX_NESTING = 4  # sunrgbd/SUNRGBD/kv1/b3dodata/img_0063
MAX_FOLDERS = 20_000  # SUN RGB-D has 10,335 frames, a folder each

RGB_FOLDERS = ("rgb", "color", "colour", "image", "images", "img", "imgs", "colors")
HOW_NAMES_PAIR = (
    "a word such as rgb, color or image on one side and depth on the other, in the name of the "
    "file or of its folder, and the same name, number or time (20 ms at most) on both"
)


_DIGITS = re.compile(r"\d+")
_COLOUR = (Role.RGB, Role.UNSAID)


@dataclass(frozen=True, slots=True)
class Found:
    """Frames of a folder and what the user should know about the choice."""

    frames: tuple[FramePaths, ...] = ()
    choices: tuple[str, ...] = ()  # said of every frame: which depth was preferred
    left_out: tuple[str, ...] = ()  # said of the folder: pictures that are no frame

    @property
    def notes(self) -> tuple[str, ...]:
        """All there is to say."""
        return (*self.choices, *self.left_out)


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
    return _merged(root, parts)


def find_frame_of(path: Path) -> Found:
    """The frame whose RGB or depth file is `path`, by any layout of its folder or the one above.

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
    """The frame of the file `wanted` by a layout of `folder`; raises UserError."""
    listing = list_folder(folder)
    for arrangement in ARRANGEMENTS:
        found = arrangement(listing)
        for frame in found.frames:
            if wanted in (frame.rgb, frame.depth):
                return Found((frame,), found.choices)
    return Found()


def match_folders(rgb: Path, depth: Path, labels: Path | None = None) -> Found:
    """Frames of an RGB folder and a depth folder, paired as `pair_up` does.

    Where the folders hold no pictures but folders of equal names, those are paired ("rgb/kitchen"
    and "depth/kitchen").
    """
    colours, depths = _colours_in(rgb, depth), _depths_in(depth, rgb)
    if not colours and not depths:
        return _match_inside(rgb, depth, labels)
    truths = list_folder(labels).pictures if labels else ()
    found, truth = pair_up(colours, depths), pair_up(colours, truths)
    frames = [
        FramePaths(path.stem, path, partner, label)
        for path, partner, label in zip(colours, found.partners, truth.partners, strict=True)
    ]
    return _said(_with_depth(frames), found)


def with_labels(frames: tuple[FramePaths, ...], folder: Path) -> tuple[FramePaths, ...]:
    """The same frames with the ground truth pictures of `folder`, matched as in `match_folders`."""
    truth = pair_up([frame.rgb for frame in frames], list_folder(folder).pictures)
    return tuple(
        replace(frame, labels=label) for frame, label in zip(frames, truth.partners, strict=True)
    )


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


def _said(found: Found, pairing: Pairing) -> Found:
    return replace(found, choices=(*found.choices, pairing.note)) if pairing.note else found


def _colours_in(folder: Path, depth: Path) -> list[Path]:
    """Without derived pictures, and without depth and labels whose colour lies beside them."""
    roles = {path: role_of(path) for path in list_folder(folder).pictures}
    if set(roles.values()) <= set(_COLOUR):
        return list(roles)
    scenes = _scenes(roles, depth)
    subjects = {subject_of(path) for path, role in roles.items() if role in _COLOUR}
    return [
        path
        for path, role in roles.items()
        if role in _COLOUR
        or path in scenes
        or (role is not Role.OTHER and subject_of(path) not in subjects)
    ]


def _depths_in(folder: Path, rgb: Path) -> tuple[Path, ...]:
    """Without the confidences and colour pictures that some recorders put beside them."""
    roles = {path: role_of(path) for path in list_folder(folder).pictures}
    scenes = _scenes(roles, rgb)
    named = tuple(path for path, role in roles.items() if role is Role.DEPTH)
    others = tuple(path for path, role in roles.items() if role in _COLOUR or path in scenes)
    return named or others or tuple(roles)


def _scenes(roles: Mapping[Path, Role], partners: Path) -> set[Path]:
    """Pictures that are called like derived ones by their scene alone: "normal_001".

    The folder `partners` holds one of that name too, and what they would be derived from is not
    beside them, as "001" is beside "001_conf".
    """
    others = [path for path, role in roles.items() if role is Role.OTHER]
    if not others:
        return set()
    there = {path.stem for path in list_folder(partners).pictures}
    subjects = {subject_of(path) for path, role in roles.items() if role is not Role.OTHER}
    return {path for path in others if path.stem in there and subject_of(path) not in subjects}


def _match_inside(rgb: Path, depth: Path, labels: Path | None) -> Found:
    """Of folders of equal names inside both."""
    parts: list[tuple[Path, Found]] = []
    for folder in list_folder(rgb).folders:
        truths = labels / folder.name if labels and (labels / folder.name).is_dir() else None
        if (depth / folder.name).is_dir():
            parts.append((folder, match_folders(folder, depth / folder.name, truths)))
    return _merged(rgb, parts)


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
        others = [folder.name for folder in depths if folder != depth]
        if others:
            note = f"Depth is read from {depth.name}, not from {' or '.join(others)}."
            return replace(found, choices=(note, *found.choices))
        return found
    return Found()


def _pictures_beside(listing: Listing, depth: Path, labels: Path | None) -> Found:
    """Colour pictures that lie in the folder itself, depth in a folder of its own."""
    if not any(role_of(path) in (Role.RGB, Role.UNSAID) for path in listing.pictures):
        return Found()
    return match_folders(listing.path, depth, labels)


def _depth_folders(listing: Listing) -> list[Path]:
    """The best first: aligned with colour, filled, plain, raw."""
    return sorted(_of_role(listing, Role.DEPTH), key=lambda folder: depth_rank(folder.name))


def _of_role(listing: Listing, role: Role) -> list[Path]:
    """Folders of that role; of "labels", "labels_13", "semantic_40" first what says most."""
    folders = [folder for folder in listing.folders if role_of_folder(folder) is role]
    if role is Role.LABELS:
        folders.sort(key=lambda folder: label_rank(folder.name))
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
        if not colours or Role.DEPTH not in roles:
            continue
        if len({tuple(_DIGITS.findall(path.stem)) for path in colours}) > 1:
            left_out.append(_undecided(colours))  # "1.png" and "01.png" are two pictures
            continue
        depth, *others = _best_first(roles[Role.DEPTH])
        truths = sorted(roles.get(Role.LABELS, ()), key=lambda path: label_rank(path.stem))
        name = colours[0].stem if key_of(colours[0]) else listing.path.absolute().name
        frames.append(FramePaths(name, colours[0], depth, truths[0] if truths else None))
        if len(colours) > 1:
            notes.append(_preferred(colours[0], colours[1:], "Colour"))
        if others:
            notes.append(_preferred(depth, others))
    frames.sort(key=lambda frame: natural(frame.rgb))
    return Found(tuple(frames), tuple(notes), tuple(left_out))


def _loosely_side_by_side(listing: Listing) -> Found:
    """Files in one folder that share a number or a time and no more; a single picture's depths."""
    colours = _with_role(listing, Role.RGB) or _with_role(listing, Role.UNSAID)
    depths = _with_role(listing, Role.DEPTH)
    if not colours or not depths:
        return Found()
    if len(colours) == 1:
        depth, *others = _best_first(depths)
        notes = (_preferred(depth, others),) if others else ()
        name = colours[0].stem if key_of(colours[0]) else listing.path.absolute().name
        return Found((FramePaths(name, colours[0], depth),), notes)
    pairing = pair_up(colours, depths)
    pairs = zip(colours, pairing.partners, strict=True)
    frames = [FramePaths(path.stem, path, depth) for path, depth in pairs]
    return _said(_with_depth(frames), pairing)


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
    return Found(tuple(frames))


def _with_role(listing: Listing, role: Role) -> list[Path]:
    return [path for path in listing.pictures if role_of(path) is role]


def _best_first(depths: Sequence[Path]) -> list[Path]:
    return sorted(depths, key=lambda path: depth_rank(path.stem))


def _preferred(chosen: Path, others: Sequence[Path], what: str = "Depth") -> str:
    return f"{what} is read from {chosen.name}, not from {' or '.join(p.name for p in others)}."


def _undecided(colours: Sequence[Path]) -> str:
    return (
        f"Left out: {len(colours)} pictures whose names do not tell which depth is whose, first "
        f"{colours[0].name}."
    )


def _with_depth(frames: list[FramePaths]) -> Found:
    """Leaves out pictures without depth, and says how many."""
    kept = tuple(frame for frame in frames if frame.depth is not None)
    missing = len(frames) - len(kept)
    if not kept or not missing:
        return Found(kept)
    example = next(frame.rgb.name for frame in frames if frame.depth is None)
    what = "picture" if missing == 1 else "pictures"
    return Found(kept, left_out=(f"Left out: {missing} {what} without depth, first {example}.",))


def _search_one(folder: Path, is_root: bool) -> tuple[Found, tuple[Path, ...]]:
    """What the first fitting layout finds, and the folders inside."""
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


def _merged(root: Path, parts: list[tuple[Path, Found]]) -> Found:
    """One list; where two frames share a name, all are named by their place below `root`."""
    names = Counter(frame.name for _, found in parts for frame in found.frames)
    clash = any(count > 1 for count in names.values())
    frames = [
        replace(frame, name=_placed(frame.name, folder, root)) if clash else frame
        for folder, found in parts
        for frame in found.frames
    ]
    choices = dict.fromkeys(note for _, found in parts for note in found.choices)
    left_out = dict.fromkeys(note for _, found in parts for note in found.left_out)
    return Found(tuple(frames), tuple(choices), tuple(left_out))


def _placed(name: str, folder: Path, root: Path) -> str:
    place = folder.relative_to(root)
    return (place if name == folder.name else place / name).as_posix()


def _tum(listing: Listing) -> Found:
    frames, note = tum_frames(listing)
    return _said(_with_depth(frames), Pairing((), note))


ARRANGEMENTS: tuple[Callable[[Listing], Found], ...] = (
    _tum,
    _subfolders,
    _side_by_side,
    _loosely_side_by_side,
    _by_suffix,
)
