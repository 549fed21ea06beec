"""The JSON form of the choice of a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sgnet_model.sizes import format_size, parse_network_size
from sgnet_model.switches import parse_switches

from .choices import NetworkChoice
from .json_paths import absolute_from, relative_to
from .json_values import items, text

MOST_SWITCHES = 1000


def network_to_json(network: NetworkChoice, folder: Path) -> dict[str, Any]:
    """JSON values; the path of the weights relative to `folder`."""
    checkpoint = network.checkpoint
    return {
        "checkpoint": None if checkpoint is None else relative_to(str(checkpoint), folder),
        "device": network.device,
        "size": format_size(network.size),
        "precision": network.precision,
        "switches": list(network.switches.texts),
    }


def network_from_json(part: Any, folder: Path) -> NetworkChoice:
    """The choice; a wrong part is a ValueError or a UserError."""
    checkpoint = part.get("checkpoint")
    return NetworkChoice(
        None if checkpoint is None else Path(absolute_from(text(checkpoint), folder)),
        text(part.get("device", "auto")),
        parse_network_size(text(part.get("size", "480x640"))),
        text(part.get("precision", "auto")),
        parse_switches(text(switch) for switch in items(part.get("switches", []))[:MOST_SWITCHES]),
    )
