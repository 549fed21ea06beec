"""The commands of the Live menu."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .command import Command
from .parts import Parts

NO_RECORDING = "What is streamed has no timeline: a camera, or a file that does not say its length."
NO_PACE = "Every frame is shown: the network sets the pace."
LIVE = "&Live"


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
