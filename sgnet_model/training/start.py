"""The weights that a run begins with, and what is kept of where they came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sgnet_model.files import make_folder, write_atomically
from sgnet_model.nn import SGNet
from sgnet_model.nn.open_start import open_start
from sgnet_model.ranks import Ranks
from sgnet_model.types import UserError
from sgnet_model.untrusted import read_json, reason
from sgnet_model.weights.card import LICENCE
from sgnet_model.weights.start import StartReport, start_from

from .distributed import broadcast
from .loop import STATE_FILE
from .settings import SConvStart

Tell = Callable[[str], None]

INIT_FILE = "init.json"  # what became of every tensor of the weights that a run began with


def load_start(
    network: SGNet,
    start: Path | None,
    folder: Path,
    ranks: Ranks,
    tell: Tell,
    s_conv_start: SConvStart = "plain",
) -> StartReport | None:
    """Loads the weights of `start` in every process; None where a saved run replaces them all."""
    if start is None:
        return None
    if broadcast((folder / STATE_FILE).exists() if ranks.leads else None, ranks):
        tell(f"{start.name} is not read: the run saved in {folder} is continued.")
        return None
    report = start_from(network, start)
    if s_conv_start == "open":
        _open(network, report)
    tell(report.summary())
    if ranks.leads:
        _keep(report, folder)
    return report


def start_origin(report: StartReport | None, folder: Path) -> dict[str, str] | None:
    """Where the weights began, as the checkpoint keeps it; of a continued run from `folder`."""
    found = _kept(folder / INIT_FILE) if report is None else asdict(report)
    return {key: str(found[key]) for key in ("file", "layout", LICENCE) if found.get(key)} or None


def _open(network: SGNet, report: StartReport) -> None:
    if report.layout == "network":
        raise UserError(
            f"{report.file} is a network whose S-Convs have learnt: s_conv_start=open is for "
            "ImageNet weights; leave it out."
        )
    open_start(network, stride_in_1x1=report.stride_in_1x1)


def _keep(report: StartReport, folder: Path) -> None:
    make_folder(folder)
    write_atomically(folder / INIT_FILE, json.dumps(report.to_dict(), indent=2).encode())


def _kept(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    content = read_json(path, lambda error: f"{path} cannot be read ({reason(error)}): remove it.")
    return content if isinstance(content, dict) else {}
