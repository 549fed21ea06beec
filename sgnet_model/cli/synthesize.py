"""`sgnet-model synthesize`: rendered indoor scenes with ground truth."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.config import PAPER_SIZE
from sgnet_model.sizes import parse_size
from sgnet_model.types import Frame, UserError

from .console import Console
from .parser import Commands, add_command, add_profile_option

if TYPE_CHECKING:
    from sgnet_model.progress import Progress
    from sgnet_model.scenes.statistics import Statistics

_TEXT = """\
Render indoor scenes with depth and ground truth. Each seed is one scene, always the same; depth has
a Kinect's noise and holes. Writes rgb/, depth/ (16-bit millimetres), labels/ (NYU's 40 classes,
0 = void) and camera/ into OUT, a folder that sgnet-viewer opens and that holds one set: the same
command writes it anew, more of the same scenes may be added, others are refused. With --statistics
it prints what the scenes, or a data set, look like in numbers: holes, distances, colours, detail,
classes.

Seeds below 1,000,000 are never trained on: use them to evaluate, and larger ones to train."""

_EPILOG = """\
examples:
  sgnet-model synthesize scenes --count 20 --seed 0
  sgnet-model synthesize small --count 100 --seed 1000000 --size 240x320 --profile realistic
  sgnet-model synthesize --statistics --count 100 --seed 0 --profile realistic
  sgnet-model synthesize --statistics --data nyu_depth_v2_labeled.mat"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "synthesize", _TEXT, _EPILOG)
    parser.add_argument(
        "out",
        type=Path,
        nargs="?",
        metavar="OUT",
        help="folder for the scenes, created where missing; may be left out with --statistics",
    )
    parser.add_argument("--count", type=int, metavar="N", help="number of scenes")
    parser.add_argument("--seed", type=int, metavar="S", help="scenes S, S + 1, ... (from 0)")
    parser.add_argument(
        "--size",
        type=partial(parse_size, sides=(1, 99_999)),
        default=PAPER_SIZE,
        metavar="HEIGHTxWIDTH",
        help="of the pictures, height first (default: 480x640)",
    )
    add_profile_option(parser, "classic")
    parser.add_argument(
        "--statistics", action="store_true", help="print a table of what the frames look like"
    )
    parser.add_argument(
        "--data", type=Path, metavar="ROOT", help="with --statistics: a data set to measure"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Renders, measures, and says where."""
    _check(args)
    columns: list[tuple[str, Statistics]] = []
    paths: list[Path] = []
    if args.out is not None:
        paths = _written(args, console)
    if args.statistics:
        columns = _columns(args, console)
    if args.json:
        console.say_json(_values(args, paths, columns))
        return
    if paths:
        height, width = args.size
        console.say(f"{args.out}: {len(paths)} scenes of {width} x {height} pixels")
    if columns:
        from .scene_statistics import table

        console.say(table(columns))


def _check(args: argparse.Namespace) -> None:
    if args.data is not None and not args.statistics:
        raise UserError("--data is for --statistics: add it, or leave --data out.")
    if args.data is not None and args.out is None and args.count is None and args.seed is None:
        return
    if args.out is None and not args.statistics:
        raise UserError("There is no folder for the scenes: name one, or add --statistics.")
    if args.count is None or args.seed is None:
        raise UserError("Which scenes is open: give --count and --seed.")
    if args.count < 1 or args.seed < 0:
        raise UserError(
            f"{args.count} scenes from seed {args.seed} cannot be made: --count starts at 1 and "
            "--seed at 0."
        )


def _written(args: argparse.Namespace, console: Console) -> list[Path]:
    from sgnet_model.files import make_folder
    from sgnet_model.scenes import profile_named
    from sgnet_model.scenes.export import synthesize

    profile = profile_named(args.profile)
    make_folder(args.out)
    with console.progress("rendering", "scene") as show:
        return synthesize(args.out, args.count, args.seed, args.size, show, profile)


def _columns(args: argparse.Namespace, console: Console) -> list[tuple[str, Statistics]]:
    """The scenes, where some are named, and the data set, where one is."""
    from .scene_statistics import measured, of_data

    columns = []
    if args.count is not None:
        with console.progress("measuring", "scene") as show:
            columns.append((f"{args.profile} scenes", measured(_scenes(args, show))))
    if args.data is not None:
        with console.progress("measuring", "frame") as show:
            columns.append(of_data(args.data, show))
    return columns


def _scenes(args: argparse.Namespace, progress: Progress) -> Iterator[Frame]:
    from sgnet_model.scenes import profile_named, render_scene

    profile = profile_named(args.profile)
    for done in range(args.count):
        yield render_scene(args.seed + done, args.size, profile=profile)
        progress(done + 1, args.count)


def _values(
    args: argparse.Namespace, paths: list[Path], columns: list[tuple[str, Statistics]]
) -> dict[str, object]:
    from sgnet_model.data.palettes import NYU40

    values: dict[str, object] = {}
    if args.out is not None:
        values = {
            "out": str(args.out),
            "count": len(paths),
            "seed": args.seed,
            "size": list(args.size),
            "profile": args.profile,
            "rgb": [str(path) for path in paths],
        }
    if columns:
        values["statistics"] = {name: numbers.to_dict(NYU40.classes) for name, numbers in columns}
    return values
