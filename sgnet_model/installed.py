"""What is installed: the program's version, and the libraries it runs on with their licences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

DISTRIBUTION = "sgnet-viewer"
SHORT = 60  # characters: what is longer is a licence's text, not its name
UNNAMED = "named in its own files"


@dataclass(frozen=True, slots=True)
class Library:
    """A library the program cannot do without. `licence`: as its package names it."""

    name: str
    version: str
    licence: str


def version() -> str:
    """Such as "0.2.0"; "(not installed)" where the sources run without having been installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def libraries() -> tuple[Library, ...]:
    """In the order of pyproject.toml; without those that are missing, and without the extras."""
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return ()
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requirements if not _extra(line)]
    return tuple(found for name in names if (found := _library(name)) is not None)


def _extra(requirement: str) -> bool:
    return re.search(r";.*\bextra\s*==", requirement) is not None


def licence_of(name: str) -> str:
    """As the installed package names it; empty where it is not installed or names none."""
    found = _library(name)
    return "" if found is None or found.licence == UNNAMED else found.licence


def _library(name: str) -> Library | None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return Library(name, about["Version"], _licence(about))


def _licence(about: metadata.PackageMetadata) -> str:
    """The expression of newer packages; else the short name, else the classifiers."""
    for key in ("License-Expression", "License"):
        given = str((about.get_all(key) or [""])[0])
        if given and (key == "License-Expression" or len(given) <= SHORT):
            return given
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    return ", ".join(classified) or UNNAMED
