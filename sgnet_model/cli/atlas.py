"""`sgnet-model atlas`: what every layer's taps do over a data set."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .console import Console
from .inputs import checkpoint_of, frames_of, load_predictor, notes_of
from .parser import (
    Commands,
    add_command,
    add_network_options,
    add_profile_option,
    add_reading_options,
    add_split_option,
    settle_source,
)
from .text import decimal, table

DEFAULT_COUNT = 20

_TEXT = """\
Measure what the taps of each layer do over a data set or rendered scenes. How far apart they lie in
cells, pixels and metres, how that changes with depth, and whether they keep to one surface and one
class, beside the regular grid; for each layer, and by depth, class, size and distance from a
border. With --out writes atlas.html and atlas.json."""

_EPILOG = """\
examples:
  sgnet-model atlas --synthetic --count 20 --seed 0 --out atlas
  sgnet-model atlas --data NYUDv2 --split test --checkpoint SGNet.pth.tar --out atlas --json"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "atlas", _TEXT, _EPILOG)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="ROOT", help="a data set")
    what.add_argument("--synthetic", action="store_true", help="rendered scenes")
    add_split_option(parser)
    parser.add_argument("--count", type=int, metavar="N", help=f"scenes (default: {DEFAULT_COUNT})")
    parser.add_argument("--seed", type=int, metavar="S", help="of the first scene (default: 0)")
    add_reading_options(parser)
    add_profile_option(parser, None, "classic")
    add_network_options(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the page and the JSON there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Measures, writes, reports."""
    from sgnet_model.inspection.measure_atlas import measure_atlas

    settle_source(args, DEFAULT_COUNT)
    frames = frames_of(args)
    predictor = load_predictor(args)
    with console.progress("measuring", "frame") as show:
        atlas = measure_atlas(predictor, frames, show).to_json()
    said = {
        "data": frames.name,
        "variant": predictor.network.config.variant,
        "checkpoint": checkpoint_of(args).name,
        **atlas,
        "notes": notes_of(frames, predictor),
        "files": {},
    }
    if args.out is not None:
        said["files"] = _written(args.out, said)
    if args.json:
        console.say_json(said)
        return
    console.say(_text(said))


def _written(folder: Path, said: dict[str, Any]) -> dict[str, str]:
    from sgnet_model.files import write_atomically
    from sgnet_model.report.atlas import write_atlas

    page = write_atlas(folder, said, f"{said['variant']} on {said['data']}")
    path = folder / "atlas.json"
    write_atomically(path, json.dumps(said, indent=2, allow_nan=False).encode())
    return {page.name: str(page), path.name: str(path)}


def _text(said: dict[str, Any]) -> str:
    header = (
        "layer",
        "cells",
        "px",
        "m",
        "outside",
        "slope",
        "same surface",
        "gain",
        "purity",
        "gain",
    )
    rows = [
        (
            layer["name"],
            decimal(layer["dilation"]["cells"]["mean"]),
            decimal(layer["dilation"]["px"]["mean"], 1),
            decimal(layer["dilation"]["m"]["mean"], 3),
            decimal(layer["outside"], 3),
            decimal(layer["slope"]["value"]),
            *(
                decimal(layer[key][part], 3)
                for key in ("same_surface", "label_purity")
                for part in ("share", "gain")
            ),
        )
        for layer in said["layers"]
    ]
    check = said["check"]
    lines = [f"{said['variant']} on {said['data']}: {said['frames']} frames", ""]
    lines += [table(header, rows), "", f"check: {check['what']}: off by {check['error']:.2g}"]
    lines += [f"written: {path}" for path in said["files"].values()]
    return "\n".join([*lines, *(f"note: {note}" for note in said["notes"])])
