"""`sgnet-model predict`: a frame, or all frames of a set, to labels, overlay and labelled cloud."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sgnet_model.inspection.result_json import frame_json
from sgnet_model.types import Frame, UserError

from .console import Console
from .inputs import (
    answer_of,
    asked_text,
    edits_of,
    frame_text,
    load_frame,
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
    refuse_options,
)
from .predict_set import predict_set
from .text import table

_FILES = {
    "labels": "labels.png",
    "overlay": "overlay.png",
    "cloud": "cloud.ply",
    "npz": "arrays.npz",
}

if TYPE_CHECKING:
    from sgnet_model.prediction import Prediction

_TEXT = """\
Segment one RGBD frame, or with --data every frame of a set. Writes into --out:

  labels.png   8-bit, the data set's own ids: 0 = void, 1 = the first class
  overlay.png  the picture under the colours of the classes
  cloud.ply    the points of valid depth, metres, with the class's colour, label and confidence
  arrays.npz   labels, confidence, depth_m, intrinsics, classes, palette (with --write npz)

With --data: labels/NAME.png, overlay/NAME.png, cloud/NAME.ply, npz/NAME.npz, and predictions.csv
with a line a frame. The same command again goes on where it was interrupted."""

_EPILOG = """\
examples:
  sgnet-model predict --rgb rgb.png --depth depth.png --out result
  sgnet-model predict --rgb a.jpg --depth a.png --depth-unit 1/5000m --size native --out result
  sgnet-model predict --rgb a.png --depth a.npy --intrinsics 525,525,319.5,239.5 \\
      --checkpoint SGNet.pth.tar --device cuda --out result --json
  sgnet-model predict --data recording --out results --write labels,npz
  sgnet-model predict --data NYUDv2 --split test --checkpoint SGNet.pth.tar --out results"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "predict", _TEXT, _EPILOG)
    add_answer_options(parser, required=False, sets=True)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder for the results, created where missing",
    )
    parser.add_argument(
        "--write",
        metavar="KINDS",
        default="labels,overlay,cloud",
        help="which files: labels, overlay, cloud, npz, parted by commas "
        "(default: labels,overlay,cloud)",
    )
    parser.add_argument(
        "--ply-fields",
        metavar="FIELDS",
        default="rgb,label,confidence",
        help="what every point of a cloud has beside its position: rgb, label, confidence; or xyz "
        "for positions alone (default: rgb,label,confidence)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Reads, predicts, writes, reports."""
    from sgnet_model.exports.ply import parse_fields
    from sgnet_model.files import make_folder
    from sgnet_model.saving.batch import parse_kinds

    kinds, fields = parse_kinds(args.write), parse_fields(args.ply_fields)
    if args.data is not None:
        predict_set(args, console, kinds, fields)
        return
    refuse_options(
        args, ("split", "first", "count", "every"), "belongs to --data: leave it out for one frame."
    )
    frame = load_frame(args)
    _refuse_own_files(args, kinds)
    make_folder(args.out)
    switches_of(args), edits_of(args)  # what is not of the form is refused before a network loads
    predictor = load_predictor(args)
    answer = answer_of(args, frame, predictor)
    frame, prediction = answer.frame, answer.prediction
    paths, points = write_results(args.out, frame, prediction, kinds, fields)
    shares = class_shares(prediction)
    notes = notes_of(frame, predictor)
    if args.json:
        console.say_json(
            {
                "paths": {name: str(path) for name, path in paths.items()},
                "milliseconds": prediction.milliseconds,
                "class_shares": shares,
                "points": points,
                "network": predictor_json(predictor, prediction.network_size),
                "frame": frame_json(frame),
                **answer.asked,
                "notes": notes,
            }
        )
        return
    console.say(frame_text(frame))
    console.say(network_text(predictor, prediction.network_size, prediction.milliseconds))
    if asked := asked_text(answer.asked):
        console.say(asked)
    console.say(_report(shares, paths, points, notes))


def _refuse_own_files(args: argparse.Namespace, kinds: Sequence[str]) -> None:
    """UserError where a result would be written over the frame that it is made of."""
    from sgnet_model.files import expanded

    for kind in kinds:
        path = args.out / _FILES[kind]
        for read in (expanded(args.rgb), expanded(args.depth)):
            if path.exists() and read.exists() and path.samefile(read):
                raise UserError(f"{path} is read, and would be lost: choose another folder.")
            beside = path.exists() and read.parent.exists() and args.out.samefile(read.parent)
            if beside and kind == "labels":
                raise UserError(
                    f"{path} lies beside {read.name} already and may be its ground truth: choose "
                    "another folder."
                )


def write_results(
    folder: Path,
    frame: Frame,
    prediction: Prediction,
    kinds: Sequence[str],
    fields: Sequence[str],
) -> tuple[dict[str, Path], int]:
    """labels.png, overlay.png, cloud.ply, arrays.npz; their paths, and the number of points."""
    from sgnet_model.saving.batch import write_kind

    paths = {kind: folder / _FILES[kind] for kind in kinds}
    counts = [write_kind(kind, path, frame, prediction, fields) for kind, path in paths.items()]
    return paths, sum(counts)


def class_shares(prediction: Prediction) -> dict[str, float]:
    """Name -> share of the picture's pixels (0..1) of every class in it, largest first."""
    counts = np.bincount(prediction.labels.ravel())
    present = np.flatnonzero(counts)
    order = present[np.argsort(-counts[present], kind="stable")]
    total = prediction.labels.size
    return {prediction.scheme.classes[index]: int(counts[index]) / total for index in order}


def _report(shares: dict[str, float], paths: dict[str, Path], points: int, notes: list[str]) -> str:
    rows = [(name, f"{share:.1%}") for name, share in shares.items()]
    return "\n".join(
        [
            "",
            table(("class", "share"), rows),
            "",
            *(f"written: {path}" for path in paths.values()),
            *([f"the cloud has {points:,} points"] if "cloud" in paths else []),
            *(f"note: {note}" for note in notes),
        ]
    )
