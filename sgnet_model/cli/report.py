"""`sgnet-model report`: the report again, from one or several evaluations that were kept."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.sizes import parse_pixel
from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.evaluation.multiscale import MultiScale
    from sgnet_model.evaluation.results import Results
    from sgnet_model.report.compose import OtherRun
    from sgnet_model.report.fields import FieldSheet
    from sgnet_model.report.store import Material

DEFAULT_WORST = 6

_TEXT = """\
Write the report of an evaluation again, beside other runs. RUN is the folder that evaluate --report
wrote, or a file that evaluate --json printed (which has no pictures and no confusion matrix).
report.html is one file that can be sent and printed; report.md has its pictures in images/."""

_EPILOG = """\
examples:
  sgnet-model report report-b --against report-a --out compared
  sgnet-model report report-b --results bench.json baseline.json multi-scale.json --out full"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "report", _TEXT, _EPILOG)
    parser.add_argument("evaluation", type=Path, metavar="RUN", help="what to report on")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the report is written"
    )
    add_sources(parser)
    parser.set_defaults(run=run)


def add_sources(parser: argparse._ActionsContainer) -> None:
    """--against and --results: what stands beside the evaluation."""
    parser.add_argument(
        "--against", type=Path, metavar="RUN", help="another evaluation to show the change against"
    )
    parser.add_argument(
        "--results",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="what evaluate --json and bench --json printed, for the paper's tables and the plot "
        "of speed; scores are matched by variant, classes and scales, speeds by variant and size",
    )


def add_subjects(parser: argparse._ActionsContainer) -> None:
    """--worst, --fields and --pixel: what is shown in pictures."""
    parser.add_argument(
        "--worst",
        type=int,
        default=DEFAULT_WORST,
        metavar="N",
        help=f"frames with the lowest mean IoU to show (default: {DEFAULT_WORST})",
    )
    parser.add_argument(
        "--beside",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="other checkpoints of the same classes, whose answers stand beside in these pictures",
    )
    parser.add_argument(
        "--fields",
        action="append",
        default=[],
        metavar="FRAME",
        help="a frame, by name, whose receptive fields are drawn layer by layer; may be given "
        "several times (default: the one with the median mean IoU)",
    )
    parser.add_argument(
        "--pixel",
        type=parse_pixel,
        action="append",
        default=[],
        metavar="U,V",
        help="a pixel of these frames whose taps are drawn; may be given several times (default: "
        "the centre)",
    )


def run(args: argparse.Namespace, console: Console) -> None:
    """Reads, writes, prints where."""
    from sgnet_model.report.store import load

    path = _write(args, load(args.evaluation), args.out)
    if args.json:
        console.say_json({"report": str(path)})
    else:
        console.say(f"report: {path}")


def check_request(args: argparse.Namespace, frames: FrameSet) -> None:
    """Before the long work: raises UserError for what the report could not use in the end."""
    from sgnet_model.evaluation.frames import unique_names
    from sgnet_model.files import make_folder
    from sgnet_model.report.measured import read_measured

    if args.report is None:
        if args.against is not None or args.results or args.fields or args.pixel or args.beside:
            raise UserError(
                "--against, --results, --fields, --pixel and --beside are for a report: name its "
                "folder with --report."
            )
        return
    make_folder(args.report)
    read_measured(args.results)
    _against(args.against)
    names = unique_names(frames) if args.fields else []
    for name in args.fields:
        if name not in names:
            raise UserError(
                f"{frames.name} has no frame {name!r} for --fields: the first is called {names[0]}."
            )


def make_report(
    args: argparse.Namespace,
    console: Console,
    results: Results,
    frames: FrameSet,
    voter: MultiScale,
    beside: Mapping[str, MultiScale],
) -> Path:
    """Of an evaluation that has just ended; returns the HTML file. The options are `evaluate`'s.

    `beside`: what `networks_beside` found.
    """
    from sgnet_model.evaluation.multiscale import classifier
    from sgnet_model.report.examples import make_examples, worst
    from sgnet_model.report.store import Material

    names = worst(results.frame_scores, max(args.worst, 0))
    scheme = voter.predictor.network.scheme
    with console.progress("drawing", "step") as show:
        others = {title: classifier(other) for title, other in beside.items()}
        examples = make_examples(
            frames, names, classifier(voter), scheme, results.frame_scores, others
        )
        show(1, 2)
        sheets = _sheets(args, results, frames, voter)
        show(2, 2)
    return _write(args, Material(results, examples, sheets), args.report)


def networks_beside(args: argparse.Namespace, voter: MultiScale) -> dict[str, MultiScale]:
    """The networks of --beside by their files' names, asked as the evaluated one is.

    Raises UserError for a file that is none, and for one with other classes.
    """
    from sgnet_model.predictor import Predictor
    from sgnet_model.switches import NO_SWITCHES

    scheme, device = voter.predictor.network.scheme, voter.predictor.device
    found: dict[str, MultiScale] = {}
    for path in args.beside:
        predictor = Predictor.load(path, device=device, size=args.size, precision=args.precision)
        if predictor.network.scheme.classes != scheme.classes:
            raise UserError(
                f"{path.name} for --beside has {len(predictor.network.scheme.classes)} classes and "
                f"the evaluated network {len(scheme.classes)}: name one of the same classes."
            )
        title = path.stem if path.stem not in found else str(path)
        found[title] = replace(voter, predictor=predictor, switches=NO_SWITCHES)
    return found


def _sheets(
    args: argparse.Namespace, results: Results, frames: FrameSet, voter: MultiScale
) -> tuple[FieldSheet, ...]:
    """Of the frames asked for; none where the network has no taps and none were asked for."""
    from sgnet_model.evaluation.frames import unique_names
    from sgnet_model.report.examples import typical
    from sgnet_model.report.explained import explained_sheet
    from sgnet_model.report.fields import FieldSheet, field_sheet

    default = typical(results.frame_scores)
    wanted = args.fields or ([default] if default else [])
    if not args.fields and not voter.predictor.network.config.tap_layers:
        return ()
    at = {name: index for index, name in enumerate(unique_names(frames))}
    sheets = []
    for number, name in enumerate(wanted, 1):
        try:
            frame = frames.load(at[name])
            sheets.append(field_sheet(voter.predictor, frame, name, args.pixel, number))
            pixel = args.pixel[0] if args.pixel else (frame.size[1] // 2, frame.size[0] // 2)
            sheets.append(explained_sheet(voter.predictor, frame, name, pixel, number))
        except UserError as error:  # the scores are worth more than this picture
            sheets.append(FieldSheet(f"{name} cannot be drawn: {error}"))
    return tuple(sheets)


def _write(args: argparse.Namespace, material: Material, folder: Path) -> Path:
    from sgnet_model.report.measured import read_measured
    from sgnet_model.report.write import write_report

    measured = read_measured(args.results, material.results)
    return write_report(material, folder, measured, _against(args.against))


def _against(path: Path | None) -> OtherRun | None:
    from sgnet_model.report.compose import OtherRun
    from sgnet_model.report.store import load_results

    return None if path is None else OtherRun(path.stem, load_results(path))
