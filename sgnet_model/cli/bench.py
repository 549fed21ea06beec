"""`sgnet-model bench`: how fast the networks are here, and against what."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.benchmark.cases import DTYPES, IMPLEMENTATIONS, Case
from sgnet_model.benchmark.plan import grouped, growth
from sgnet_model.config import DEVICES, VARIANTS
from sgnet_model.files import write_atomically
from sgnet_model.sizes import NATIVE, parse_size
from sgnet_model.types import UserError
from sgnet_model.unfinished import is_device

from .console import Console
from .inputs import switches_of
from .parser import Commands, add_command, add_switch_option, refuse_options

if TYPE_CHECKING:
    import torch

    from sgnet_model.benchmark.against import EarlierRun
    from sgnet_model.benchmark.rows import Row

DEFAULT_VARIANTS = ["sgnet-r50", "sgnet-r101", "sgnet-compact"]
DEFAULT_SIZES = ["480x640", "425x560"]
DEFAULT_DTYPES = {"cpu": ["fp32", "bf16"], "cuda": ["fp32", "bf16", "fp16"]}
VIEWER_PARTS = ("live", "window", "soak")
LAST_RUN = "BENCHMARKS.json"
OF_NETWORKS = ("variants", "sizes", "dtypes", "implementations", "peers", "against")

_TEXT = """\
Measure how fast the networks are on this machine. Each runs in four implementations, in turns:

  ours       prepared for inference, S-Conv by this program's own operators; on GPUs a CUDA graph
  baseline   the same backbone and head with plain convolutions, prepared alike
  stock      the same network by PyTorch's operators: grid_sample, or torchvision's deformable
             convolution on GPUs where it is installed
  unapplied  SGNet† of the paper's Table VI: offsets and weights computed, not applied; prepared

Prints a Markdown table with the machine's description, or JSON. What cannot be run (memory, a
format that the device lacks) is a row with its reason. Random weights, taps spread like trained
ones, a rendered room. Close other programs first: times are only as quiet as the machine. The
default takes about a quarter of an hour on two cores."""

_EPILOG = """\
examples:
  sgnet-model bench --variants sgnet-r50 --sizes 480x640 --markdown bench.md
  sgnet-model bench --variants all --dtypes fp32 --implementations ours,baseline --json
  sgnet-model bench --device cuda --growth --json
  sgnet-model bench --variants sgnet-r50 --json >before.json
  sgnet-model bench --peers mine.py --variants sgnet-r50 --json --against before.json
  sgnet-model bench --scenes --window
  sgnet-model bench --live --seconds 15 --frames 0"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "bench", _TEXT, _EPILOG)
    _add_choices(parser)
    _add_parts(parser)
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the Markdown there, not to the screen"
    )
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE.json",
        help="write the JSON there; like the Markdown's, the file is there after the first network "
        "and size, and says how many cases are still missing",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Measures the parts asked for, without any named the networks, and reports them."""
    parts: list[Callable[[argparse.Namespace, Console], tuple[dict[str, Any], str]]] = []
    if not args.live and (None if args.soak else args.seconds, args.frames) != (None, None):
        raise UserError("--seconds and --frames are of the live benchmark: add --live.")
    named = [name for name in ("scenes", "inspect", *VIEWER_PARTS) if getattr(args, name)]
    if not named or args.growth:
        parts.append(_networks)
    else:
        why = f"is of the networks: leave it out with --{named[0]}, or add --growth."
        refuse_options(args, OF_NETWORKS, why)
        if args.switch:
            raise UserError(f"--switch {why}")
    if args.scenes:
        parts.append(_scenes)
    if args.inspect:
        parts.append(_inspections)
    parts += [_viewer_part(name) for name in VIEWER_PARTS if getattr(args, name)]
    for file in (args.markdown, args.results):
        if file is not None and not is_device(file):
            file.open("a").close()  # refused now, not after the measurements
    values: dict[str, Any] = {}
    texts = []
    for part in parts:
        of_part, text = part(args, console)
        values |= of_part
        texts.append(text)
    _write(args, values, "\n".join(texts))
    if args.json:
        console.say_json(values)
    elif args.markdown is None and args.results is None:
        console.say("\n".join(texts).rstrip("\n"))


def _write(args: argparse.Namespace, values: dict[str, Any], text: str) -> None:
    """The files that were asked for: what was there is replaced whole."""
    as_json = json.dumps(values, indent=2, allow_nan=False) + "\n"
    for file, content in ((args.markdown, text), (args.results, as_json)):
        if file is not None:
            write_atomically(file, content.encode())


def _add_choices(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the networks (lists by blanks or commas)")
    lists: dict[str, tuple[str, str, list[str]]] = {
        "--variants": ("NAME", "of sgnet-model info --help, or all", DEFAULT_VARIANTS),
        "--sizes": ("HEIGHTxWIDTH", "what the networks are fed, height first", DEFAULT_SIZES),
        "--dtypes": (
            "DTYPE",
            ", ".join(DTYPES),
            ["fp32", "bf16", "and fp16 on GPUs; int8 on CPUs when named"],
        ),
        "--implementations": ("NAME", "of the above", list(IMPLEMENTATIONS)),
    }
    for flag, (metavar, text, default) in lists.items():
        said = f"{text} (default: {' '.join(default)})"
        group.add_argument(flag, nargs="+", metavar=metavar, help=said)
    group.add_argument(
        "--peers",
        type=Path,
        metavar="FILE.py",
        help="networks of your own, timed in turns with each of the above: a file that defines "
        "PEERS = {name: make}, where make(device, dtype) returns a callable from picture "
        "(N, 3, H, W) and depth (N, 1, H, W) to logits; the file is run",
    )
    add_switch_option(group)
    group.add_argument(
        "--against",
        type=Path,
        metavar="FILE.json",
        help="an earlier run's --json: what got slower by more than the spread goes to standard "
        f"error (default: {LAST_RUN} beside the sources, where it is)",
    )
    group.add_argument("--device", default="auto", metavar="|".join(DEVICES), help="default: auto")
    group.add_argument(
        "--repeats", type=int, metavar="N", help="timed rounds (default: 7 on CPUs, 200 on GPUs)"
    )
    group.add_argument(
        "--growth",
        action="store_true",
        help="also sizes from 240x320 to 960x1280, and batches of 1 to 8 at 480x640",
    )


def _add_parts(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("other parts, instead of the networks")
    group.add_argument("--scenes", action="store_true", help="rendered scenes a second")
    group.add_argument("--live", action="store_true", help="the window on a live source")
    group.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help="of --live and --soak: how long it streams (default: 20, and 1500)",
    )
    group.add_argument(
        "--frames",
        type=int,
        metavar="N",
        help="of --live: small frames over which memory is followed (default: 10000, which takes "
        "several minutes; 0 leaves it out)",
    )
    group.add_argument(
        "--inspect", action="store_true", help="inspections on the bundled network, at 480x640"
    )
    group.add_argument(
        "--soak",
        action="store_true",
        help="a long live run: growth of memory, threads and open files",
    )
    group.add_argument("--window", action="store_true", help="the window's own response times")


def _networks(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:
    from sgnet_model.benchmark.peak import Peaks
    from sgnet_model.benchmark.run import measure
    from sgnet_model.benchmark.timing import REPEATS
    from sgnet_model.machine import describe_machine

    earlier = _earlier(args.against)
    device = _device(args.device)
    repeats = _repeats(args.repeats, REPEATS[device.type])
    cases = _cases(args, device.type)
    cases += [*_switched(cases, args), *_peers(cases, args.peers)]
    peaks = Peaks(dict.fromkeys(case.dtype for case in cases), device)
    machine = describe_machine(device)
    rows: list[Row] = []
    with console.progress("measuring", "case") as show:
        started = count()
        for group in grouped(cases):
            peaks.measure()
            rows += measure(group, device, repeats, lambda: show(next(started), len(cases)))
            if len(rows) < len(cases):
                _write(args, *_report(machine, rows, peaks.gflops, len(cases)))
    peaks.measure()
    if rows and all(row.error for row in rows):
        raise UserError(f"None of the {len(rows)} cases could be measured: {rows[0].error}.")
    values, text = _report(machine, rows, peaks.gflops, len(cases))
    if earlier is not None:
        values["slower"] = [one.to_dict() for one in earlier.slower(values["rows"])]
        for sentence in earlier.remarks(values["rows"], machine):
            console.remark(sentence)
    return values, text


def _report(
    machine: Mapping[str, str], rows: Sequence[Row], peaks: Mapping[str, float | None], cases: int
) -> tuple[dict[str, Any], str]:
    """JSON-ready, and as Markdown; both say so where some of the `cases` are still missing."""
    from sgnet_model.benchmark.report import markdown

    rows = [row.beside(peaks[row.case.dtype]) for row in rows]
    text = markdown(machine, rows, peaks)
    values: dict[str, Any] = {"machine": machine, "peaks_gflops": peaks}
    values["rows"] = [row.to_dict() for row in rows]
    if len(rows) < cases:
        values["unfinished"] = f"{len(rows)} of {cases} cases"
        text = f"**Unfinished: {values['unfinished']}.**\n\n{text}"
    return values, text


def _cases(args: argparse.Namespace, device: str) -> list[Case]:
    names = _listed(args.variants, DEFAULT_VARIANTS)
    variants = _known(list(VARIANTS) if names == ["all"] else names, VARIANTS, "variant")
    dtypes = _known(_listed(args.dtypes, DEFAULT_DTYPES[device]), DTYPES, "dtype")
    wanted = _listed(args.implementations, list(IMPLEMENTATIONS))
    kinds = _known(wanted, IMPLEMENTATIONS, "implementation")
    cases = [
        Case(VARIANTS[variant], kind, dtype, *_size(text))
        for variant in variants
        for text in _listed(args.sizes, DEFAULT_SIZES)
        for dtype in dtypes
        for kind in IMPLEMENTATIONS
        if kind in kinds
    ]
    return list(dict.fromkeys(cases + (growth(cases) if args.growth else [])))


def _size(text: str) -> tuple[int, int]:
    if text.strip().lower() == NATIVE:
        raise UserError("A benchmark has no picture of its own size: write one like 480x640.")
    return parse_size(text)


def _switched(cases: list[Case], args: argparse.Namespace) -> list[Case]:
    """Ours once more beside itself, with --switch."""
    switches, ours = switches_of(args), [case for case in cases if case.implementation == "ours"]
    if switches and not ours:
        raise UserError("--switch is of ours: name it among --implementations, or leave it out.")
    return [replace(case, switches=switches) for case in ours if switches]


def _peers(cases: list[Case], file: Path | None) -> list[Case]:
    """Each peer beside each network, at its size and in its type."""
    from sgnet_model.benchmark.peers import peer_names

    if file is None:
        return []
    names = peer_names(file)
    beside = dict.fromkeys(replace(case, implementation="peer") for case in cases)
    place = str(file.absolute())
    return [replace(case, peer=(place, name)) for case in beside for name in names]


def _earlier(named: Path | None) -> EarlierRun | None:
    from sgnet_model.benchmark.against import read_earlier
    from sgnet_model.resources import source_file

    path = named or source_file(LAST_RUN)
    return None if path is None else read_earlier(path)


def _scenes(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:
    from sgnet_model.benchmark.report import scenes_markdown
    from sgnet_model.benchmark.scene_speed import SCENES, SIZES, scene_speed
    from sgnet_model.machine import describe_machine
    from sgnet_model.training.recipes import streamed_scenes

    scenes = _repeats(args.repeats, SCENES)
    speeds = []
    with console.progress("rendering", "size") as show:
        for done, size in enumerate(SIZES):
            show(done, len(SIZES))
            speeds.append(scene_speed(size, streamed_scenes, scenes))
    machine = describe_machine()
    values = {"machine": machine, "scenes": [one.to_dict() for one in speeds]}
    return values, scenes_markdown(machine, speeds)


def _inspections(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:
    from sgnet_model.benchmark.inspecting import REPEATS, measured
    from sgnet_model.predictor import Predictor
    from sgnet_model.resources import default_checkpoint
    from sgnet_model.scenes.generate import render_scene

    predictor = Predictor.load(default_checkpoint(), device=_device(args.device))
    with console.progress("measuring", "inspection"):
        return measured(predictor, render_scene(0), _repeats(args.repeats, REPEATS))


def _viewer_part(
    name: str,
) -> Callable[[argparse.Namespace, Console], tuple[dict[str, Any], str]]:
    """A benchmark of the window; this package only knows what it is called.

    Its `run` takes the options and returns what is JSON-ready; `markdown` is for people.
    """

    def measured(args: argparse.Namespace, console: Console) -> tuple[dict[str, Any], str]:  # noqa: ARG001
        try:
            module = importlib.import_module(f"sgnet_viewer.benchmark.{name}")
        except ImportError as error:
            raise UserError(
                f"--{name} measures the window, which cannot be loaded here ({error}): install "
                "sgnet-viewer with all that it needs."
            ) from error
        values: dict[str, Any] = module.run(args)
        text = str(values.pop("markdown", None) or json.dumps(values, indent=2))
        return {name: values}, text.rstrip("\n") + "\n"

    return measured


def _device(asked: str) -> torch.device:
    from sgnet_model.devices import choose_device

    device, notice = choose_device(asked)
    if notice is not None:
        raise UserError(f"{asked} cannot be measured: no usable CUDA device was found here.")
    return device


def _repeats(asked: int | None, default: int) -> int:
    if asked is not None and asked < 1:
        raise UserError(f"{asked} repeats measure nothing: --repeats starts at 1.")
    return asked or default


def _listed(given: Sequence[str] | None, default: list[str]) -> list[str]:
    """Words by blanks or commas, each once."""
    words = [word for text in given or () for word in text.split(",") if word]
    return list(dict.fromkeys(words)) or default


def _known(words: list[str], known: Sequence[str] | dict[str, Any], what: str) -> list[str]:
    for word in words:
        if word not in known:
            shown = ", ".join(known) if len(known) < 10 else "see sgnet-model info --help"
            raise UserError(f"There is no {what} called {word!r} ({shown}).")
    return words
