"""`sgnet-model export --rerun`: frames with cloud, labels and taps for the viewer Rerun."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sgnet_model.config import DEVICES
from sgnet_model.sizes import parse_pixel
from sgnet_model.types import Frame

from .console import Console
from .inputs import checkpoint_of, chosen_indices, load_set, notes_of
from .parser import add_frame_options, add_set_options

if TYPE_CHECKING:
    from sgnet_model.prediction import Prediction


# All of them: None where they were left out.
RERUN_OPTIONS = (
    *("rgb", "depth", "depth_unit", "intrinsics"),
    *("data", "split", "first", "count", "every", "pixel", "device"),
)


def add_rerun_options(parser: argparse.ArgumentParser) -> None:
    """The frames, and the pixel that is probed."""
    add_frame_options(parser, required=False)
    add_set_options(parser)
    group = parser.add_argument_group("the recording")
    group.add_argument(
        "--pixel",
        type=parse_pixel,
        metavar="U,V",
        help="whose taps are written (default: the middle)",
    )
    group.add_argument("--device", metavar="|".join(DEVICES), help="see predict")


def export_rerun(args: argparse.Namespace, console: Console) -> None:
    """Predicts, writes, reports."""
    from sgnet_model.data.frames import Subset
    from sgnet_model.predictor import Predictor
    from sgnet_model.saving.rerun_file import check_rerun, write_rrd

    check_rerun(args.rerun)
    frames = load_set(args)
    chosen = Subset(frames, chosen_indices(args, frames))
    device = args.device or "auto"
    predictor = Predictor.load(checkpoint_of(args), device=device, size=args.size)

    def predict(frame: Frame) -> Prediction:
        assert frame.depth_m is not None  # frames are loaded strictly
        return predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)

    failed: list[tuple[str, str]] = []
    with console.progress(args.rerun.name, "frame") as progress:
        count = write_rrd(
            args.rerun,
            chosen,
            predict,
            pixel=args.pixel,
            progress=progress,
            failed=lambda name, sentence: failed.append((name, sentence)),
        )
    notes = notes_of(frames, predictor)
    if args.json:
        errors = [{"name": name, "error": error} for name, error in failed]
        console.say_json(
            {
                "path": str(args.rerun),
                "frames": count,
                "failed": errors,
                "notes": notes,
            }
        )
        return
    lines = [f"{args.rerun}: {count} frames", *(f"failed: {n}: {e}" for n, e in failed)]
    console.say("\n".join([*lines, *(f"note: {note}" for note in notes)]))
