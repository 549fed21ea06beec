"""The JSON form of a comparison: what B is, and how A and B are looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .comparing import CompareMap, Comparing, Layout
from .edits_json import edits_from_json, edits_to_json
from .json_values import fraction
from .network_json import network_from_json, network_to_json


def comparing_to_json(comparing: Comparing, folder: Path) -> dict[str, Any]:
    """JSON values; paths relative to `folder`."""
    network = comparing.network
    return {
        "network": None if network is None else network_to_json(network, folder),
        "edits": edits_to_json(comparing.edits),
        "layout": comparing.layout.value,
        "wipe": comparing.wipe,
        "map": comparing.shown_map.value,
    }


def comparing_from_json(part: Any, folder: Path) -> Comparing:
    """The comparison; a wrong part is a ValueError or a UserError."""
    network = part["network"]
    return Comparing(
        None if network is None else network_from_json(network, folder),
        edits_from_json(part.get("edits", [])),
        Layout(part.get("layout", Layout.A)),
        fraction(part.get("wipe", 0.5)),
        CompareMap(part.get("map", CompareMap.NONE)),
    )
