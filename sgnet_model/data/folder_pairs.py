"""Frames of two folders: colour in one, depth in the other, perhaps labels in a third."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .found import Found, merged, with_depth
from .frames import FramePaths
from .listing import COLOUR, Role, list_folder, role_of, subject_of
from .pairing import pair_up


def match_folders(rgb: Path, depth: Path, labels: Path | None = None) -> Found:
    """Frames of an RGB folder and a depth folder, paired as `pair_up` does.

    Where the folders hold no pictures but folders of equal names, those are paired ("rgb/kitchen"
    and "depth/kitchen").
    """
    colours, depths = _colours_in(rgb, depth), _depths_in(depth, rgb)
    if not colours and not depths:
        return _match_inside(rgb, depth, labels)
    truths = list_folder(labels).pictures if labels else ()
    found = pair_up(colours, depths)
    pairs = zip(colours, found.partners, strict=True)
    frames = [FramePaths(path.stem, path, partner) for path, partner in pairs]
    return with_depth(with_labels(frames, truths)).saying(found.note)


def with_labels(frames: Sequence[FramePaths], truths: Sequence[Path]) -> tuple[FramePaths, ...]:
    """The same frames with these ground truth pictures, matched as in `match_folders`."""
    truth = pair_up([frame.rgb for frame in frames], truths)
    return tuple(
        replace(frame, labels=label) for frame, label in zip(frames, truth.partners, strict=True)
    )


def _colours_in(folder: Path, depth: Path) -> list[Path]:
    """Without derived pictures, and without depth and labels whose colour lies beside them."""
    roles = {path: role_of(path) for path in list_folder(folder).pictures}
    if set(roles.values()) <= set(COLOUR):
        return list(roles)
    scenes = _scenes(roles, depth)
    subjects = {subject_of(path) for path, role in roles.items() if role in COLOUR}
    return [
        path
        for path, role in roles.items()
        if role in COLOUR
        or path in scenes
        or (role is not Role.OTHER and subject_of(path) not in subjects)
    ]


def _depths_in(folder: Path, rgb: Path) -> tuple[Path, ...]:
    """Without the confidences and colour pictures that some recorders put beside them."""
    roles = {path: role_of(path) for path in list_folder(folder).pictures}
    scenes = _scenes(roles, rgb)
    named = tuple(path for path, role in roles.items() if role is Role.DEPTH)
    others = tuple(path for path, role in roles.items() if role in COLOUR or path in scenes)
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
    return merged(rgb, parts)
