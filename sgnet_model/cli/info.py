"""`sgnet-model info`: what a variant or a checkpoint is, and what its offsets do."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.config import VARIANTS, SGNetConfig
from sgnet_model.types import Frame, UserError

from .console import Console
from .parser import Commands, add_command
from .text import decimal, table

if TYPE_CHECKING:
    from sgnet_model.inspection.offset_statistics import OffsetStatistics
    from sgnet_model.weights.card import ModelCard

DEFAULT_SCENES = 4

_TEXT = """\
Describe a network. Given a variant, or a checkpoint file of this program or of the authors,
prints its parameters, classes and S-Convs, and of a file the model card: data, training, scores,
licence and limits. Without either, those of the bundled checkpoint.

With --offsets also what the offsets of a checkpoint do, over the bundled samples and rendered
scenes that were never trained on: their mean length in cells of the layer's input grid, how much
that varies from place to place, and its correlation with depth as the layer saw it."""

_EPILOG = f"""\
variants:
{textwrap.fill(", ".join(VARIANTS), 80, break_on_hyphens=False)}

examples:
  sgnet-model info sgnet-r101
  sgnet-model info SGNet.pth.tar --json
  sgnet-model info my.safetensors --offsets"""


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "info", _TEXT, _EPILOG)
    parser.add_argument("what", nargs="?", metavar="VARIANT|FILE", help="default: the bundled")
    parser.add_argument(
        "--offsets",
        action="store_true",
        help="measure the offsets of a checkpoint (under a minute)",
    )
    parser.add_argument(
        "--scenes",
        type=int,
        metavar="N",
        help=f"rendered scenes that --offsets adds to the samples (default: {DEFAULT_SCENES})",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Describes, and measures where asked to."""
    if args.scenes is not None and not args.offsets:
        raise UserError("--scenes is for --offsets: add it, or leave --scenes out.")
    is_variant = args.what in VARIANTS
    if is_variant and args.offsets:
        raise UserError(
            f"{args.what} is a variant without weights: --offsets needs a checkpoint file."
        )
    path = None if is_variant else _checkpoint(args.what)
    card = None if path is None else _card(path)
    values = _of_variant(args.what) if path is None else _of_file(path)
    statistics: tuple[OffsetStatistics, ...] = ()
    if args.offsets and path is not None:
        scenes = DEFAULT_SCENES if args.scenes is None else args.scenes
        statistics = _measure(path, scenes, console)
        values["offsets"] = [asdict(entry) for entry in statistics]
    if args.json:
        console.say_json(values)
        return
    console.say(_report(values, args.verbose, card))
    if statistics:
        console.say("\n" + _offsets_text(statistics))


def _checkpoint(what: str | None) -> Path:
    from sgnet_model.resources import default_checkpoint, verify

    path = default_checkpoint() if what is None else Path(what)
    if not path.is_file():
        raise UserError(
            f"{what!r} is neither a checkpoint file nor a variant: sgnet-model info --help lists "
            "the variants.",
            details="\n".join(VARIANTS),
        )
    verify(path)
    return path


def _of_variant(name: str) -> dict[str, Any]:
    """Counted on a network without memory behind it: a moment even for the largest."""
    import torch

    from sgnet_model.variants import build, count_parameters

    with torch.device("meta"):
        network = build(name)
    names = network.scheme.classes
    return _values(network.config, count_parameters(network), network.scheme.name, names)


def _of_file(path: Path) -> dict[str, Any]:
    from sgnet_model.weights import read_info

    info = read_info(path)
    values = _values(info.config, info.parameters, info.scheme.name, info.classes)
    return {
        **values,
        "file": str(path),
        "bytes": path.stat().st_size,
        "provenance": info.provenance,
        "card": asdict(_card(path)),
    }


def _card(path: Path) -> ModelCard:
    from sgnet_model.weights import read_info
    from sgnet_model.weights.card import card_of

    return card_of(read_info(path))


def _values(
    config: SGNetConfig, parameters: int, scheme: str, names: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "variant": config.variant,
        "parameters": parameters,
        "classes": config.classes,
        "s_conv_layers": list(config.s_conv_layers),
        "tap_layers": list(config.tap_layers),
        "scheme": scheme,
        "class_names": list(names),
        "config": config.to_dict(),
    }


def _measure(path: Path, scenes: int, console: Console) -> tuple[OffsetStatistics, ...]:
    from sgnet_model.inspection.offset_statistics import measure_offsets
    from sgnet_model.predictor import Predictor

    predictor = Predictor.load(path)
    with console.progress("measuring", "frame") as show:

        def counted() -> Iterator[Frame]:
            names, seeds = _sources(scenes)
            for done, frame in enumerate(_frames(names, seeds)):
                show(done, len(names) + len(seeds))
                yield frame

        return measure_offsets(predictor, counted())


def _sources(scenes: int) -> tuple[tuple[str, ...], range]:
    """Names of the bundled samples, and seeds of scenes that no training saw."""
    from sgnet_model.resources import samples
    from sgnet_model.scenes.seeds import HELD_OUT_SEEDS

    if not 0 <= scenes <= len(HELD_OUT_SEEDS):
        raise UserError(f"{scenes} scenes cannot be rendered: --scenes starts at 0.")
    return samples(), HELD_OUT_SEEDS[:scenes]


def _frames(names: tuple[str, ...], seeds: range) -> Iterator[Frame]:
    from sgnet_model.data.pair import load_pair
    from sgnet_model.resources import sample_dir
    from sgnet_model.scenes.generate import render_scene

    for name in names:
        yield load_pair(sample_dir(name) / "rgb.png", sample_dir(name) / "depth.png")
    for seed in seeds:
        yield render_scene(seed)


def _report(values: dict[str, Any], verbose: bool, card: ModelCard | None) -> str:
    from sgnet_model.weights.card import CALIBRATION, CARD

    config = values["config"]
    rows = [
        ("variant", values["variant"]),
        ("parameters", f"{values['parameters']:,}"),
        ("classes", f"{values['classes']} ({values['scheme']})"),
        ("S-Convs", ", ".join(values["s_conv_layers"]) or "none"),
        *_operators(config),
        ("guided by", config["spatial"]),
        ("head", f"{config['head']}, output stride {config['output_stride']}"),
    ]
    if "file" in values:
        rows += [("file", f"{values['file']} ({values['bytes'] / 1e6:.1f} MB)")]
        rows += [
            (key, _one_line(value))
            for key, value in values["provenance"].items()
            if key not in (CARD, CALIBRATION)  # said by the model card
        ]
    if verbose:
        rows += [("class names", ", ".join(values["class_names"]))]
        rows += [("configuration", json.dumps(config))]
    return _aligned(rows) + ("\n\nmodel card\n" + _aligned(list(card.rows())) if card else "")


def _aligned(rows: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in rows)


def _operators(config: dict[str, Any]) -> list[tuple[str, str]]:
    """A row where something else than whole S-Convs stands in their places."""
    kinds = config["operators"]
    rows = []
    if set(kinds) != {"s_conv"}:
        rows = [("operators", f"{', '.join(kinds)} (layers 1 to 4)")]
    if config["early_fusion"]:
        rows.append(("fusion", f"early: the stem reads {config['spatial']} with the picture"))
    return rows + ([("streams", "2")] if config["two_streams"] else [])


def _one_line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _offsets_text(statistics: tuple[OffsetStatistics, ...]) -> str:
    rows = [
        (
            entry.name,
            str(entry.stride_in),
            decimal(entry.mean, 3),
            decimal(entry.std, 3),
            decimal(entry.mean * entry.stride_in, 1),
            decimal(entry.depth_correlation),
        )
        for entry in statistics
    ]
    header = ("offsets", "stride", "mean, cells", "std, cells", "mean, px", "depth correlation")
    return table(header, rows)
