"""`sgnet-model inspect`: why, and what if, for one pixel."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.inspection.result_json import frame_json
from sgnet_model.sensor_noise import KINECT, MEASURED, STEREO
from sgnet_model.types import UserError

from .console import Console
from .inputs import (
    edits_of,
    frame_text,
    load_labelled,
    load_predictor,
    network_text,
    notes_of,
    predictor_json,
    switches_of,
)
from .parser import (
    Commands,
    add_answer_options,
    add_command,
    add_label_options,
    add_pixel_options,
)
from .text import table

if TYPE_CHECKING:
    from sgnet_model.inspection.finding import Finding
    from sgnet_model.inspection.protocol import Inspection

_TEXT = """\
Ask why a pixel was given its class, and what if something were different. Each inspection prints
what it found and how far off its own check was; with --out it writes arrays (.npy) beside pictures.

What is explained is a score: the margin at the pixel, which is the logit of the winner less that of
the runner-up after upsampling, both fixed by the frame as it is; or with --class that class's
logit."""

_EPILOG = """\
examples:
  sgnet-model inspect --list
  sgnet-model inspect composed --rgb rgb.png --depth depth.png --pixel 200,300 --out why
  sgnet-model inspect influence --rgb rgb.png --depth depth.png --pixel 200,300 --class chair --json
  sgnet-model inspect reads --rgb rgb.png --depth depth.png --pixel 200,300 \\
      --edit hole box=190,290,20,20 --switch layer1.0:offsets=zero"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "inspect", _TEXT, _EPILOG)
    parser.add_argument("name", nargs="?", metavar="NAME", help="an inspection of --list")
    parser.add_argument(
        "--list",
        action="store_true",
        help="name all inspections, what each needs (traces: the prediction that is there anyway; "
        "network: further passes; gradient: passes forwards and backwards) and its cost (cheap: "
        "tens of milliseconds; dear: slow, at least one pass of the network)",
    )
    add_answer_options(parser, required=False)
    add_label_options(parser)
    group = add_pixel_options(parser, required=False)
    group.add_argument(
        "--class", dest="class_name", metavar="NAME", help="explain this class's logit"
    )
    group.add_argument(
        "--check", action="store_true", help="also the checks that take further passes"
    )
    group.add_argument(
        "--noise",
        default=KINECT,
        metavar=f"{KINECT}|{STEREO}|SIGMA|{MEASURED}RECORDING",
        help="of noise: the sensor, a deviation in metres, or that of a recorded still scene "
        f"(default: {KINECT})",
    )
    group.add_argument(
        "--count", type=int, default=16, metavar="N", help="of noise: copies (default: 16)"
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="S", help="of noise: the first one's (default: 0)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write arrays and pictures there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Lists, or asks one and reports."""
    from sgnet_model.inspection.registry import inspection, inspections

    if args.list:
        _list(args, console, inspections())
        return
    missing = [name for name in ("name", "rgb", "depth", "pixel") if getattr(args, name) is None]
    if missing:
        flags = ", ".join(name.upper() if name == "name" else f"--{name}" for name in missing)
        raise UserError(f"To inspect, {flags} must be given too (see sgnet-model inspect --help).")
    _ask(args, console, inspection(args.name))


def _list(args: argparse.Namespace, console: Console, known: dict[str, Inspection]) -> None:
    if args.json:
        rows = [
            {"name": name, "title": one.title, "needs": str(one.needs), "cost": str(one.cost)}
            for name, one in known.items()
        ]
        console.say_json({"inspections": rows})
        return
    lines = [(name, one.title, str(one.needs), str(one.cost)) for name, one in known.items()]
    console.say(table(("name", "question", "needs", "cost"), lines, left=4))


def _ask(args: argparse.Namespace, console: Console, what: Inspection) -> None:
    from sgnet_model.inspection.ask import inspect
    from sgnet_model.inspection.protocol import Options
    from sgnet_model.inspection.write import finding_json, write_finding

    options = Options(args.layer, args.class_name, args.check, args.count, args.noise, args.seed)
    switches, edits = switches_of(args), edits_of(args)
    frame = load_labelled(args)
    predictor = load_predictor(args)
    with console.progress(what.name, "pass") as show:
        finding = inspect(
            what,
            predictor,
            frame,
            args.pixel,
            options,
            switches=switches,
            edits=edits,
            progress=show,
        )
    files = {} if args.out is None else write_finding(args.out, finding, frame.rgb)
    size = predictor.size or frame.size
    said = finding_json(finding, files)
    said["notes"] += notes_of(frame, predictor)
    if args.json:
        console.say_json(
            {
                **said,
                "network": predictor_json(predictor, size),
                "frame": frame_json(frame),
                "switches": list(switches.texts),
                "edits": list(edits.texts),
            }
        )
        return
    console.say(frame_text(frame))
    console.say(network_text(predictor, size))
    console.say("\n" + finding_text(what.title, finding, said))


def finding_text(title: str, finding: Finding, said: dict[str, Any]) -> str:
    """For people: numbers in a table, lists of rows in tables of their own."""
    u, v = finding.pixel
    lines = [f"{title} (pixel {u},{v})"]
    if finding.score is not None:
        score = finding.score
        lines.append(f"score: {score.value:.4f}, {score.kind} of {' over '.join(score.classes)}")
    plain = [(key, _cell(said[key])) for key in finding.values if not _is_table(said[key])]
    if plain:
        lines += ["", table(("", ""), plain)]
    for key in finding.values:
        if _is_table(said[key]):
            lines += ["", _rows(said[key])]
    lines.append("")
    lines += [f"check: {check.what}: off by {check.error:.2g}" for check in finding.checks]
    lines += [f"written: {path}" for path in said["files"].values()]
    lines += [f"note: {note}" for note in said["notes"]]
    return "\n".join(lines)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _rows(rows: list[dict[str, Any]]) -> str:
    columns = [key for key, value in rows[0].items() if not _is_table(value)]
    return table(columns, [[_cell(row[key]) for key in columns] for row in rows])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ",".join(map(_cell, value))
    return "-" if value is None else str(value)
