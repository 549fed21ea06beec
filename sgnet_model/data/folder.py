"""Finding the frames in a folder, whichever of the common layouts it has.

A layout is a function from a `Listing` to the frames it recognises (none: not its layout). A new
data set is a new file with such a function and a line in `LAYOUTS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.types import UserError

from .frames import FramePaths
from .listing import Listing, Role, depth_rank, key_of, label_rank, list_folder, natural, role_of
from .tum import tum_frames

MAX_NESTING = 4  # sunrgbd/SUNRGBD/kv1/b3dodata/img_0063
MAX_FOLDERS = 20_000  # SUN RGB-D has 10,335 frames, a folder each

RGB_FOLDERS = ("rgb", "color", "colour", "image", "images", "img", "imgs", "colors")
DEPTH_FOLDERS = ("depth_bfx", "depth", "depths", "depth_filled", "depth_raw", "raw_depth")


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
    """The frame whose RGB or depth file is `path`, by any layout of its folder or the one above."""
    wanted = path.absolute()
    for folder in (wanted.parent, wanted.parent.parent):
        listing = list_folder(folder)
        for layout in LAYOUTS:
            found = layout(listing)
            for frame in found.frames:
                if wanted in (frame.rgb, frame.depth):
                    return Found((frame,), found.choices)
    return Found()


def match_folders(rgb: Path, depth: Path, labels: Path | None = None) -> Found:
    """Frames of an RGB folder and a depth folder: files with equal stems, else equal frame parts.

    Two folders with one picture each are a frame whatever its files are called (SUN RGB-D).
    """
    colours = [path for path in list_folder(rgb).pictures if role_of(path) is not Role.OTHER]
    depths = list_folder(depth).pictures
    truths = list_folder(labels).pictures if labels else ()
    single = len(colours) == 1 and len(depths) == 1
    partner = _Partners(depths)
    truth = _Partners(truths)
    frames = [
        FramePaths(path.stem, path, depths[0] if single else partner.of(path), truth.of(path))
        for path in colours
    ]
    return _with_depth(frames)


def with_labels(frames: tuple[FramePaths, ...], folder: Path) -> tuple[FramePaths, ...]:
    """The same frames with the ground truth pictures of `folder`, matched as in `match_folders`."""
    truth = _Partners(list_folder(folder).pictures)
    return tuple(replace(frame, labels=truth.of(frame.rgb)) for frame in frames)


class _Partners:
    """Pictures by stem and by frame part; a part that several pictures share decides nothing."""

    def __init__(self, pictures: tuple[Path, ...]) -> None:
        self._by_stem = {path.stem: path for path in pictures}
        self._by_key: dict[str, Path | None] = {}
        for path in pictures:
            key = key_of(path)
            self._by_key[key] = None if key in self._by_key else path

    def of(self, path: Path) -> Path | None:
        return self._by_stem.get(path.stem) or self._by_key.get(key_of(path))


def _subfolders(listing: Listing) -> Found:
    """`rgb/` and `depth/` (or their other names) with matching files, optional `labels/`."""
    rgb = listing.folder(*RGB_FOLDERS)
    depth = listing.folder(*DEPTH_FOLDERS)
    if rgb is None or depth is None:
        return Found()
    found = match_folders(rgb, depth, _label_folder(listing))
    if len(found.frames) == 1 and _is_sun(listing):
        found = replace(found, frames=(replace(found.frames[0], name=listing.path.name),))
    raw = [folder.name for folder in listing.folders if folder.name.lower() in DEPTH_FOLDERS]
    others = [name for name in raw if name != depth.name]
    if found.frames and others:
        note = f"Depth is read from {depth.name}, not from {' or '.join(others)}."
        return replace(found, choices=(note,))
    return found


def _label_folder(listing: Listing) -> Path | None:
    """Of "labels", "labels_13", "semantic_40", ... the one that says most."""
    truths = [folder for folder in listing.folders if role_of(folder) is Role.LABELS]
    return min(truths, key=lambda folder: label_rank(folder.name), default=None)


def _is_sun(listing: Listing) -> bool:
    return (listing.path / "intrinsics.txt").is_file() and listing.folder("image") is not None


def _side_by_side(listing: Listing) -> Found:
    """Files whose names say what they are: `rgb.png` + `depth.png`, `a_color` + `a_depth`."""
    groups: dict[str, dict[Role, list[Path]]] = {}
    for path in listing.pictures:
        role = role_of(path)
        if role is not Role.OTHER:
            groups.setdefault(key_of(path), {}).setdefault(role, []).append(path)
    frames, notes = [], []
    for roles in groups.values():
        colours = roles.get(Role.RGB) or roles.get(Role.UNSAID)
        if not colours or Role.DEPTH not in roles:
            continue
        depth, *others = sorted(roles[Role.DEPTH], key=lambda path: depth_rank(path.stem))
        truths = sorted(roles.get(Role.LABELS, ()), key=lambda path: label_rank(path.stem))
        name = colours[0].stem if key_of(colours[0]) else listing.path.absolute().name
        frames.append(FramePaths(name, colours[0], depth, truths[0] if truths else None))
        if others:
            left = " or ".join(path.name for path in others)
            notes.append(f"Depth is read from {depth.name}, not from {left}.")
    frames.sort(key=lambda frame: natural(frame.rgb))
    return Found(tuple(frames), tuple(notes))


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
        for layout in LAYOUTS:
            found = layout(listing)
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
    return _with_depth(tum_frames(listing))


LAYOUTS: tuple[Callable[[Listing], Found], ...] = (_tum, _subfolders, _side_by_side)
