"""The commands of the Frame menu."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_model.resources import asset_dir
from sgnet_viewer.contract.commands import RESET_CAMERA
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.session import NYU_SAMPLE

from .command import Command
from .parts import Parts

OWN_CAMERAS = (
    "Frames of this set were given cameras of their own, which a stream does not take: go back to "
    "the files' cameras first."
)
FRAME = "F&rame"


def frame_commands(parts: Parts) -> Iterator[Command]:
    """Through the open set."""
    step, needs = parts.frames.step, parts.needs_set
    yield Command("frame.previous", "&Previous", partial(step, -1), FRAME, "PgUp", needs)
    yield Command("frame.next", "&Next", partial(step, 1), FRAME, "PgDown", needs)


def camera_commands(parts: Parts) -> Iterator[Command]:
    """The camera that points are made with."""
    target, index = parts.session.target, parts.session.index

    def given() -> str:
        known = target.camera_of(index) or target.intrinsics
        return "" if known else "The camera is that of the files already."

    yield Command(
        "frame.camera",
        "&Camera…",
        parts.window.ask_camera,
        FRAME,
        refusal=parts.needs_set_of_frames,
        after_line=True,
    )
    yield Command(
        RESET_CAMERA,
        "&Back to the files' camera",
        parts.frames.reset_camera,
        FRAME,
        refusal=given,
    )


def play_commands(parts: Parts) -> Iterator[Command]:
    """The open set as a stream, at the pace it was taken."""
    target = parts.session.target
    bundled = target.sample is not None and target.sample != NYU_SAMPLE
    paths = (str(asset_dir() / "samples"),) if bundled else target.paths

    def refusal() -> str:
        if len(paths) != 1:
            return parts.needs_set() or "Only a set that is opened by one path can be played."
        return parts.needs_set() or (OWN_CAMERAS if target.cameras else "")

    yield Command(
        "frame.play",
        "P&lay the set",
        lambda: parts.live.open(
            LiveOptions(paths[0], unit=target.unit, intrinsics=target.intrinsics)
        ),
        FRAME,
        refusal=refusal,
        after_line=True,
        tip="As a stream at the pace it was taken, with a timeline",
    )


def score_commands(parts: Parts) -> Iterator[Command]:
    """What is asked of every frame of the set."""
    yield Command(
        "frame.score_all",
        "&Score all frames",
        parts.score_set.score,
        FRAME,
        refusal=parts.needs_set_of_frames,
        tip="Segment each and hold it against its ground truth; cancelled, it goes on where it was",
    )
