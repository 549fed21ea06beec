"""What is installed: the program's version, and the libraries it runs on with their licences."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

DISTRIBUTION = "sgnet-viewer"
SHORT = 60  # characters: what is longer is a licence's text, not its name
UNNAMED = "named in its own files"


@dataclass(frozen=True, slots=True)
class Library:
    """A library the program cannot do without. `licence`: as its package names it."""

    name: str
    version: str
    licence: str


class ShowVersion(argparse.Action):
    """`--version` of a command line: what is installed is looked up when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        about = "show program's version number and exit"
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=about)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"{parser.prog} {version()}")
        parser.exit()


def version() -> str:
    """Such as "0.2.0"; "(not installed)" where the sources run without having been installed."""
    from importlib import metadata  # here: with its parser of mails, not for every start

    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def libraries() -> tuple[Library, ...]:
    """In the order of pyproject.toml; without those that are missing, and without the extras."""
    from importlib import metadata

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
    from importlib import metadata

    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return Library(name, about["Version"], _licence(about))


def _licence(about: PackageMetadata) -> str:
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
