"""`sgnet-model synthesize`: rendered indoor scenes with ground truth."""

from __future__ import annotations

import argparse
from pathlib import Path

from sgnet_model.config import PAPER_SIZE
from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command, size

_TEXT = """\
Render indoor scenes with depth and ground truth. Each seed is one scene, always the same; depth has
a Kinect's noise and holes. Writes rgb/, depth/ (16-bit millimetres), labels/ (NYU's 40 classes,
0 = void) and camera/ into OUT, a folder that sgnet-viewer opens.

Seeds below 1,000,000 are never trained on: use them to evaluate, and larger ones to train."""

_EPILOG = """\
examples:
  sgnet-model synthesize scenes --count 20 --seed 0
  sgnet-model synthesize small --count 100 --seed 1000000 --size 240x320"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "synthesize", _TEXT, _EPILOG)
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="folder for the scenes, created where missing"
    )
    parser.add_argument("--count", type=int, required=True, metavar="N", help="number of scenes")
    parser.add_argument(
        "--seed", type=int, required=True, metavar="S", help="scenes S, S + 1, ... (from 0)"
    )
    parser.add_argument(
        "--size",
        type=size,
        default=PAPER_SIZE,
        metavar="HEIGHTxWIDTH",
        help="of the pictures, height first (default: 480x640)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Renders and says where."""
    from sgnet_model.files import make_folder
    from sgnet_model.scenes.export import synthesize

    if args.count < 1 or args.seed < 0:
        raise UserError(
            f"{args.count} scenes from seed {args.seed} cannot be made: --count starts at 1 and "
            "--seed at 0."
        )
    make_folder(args.out)
    with console.progress("rendering", "scene") as show:
        paths = synthesize(args.out, args.count, args.seed, args.size, show)
    if args.json:
        console.say_json(
            {
                "out": str(args.out),
                "count": len(paths),
                "seed": args.seed,
                "size": list(args.size),
                "rgb": [str(path) for path in paths],
            }
        )
        return
    height, width = args.size
    console.say(f"{args.out}: {len(paths)} scenes of {width} x {height} pixels")
