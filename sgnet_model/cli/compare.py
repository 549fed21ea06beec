"""`sgnet-model compare`: two networks, or one under other conditions, on a frame or a set."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.config import PRECISIONS
from sgnet_model.inspection.result_json import frame_json
from sgnet_model.sizes import parse_pixel
from sgnet_model.types import Frame, UserError

from .console import Console
from .inputs import (
    checkpoint_of,
    frame_text,
    load_labelled,
    network_text,
    notes_of,
    open_set,
    predictor_json,
)
from .parser import (
    Commands,
    add_command,
    add_edit_option,
    add_frame_options,
    add_label_options,
    add_network_options,
    add_split_option,
    add_switch_option,
    refuse_options,
)
from .text import decimal, table

if TYPE_CHECKING:
    from sgnet_model.edits import Edits
    from sgnet_model.inspection.compare import Comparison
    from sgnet_model.prediction import Prediction
    from sgnet_model.predictor import Predictor
    from sgnet_model.switches import Switches

_TEXT = """\
Compare two answers, A and B: of two checkpoints, or of one with other precision, switches or edits
of depth. On a frame, or over a data set.

disagreement  share of pixels of another class
js_mean       mean Jensen-Shannon divergence of the class probabilities, 0 to ln 2 = 0.693
both, only_a, only_b, neither
              who is right, of the pixels with ground truth

Over a set also McNemar's counts and a bootstrap over frames of the difference in mean IoU."""

_EPILOG = """\
examples:
  sgnet-model compare --rgb rgb.png --depth depth.png --switch-b all:offsets=zero
  sgnet-model compare --a old.safetensors --b new.safetensors --data NYUDv2 --split test --json
  sgnet-model compare --rgb rgb.png --depth depth.png --edit-b shift=-0.3 box=200,100,80,80 \\
      --pixel 240,140 --out difference"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "compare", _TEXT, _EPILOG)
    group = parser.add_argument_group("A and B")
    for name in ("a", "b"):
        group.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=f"checkpoint of {name.upper()}"
        )
    for name in ("a", "b"):
        add_switch_option(group, f"--switch-{name}")
        add_edit_option(group, f"--edit-{name}")
    group.add_argument("--precision-b", choices=PRECISIONS, help="of B (default: that of A)")
    add_frame_options(parser, required=False)
    add_label_options(parser)
    add_network_options(parser)
    group = parser.add_argument_group("a data set instead of a frame")
    group.add_argument("--data", type=Path, metavar="ROOT", help="its folder, or NYUv2's .mat")
    add_split_option(group)
    group.add_argument("--limit", type=int, metavar="N", help="the first frames alone")
    parser.add_argument(
        "--pixel", type=parse_pixel, metavar="U,V", help="both networks' taps there"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="of a frame: write maps and pictures there"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Loads both, compares, reports."""
    from sgnet_model.edits import parse_edits
    from sgnet_model.switches import parse_switches

    _refuse(args)
    sides = tuple(
        _Side(predictor, parse_switches(switches), parse_edits(" ".join(words) for words in edits))
        for predictor, switches, edits in zip(
            _predictors(args),
            (args.switch_a, args.switch_b),
            (args.edit_a, args.edit_b),
            strict=True,
        )
    )
    pair = _Pair(*sides)
    frame = load_labelled(args) if args.data is None else None
    said = _set(args, console, pair) if frame is None else _frame(args, pair, frame)
    fed = None if frame is None else frame.size
    for name, side in zip("ab", sides, strict=True):
        said[name] = predictor_json(side.predictor, side.predictor.size or fed)
        said[f"switches_{name}"] = list(side.switches.texts)
        said[f"edits_{name}"] = list(side.edits.texts)
    if args.json:
        console.say_json(said)
        return
    if frame is not None:
        lines = [
            f"{name.upper()}: {network_text(side.predictor, side.predictor.size or frame.size)}"
            for name, side in zip("ab", sides, strict=True)
        ]
        console.say("\n".join([frame_text(frame), *lines, ""]))
    console.say(_text(said))


def _refuse(args: argparse.Namespace) -> None:
    """UserError where it is open what is compared, and for what would be ignored."""
    given = [path is not None for path in (args.rgb, args.depth)]
    if not (all(given) if args.data is None else not any(given)):
        raise UserError("Give either --rgb and --depth, or --data.")
    if args.data is None:
        refuse_options(args, ("split", "limit"), "belongs to --data: leave it out for one frame.")
    elif args.labels is not None:
        raise UserError("--labels is of one frame: leave it out with --data, which has its own.")
    else:
        refuse_options(args, ("pixel", "out"), "is of one frame: leave it out with --data.")
    if args.limit is not None and args.limit < 1:
        raise UserError(f"--limit {args.limit} leaves no frame: it counts from 1.")
    if args.a is not None:
        refuse_options(args, ("checkpoint",), "names A, as --a does: leave one of them out.")


@dataclass(frozen=True)
class _Side:
    """A, or B."""

    predictor: Predictor
    switches: Switches
    edits: Edits

    def predict(self, frame: Frame) -> Prediction:
        from sgnet_model.inspection.subject import depth_of

        shown = self.edits.applied(frame)
        return self.predictor.predict(
            shown.rgb, depth_of(shown), shown.intrinsics, switches=self.switches
        )


@dataclass(frozen=True)
class _Pair:
    a: _Side
    b: _Side

    def predict(self, frame: Frame) -> tuple[Prediction, Prediction]:
        return self.a.predict(frame), self.b.predict(frame)


def _predictors(args: argparse.Namespace) -> tuple[Predictor, Predictor]:
    from sgnet_model.predictor import Predictor

    first = args.a or checkpoint_of(args)
    second = args.b or first
    precision = args.precision_b or args.precision
    a = Predictor.load(first, device=args.device, size=args.size, precision=args.precision)
    if (second, precision) == (first, args.precision):
        return a, a
    return a, Predictor.load(second, device=args.device, size=args.size, precision=precision)


def _frame(args: argparse.Namespace, pair: _Pair, frame: Frame) -> dict[str, Any]:
    from sgnet_model.inspection.compare import compare
    from sgnet_model.inspection.probe import check_pixel, probe, probe_json

    if args.pixel is not None:
        u, v = args.pixel
        check_pixel(u, v, frame.size)
    both = pair.predict(frame)
    found = compare(*both, frame)
    said: dict[str, Any] = {
        **found.to_json(),
        **_check(found),
        "files": {},
        "frame": frame_json(frame),
        "notes": notes_of(frame, pair.a.predictor, pair.b.predictor),
    }
    if args.pixel is not None:
        seen = (pair.a.edits.applied(frame), pair.b.edits.applied(frame))
        said["probe"] = {
            name: probe_json(probe(one, u, v, shown.depth_m, shown.intrinsics))
            for name, one, shown in zip("ab", both, seen, strict=True)
        }
    if args.out is not None:
        said["files"] = _written(args, found, frame)
    return said


def _set(args: argparse.Namespace, console: Console, pair: _Pair) -> dict[str, Any]:
    from sgnet_model.evaluation.frames import unique_names
    from sgnet_model.inspection.compare import SetComparison, compare

    frames = open_set(args, args.data)
    names = unique_names(frames)[: args.limit]
    total = SetComparison()
    with console.progress("comparing", "frame") as show:
        for index, name in enumerate(names):
            show(index, len(names))
            frame = frames.load(index)
            total.add(name, compare(*pair.predict(frame), frame))
    if not total.rows:
        raise UserError(f"{frames.name} has no frames to compare.")
    return {**total.to_json(), "notes": notes_of(frames, pair.a.predictor, pair.b.predictor)}


def _check(found: Comparison) -> dict[str, Any]:
    check = found.check()
    return {"check": {"what": check.what, "error": check.error}}


def _written(args: argparse.Namespace, found: Comparison, frame: Frame) -> dict[str, str]:
    from sgnet_model.inspection.finding import Finding, Grid, HeatMap
    from sgnet_model.inspection.write import write_finding

    differ = found.differ.astype("float32")
    parts = (
        HeatMap("disagreement", "Another class", differ, Grid(), "other class"),
        HeatMap("divergence", "Jensen-Shannon divergence", found.js, Grid(), "nats"),
    )
    at = args.pixel or (frame.size[1] // 2, frame.size[0] // 2)
    finding = Finding("compare", at, None, (found.check(),), parts)
    return {name: str(path) for name, path in write_finding(args.out, finding, frame.rgb).items()}


def _text(said: dict[str, Any]) -> str:
    keys = ("disagreement", "js_mean", "both", "only_a", "only_b", "neither")
    lines = [table(("", ""), [(key, decimal(said[key], 4)) for key in keys])]
    if said.get("bootstrap"):
        found = said["bootstrap"]
        lines.append(
            f"mean IoU of A less B: {found['miou_difference']:+.4f} (95 % interval "
            f"{found['low']:+.4f} to {found['high']:+.4f} over {found['frames']} frames)"
        )
    if said.get("frames"):
        rows = [(one["frame"], decimal(one["disagreement"], 4)) for one in said["frames"][:10]]
        lines += ["", table(("frame", "disagreement"), rows)]
    check = said["check"]
    lines += ["", f"check: {check['what']}: off by {check['error']:.2g}"]
    lines += [f"written: {path}" for path in said.get("files", {}).values()]
    lines += [f"note: {note}" for note in said["notes"]]
    return "\n".join(lines)
