"""`sgnet-model calibrate`: a temperature, so that confidence means something."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.files import check_target
from sgnet_model.types import Frame, UserError

from .console import Console
from .parser import Commands, add_command

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.nn import SGNet
    from sgnet_model.predictor import Predictor
    from sgnet_model.progress import Progress

DEFAULT_COUNT, DEFAULT_SEED = 50, 998_000

_TEXT = """\
Fit a temperature, so that confidence means something. Logits are divided by it before they become
probabilities, so that of all pixels with confidence 0.7 seven in ten are right; labels do not
change. It is fitted on held-out rendered rooms, whose labels are NYUv2's 40 classes (the network's
must be the same), and written into a copy of the checkpoint. Says the expected calibration error
(15 bins) before and after; with --check also on other frames, which are not fitted to. The copy
also holds the ranges of the network's maps, measured on four rooms: with them int8 is there at
once, and is what `auto` takes on processors that multiply bytes (VNNI)."""

_EPILOG = """\
examples:
  sgnet-model calibrate runs/rooms/last.safetensors calibrated.safetensors
  sgnet-model calibrate mine.safetensors calibrated.safetensors --check NYUDv2 --json"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "calibrate", _TEXT, _EPILOG)
    parser.add_argument("source", type=Path, metavar="IN", help="the checkpoint to read")
    parser.add_argument("target", type=Path, metavar="OUT", help="the .safetensors file to write")
    parser.add_argument(
        "--count",
        type=int,
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"rendered scenes to fit on (default: {DEFAULT_COUNT})",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=DEFAULT_SEED,
        metavar="S",
        help=f"of the first scene (default: {DEFAULT_SEED})",
    )
    parser.add_argument(
        "--check", type=Path, metavar="DATA", help="a data set or folder with labels, measured only"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Fits, writes, says what changed."""
    from sgnet_model.data.open import open_frames
    from sgnet_model.evaluation.synthetic import SceneSet
    from sgnet_model.evaluation.temperature import calibrated, sampled_logits
    from sgnet_model.predictor import Predictor
    from sgnet_model.weights import load_checkpoint, save_checkpoint
    from sgnet_model.weights.card import CALIBRATION, INT8_RANGES

    if args.target.suffix != ".safetensors":
        raise UserError(
            f"The target {args.target} does not end in .safetensors: give it that ending."
        )
    check_target(args.target)
    scenes = SceneSet(args.count, args.seed)
    others = None if args.check is None else open_frames(args.check)
    network = load_checkpoint(args.source)
    predictor = Predictor(network)
    with console.progress("measuring", "frame") as show:
        found = calibrated(*sampled_logits(predictor, _shown(scenes, show)))
    values: dict[str, Any] = {**asdict(found), "fitted_on": scenes.name}
    kept = {**values, INT8_RANGES: _int8_ranges(network)}
    # Before the check: where a frame of it cannot be used, the fit is not lost.
    save_checkpoint(network, args.target, {**network.provenance, CALIBRATION: kept})
    checked = None
    if others is not None:
        checked = _checked(predictor, others, found.temperature, args.target, console)
        values["checked"] = kept["checked"] = checked
        save_checkpoint(network, args.target, {**network.provenance, CALIBRATION: kept})
    if args.json:
        console.say_json({"path": str(args.target), **values})
        return
    console.say(
        f"{args.target}: temperature {found.temperature:.3f}; calibration error "
        f"{found.ece_before:.3f} before and {found.ece_after:.3f} after, on {scenes.name}"
    )
    if checked:
        console.say(
            f"{checked['frames']}: calibration error {checked['ece_before']:.3f} before and "
            f"{checked['ece_after']:.3f} after"
        )


def _int8_ranges(network: SGNet) -> dict[str, list[float]]:
    """Lowest and highest value of each map; nothing where the network is not made in bytes."""
    from sgnet_model.nn.prepare.int8 import calibration_inputs, ranges_of, reason_of_network

    if reason_of_network(network.config) is not None:
        return {}
    found = ranges_of(network, calibration_inputs(network.config, None))
    return {place: [float(f"{end:.6g}") for end in ends] for place, ends in found.items()}


def _checked(
    predictor: Predictor, frames: FrameSet, temperature: float, target: Path, console: Console
) -> dict[str, Any]:
    """The calibration errors on other frames, with the temperature that was fitted.

    `target`: where it is kept by now, for the sentence where they cannot be measured.
    """
    from sgnet_model.evaluation.temperature import checked

    try:
        with console.progress("checking", "frame") as show:
            values = asdict(checked(predictor, _shown(frames, show), temperature))
    except UserError as error:
        raise UserError(
            f"{error} The temperature is kept in {target}, without the check.", error.details
        ) from error
    del values["temperature"]
    return {"frames": frames.name, **values}


def _shown(frames: FrameSet, show: Progress) -> Iterator[Frame]:
    """Each frame in turn; `show` hears of it."""
    for index in range(len(frames)):
        show(index, len(frames))
        yield frames.load(index)
