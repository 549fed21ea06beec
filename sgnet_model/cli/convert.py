"""`sgnet-model convert`: any checkpoint to this program's safetensors."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command

DEFAULT_SHARE = 0.5

_TEXT = """\
Write a checkpoint as safetensors. The authors' SGNet.pth.tar, SGNet_Res50.pth.tar and
SGNet_ASPP.pth.tar load unchanged; the variant is recognised from the weights, and the written file
carries its configuration, class names, palette and origin. No code in a file is ever run."""

_EPILOG = """\
examples:
  sgnet-model convert SGNet.pth.tar sgnet-r101.safetensors
  sgnet-model convert SGNet_8s.pth.tar sgnet-8s.safetensors --output-stride 8
  sgnet-model convert sgnet-r101.safetensors small.safetensors --half
  sgnet-model convert last.safetensors mean.safetensors --average-with start.safetensors"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "convert", _TEXT, _EPILOG)
    parser.add_argument("source", type=Path, metavar="IN", help="the checkpoint to read")
    parser.add_argument("target", type=Path, metavar="OUT", help="the .safetensors file to write")
    parser.add_argument(
        "--output-stride",
        type=int,
        choices=(8, 16),
        help="the authors' files do not name theirs: 16 unless given here (SGNet-8s has 8)",
    )
    parser.add_argument(
        "--half", action="store_true", help="store kernels in half precision: half the size"
    )
    parser.add_argument(
        "--average-with",
        type=Path,
        metavar="FILE",
        help="a checkpoint of the same network: its weights and IN's are averaged, as of one "
        "trained on and one it began with",
    )
    parser.add_argument(
        "--share",
        type=float,
        metavar="W",
        help=f"of that file in the average, 0 to 1 (default: {DEFAULT_SHARE})",
    )
    parser.add_argument(
        "--card",
        type=Path,
        metavar="FILE",
        help="JSON of facts for the model card, kept in the file: data, start, training, scores, "
        "licence, credits, limits",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Converts and says what was found."""
    from sgnet_model.weights import convert

    _check_target(args.target, args.source, args.average_with, args.card)
    if args.average_with is None and args.share is not None:
        raise UserError("--share is of the file of --average-with: name one, or leave it out.")
    info = convert(
        args.source,
        args.target,
        output_stride=args.output_stride,
        dtype="fp16" if args.half else None,
        facts=_facts(args.card),
        average_with=args.average_with,
        share=DEFAULT_SHARE if args.share is None else args.share,
    )
    if args.json:
        console.say_json(
            {
                "path": str(args.target),
                "variant": info.variant,
                "parameters": info.parameters,
                "classes": info.config.classes,
                "bytes": args.target.stat().st_size,
            }
        )
        return
    megabytes = args.target.stat().st_size / 1e6
    console.say(
        f"{args.target}: {info.variant}, {info.parameters:,} parameters, "
        f"{info.config.classes} classes, {megabytes:.1f} MB"
    )


def _facts(path: Path | None) -> dict[str, Any]:
    """What is added to the file's provenance."""
    from sgnet_model.untrusted import read_json
    from sgnet_model.weights.card import CARD

    if path is None:
        return {}
    card = read_json(path, f"{path.name} is no JSON: write an object with the card's facts.")
    if not isinstance(card, dict):
        raise UserError(f"{path.name} holds no object: write one with the card's facts as JSON.")
    return {CARD: card}


def _check_target(target: Path, source: Path, *others: Path | None) -> None:
    if target.suffix != ".safetensors":
        raise UserError(f"The target {target} does not end in .safetensors: give it that ending.")
    if _is_same(target, source):
        raise UserError(f"{target} is the source itself: write to another file.")
    for read in others:
        if read is not None and _is_same(target, read):
            raise UserError(f"{target} is read too, and would be lost: write to another file.")


def _is_same(target: Path, read: Path) -> bool:
    return target.exists() and read.exists() and target.samefile(read)
