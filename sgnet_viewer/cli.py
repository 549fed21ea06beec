"""`sgnet-viewer`: reads the command line, and refuses in one sentence what cannot work."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from sgnet_model.config import DEVICES, PAPER_SIZE, PRECISIONS, names_device
from sgnet_model.data.depth_units import unit_called
from sgnet_model.data.intrinsics import check_given
from sgnet_model.files import expanded
from sgnet_model.installed import ShowVersion
from sgnet_model.sizes import parse_network_size, two_sides
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError
from sgnet_viewer.cameras.files import streamed
from sgnet_viewer.cameras.stand_in import StandIn
from sgnet_viewer.launch.desktop import DesktopAction
from sgnet_viewer.launch.display import choose_platform
from sgnet_viewer.runtime.importing import spare_source_scan, uncollected
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.session import NYU_SAMPLE
from sgnet_viewer.state.view_settings import ALL_LAYERS

USER_ERROR = 2
SECONDS_MOST = 1e6
CALIBRATED = "webcam+depth"  # the source that a calibration belongs to
WINDOW_SIDES = (320, 16384)  # pixels
# How the files start that are checkpoints: what torch.save writes now, what it wrote before 1.6.
_ZIP, _LEGACY = b"PK\x03\x04", b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."

_EXAMPLES = """\
examples:
  sgnet-viewer                                  # a bundled room
  sgnet-viewer open rgb.png depth.png
  sgnet-viewer live
open and live have more: sgnet-viewer open --help"""
_OPEN_EXAMPLES = """\
examples:
  sgnet-viewer open rgb.png                     # the depth is found by its name
  sgnet-viewer open rgb.png depth.png --depth-unit 0.25mm --intrinsics 525,525,319.5,239.5
  sgnet-viewer open rgb/ depth/ --checkpoint SGNet.pth.tar
  sgnet-viewer open DATASET --scores evaluation.json
  sgnet-viewer open room.sgnet.json             # a saved session
  sgnet-viewer open rgb.png depth.png --pixel 320,240 --layer layer1.2 --screenshot window.png"""
_LIVE_EXAMPLES = """\
examples:
  sgnet-viewer live --source realsense
  sgnet-viewer live --source recording --every-frame --once
  sgnet-viewer live --source webcam --stand-in-depth plane
  sgnet-viewer live --seconds 20 --stats stats.json --screenshot window.png"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code: 0, or 2 with one sentence on stderr."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        choose_platform(offscreen_will_do=options.screenshot is not None)
        with uncollected():
            spare_source_scan()
            from sgnet_viewer.launch.startup import run

        return run(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return USER_ERROR


def parse(arguments: Sequence[str]) -> Options:
    """Options from words; raises UserError. `--help` and `--version` print and exit 0."""
    words = _parser().parse_args(arguments)
    checkpoint = expanded(words.checkpoint) if words.checkpoint else None
    if checkpoint is not None:
        check_checkpoint(checkpoint)
    target = _target(words)
    return Options(
        target=target,
        network=NetworkChoice(
            checkpoint,
            _device(words.device),
            _size(words.size),
            words.precision or "auto",
            parse_switches(words.switch or ()),
        ),
        given=frozenset(
            name
            for name in ("checkpoint", "device", "size", "precision")
            if getattr(words, name) is not None
        ),
        pixel=_pixel(words.pixel),
        layer=ALL_LAYERS if words.layer == "all" else words.layer,
        screenshot=_screenshot(words.screenshot),
        window_size=_window_size(words.window_size),
        live=_live(words, target) if words.command == "live" else _streamed(target),
        scores=_scores(words.scores) if words.command == "open" else None,
    )


def check_checkpoint(path: Path) -> None:
    """Raises UserError for a file that cannot be a checkpoint. Cheap: torch stays out of it."""
    if not os.path.isfile(path):
        raise UserError(f"There is no checkpoint file {path}: check the name.")
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the file.") from error
    if not (head.startswith(_ZIP) or _LEGACY in head[:32] or head[8:9] == b"{"):
        from sgnet_model.weights.sniff import file_kind

        file_kind(path)  # says in a sentence what the file looks like instead


class _Parser(argparse.ArgumentParser):
    """Errors are one sentence, like all others; the lines of examples stay as they are."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"argument open, live: invalid choice: '(.*)' \(choose", message)
        if unknown:
            raise UserError(
                f"There is no command {unknown[1]!r}: to open a file write "
                f"{self.prog} open {unknown[1]}."
            )
        message = message.replace("unrecognized", "unrecognised", 1)  # argparse spells American
        raise UserError(f"{message[:1].upper()}{message[1:]}: see {self.prog} --help.")


def _device(word: str | None) -> str:
    if word is not None and not names_device(word):
        raise UserError(f"There is no device called {word!r}: choose one of {', '.join(DEVICES)}.")
    return word or "auto"


def _parser() -> _Parser:
    parser = _Parser(
        prog="sgnet-viewer",
        usage="sgnet-viewer [OPTIONS] [open PATH [DEPTH] | live [--source NAME|FILE|FOLDER]]",
        description="See an RGBD frame segmented, and where each S-Conv looked for a pixel.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action=ShowVersion)
    parser.add_argument(
        "--install-desktop",
        action=DesktopAction,
        help="put the program, its icon and its file types into the desktop's menus (Linux, this "
        "user), and exit",
    )
    parser.add_argument(
        "--uninstall-desktop", action=DesktopAction, help="take them out again, and exit"
    )
    _add_options(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="open, live", prog="sgnet-viewer")
    opening = commands.add_parser(
        "open",
        usage="sgnet-viewer open [OPTIONS] PATH [DEPTH]",
        help="open a frame, a folder of frames, nyu_depth_v2_labeled.mat or nyu-sample",
        description="Open frames; without this command the bundled sample is opened.",
        epilog=_OPEN_EXAMPLES,
    )
    opening.add_argument(
        "path",
        metavar="PATH",
        help=f"a picture, a folder of frames, a .mat file, or {NYU_SAMPLE}: the pair that Open3D's "
        "sample downloader brings",
    )
    opening.add_argument(
        "depth", metavar="DEPTH", nargs="?", help="its depth: a file, or a folder for a folder"
    )
    opening.add_argument(
        "--scores",
        metavar="FILE",
        help="list each frame with what sgnet-model evaluate scored on it: its --resume file, its "
        "--predictions folder, or a report's JSON (without it, one beside the frames is taken)",
    )
    _add_options(opening, argparse.SUPPRESS)  # an absent option leaves what came before "open"
    _add_live(commands)
    return parser


def _add_live(commands: argparse._SubParsersAction[_Parser]) -> None:
    live = commands.add_parser(
        "live",
        usage="sgnet-viewer live [OPTIONS] [--source NAME|FILE|FOLDER] [--every-frame] [--once]",
        help="stream a depth camera, a recording or a video, segmented as it comes",
        description="Stream a source. Without --source it is the first depth camera attached,\n"
        "else a virtual one. The window stays until it is closed, or for --seconds.",
        epilog=_LIVE_EXAMPLES,
    )
    _add_options(live, argparse.SUPPRESS)
    live.add_argument(
        "--source",
        metavar="NAME|FILE|FOLDER",
        default="",
        help="a kind of camera (realsense, oak, iphone, webcam, virtual, ...), also with its "
        "serial number as in realsense:0123; or a recording, a video, a folder of frames, a URL",
    )
    live.add_argument("--every-frame", action="store_true", help="skip no frame: the source waits")
    live.add_argument("--once", action="store_true", help="end a recording instead of looping it")
    live.add_argument("--seconds", metavar="N", help="end N seconds after the first picture")
    live.add_argument("--stats", metavar="FILE", help="write counts, latency and memory as JSON")
    live.add_argument(
        "--calibration",
        metavar="FILE",
        default="",
        help="of a webcam and its depth device, which it names",
    )
    live.add_argument(
        "--stand-in-depth",
        metavar="NAME",
        default="",
        help="made-up depth for a source without any, labelled as such: plane (a wall 2 m away) or "
        "ground (a floor 1.4 m below a level camera and a wall 5 m away)",
    )


def _add_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    def add(name: str, metavar: str, text: str, choices: tuple[str, ...] | None = None) -> None:
        parser.add_argument(name, metavar=metavar, default=default, choices=choices, help=text)

    add("--checkpoint", "FILE", "weights: this program's safetensors or the authors' .pth.tar")
    add("--device", "DEVICE", f"{', '.join(DEVICES)}; auto prefers CUDA")
    add(
        "--precision",
        "NAME",
        f"{', '.join(PRECISIONS)}; auto is fp32 for frames, live bf16 or fp16 where fast",
        PRECISIONS,
    )
    add(
        "--depth-unit",
        "UNIT",
        "how the depth is stored: mm, m, ..., or any scale as 0.25mm, 1/256m, 0.001 (metres per "
        "unit); guessed where left out",
    )
    add("--intrinsics", "FILE|FX,FY,CX,CY", "the camera; looked for, then guessed where left out")
    add(
        "--size",
        "HEIGHTxWIDTH|native",
        "what the network is fed, height first: 480x640, another size, or native",
    )
    parser.add_argument(
        "--switch",
        action="append",
        default=default,
        metavar="LAYER|all:PART=STATE",
        help="run layers without what they infer: offsets=zero or mean, modulation=one or mean; "
        "may be given several times",
    )
    add("--pixel", "U,V", "place the first probe on this pixel (column, row)")
    add("--layer", "NAME", "show the taps of this S-Conv, such as layer1.2; or all")
    add("--screenshot", "FILE", "save the window as PNG when result and cloud are drawn, and exit")
    add("--window-size", "WIDTHxHEIGHT", "of the window, in pixels, width first")


def _target(words: argparse.Namespace) -> Target:
    intrinsics = words.intrinsics or ""
    unit = _checked_unit(words.depth_unit or "", intrinsics)
    if words.command in (None, "live"):
        return Target(sample="", unit=unit, intrinsics=intrinsics)
    if words.path == NYU_SAMPLE and not Path(words.path).exists():
        return Target(sample=NYU_SAMPLE, unit=unit, intrinsics=intrinsics)
    paths = tuple(path for path in (words.path, words.depth) if path is not None)
    for path in paths:
        if not os.path.exists(expanded(path)):
            raise UserError(f"{path} does not exist: check the name.")
    return Target(paths, unit=unit, intrinsics=intrinsics)


def _scores(word: str | None) -> Path | None:
    if word is None:
        return None
    path = expanded(word)
    if not os.path.exists(path):
        raise UserError(f"There is no file of scores {word}: check the name.")
    return path


def _checked_unit(unit: str, intrinsics: str) -> str:
    """The unit's own name. Whether the camera fits can be said once the picture is there."""
    if unit:
        unit = unit_called(unit).name
    if intrinsics:
        check_given(intrinsics)
    return unit


def _live(words: argparse.Namespace, target: Target) -> LiveOptions:
    if words.stand_in_depth:
        StandIn(words.stand_in_depth)  # says where there is none of this name
    if words.calibration:
        _check_calibrated(words.source)
    return LiveOptions(
        source=words.source or (CALIBRATED if words.calibration else ""),
        every_frame=words.every_frame,
        once=words.once,
        seconds=_seconds(words.seconds),
        stats=None if words.stats is None else _writable("stats file", words.stats),
        calibration=words.calibration,
        stand_in_depth=words.stand_in_depth,
        unit=target.unit,
        intrinsics=target.intrinsics,
    )


def _check_calibrated(source: str) -> None:
    """A calibration that would not be read is refused; a plug-in's camera may have one, too."""
    from sgnet_viewer.cameras.kinds import installed_plug_ins

    name, _, address = source.partition(":")
    if source in ("", CALIBRATED) or name in installed_plug_ins():
        return
    if name == CALIBRATED:
        raise UserError(
            f"The source {source} names a calibration, and --calibration another one: leave out "
            f"{address} or --calibration."
        )
    raise UserError(
        f"The source {source} takes no calibration: leave out --calibration, or leave out --source "
        "to have the devices that the calibration names."
    )


def _streamed(target: Target) -> LiveOptions | None:
    """What was opened like a frame, and is a stream."""
    source = streamed(target.paths)
    if not source:
        return None
    return LiveOptions(source, unit=target.unit, intrinsics=target.intrinsics)


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < SECONDS_MOST:
        raise UserError(f"The time {text!r} cannot be used: write a number of seconds, such as 10.")
    return seconds


def _writable(what: str, text: str) -> Path:
    """Where a file can be made, or one be replaced: asked now, not at the end of a long run."""
    path = expanded(text)
    folder = path.absolute().parent
    if not os.path.isdir(folder):
        raise UserError(f"The folder of the {what} {path} does not exist: make it first.")
    if os.path.isdir(path):
        raise UserError(f"The {what} {path} is a folder: name a file in it.")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UserError(f"The {what} {path} cannot be written here: choose another place.")
    return path


def _size(text: str | None) -> tuple[int, int] | None:
    return PAPER_SIZE if text is None else parse_network_size(text)


def _pixel(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        raise UserError(f"The pixel {text!r} is not U,V: write column and row, such as 320,240.")
    return int(parts[0]), int(parts[1])


def _window_size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    size = two_sides(text)
    if not all(WINDOW_SIDES[0] <= side <= WINDOW_SIDES[1] for side in size):
        raise UserError(
            f"The window size {text!r} cannot be used: write WIDTHxHEIGHT with {WINDOW_SIDES[0]} "
            f"to {WINDOW_SIDES[1]} pixels a side, such as 1600x1000."
        )
    return size


def _screenshot(text: str | None) -> Path | None:
    if text is None:
        return None
    if not text.lower().endswith(".png"):
        raise UserError(f"The screenshot {text} must be a PNG: end its name in .png.")
    return _writable("screenshot", text)
