"""`sgnet-model export`: the network as ONNX, or what it says of frames as a file for Rerun."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.config import PAPER_SIZE
from sgnet_model.files import check_target
from sgnet_model.sizes import parse_size
from sgnet_model.types import UserError

from .console import Console
from .export_rerun import RERUN_OPTIONS, add_rerun_options, export_rerun
from .inputs import checkpoint_of
from .parser import Commands, add_command, refuse_options

if TYPE_CHECKING:
    from onnx import ModelProto

    from sgnet_model.nn.sgnet import SGNet
    from sgnet_model.onnx import CheckReport, OnnxSettings

# What a graph is like where nothing else is asked for. A batch of 0: any number of pictures.
GRAPH = {"opset": 19, "sampling": "deform", "batch": 1, "taps": False}
OF_ONNX = "belongs to --onnx: leave it out for --rerun."
OF_RERUN = "belongs to --rerun: leave it out for --onnx."

_TEXT = """\
Write the network as ONNX, or frames for Rerun. One graph of standard operators: S-Conv becomes
DeformConv (opset 19 or later), or with --sampling grid GridSample and a product, for runtimes
without DeformConv.

Inputs, float32: rgb (N, 3, H, W), red, green, blue in 0..255 (mean and channel order are dealt with
inside), and depth (N, 1, H, W) in metres, 0 where missing; networks guided by coordinates or HHA
take xyz or hha (N, 3, H, W) instead. Outputs: logits (N, classes, h, w) at the head's resolution
and labels (N, H, W), the class index of each pixel; with --taps also the offsets, modulation and
features of each S-Conv, such as layer1.0.offsets. Class names, palette, size, preprocessing (holes
of the depth are filled by some networks) and the temperature that logits are divided by for
probabilities stand in the file's metadata.

The written graph is run in ONNX Runtime, where that is installed, and each of those values held to
the network's. Needs packages: pip install onnx onnxruntime

--rerun FILE.rrd writes a recording for the viewer Rerun, of a set (--data) or a frame (--rgb and
--depth): pictures, depth, labels, clouds, and the taps of --pixel. Needs a package:
pip install rerun-sdk"""

_EPILOG = """\
examples:
  sgnet-model export --onnx sgnet.onnx
  sgnet-model export --onnx sgnet-r101.onnx --checkpoint SGNet.pth.tar --sampling grid
  sgnet-model export --onnx any.onnx --variant sgnet-r50 --size 425x560 --batch any --json
  sgnet-model export --rerun recording.rrd --data recording --pixel 320,240"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "export", _TEXT, _EPILOG)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--onnx", type=Path, metavar="FILE", help="file to write")
    what.add_argument("--rerun", type=Path, metavar="FILE.rrd", help="recording to write")
    _add_network(parser)
    _add_graph(parser)
    add_rerun_options(parser)
    parser.set_defaults(run=run)


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="weights to write (default: the bundled)"
    )
    parser.add_argument(
        "--variant",
        metavar="NAME",
        help="without --checkpoint: this variant with random weights, to measure what it costs",
    )


def _add_graph(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        type=_size,
        default=PAPER_SIZE,
        metavar="HEIGHTxWIDTH|any",
        help="of the inputs; fixed in the file, or any (with --sampling deform) (default: 480x640)",
    )
    parser.add_argument("--opset", type=int, metavar="N", help="19 (default) or later")
    parser.add_argument(
        "--sampling",
        choices=("deform", "grid"),
        help="what stands for S-Conv: DeformConv (default), or GridSample and a product",
    )
    parser.add_argument(
        "--batch", type=_batch, metavar="N|any", help="pictures at a time (default: 1)"
    )
    parser.add_argument(
        "--taps", action="store_true", default=None, help="S-Conv's values become outputs too"
    )
    parser.add_argument(
        "--check",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="run the file against the network (default: where onnxruntime is installed)",
    )


def run(args: argparse.Namespace, console: Console) -> None:
    """Writes, checks, reports."""
    if args.rerun is not None:
        refuse_options(args, ("variant", *GRAPH, "check"), OF_ONNX)
        export_rerun(args, console)
        return
    _settle_graph(args)
    _require_packages(args)
    check_target(args.onnx)
    settings = _settings(args)
    network = _network(args)
    from sgnet_model.onnx import make_model, write_model

    model = make_model(network, settings)
    wanted = find_spec("onnxruntime") is not None if args.check is None else args.check
    report = _checked(model, network, settings) if wanted else None
    if report is not None and not report.holds:
        raise UserError(
            f"{args.onnx} was not written: the graph's {report.worst.name} differs from the "
            f"network's (relative difference {report.worst.relative:.1e}): report it, or pass "
            "--no-check."
        )
    written = write_model(args.onnx, model)
    if args.json:
        console.say_json(_json(args.onnx, written, network, settings, report))
    else:
        console.say(_text(args.onnx, written, network, settings, report))


def _settle_graph(args: argparse.Namespace) -> None:
    """Refuses what belongs to --rerun, and fills in what was left out."""
    refuse_options(args, RERUN_OPTIONS, OF_RERUN)
    for name, usual in GRAPH.items():
        if getattr(args, name) is None:
            setattr(args, name, usual)


def _checked(model: ModelProto, network: SGNet, settings: OnnxSettings) -> CheckReport:
    """The worst of all checks: as it is, with bent taps, and at another size where any will do."""
    from sgnet_model.onnx.check import OTHER_SIZE, check_bent, check_model

    reports = [check_model(model, network, settings.size)]
    if settings.any_size:
        reports.append(check_model(model, network, OTHER_SIZE))
    bent = check_bent(network, settings)
    if bent is not None:
        reports.append(bent)
    return next((one for one in reports if not one.holds), max(reports, key=_furthest))


def _furthest(report: CheckReport) -> float:
    return report.worst.relative


def _size(text: str) -> tuple[int, int] | None:
    """None for "any"."""
    return None if text.strip().lower() == "any" else parse_size(text, word="any")


def _batch(text: str) -> int:
    """A number of pictures, or 0 for "any"."""
    if text.strip().lower() == "any":
        return 0
    if not text.strip().isdecimal() or int(text) < 1:
        raise UserError(f"The batch {text!r} is neither a number from 1 nor any: write it like 4.")
    return int(text)


def _require_packages(args: argparse.Namespace) -> None:
    for name, needed in (("onnx", True), ("onnxruntime", bool(args.check))):
        if needed and find_spec(name) is None:
            raise UserError(
                f"The package {name} is not installed: run pip install onnx onnxruntime."
            )


def _settings(args: argparse.Namespace) -> OnnxSettings:
    from sgnet_model.onnx import OnnxSettings

    graph = {name: getattr(args, name) for name in GRAPH} | {"batch": args.batch or None}
    if args.size is None:
        return OnnxSettings(any_size=True, **graph)
    return OnnxSettings(args.size, **graph)


def _network(args: argparse.Namespace) -> SGNet:
    """Of the checkpoint; with --variant alone a fresh one."""
    from sgnet_model.variants import build, config_of
    from sgnet_model.weights import load_checkpoint

    if args.variant is not None and args.checkpoint is None:
        return build(args.variant, provenance={"made": "random weights"}).eval()
    network = load_checkpoint(checkpoint_of(args))
    if args.variant is not None and config_of(args.variant).variant != network.config.variant:
        raise UserError(
            f"{args.checkpoint} holds {network.config.variant}, not {args.variant}: leave out "
            "--variant, or name another file."
        )
    return network


def _json(
    path: Path, written: int, network: SGNet, settings: OnnxSettings, report: CheckReport | None
) -> dict[str, Any]:
    check = None
    if report is not None:
        check = {
            "runtime": report.runtime,
            "worst": report.worst.name,
            "worst_relative": report.worst.relative,
            "values": {entry.name: entry.relative for entry in report.deviations},
        }
    return {
        "path": str(path),
        "bytes": written,
        "variant": network.config.variant,
        "size": "any" if settings.any_size else list(settings.size),
        "opset": settings.opset,
        "sampling": settings.sampling,
        "batch": settings.batch,
        "check": check,
    }


def _text(
    path: Path, written: int, network: SGNet, settings: OnnxSettings, report: CheckReport | None
) -> str:
    size = "of any size" if settings.any_size else "{}x{}".format(*settings.size)
    weights = " with random weights" if network.provenance.get("made") == "random weights" else ""
    line = (
        f"{path}: {network.config.variant}{weights}, inputs {size}, opset "
        f"{settings.opset}, {settings.sampling} sampling, {written / 1e6:.1f} MB"
    )
    if report is None:
        return f"{line}\nnot checked: onnxruntime is not installed, or --no-check was given"
    return (
        f"{line}\nchecked in {report.runtime}: {len(report.deviations)} values, the furthest from "
        f"the network is {report.worst.name} (relative difference {report.worst.relative:.1e})"
    )
