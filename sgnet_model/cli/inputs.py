"""From the parsed options to a frame and a network. torch is imported here, not for --help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from sgnet_model.inspection.result_json import network_json
from sgnet_model.types import Frame, UserError

from .text import counted

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet
    from sgnet_model.edits import Edits
    from sgnet_model.prediction import Prediction
    from sgnet_model.predictor import Predictor
    from sgnet_model.switches import Switches


def load_frame(args: argparse.Namespace) -> Frame:
    """The frame of --rgb and --depth; UserError where one of them cannot be used."""
    from sgnet_model.data.pair import load_pair

    if args.rgb is None or args.depth is None:
        raise UserError("Name the frame: --rgb FILE and --depth FILE (or many with --data ROOT).")
    return load_pair(args.rgb, args.depth, unit=args.depth_unit, intrinsics=args.intrinsics)


def load_labelled(args: argparse.Namespace) -> Frame:
    """The frame of --rgb and --depth, with the labels of --labels where there are any."""
    from sgnet_model.data.label_offset import LabelNumbers
    from sgnet_model.data.labels import why_no_truth
    from sgnet_model.data.pair import load_pair
    from sgnet_model.data.reading import PLAIN
    from sgnet_model.files import expanded

    if args.labels is None:
        if args.label_offset is not None:
            raise UserError("--label-offset is of labels: name them with --labels FILE.")
        return load_frame(args)
    labels = expanded(args.labels).absolute()
    numbers = LabelNumbers(PLAIN, [(labels, expanded(args.rgb))], args.label_offset)
    frame = load_pair(
        args.rgb,
        args.depth,
        unit=args.depth_unit,
        intrinsics=args.intrinsics,
        labels_path=labels,
        reading=numbers.reading,
    )
    if frame.labels is None:
        raise UserError(why_no_truth(frame.notes))
    return replace(frame, notes=(*frame.notes, *numbers.notes))


def load_set(args: argparse.Namespace) -> FrameSet:
    """The frames of --data (its --split), or the one of --rgb and --depth. Raises UserError."""
    if (args.data is None) == (args.rgb is None and args.depth is None):
        raise UserError("Name the frames once: either --data ROOT, or --rgb FILE --depth FILE.")
    if args.data is None and (args.rgb is None or args.depth is None):
        raise UserError("A frame has two files: give --rgb FILE and --depth FILE.")
    return open_set(args, *((args.data,) if args.data is not None else (args.rgb, args.depth)))


def open_set(args: argparse.Namespace, path: Path, depth: Path | None = None) -> FrameSet:
    """The frames of what --data or --rgb and --depth name, those of --split; raises UserError."""
    from sgnet_model.data.open import open_frames

    frames = open_frames(path, depth, **reading_options(args))
    return frames if args.split is None else frames.split(args.split)


def frames_of(args: argparse.Namespace) -> FrameSet:
    """The set of --data, or the scenes of --synthetic, once `settle_source` has looked at the
    options; UserError where it cannot be opened."""
    from sgnet_model.evaluation.synthetic import SceneSet
    from sgnet_model.scenes import profile_named

    if args.synthetic:
        return SceneSet(args.count, args.seed, profile_named(args.profile))
    return open_set(args, args.data)


class ReadingOptions(TypedDict):
    """What the user says of how files are to be read, as `open_frames` takes it."""

    unit: str | None
    intrinsics: str | None
    label_offset: int | None


def reading_options(args: argparse.Namespace) -> ReadingOptions:
    """By the options of `add_reading_options`."""
    offset = getattr(args, "label_offset", None)  # not every command has it
    return {"unit": args.depth_unit, "intrinsics": args.intrinsics, "label_offset": offset}


def chosen_indices(args: argparse.Namespace, frames: FrameSet) -> range:
    """Those that --first, --count and --every leave; UserError where there are none."""
    first = 0 if args.first is None else args.first
    every = 1 if args.every is None else args.every
    if first < 0 or every < 1 or (args.count is not None and args.count < 1):
        raise UserError("--first counts from 0, and --every and --count from 1.")
    end = len(frames) if args.count is None else first + args.count * every
    indices = range(first, min(end, len(frames)), every)
    if not indices:
        raise UserError(
            f"{frames.name} has {counted(len(frames), 'frame')}: there is no frame {first}."
        )
    return indices


def checkpoint_of(args: argparse.Namespace) -> Path:
    """--checkpoint, or the bundled one."""
    from sgnet_model.resources import default_checkpoint

    return default_checkpoint() if args.checkpoint is None else Path(args.checkpoint)


def load_predictor(args: argparse.Namespace) -> Predictor:
    """The network on its device, at --size and --precision."""
    from sgnet_model.predictor import Predictor

    return Predictor.load(
        checkpoint_of(args), device=args.device, size=args.size, precision=args.precision
    )


def switches_of(args: argparse.Namespace) -> Switches:
    """Those of --switch; UserError for one that is not of the form."""
    from sgnet_model.switches import parse_switches

    return parse_switches(args.switch)


def edits_of(args: argparse.Namespace) -> Edits:
    """Those of --edit; UserError for one that is not of the form."""
    from sgnet_model.edits import parse_edits

    return parse_edits(" ".join(words) for words in args.edit)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A frame after --edit, and what the network with --switch said about it.

    `asked`: JSON-ready; `flipped` is there where something was edited.
    """

    frame: Frame
    prediction: Prediction
    asked: dict[str, Any]


def answer_of(args: argparse.Namespace, frame: Frame, predictor: Predictor) -> Answer:
    """Predicts; where something is edited, for the frame as it was read too."""
    from sgnet_model.inspection.subject import depth_of
    from sgnet_model.inspection.what_if import flips

    switches, edits = switches_of(args), edits_of(args)
    shown = edits.applied(frame)
    asked: dict[str, Any] = {"switches": list(switches.texts), "edits": list(edits.texts)}
    prediction, *plain = (
        predictor.predict(one.rgb, depth_of(one), one.intrinsics, switches=switches)
        for one in ((shown, frame) if edits else (shown,))
    )
    for before in plain:
        asked["flipped"] = flips(before, prediction, edits.mask(frame.size)).to_json()
    return Answer(shown, prediction, asked)


def asked_text(asked: dict[str, Any]) -> str:
    """What was switched and edited, in lines; empty where nothing was."""
    lines = [f"switched: {text}" for text in asked["switches"]]
    lines += [f"edited: {text}" for text in asked["edits"]]
    for where, share in asked.get("flipped", {}).items():
        lines.append(f"changed class {where} the edit: {'-' if share is None else f'{share:.2%}'}")
    return "\n".join(lines)


def notes_of(of: Frame | FrameSet, *predictors: Predictor) -> list[str]:
    """Sentences that the user should see beside the result."""
    notices = [predictor.notice for predictor in predictors if predictor.notice]
    return list(dict.fromkeys((*of.notes, *notices)))


def frame_text(frame: Frame) -> str:
    """The same in two lines."""
    camera, depth = frame.intrinsics, frame.depth_info
    height, width = frame.size
    lines = [f"{frame.name}: {width} x {height} pixels"]
    if depth is not None:
        lines.append(
            f"depth in {depth.unit} ({depth.origin}), median {depth.median_m:.2f} m, "
            f"{depth.valid_fraction:.0%} valid"
        )
        if depth.doubt:
            others = ", ".join(f"{unit} {median_m:.2f} m" for unit, median_m in depth.alternatives)
            lines.append(f"doubtful; the median in other units: {others} (--depth-unit)")
    lines.append(
        f"camera fx {camera.fx:.1f} fy {camera.fy:.1f} cx {camera.cx:.1f} cy {camera.cy:.1f} "
        f"({camera.origin})"
    )
    return "\n".join(lines)


def predictor_json(predictor: Predictor, network_size: tuple[int, int] | None) -> dict[str, Any]:
    """What computed the result; `network_size` None: fed at each frame's own size."""
    variant, device = predictor.network.config.variant, str(predictor.device)
    return network_json(variant, device, predictor.precision, network_size)


def network_text(
    predictor: Predictor, network_size: tuple[int, int], milliseconds: float | None = None
) -> str:
    """The same in a line, with the time it took: a first pass, which is slower than later ones."""
    height, width = network_size
    took = "" if milliseconds is None else f": {milliseconds:.0f} ms (first pass)"
    return (
        f"{predictor.network.config.variant} on {predictor.device} in {predictor.precision}, fed "
        f"{height}x{width}" + took
    )
