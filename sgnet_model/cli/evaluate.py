"""`sgnet-model evaluate`: scores on frames with ground truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.evaluation.frame_scores import STATE_NAME
from sgnet_model.types import UserError

from .console import Console
from .inputs import checkpoint_of, load_predictor
from .parser import Commands, add_command, add_network_options, units_text
from .scores import score_values, scores_text

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.evaluation.frames import Tally
    from sgnet_model.evaluation.resume import ResumeFile
    from sgnet_model.predictor import Predictor

_TEXT = """\
Score a checkpoint. On a data set (--data) or on rendered, held-out scenes (--synthetic), one for
each seed from S on. Pixel accuracy, mean accuracy, mean and frequency-weighted intersection over
union come from one confusion matrix over all pixels. Void is ignored; a class absent from truth and
prediction alike is left out of the mean IoU, one absent from the truth out of the mean accuracy.

An evaluation that was interrupted goes on where it was with the same command, if --predictions or
--resume is given."""

_EPILOG = """\
examples:
  sgnet-model evaluate --synthetic --count 100 --seed 0
  sgnet-model evaluate --data nyu_depth_v2_labeled.mat --split test --checkpoint SGNet.pth.tar
  sgnet-model evaluate --data SUNRGBD --split test --scales 0.8 1.0 2.0 --on-error skip \\
      --checkpoint sun37.safetensors --predictions out --json"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "evaluate", _TEXT, _EPILOG)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--data", type=Path, metavar="ROOT", help="a data set: its folder, or NYUv2's .mat"
    )
    what.add_argument("--synthetic", action="store_true", help="rendered scenes")
    _add_data_options(parser)
    group = parser.add_argument_group("rendered scenes")
    group.add_argument("--count", type=int, default=100, metavar="N", help="scenes (default: 100)")
    group.add_argument(
        "--seed", type=int, default=0, metavar="S", help="first scene, below 1000000 (default: 0)"
    )
    group = parser.add_argument_group("how predictions are made")
    group.add_argument(
        "--scales",
        type=float,
        nargs="+",
        default=[1.0],
        metavar="X",
        help="sizes relative to --size whose logits are averaged (default: 1.0; the paper's "
        "multi-scale test: 0.8 1.0 2.0)",
    )
    group.add_argument("--flip", action="store_true", help="average with the mirrored picture too")
    add_network_options(parser)
    parser.set_defaults(run=run)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("data sets")
    group.add_argument("--split", metavar="NAME", help="a part of it: train, val or test")
    group.add_argument(
        "--on-error",
        choices=("stop", "skip"),
        default="stop",
        help="what to do about a frame that cannot be read or has no usable labels; skipped ones "
        "are counted and named (default: stop)",
    )
    group.add_argument(
        "--predictions",
        type=Path,
        metavar="DIR",
        help="write each prediction there, at the picture's size, in the data set's own ids",
    )
    group.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help=f"keep the counts in this file (default: {STATE_NAME} in --predictions)",
    )
    group.add_argument("--depth-unit", metavar="UNIT", help=f"for every frame: {units_text()}")
    group.add_argument(
        "--intrinsics", metavar="FX,FY,CX,CY|FILE", help="one camera for every frame"
    )


def run(args: argparse.Namespace, console: Console) -> None:
    """Scores and tells them."""
    values, told = _synthetic(args, console) if args.synthetic else _data(args, console)
    if args.json:
        console.say_json(values)
    else:
        console.say(told)


def _synthetic(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:
    from sgnet_model.evaluation.synthetic import check_held_out, evaluate_scenes

    for name in ("split", "predictions", "resume"):
        if getattr(args, name) is not None:
            raise UserError(f"--{name} belongs to --data: leave it out for rendered scenes.")
    check_held_out(args.count, args.seed)
    predictor = load_predictor(args)
    with console.progress("evaluating", "scene") as show:
        matrix = evaluate_scenes(
            predictor, args.count, args.seed, show, tuple(args.scales), args.flip
        )
    scored = score_values(matrix, predictor.network.scheme)
    title = f"{args.count} scenes from seed {args.seed}"
    return {"count": args.count, "seed": args.seed, **scored}, scores_text(title, scored)


def _data(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:
    from sgnet_model.data.open import open_frames
    from sgnet_model.evaluation.frames import evaluate_frames
    from sgnet_model.evaluation.multiscale import MultiScale, classifier
    from sgnet_model.evaluation.predictions import PredictionFolder

    frames = open_frames(args.data, unit=args.depth_unit, intrinsics=args.intrinsics)
    if args.split is not None:
        frames = frames.split(args.split)
    predictor = load_predictor(args)
    scheme = predictor.network.scheme
    voter = MultiScale(predictor, tuple(args.scales), args.flip)
    folder = PredictionFolder(args.predictions, scheme) if args.predictions else None
    journal = _journal(args, frames, len(scheme.classes))
    before = journal.load() if journal else None
    resumed = len(before.frames) if before else 0
    with console.progress("evaluating", "frame") as show:
        tally = evaluate_frames(
            frames,
            classifier(voter),
            scheme,
            on_error=args.on_error,
            tally=before,
            keep=folder.keep if folder else None,
            journal=journal,
            progress=show,
        )
    values = _report(args, frames, predictor, tally, resumed)
    return values, _told(values)


def _journal(args: argparse.Namespace, frames: FrameSet, classes: int) -> ResumeFile | None:
    """The file an interrupted evaluation goes on from; None where nobody asked for one."""
    from sgnet_model.evaluation.frames import unique_names
    from sgnet_model.evaluation.resume import ResumeFile, digest_of_file, digest_of_names

    path = args.resume or (args.predictions / STATE_NAME if args.predictions else None)
    if path is None:
        return None
    identity = {
        "frames": digest_of_names(unique_names(frames)),
        "checkpoint": digest_of_file(checkpoint_of(args)),
        "scales": args.scales,
        "flip": args.flip,
        "size": args.size,
        "precision": args.precision,
        "depth unit": args.depth_unit,
        "intrinsics": args.intrinsics,
    }
    return ResumeFile(path, identity, classes)


def _report(
    args: argparse.Namespace, frames: FrameSet, predictor: Predictor, tally: Tally, resumed: int
) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "data": frames.name,
        "split": args.split,
        "frames": len(frames),
        "scored": len(tally.frames),
        "resumed": resumed,
        "skipped": [{"frame": one.frame, "reason": one.reason} for one in tally.skipped],
        "scales": args.scales,
        "flip": args.flip,
        "size": None if args.size is None else list(args.size),
        "predictions": args.predictions and str(args.predictions),
        "notes": [*frames.notes, *([predictor.notice] if predictor.notice else [])],
        **score_values(tally.matrix, predictor.network.scheme),
    }


def _told(values: dict[str, Any]) -> str:
    title = f"{values['data']}: {values['scored']} of {values['frames']} frames"
    lines = [scores_text(title, values)]
    if values["resumed"]:
        lines.append(f"of these, {values['resumed']} were scored by an earlier run")
    if values["skipped"]:
        lines.append(f"skipped: {len(values['skipped'])}")
        lines += [f"  {one['frame']}: {one['reason']}" for one in values["skipped"]]
    lines += [f"note: {note}" for note in values["notes"]]
    return "\n".join(lines)
