"""Real furniture from Debian's package sweethome3d-furniture, where it is installed.

The package holds catalogues (ZIP archives) of models under CC0, CC BY 3.0 and CC BY 3.0 US. They
are read where they are; nothing of them is part of this project. Weights trained on their pictures
are shipped with credits (`credits_of`).
"""

from __future__ import annotations

import os
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path("/usr/share/sweethome3d/furniture")  # where Debian's package puts it
OVERRIDE = "SGNET_FURNITURE"  # environment variable: another folder, one without catalogues too
LARGEST = 800_000  # bytes of a model's file: larger ones would slow every scene


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of a catalogue. `size`: width, depth, height in metres. `drop`: where things can be
    put on it, metres above its foot, None for nowhere. `turn`: row by row, before it is placed.
    """

    archive: Path
    path: str
    name: str
    size: tuple[float, float, float]
    drop: float | None
    turn: tuple[float, ...]
    creator: str
    licence: str


def installed() -> bool:
    """Whether there are models to draw."""
    return bool(catalogue())


def catalogue() -> tuple[Entry, ...]:
    """All models that are small enough, in a fixed order; empty where the package is missing."""
    return _read(folder())


def folder() -> Path:
    """Where the catalogues lie, or would."""
    return Path(os.environ.get(OVERRIDE) or FOLDER)


@lru_cache(maxsize=2)
def _read(where: Path) -> tuple[Entry, ...]:
    return tuple(entry for archive in sorted(where.glob("*.sh3f")) for entry in _entries(archive))


def _entries(archive: Path) -> list[Entry]:
    with zipfile.ZipFile(archive) as packed:
        text = packed.read("PluginFurnitureCatalog.properties").decode("latin-1")
        sizes = {info.filename: info.file_size for info in packed.infolist()}
    fields: dict[int, dict[str, str]] = {}
    for key, number, value in re.findall(r"^(\w+)#(\d+)=(.*)$", text, re.MULTILINE):
        fields.setdefault(int(number), {})[key] = value.strip()
    licence = re.search(r"^license=(.*)$", text, re.MULTILINE)
    found = [
        _entry(archive, each, " ".join(licence[1].split()) if licence else "not stated")
        for _, each in sorted(fields.items())
        if each.get("model", "").endswith(".obj")
    ]
    return [entry for entry in found if 0 < sizes.get(entry.path, 0) <= LARGEST]


def _entry(archive: Path, each: dict[str, str], licence: str) -> Entry:
    drop = float(each.get("dropOnTopElevation", each["height"]))
    turn = tuple(float(v) for v in each.get("modelRotation", "1 0 0 0 1 0 0 0 1").split())
    size = tuple(float(each[key]) / 100 for key in ("width", "depth", "height"))
    return Entry(
        archive,
        each["model"].lstrip("/"),
        each["name"],
        (size[0], size[1], size[2]),
        drop / 100 if drop >= 0 else None,
        turn,
        each.get("creator", "unknown"),
        licence,
    )


def credits_of(entries: tuple[Entry, ...]) -> str:
    """Markdown: each licence, each creator, the names of the models that were drawn."""
    lines = []
    for licence in sorted({entry.licence for entry in entries}):
        lines += [f"## {licence}", ""]
        under = [entry for entry in entries if entry.licence == licence]
        for creator in sorted({entry.creator for entry in under}, key=str.casefold):
            names = sorted({entry.name for entry in under if entry.creator == creator})
            lines.append(f"- **{creator}**: {', '.join(names)}")
        lines.append("")
    return "\n".join(lines)
