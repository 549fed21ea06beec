"""What the window remembers from one start to the next."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QSettings

from sgnet_model.config import PRECISIONS, names_device
from sgnet_model.sizes import format_size, parse_network_size
from sgnet_model.untrusted import number, parse_json
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.view_json import view_from_json, view_to_json
from sgnet_viewer.state.view_settings import ViewSettings

RECENT_ENTRIES = 10
SCALE_KEY = "window/scale"
SCALES = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5)  # of the whole window
LONGEST = 100_000  # characters of a stored value
STORED_VIEW = (  # fields of `ViewSettings` that are kept for the next start
    *("mode", "opacity", "tap_weight", "show_grid", "cloud_colour", "point_size", "depth_ramp"),
    *("tap_colour", "cloud_shaded", "cloud_grid", "grey_hidden"),
    *("outlines", "region_names", "palette", "own_colours", "figure"),
)
Recent = tuple[tuple[str, ...], ...]
T = TypeVar("T")


class Settings:
    """Over QSettings. The window keeps its layout there too, under keys of its own.

    A stored value that cannot be used (another version's, or edited by hand) is removed and counts
    as absent; `reset` names those.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store
        self.reset: list[str] = []

    def view(self) -> ViewSettings:
        """The stored view; hidden classes and the layer belong to a frame and are not kept."""
        first = ViewSettings()
        return replace(
            first,
            **{
                name: self._read(f"view/{name}", partial(_view_value, name), getattr(first, name))
                for name in STORED_VIEW
            },
        )

    def network(self, options: Options) -> NetworkChoice:
        """What the command line names; the stored choice for the rest."""
        choice, given = options.network, options.given
        if "device" not in given:
            choice = replace(choice, device=self._read("network/device", _device, choice.device))
        if "precision" not in given:
            stored = self._read("network/precision", _precision, choice.precision)
            choice = replace(choice, precision=stored)
        if "size" not in given:
            choice = replace(
                choice, size=self._read("network/size", parse_network_size, choice.size)
            )
        if "checkpoint" not in given:
            path = self._read("network/checkpoint", _checkpoint, None)
            if path is not None and path.is_file():
                choice = replace(choice, checkpoint=path)
        return choice

    def recent(self) -> Recent:
        """What was opened lately, newest first."""
        return self._read("recent", _paths, ())

    def checkpoints(self) -> tuple[Path, ...]:
        """The checkpoints that were used lately, newest first."""
        entries: Recent = self._read("checkpoints", _paths, ())
        return tuple(Path(entry[0]) for entry in entries)

    def save_checkpoints(self, paths: tuple[Path, ...]) -> None:
        """The inverse of `checkpoints`."""
        self._write("checkpoints", json.dumps([[str(path)] for path in paths[:RECENT_ENTRIES]]))

    def is_tour_offered(self) -> bool:
        """Whether the tour was offered before: that is done once."""
        return self._read("tour_offered", _flag, False)

    def save_tour_offered(self) -> None:
        """It was offered."""
        self._write("tour_offered", "True")

    def shortcuts(self) -> dict[str, str]:
        """Command key -> key sequence, where the user chose another one."""
        return self._read("shortcuts", _texts, {})

    def save_shortcuts(self, chosen: dict[str, str]) -> None:
        """The inverse of `shortcuts`."""
        self._write("shortcuts", json.dumps(chosen))

    def save_view(self, view: ViewSettings) -> None:
        """The inverse of `view`."""
        values = view_to_json(view)
        for name in STORED_VIEW:
            value = values[name]
            text = json.dumps(value) if isinstance(value, dict) else str(value)
            self._write(f"view/{name}", text)

    def save_network(self, choice: NetworkChoice, options: Options) -> None:
        """The inverse of `network`; what the command line named was meant for one time."""
        texts = {
            "device": choice.device,
            "precision": choice.precision,
            "size": format_size(choice.size),
            "checkpoint": str(choice.checkpoint or ""),
        }
        for name, text in texts.items():
            named = name in options.given
            if not (named and getattr(choice, name) == getattr(options.network, name)):
                self._write(f"network/{name}", text)

    def save_recent(self, recent: Recent) -> None:
        """The inverse of `recent`."""
        self._write("recent", json.dumps(recent))

    def _read(self, key: str, parse: Callable[[str], T], otherwise: T) -> T:
        if not self._store.contains(key):
            return otherwise
        try:
            return parse(_text(self._store.value(key)))
        except Exception:  # whatever it is, the window opens without it
            self._store.remove(key)
            self.reset.append(key)
            return otherwise

    def _write(self, key: str, value: str) -> None:
        self._store.setValue(key, value)


def scale_of(stored: object) -> float:
    """A stored scale of the window; 1 for none, and for what is none."""
    return float(_text(stored)) if is_scale(stored) else 1.0


def is_scale(stored: object) -> bool:
    """Whether it is the text of one of `SCALES`."""
    try:
        return number(_text(stored), 0.1, 10) in SCALES
    except ValueError:
        return False


def with_newest(recent: Recent, paths: tuple[str, ...]) -> Recent:
    """`paths` in front, no entry twice, the oldest forgotten."""
    return (paths, *(entry for entry in recent if entry != paths))[:RECENT_ENTRIES]


def without_objects(store: QSettings) -> bool:
    """Puts a settings file aside where it holds values that reading would run code for; whether so.

    Qt's binding restores Python objects from "@Variant(...)" by unpickling them. This program
    stores text and byte arrays only.
    """
    path = Path(store.fileName())
    try:
        content = path.read_bytes()
    except OSError:
        return False  # Qt cannot read it either
    if b"@Variant(" not in content:
        return False
    with contextlib.suppress(OSError):
        path.replace(path.with_name(f"{path.name}.set-aside"))
    return True


def sentence_of(reset: Iterable[str]) -> str:
    """What is said of stored values that could not be used; "" where there were none."""
    names = sorted({key.rpartition("/")[2].replace("_", " ") for key in reset})
    if not names:
        return ""
    return f"Stored settings could not be used and were reset: {', '.join(names)}."


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise ValueError("no text that this program wrote")
    return value


def _view_value(name: str, text: str) -> object:
    """The inverse of what `save_view` writes of a field, and of nothing else."""
    value = _value(text)
    found = getattr(view_from_json({name: value}), name)
    if view_to_json(replace(ViewSettings(), **{name: found}))[name] != value:
        raise ValueError(text)
    return found


def _value(text: str) -> Any:
    """A flag, a number, an object, or the text itself."""
    if text in ("True", "False"):
        return _flag(text)
    with contextlib.suppress(ValueError):
        return parse_json(text)
    return text


def _device(text: str) -> str:
    if not names_device(text):
        raise ValueError(text)
    return text


def _checkpoint(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        path.stat()  # OSError for a name that no file can have: is_file raises it until Python 3.13
    return path


def _precision(text: str) -> str:
    if text not in PRECISIONS:
        raise ValueError(text)
    return text


def _flag(text: str) -> bool:
    if text not in ("True", "False"):
        raise ValueError(text)
    return text == "True"


def _texts(text: str) -> dict[str, str]:
    found = parse_json(text)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(text)
    return found


def _paths(text: str) -> Recent:
    entries = parse_json(text)
    if not isinstance(entries, list) or not all(
        isinstance(entry, list) and entry and all(isinstance(path, str) for path in entry)
        for entry in entries
    ):
        raise ValueError(text)
    return tuple(tuple(entry) for entry in entries[:RECENT_ENTRIES])
