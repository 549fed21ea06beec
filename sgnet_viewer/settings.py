"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSettings

from sgnet_model.config import PRECISIONS
from sgnet_model.types import UserError
from sgnet_viewer.state.network_size import format_size, parse_size
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.session import NetworkChoice
from sgnet_viewer.state.view_settings import CloudColour, PictureMode, TapWeight, ViewSettings

RECENT_ENTRIES = 10
Recent = tuple[tuple[str, ...], ...]
T = TypeVar("T")


class Settings:
    """Over QSettings. The window keeps its layout there too, under keys of its own.

    A stored value that cannot be read (another version's, or edited by hand) counts as absent.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def view(self) -> ViewSettings:
        """The stored view; hidden classes and the layer belong to a frame and are not kept."""
        first = ViewSettings()
        return ViewSettings(
            mode=self._read("view/mode", PictureMode, first.mode),
            opacity=min(max(self._read("view/opacity", float, first.opacity), 0.0), 1.0),
            tap_weight=self._read("view/tap_weight", TapWeight, first.tap_weight),
            show_grid=self._read("view/show_grid", _flag, first.show_grid),
            cloud_colour=self._read("view/cloud_colour", CloudColour, first.cloud_colour),
            point_size=min(max(self._read("view/point_size", int, first.point_size), 1), 12),
        )

    def network(self, options: Options) -> NetworkChoice:
        """What the command line names; the stored choice for the rest."""
        choice, given = options.network, options.given
        if "device" not in given:
            choice = replace(choice, device=self._read("network/device", str, choice.device))
        if "precision" not in given:
            stored = self._read("network/precision", _precision, choice.precision)
            choice = replace(choice, precision=stored)
        if "size" not in given:
            choice = replace(choice, size=self._read("network/size", parse_size, choice.size))
        if "checkpoint" not in given:
            stored = self._read("network/checkpoint", str, "")
            if stored and Path(stored).is_file():
                choice = replace(choice, checkpoint=Path(stored))
        return choice

    def recent(self) -> Recent:
        """What was opened lately, newest first."""
        return self._read("recent", _paths, ())

    def shortcuts(self) -> dict[str, str]:
        """Command key -> key sequence, where the user chose another one."""
        return self._read("shortcuts", _texts, {})

    def save_shortcuts(self, chosen: dict[str, str]) -> None:
        """The inverse of `shortcuts`."""
        self._write("shortcuts", json.dumps(chosen))

    def save_view(self, view: ViewSettings) -> None:
        """The inverse of `view`."""
        for name in ("mode", "opacity", "tap_weight", "show_grid", "cloud_colour", "point_size"):
            self._write(f"view/{name}", str(getattr(view, name)))

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
        value = self._store.value(key)
        if not isinstance(value, str):
            return otherwise
        try:
            return parse(value)
        except (ValueError, UserError):
            return otherwise

    def _write(self, key: str, value: str) -> None:
        self._store.setValue(key, value)


def with_newest(recent: Recent, paths: tuple[str, ...]) -> Recent:
    """`paths` in front, no entry twice, the oldest forgotten."""
    return (paths, *(entry for entry in recent if entry != paths))[:RECENT_ENTRIES]


def _precision(text: str) -> str:
    if text not in PRECISIONS:
        raise ValueError(text)
    return text


def _flag(text: str) -> bool:
    if text not in ("True", "False"):
        raise ValueError(text)
    return text == "True"


def _texts(text: str) -> dict[str, str]:
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(text)
    return found


def _paths(text: str) -> Recent:
    entries = json.loads(text)
    if not isinstance(entries, list) or not all(
        isinstance(entry, list) and entry and all(isinstance(path, str) for path in entry)
        for entry in entries
    ):
        raise ValueError(text)
    return tuple(tuple(entry) for entry in entries)
