"""`sgnet-model film`: frames, a turning cloud, or the layers of a pixel as a video."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.config import FILM_SHOWS
from sgnet_model.sizes import parse_pixel
from sgnet_model.types import Frame, UInt8Array, UserError

from .console import Console
from .inputs import chosen_indices, load_predictor, load_set, notes_of, switches_of
from .parser import (
    Commands,
    add_command,
    add_frame_options,
    add_network_options,
    add_set_options,
    add_switch_option,
    refuse_options,
)

if TYPE_CHECKING:
    from sgnet_model.data.frames import Subset
    from sgnet_model.prediction import Predict, Prediction

SWING_S, LAYER_S = 8.0, 1.0  # seconds of a swing around a cloud, and of each layer

_TEXT = """\
Make a film. Of a set or a recording (--data), a picture a frame; with --orbit of one frame's
labelled cloud, seen from a camera that swings around it; with --layers of where each S-Conv looked
for one pixel, a second each. Needs a package: pip install av

The name's ending sets the format: .mp4, .mov, .mkv (H.264) or .webm (VP9)."""

_EPILOG = """\
examples:
  sgnet-model film --data recording --fps 15 --show side --out recording.mp4
  sgnet-model film --rgb rgb.png --depth depth.png --orbit --out cloud.mp4
  sgnet-model film --rgb rgb.png --depth depth.png --layers --pixel 200,300 --out layers.mp4"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "film", _TEXT, _EPILOG)
    add_frame_options(parser, required=False)
    add_set_options(parser)
    group = parser.add_argument_group("the film")
    group.add_argument("--out", type=Path, required=True, metavar="FILE", help="film to write")
    group.add_argument(
        "--fps", type=float, default=15.0, metavar="N", help="pictures a second (default: 15)"
    )
    group.add_argument(
        "--show",
        choices=FILM_SHOWS,
        default="overlay",
        help="what is seen: classes over the picture (default), classes, both side by side, depth, "
        "or the picture",
    )
    what = group.add_mutually_exclusive_group()
    what.add_argument("--orbit", action="store_true", help="the first frame's cloud, turned")
    what.add_argument("--layers", action="store_true", help="the taps of --pixel, layer by layer")
    group.add_argument(
        "--pixel",
        type=parse_pixel,
        metavar="U,V",
        help="column and row; for --layers (default: middle)",
    )
    add_network_options(parser)
    add_switch_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Predicts, draws, encodes, reports."""
    from sgnet_model.data.frames import Subset
    from sgnet_model.saving.film import check_film, write_film

    if not args.layers:
        refuse_options(args, ("pixel",), "belongs to --layers: add it, or leave out --pixel.")
    check_film(args.out, args.fps)
    frames = load_set(args)
    chosen = Subset(frames, chosen_indices(args, frames))
    switches, predictor = switches_of(args), load_predictor(args)

    def predict(frame: Frame) -> Prediction:
        assert frame.depth_m is not None  # frames are loaded strictly
        return predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics, switches=switches)

    failed: list[tuple[str, str]] = []
    pictures, total = _pictures(args, chosen, predict, failed)
    with console.progress(args.out.name, "picture") as progress:
        count = write_film(args.out, pictures, args.fps, total, progress)
    notes = notes_of(frames, predictor)
    if args.json:
        console.say_json(
            {
                "path": str(args.out),
                "pictures": count,
                "seconds": count / args.fps,
                "failed": [{"name": name, "error": error} for name, error in failed],
                "notes": notes,
            }
        )
        return
    lines = [f"{args.out}: {count} pictures, {count / args.fps:.1f} s"]
    lines += [f"failed: {name}: {error}" for name, error in failed]
    console.say("\n".join([*lines, *(f"note: {note}" for note in notes)]))


def _pictures(
    args: argparse.Namespace, frames: Subset, predict: Predict, failed: list[tuple[str, str]]
) -> tuple[Iterator[UInt8Array], int]:
    """What is filmed, and how many pictures that will be."""
    from sgnet_model.inspection.protocol import NO_TAPS
    from sgnet_model.saving.film_pictures import of_set, shown
    from sgnet_model.saving.layer_sweep import layer_sweep
    from sgnet_model.saving.orbit import orbit

    if not (args.orbit or args.layers):
        return of_set(frames, predict, args.show, lambda *said: failed.append(said)), len(frames)
    frame = frames.load(0)
    prediction = predict(frame)
    show = "overlay" if args.show == "side" else args.show
    if args.orbit:
        total = max(2, round(SWING_S * args.fps))
        return orbit(frame, shown(frame, prediction, show), total), total
    height, width = frame.size
    at = args.pixel or (width // 2, height // 2)
    repeat = max(1, round(LAYER_S * args.fps))
    if not prediction.traces:
        raise UserError(NO_TAPS)
    total = repeat * len(prediction.traces)
    background = shown(frame, prediction, show)
    return layer_sweep(frame, prediction, at, background, repeat), total
