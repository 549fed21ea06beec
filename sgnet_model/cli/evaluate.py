"""`sgnet-model evaluate`: scores on frames with ground truth."""

from __future__ import annotations

import argparse
import math
from typing import Any

from sgnet_model.types import LabelScheme

from .console import Console
from .parser import Commands, add_command, add_network_options

_TEXT = """\
Score a checkpoint. Renders held-out scenes, one for each seed from S on, segments them, and derives
pixel accuracy, mean accuracy and mean intersection over union from one confusion matrix. Void is
ignored; a class absent from truth and prediction alike is left out of the mean IoU, one absent
from the truth out of the mean accuracy."""

_EPILOG = """\
examples:
  sgnet-model evaluate --synthetic --count 100 --seed 0
  sgnet-model evaluate --synthetic --count 500 --seed 0 --checkpoint mine.safetensors --json"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "evaluate", _TEXT, _EPILOG)
    parser.add_argument(
        "--synthetic", action="store_true", required=True, help="score on rendered scenes"
    )
    parser.add_argument("--count", type=int, default=100, metavar="N", help="scenes (default: 100)")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="first scene, below 1000000 (default: 0)"
    )
    add_network_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Scores and tells them."""
    from sgnet_model.evaluation.confusion import Counts, Scores, scores
    from sgnet_model.evaluation.synthetic import check_held_out, evaluate_scenes

    from .inputs import load_predictor

    check_held_out(args.count, args.seed)
    predictor = load_predictor(args)
    with console.progress("evaluating", "scene") as show:
        matrix: Counts = evaluate_scenes(predictor, args.count, args.seed, show)
    result: Scores = scores(matrix)
    scheme = predictor.network.scheme
    absent = [name for name, seen in zip(scheme.classes, matrix.sum(1), strict=True) if not seen]
    values = {
        "count": args.count,
        "seed": args.seed,
        "acc": _number(result.acc),
        "macc": _number(result.macc),
        "miou": _number(result.miou),
        "fwiou": _number(result.fwiou),
        "iou": {name: _number(iou) for name, iou in zip(scheme.classes, result.iou, strict=True)},
        "absent_from_truth": absent,
    }
    if args.json:
        console.say_json(values)
    else:
        console.say(_table(values, scheme))


def _table(values: dict[str, Any], scheme: LabelScheme) -> str:
    lines = [
        f"{values['count']} scenes from seed {values['seed']}: "
        + ", ".join(f"{key} {_text(values[key])}" for key in ("acc", "macc", "miou", "fwiou"))
    ]
    width = max(len(name) for name in scheme.classes)
    lines += [f"  {name:<{width}}  {_text(iou)}" for name, iou in values["iou"].items()]
    if values["absent_from_truth"]:
        lines.append("absent from the truth: " + ", ".join(values["absent_from_truth"]))
    return "\n".join(lines)


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else float(value)


def _text(value: float | None) -> str:
    return "    -" if value is None else f"{value:.3f}"
