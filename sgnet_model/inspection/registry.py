"""All inspections by name: those of `kinds/`, those registered, those of installed packages."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module

from sgnet_model.types import UserError

from . import kinds
from .protocol import Inspection

GROUP = "sgnet_model.inspections"  # of entry points: an Inspection each
_REGISTERED: dict[str, Inspection] = {}


def inspections() -> dict[str, Inspection]:
    """By name, in alphabetical order."""
    return dict(sorted({**_own(), **_REGISTERED}.items()))


def inspection(name: str) -> Inspection:
    """The one called `name`; UserError where there is none."""
    known = inspections()
    if name not in known:
        near = get_close_matches(name, known, 3, 0) or list(known)
        raise UserError(
            f"There is no inspection called {name!r}: the nearest are {', '.join(near)}, and "
            "sgnet-model inspect --list names all."
        )
    return known[name]


def register(new: Inspection) -> None:
    """Adds an inspection of your own for this process, or replaces one of that name."""
    _REGISTERED[new.name] = new


@lru_cache(maxsize=1)
def _own() -> dict[str, Inspection]:
    from importlib.metadata import entry_points  # 20 ms that the start of the window does not need

    found: list[Inspection] = [
        import_module(f"{kinds.__name__}.{module.name}").INSPECTION
        for module in pkgutil.iter_modules(kinds.__path__)
    ]
    found += [entry.load() for entry in entry_points(group=GROUP)]
    return {one.name: one for one in found}
