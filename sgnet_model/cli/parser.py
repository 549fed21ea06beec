"""argparse with errors as one sentence, and the options that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from sgnet_model.config import DEVICES, PAPER_SIZE, PRECISIONS
from sgnet_model.sizes import parse_network_size, parse_pixel
from sgnet_model.types import UserError

# What `add_subparsers` returns; argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

READING_OPTIONS = ("depth_unit", "intrinsics", "label_offset")
# Why an option is refused, after its flag.
OF_DATA = "belongs to --data: leave it out for rendered scenes."
OF_SCENES = "belongs to rendered scenes: leave it out with --data."
SCENE_PROFILES = ("classic", "realistic", "furnished")  # `scenes.PROFILES`, without its imports


class Parser(argparse.ArgumentParser):
    """Keeps the layout of its texts, takes no abbreviations, and raises instead of exiting."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Called by argparse where the command line cannot be understood."""
        raise UserError(f"{self.prog}: {message} (see {self.prog} --help).")


def add_command(commands: Commands, name: str, text: str, epilog: str) -> argparse.ArgumentParser:
    """A subcommand with --json and --verbose. The first sentence of `text` is its summary."""
    summary = text.split(". ")[0].split(".\n")[0].rstrip(".")
    summary = summary[0].lower() + " ".join(summary[1:].split())
    parser = commands.add_parser(name, help=summary, description=text, epilog=epilog)
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    parser.add_argument(
        "--verbose", action="store_true", help="details and tracebacks of errors, libraries' output"
    )
    return parser


def add_frame_options(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """--rgb, --depth, --depth-unit and --intrinsics."""
    group = parser.add_argument_group("the frame")
    group.add_argument(
        "--rgb", type=Path, required=required, metavar="FILE", help="colour picture (png, jpg, ...)"
    )
    group.add_argument(
        "--depth",
        type=Path,
        required=required,
        metavar="FILE",
        help="its depth: 16-bit or float (png, pgm, tiff, npy, exr)",
    )
    add_reading_options(group, labels=False)


def add_reading_options(group: argparse._ActionsContainer, labels: bool = True) -> None:
    """READING_OPTIONS: what the files of a frame or a set leave open. Not all commands use
    `labels`."""
    group.add_argument(
        "--depth-unit",
        metavar="UNIT",
        help="unit of the stored depth; where left out a camera file says it, or it is guessed: "
        + units_text(),
    )
    group.add_argument(
        "--intrinsics",
        metavar="FILE|FX,FY,CX,CY",
        help="camera in pixels, or a file with it (JSON, YAML, 3x3 matrix, .npy), of every frame; "
        "without it a file beside the picture, the data set's published values, or a guess, which "
        "is reported",
    )
    if labels:
        _add_label_offset(group)


def _add_label_offset(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--label-offset",
        type=int,
        metavar="N",
        help="added to every stored label but 255 (void): 1 where classes count from 0; without "
        "it as a few of the files show",
    )


def add_set_options(parser: argparse.ArgumentParser) -> None:
    """--data, --split, --first, --count and --every: many frames instead of --rgb and --depth."""
    group = parser.add_argument_group("many frames")
    group.add_argument(
        "--data",
        type=Path,
        metavar="ROOT",
        help="instead of --rgb and --depth: a folder of frames, a recording, a data set, a bag",
    )
    add_split_option(group)
    group.add_argument(
        "--first", type=int, metavar="N", help="the first frame, from 0 (default: 0)"
    )
    group.add_argument("--count", type=int, metavar="N", help="so many frames (default: all)")
    group.add_argument("--every", type=int, metavar="N", help="every N-th frame (default: 1)")


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """--checkpoint, --size, --device and --precision."""
    group = parser.add_argument_group("the network")
    group.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="weights: this program's .safetensors or the authors' .pth.tar (default: the bundled)",
    )
    group.add_argument(
        "--size",
        type=parse_network_size,
        default=PAPER_SIZE,
        metavar="HEIGHTxWIDTH|native",
        help="what the network is fed, height first as in the paper (default: 480x640); results "
        "are given in the picture's own pixels",
    )
    group.add_argument(
        "--device",
        default="auto",
        metavar="|".join(DEVICES),
        help="auto (default) takes CUDA where it works",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="fp32",
        help="bf16 and, on GPUs, fp16 are faster where the hardware knows them, and less exact; "
        "int8 is faster still on processors with VNNI, and leaves taps as fp32 has them; auto "
        "takes fp16 on GPUs, int8 where `calibrate` wrote the checkpoint and the processor has "
        "VNNI, else bf16 where it is made for that (default: fp32)",
    )


def add_answer_options(
    parser: argparse.ArgumentParser, required: bool = True, sets: bool = False
) -> None:
    """All that an answer hangs on: the frame (or many: `sets`), the network, --switch, --edit."""
    add_frame_options(parser, required)
    if sets:
        add_set_options(parser)
    add_network_options(parser)
    add_switch_option(parser)
    add_edit_option(parser)


def add_label_options(parser: argparse.ArgumentParser) -> None:
    """--labels of the frame of --rgb and --depth, and --label-offset."""
    group = parser.add_argument_group("the ground truth")
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="label picture of the frame, for what compares with it",
    )
    _add_label_offset(group)


def add_pixel_options(
    parser: argparse.ArgumentParser, required: bool = True
) -> argparse._ArgumentGroup:
    """--pixel and --layer; returns their group, for what else is asked."""
    group = parser.add_argument_group("the question")
    group.add_argument(
        "--pixel",
        type=parse_pixel,
        required=required,
        metavar="U,V",
        help="column and row of the picture, from 0 at the top left",
    )
    group.add_argument("--layer", metavar="NAME", help="one S-Conv only, such as layer1.0")
    return group


def add_split_option(group: argparse._ActionsContainer) -> None:
    """--split."""
    group.add_argument("--split", metavar="NAME", help="a part of it: train, val or test")


def add_switch_option(parser: argparse._ActionsContainer, flag: str = "--switch") -> None:
    """--switch, which may be given several times."""
    parser.add_argument(
        flag,
        action="append",
        default=[],
        metavar="LAYER|all:PART=STATE",
        help="let a layer do without what it infers: offsets=zero or mean, modulation=one or mean "
        "(of its positions; evaluate takes the mean over the whole set); several in order, a later "
        "one wins; nothing is retrained, so this says what the network relies on",
    )


def add_edit_option(parser: argparse._ActionsContainer, flag: str = "--edit") -> None:
    """--edit, which may be given several times."""
    parser.add_argument(
        flag,
        action="append",
        nargs="+",
        default=[],
        metavar="EDIT",
        help="change the depth first: shift=METRES, scale=FACTOR, constant=METRES, flatten, hole "
        "or fill, then a region, box=X,Y,WIDTH,HEIGHT or stroke=X,Y;X,Y;... radius=R; several in "
        "order",
    )


def units_text() -> str:
    """Every depth unit with its meaning, for help texts."""
    # Here: what the list of the commands does not say need not be read for it.
    from sgnet_model.data.depth_units import SCALE_FORMS, UNITS

    named = "; ".join(f"{unit.name} = {unit.description}" for unit in UNITS.values())
    return f"{named}; or {SCALE_FORMS}"


def refuse_options(args: argparse.Namespace, names: Iterable[str], why: str) -> None:
    """UserError for the first of these that was given, with `why` after its flag. They are None
    where they were left out: what would be ignored is not taken in silence."""
    for name in names:
        if getattr(args, name) is not None:
            raise UserError(f"--{name.replace('_', '-')} {why}")


def settle_source(args: argparse.Namespace, count: int) -> None:
    """Of --data or --synthetic: refuses the options of the other one, and fills in those of the
    rendered scenes that were left out; `count`: so many scenes. Raises UserError."""
    if args.synthetic:
        refuse_options(args, ("split", *READING_OPTIONS), OF_DATA)
    else:
        refuse_options(args, ("count", "seed", "profile"), OF_SCENES)
    for name, usual in (("count", count), ("seed", 0), ("profile", "classic")):
        if getattr(args, name) is None:
            setattr(args, name, usual)


def add_profile_option(
    group: argparse._ActionsContainer,
    default: str | None,
    usual: str = "furnished where its models are installed, else realistic",
) -> None:
    """--profile: which generator draws the scenes. `default` None: the `usual` one, by default what
    training takes, and the command can tell that it was left out."""
    group.add_argument(
        "--profile",
        choices=SCENE_PROFILES,
        default=default,
        help="the scenes' generator: classic (the samples and published scores), realistic (holes, "
        "classes, floors, colours as in real frames), furnished (the same with models of the "
        f"Debian package sweethome3d-furniture) (default: {default or usual})",
    )
