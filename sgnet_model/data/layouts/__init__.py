"""How phone scanners and data sets arrange their files, and the walk that finds them.

A layout looks at one folder and the names in it, and gives its frames or None. The first that fits
anywhere below the root is the layout of the whole; all folders that have it are opened together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sgnet_model.data.dataset import DataSet, merged_sets
from sgnet_model.data.folder import MAX_FOLDERS, MAX_NESTING
from sgnet_model.data.listing import leads_to, natural

from .annotated import annotated
from .arkit import arkit_scenes
from .bop import bop
from .diode import diode
from .hypersim import hypersim
from .matterport import matterport
from .pair_lists import pair_lists
from .polycam import polycam
from .record3d import record3d
from .replica import replica
from .single_files import single_files
from .stray import stray_scanner
from .tartanair import tartanair
from .types import Layout, Names
from .void import void

LAYOUTS: tuple[Layout, ...] = (
    annotated,
    stray_scanner,
    polycam,
    record3d,
    arkit_scenes,
    bop,
    hypersim,
    matterport,
    tartanair,
    void,
    replica,
    diode,
    pair_lists,
    single_files,
)


def known_layout(root: Path) -> DataSet | None:
    """The frames of every folder at or below `root` that has the first layout found; else None.

    Of more than MAX_FOLDERS folders the first are looked into, and a note says so.
    """
    parts, is_cut = _parts(root)
    if not parts:
        return None
    found = merged_sets(root, parts)
    if not is_cut:
        return found
    cut = (
        f"Left out: what lies beyond the first {MAX_FOLDERS:,} folders of {root.name}: open its "
        "folders one by one."
    )
    return replace(found, notes=(*found.notes, cut))


def _parts(root: Path) -> tuple[list[tuple[Path, DataSet]], bool]:
    """The folders of the first layout found, breadth first in natural order, and whether there were
    too many to look into all. What has the layout is not searched further."""
    layouts: tuple[Layout, ...] = LAYOUTS
    parts: list[tuple[Path, DataSet]] = []
    level, visited = [root], 0
    for _ in range(MAX_NESTING + 1):
        below: list[Path] = []
        for folder in level:
            if visited == MAX_FOLDERS:
                return parts, True
            visited += 1
            names = _names(folder)
            found = next(_fitting(layouts, folder, names), None)
            if found is None:
                below += sorted((folder / name for name in names.folders), key=natural)
            else:
                layouts = (found[0],)
                parts.append((folder, found[1]))
        level = below
    return parts, False


def _fitting(
    layouts: tuple[Layout, ...], folder: Path, names: Names
) -> Iterator[tuple[Layout, DataSet]]:
    for layout in layouts:
        found = layout(folder, names)
        if found is not None and found.frames:
            yield layout, found


def _names(folder: Path) -> Names:
    """What lies in `folder`; nothing where it cannot be listed, which the search for pairs says."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if leads_to(entry.is_dir):
                    folders.append(entry.name)
                elif leads_to(entry.is_file):  # opening a pipe would wait for ever
                    files.append(entry.name)
    except OSError:
        pass
    return Names(frozenset(files), frozenset(folders))
