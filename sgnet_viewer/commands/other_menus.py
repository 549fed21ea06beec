"""The commands of the menus Live, Frame and Help."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sgnet_model.resources import asset_dir
from sgnet_viewer.contract.commands import RESET_CAMERA
from sgnet_viewer.contract.window import NoticeRow, Severity
from sgnet_viewer.state.live_options import LiveOptions
from sgnet_viewer.state.notices import Logged
from sgnet_viewer.state.session import NYU_SAMPLE

from .command import Command
from .parts import Parts

NO_RECORDING = "What is streamed has no timeline: a camera, or a file that does not say its length."
OWN_CAMERAS = (
    "Frames of this set were given cameras of their own, which a stream does not take: go back to "
    "the files' cameras first."
)
NO_PACE = "Every frame is shown: the network sets the pace."
LIVE, FRAME, HELP = "&Live", "F&rame", "&Help"


def live_commands(parts: Parts) -> Iterator[Command]:
    """Streams: all but the first are for one that runs."""
    live, needs = parts.live, parts.needs_stream
    yield Command("live.choose", "&Choose source…", parts.chooser.show, LIVE, "Ctrl+Alt+L")
    yield Command(
        "live.freeze",
        "&Freeze / Resume",
        live.toggle_freeze,
        LIVE,
        "Space",
        needs,
        after_line=True,
        held=True,
    )
    yield Command("live.step", "&Next frame", live.step, LIVE, ".", needs)
    yield from _timeline_commands(parts)
    yield Command(
        "live.record",
        "&Record / End the recording",
        live.toggle_record,
        LIVE,
        "Ctrl+R",
        needs,
    )
    yield Command(
        "live.stop", "&Stop streaming (keeps the last frame)", live.stop, LIVE, refusal=needs
    )


def _timeline_commands(parts: Parts) -> Iterator[Command]:
    """Of a recording that is played."""
    live = parts.live
    timeline, menu = live.timeline, f"{LIVE}/&Timeline"

    def needs() -> str:
        return parts.needs_stream() or ("" if timeline.playhead is not None else NO_RECORDING)

    def needs_pace() -> str:
        return needs() or ("" if timeline.is_paced else NO_PACE)

    yield Command("live.step_back", "Frame &before", partial(live.step, -1), LIVE, ",", needs)
    for key, title, run, shortcut in (
        ("range_begin", "Range &from this frame", timeline.begin_range, "Shift+I"),
        ("range_end", "Range &to this frame", timeline.end_range, "Shift+O"),
        ("range_all", "&Whole recording", timeline.play_all, ""),
        ("slower", "&Slower", partial(timeline.change_speed, -1), "Shift+,"),
        ("faster", "F&aster", partial(timeline.change_speed, 1), "Shift+."),
        ("pace", "As it was ta&ken", partial(timeline.set_speed, 1.0), ""),
    ):
        refusal = needs_pace if key in ("slower", "faster", "pace") else needs
        yield Command(
            f"live.{key}", title, run, menu, shortcut, refusal, after_line=key == "slower"
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


def help_commands(parts: Parts) -> Iterator[Command]:
    """Keys and mouse; what this is."""
    window = parts.window
    yield Command(
        "help.tour",
        "&Tour of the window",
        parts.tour.start,
        HELP,
        refusal=parts.needs_frame,
        tip="Six steps on the frame that is open",
    )
    yield Command("help.keys", "&Mouse and keys", window.show_help, HELP, "F1")
    yield Command(
        "help.notices",
        "&Notices…",
        lambda: window.show_notices(notice_rows(parts.notices.history)),
        HELP,
        tip="What was said since the start, with its time and details",
    )
    yield Command("help.about", "&About sgnet-viewer", window.show_about, HELP)


def notice_rows(history: tuple[Logged, ...]) -> tuple[NoticeRow, ...]:
    """What was said, oldest first."""
    return tuple(
        NoticeRow(
            f"{logged.when:%H:%M:%S}",
            Severity(logged.report.level),
            logged.report.text,
            logged.report.details,
        )
        for logged in history
    )
