"""What `sgnet-model evaluate` takes: its options and its help."""

from __future__ import annotations

import argparse
from pathlib import Path

from sgnet_model.config import RESCALES
from sgnet_model.evaluation.frame_scores import STATE_NAME

from .parser import (
    add_edit_option,
    add_network_options,
    add_profile_option,
    add_reading_options,
    add_split_option,
    add_switch_option,
)
from .report import add_sources, add_subjects

DEFAULT_COUNT = 100

TEXT = """\
Score a checkpoint. On a data set (--data) or on rendered, held-out scenes (--synthetic), one for
each seed from S on. Pixel accuracy, mean accuracy, mean and frequency-weighted intersection over
union come from one confusion matrix over all pixels. Void is ignored; a class absent from truth and
prediction alike is left out of the mean IoU, one absent from the truth out of the mean accuracy.
Printed, too, are the calibration error, the temperature that would fit best on top of the
checkpoint's own, IoU near borders between classes (all; occlusion: depth steps across the border;
flush: it does not), and the scores by range of depth.

An evaluation that was interrupted continues with the same command, if --predictions or --resume is
given. Started by torchrun, several processes share the frames; the scores are those of
one process. --report writes an HTML and a Markdown report."""

EPILOG = """\
examples:
  sgnet-model evaluate --synthetic --count 100 --seed 0
  sgnet-model evaluate --data nyu_depth_v2_labeled.mat --split test --checkpoint SGNet.pth.tar
  sgnet-model evaluate --data SUNRGBD --split test --scales 0.8 1.0 2.0 --on-error skip \\
      --checkpoint sun37.safetensors --predictions out --json
  sgnet-model evaluate --synthetic --count 20 --report report --against older-report
  sgnet-model evaluate --data NYUDv2 --split test --report report --beside baseline.safetensors
  torchrun --nproc-per-node 4 -m sgnet_model.cli evaluate --data NYUDv2 --split test --json"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """All of them, in groups."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--data", type=Path, metavar="ROOT", help="a data set: its folder, or NYUv2's .mat"
    )
    what.add_argument("--synthetic", action="store_true", help="rendered scenes")
    _add_data_options(parser)
    group = parser.add_argument_group("rendered scenes")
    group.add_argument("--count", type=int, metavar="N", help=f"scenes (default: {DEFAULT_COUNT})")
    group.add_argument(
        "--seed", type=int, metavar="S", help="first scene, below 1000000 (default: 0)"
    )
    add_profile_option(group, None, "classic")
    group = parser.add_argument_group("how predictions are made")
    group.add_argument(
        "--scales",
        type=float,
        nargs="+",
        default=[1.0],
        metavar="X",
        help="sizes relative to --size whose logits are averaged (default: 1.0; the paper's "
        "multi-scale test: 0.8 1.0 2.0)",
    )
    group.add_argument(
        "--rescale",
        choices=RESCALES,
        default="input",
        help="what a scale is made of: the network's input, zoomed bilinearly, corner to corner, "
        "as the authors' multi-scale test does; or the frame itself, depth by its nearest pixel "
        "(default: input)",
    )
    group.add_argument("--flip", action="store_true", help="average with the mirrored picture too")
    add_switch_option(group)
    add_edit_option(group)
    add_network_options(parser)
    group = parser.add_argument_group("the report")
    group.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help="write report.html, report.md and results.json there; also where a frame stops the "
        "evaluation, of what was scored before",
    )
    add_subjects(group)
    add_sources(group)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("data sets")
    add_split_option(group)
    group.add_argument(
        "--on-error",
        choices=("stop", "skip"),
        default="stop",
        help="what to do about a frame that cannot be read or has no usable labels; skipped ones "
        "are counted and named (default: stop)",
    )
    group.add_argument(
        "--predictions",
        type=Path,
        metavar="DIR",
        help="write each prediction there, at the picture's size, in the data set's own ids",
    )
    group.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help=f"keep the counts in this file (default: {STATE_NAME} in --predictions)",
    )
    add_reading_options(group)
