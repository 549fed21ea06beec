"""From the words of the command line to options, and to the window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sgnet_model.data.depth_units import unit_called
from sgnet_model.data.intrinsics import check_given
from sgnet_model.files import expanded
from sgnet_model.sizes import parse_pixel
from sgnet_model.standard_streams import READER_GONE, printed_before_exit
from sgnet_model.switches import parse_switches
from sgnet_model.types import UserError
from sgnet_viewer.cameras.files import streamed
from sgnet_viewer.cameras.stand_in import StandIn
from sgnet_viewer.launch.display import choose_platform
from sgnet_viewer.runtime.importing import spare_source_scan, uncollected
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.session import NYU_SAMPLE
from sgnet_viewer.state.view_settings import ALL_LAYERS

from . import values
from .parser import make_parser

USER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code: 0, or 2 with one sentence on stderr."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        choose_platform(offscreen_will_do=options.screenshot is not None)
        with uncollected():
            spare_source_scan()
            from sgnet_viewer.launch.startup import run

        return run(options)
    except BrokenPipeError:
        return READER_GONE
    except UserError as error:
        print(error, file=sys.stderr)
        return USER_ERROR


def parse(arguments: Sequence[str]) -> Options:
    """Options from words; raises UserError. `--help` and `--version` print and exit 0."""
    with printed_before_exit():
        words = make_parser().parse_args(arguments)
    checkpoint = values.checkpoint(words.checkpoint)
    target = _target(words)
    return Options(
        target=target,
        network=NetworkChoice(
            checkpoint,
            values.device(words.device),
            values.size(words.size),
            words.precision or "auto",
            parse_switches(words.switch or ()),
        ),
        given=frozenset(
            name
            for name in ("checkpoint", "device", "size", "precision")
            if getattr(words, name) is not None
        ),
        pixel=None if words.pixel is None else parse_pixel(words.pixel),
        layer=ALL_LAYERS if words.layer == "all" else words.layer,
        screenshot=values.screenshot(words.screenshot),
        window_size=values.window_size(words.window_size),
        live=_live(words, target) if words.command == "live" else _streamed(target),
        scores=values.scores(words.scores) if words.command == "open" else None,
    )


def _target(words: argparse.Namespace) -> Target:
    intrinsics = words.intrinsics or ""
    unit = unit_called(words.depth_unit).name if words.depth_unit else ""
    if intrinsics:
        check_given(intrinsics)  # whether it fits can be said once the picture is there
    if words.command in (None, "live"):
        return Target(sample="", unit=unit, intrinsics=intrinsics)
    if words.path == NYU_SAMPLE and not Path(words.path).exists():
        return Target(sample=NYU_SAMPLE, unit=unit, intrinsics=intrinsics)
    paths = tuple(path for path in (words.path, words.depth) if path is not None)
    for path in paths:
        if not os.path.exists(expanded(path)):
            raise UserError(f"{path} does not exist: check the name.")
    return Target(paths, unit=unit, intrinsics=intrinsics)


def _live(words: argparse.Namespace, target: Target) -> LiveOptions:
    if words.stand_in_depth:
        StandIn(words.stand_in_depth)  # says where there is none of this name
    if words.calibration:
        values.check_calibrated(words.source)
    return LiveOptions(
        source=words.source or (values.CALIBRATED if words.calibration else ""),
        every_frame=words.every_frame,
        once=words.once,
        seconds=values.seconds(words.seconds),
        stats=None if words.stats is None else values.writable("stats file", words.stats),
        calibration=words.calibration,
        stand_in_depth=words.stand_in_depth,
        unit=target.unit,
        intrinsics=target.intrinsics,
    )


def _streamed(target: Target) -> LiveOptions | None:
    """What was opened like a frame, and is a stream."""
    source = streamed(target.paths)
    if not source:
        return None
    return LiveOptions(source, unit=target.unit, intrinsics=target.intrinsics)
