"""The words that `sgnet-viewer` takes, and their help."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from sgnet_model.config import DEVICES, PRECISIONS
from sgnet_model.installed import ShowVersion
from sgnet_model.types import UserError
from sgnet_viewer.launch.desktop import DesktopAction
from sgnet_viewer.state.session import NYU_SAMPLE

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


def make_parser() -> argparse.ArgumentParser:
    """It raises UserError for words that it does not know."""
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
        f"{', '.join(PRECISIONS)}; auto is fp32 for frames, live int8, bf16 or fp16 where fast",
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
