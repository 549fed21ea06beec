"""Class colours as a file: {"wall": "#1f77b4", "floor": "#ff7f0e"}."""

from __future__ import annotations

import json
from pathlib import Path

from sgnet_model.files import write_atomically
from sgnet_model.untrusted import read_json, reading, reason
from sgnet_viewer.state.class_colours import OwnColours, colours_from_json, colours_to_json

PATTERNS = "Class colours (*.json)"


def read_colours(path: Path) -> OwnColours:
    """UserError where it is no such file."""

    def sentence(error: Exception) -> str:
        return (
            f"{path.name} has no class colours ({reason(error)}): a JSON object of names and "
            'colours is read, such as {"wall": "#1f77b4"}.'
        )

    data = read_json(path, sentence)
    with reading(path, sentence):
        return colours_from_json(data)


def write_colours(path: Path, own: OwnColours) -> None:
    """UserError where the file cannot be written."""
    write_atomically(path, (json.dumps(colours_to_json(own), indent=2) + "\n").encode())
