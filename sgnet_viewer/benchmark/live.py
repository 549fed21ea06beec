"""`sgnet-model bench --live`: how fast a stream is segmented and drawn, and whether memory stays.

The real `sgnet-viewer live`, twice: a recording of 480x640 at 30 frames a second, skipping what
cannot be kept up with; then small frames, every one of them, for as many as asked for.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from sgnet_model.config import Precision
from sgnet_model.devices import choose_device, computes_in_bf16
from sgnet_model.predictor import Predictor
from sgnet_model.resources import default_checkpoint
from sgnet_model.scenes.generate import render_scene
from sgnet_model.scenes.seeds import HELD_OUT_SEEDS
from sgnet_model.types import UserError
from sgnet_viewer.cameras.frames import live_frame
from sgnet_viewer.cameras.protocol import LiveFrame
from sgnet_viewer.recording.entry import Colour, Entry
from sgnet_viewer.recording.writer import RecordingWriter

from .launch import launch
from .measure import Measure, table
from .memory import Memory
from .small_recording import SMALL, record_small
from .window import WINDOW, machine

SECONDS = 20.0
LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0
FRAMES = 10_000
LEAST_FRAMES = 50
FPS = 30.0  # of the recorded camera
RECORDED = 90  # frames of it
SMALL_RECORDED = 500
SWAY_PX = 24
LOOK_S = 2.0  # at memory
WARM_UP, PREDICTIONS = 3, 15  # of one frame alone


@dataclass(frozen=True, slots=True)
class LiveFindings:
    """`stats`: what `--stats` wrote. `found`: see `LiveVisit`. `memory`: the peak."""

    stats: dict[str, Any]
    found: dict[str, Any]
    memory: Memory | None


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measures; JSON-ready: `measures` (see `Measure.row`), `met`, `machine`, `markdown`.

    Of `args` it reads `seconds` of streaming (None: 20) and `frames`, the number of small ones
    (None: 10,000); 0 leaves that part out. UserError for other values, and where the program could
    not be started.
    """
    seconds, frames = lengths(args.seconds, args.frames)
    speed = measure_speed(seconds) if seconds else ()
    growth = measure_growth(frames) if frames else ()
    measures = [measure.row() for measure in (*speed, *growth)]
    return {
        "benchmark": "live",
        "machine": machine(),
        "measures": measures,
        "met": all(row["met"] is not False for row in measures),
        "markdown": table(measures),
    }


def lengths(seconds: float | None, frames: int | None) -> tuple[float, int]:
    """What was asked for, or the usual. UserError for what cannot be measured."""
    seconds = SECONDS if seconds is None else seconds
    frames = FRAMES if frames is None else frames
    if not (seconds == 0 or LEAST_SECONDS <= seconds <= MOST_SECONDS):
        raise UserError(
            f"A stream cannot be measured for {seconds:g} s: give --seconds from "
            f"{LEAST_SECONDS:g} to {MOST_SECONDS:g}, or 0 to leave it out."
        )
    if frames != 0 and frames < LEAST_FRAMES:
        raise UserError(
            f"{frames} frames are too few to measure memory: give --frames from "
            f"{LEAST_FRAMES}, or 0 to leave it out."
        )
    return seconds, frames


def measure_speed(seconds: float) -> tuple[Measure, ...]:
    """The bundled network at 480x640, on a swaying room; its time for a single frame."""
    with tempfile.TemporaryDirectory(prefix="sgnet-bench-") as folder:
        source = Path(folder) / "room"
        record(source, swaying_room(RECORDED))
        words = ("--source", str(source), "--size", "480x640", "--seconds", f"{seconds:g}", *WINDOW)
        before = prediction_times()
        findings = stream(words)
        return (*speed_measures(findings), *relative_measures(findings, before, prediction_times()))


def measure_growth(frames: int) -> tuple[Measure, ...]:
    """Small frames, each segmented and shown; the recording loops."""
    with tempfile.TemporaryDirectory(prefix="sgnet-bench-") as folder:
        source = Path(folder) / "small"
        record_small(source, min(frames, SMALL_RECORDED))
        size = f"{SMALL[0]}x{SMALL[1]}"
        words = ("--source", str(source), "--every-frame", "--size", size, *WINDOW)
        return growth_measures(stream(words, frames))


def stream(words: tuple[str, ...], count: int = 0) -> LiveFindings:
    """Runs `sgnet-viewer live`; `count`: see `LiveVisit`."""
    with tempfile.TemporaryDirectory(prefix="sgnet-bench-") as folder:
        stats = Path(folder) / "stats.json"
        found, memory = launch(
            count, ("live", *words, "--stats", str(stats)), watch_s=None if count else LOOK_S
        )
        return LiveFindings(json.loads(stats.read_text(encoding="utf-8")), found, memory)


def speed_measures(findings: LiveFindings) -> tuple[Measure, ...]:
    """With the project's targets for a machine of two cores."""
    stats, found = findings.stats, findings.found
    clouds = found["cloud_updates"] / found["seconds"]
    captured = found["captured"] / found["seconds"]
    peak = None if findings.memory is None else findings.memory.shared_out

    def one(
        name: str, what: str, unit: str, value: float | None, target: float | None = None
    ) -> Measure | None:
        return None if value is None else Measure(name, what, unit, (value,), target)

    rates = (
        Measure("fps", "frames segmented and drawn", "1/s", (stats["fps"],), 8, "higher"),
        Measure("cloud_fps", "cloud updates", "1/s", (clouds,), 3, "higher"),
        Measure("captured_fps", f"captured, of {FPS:g}", "1/s", (captured,), 0.95 * FPS, "higher"),
    )
    others = (
        one("missed", "frames that capture missed", "frames", float(found["missed"])),
        one("latency", "capture to screen", "ms", stats["latency_ms"]),
        one("block", "longest block of the window", "ms", stats["gui_block_ms"], 50),
        one("start_block", "longest block while starting", "ms", stats["gui_block_start_ms"], 50),
        one("peak_mb", "peak memory of window and renderer", "MB", peak, 1536),
    )
    return (*rates, *(measure for measure in others if measure is not None))


def prediction_times() -> dict[str, float]:
    """Milliseconds of a whole prediction by the bundled network on the whole device, median.

    By type: the one that streams are segmented in, and, last, the yardstick: bf16, where the
    machine computes in it.
    """
    room = render_scene(HELD_OUT_SEEDS[0])
    assert room.depth_m is not None
    times = {}
    device, _ = choose_device("auto")  # as a stream takes it
    yardstick: Precision = "bf16" if computes_in_bf16(device) else "fp32"
    for precision in ("auto", yardstick):
        predictor = Predictor.load(default_checkpoint(), precision=precision)
        for _ in range(WARM_UP):
            predictor.predict(room.rgb, room.depth_m)
        taken = (predictor.predict(room.rgb, room.depth_m) for _ in range(PREDICTIONS))
        times[predictor.precision] = median(each.milliseconds for each in taken)
    return times


def relative_measures(
    findings: LiveFindings, before: dict[str, float], after: dict[str, float]
) -> tuple[Measure, ...]:
    """A stream in whole predictions of the same machine: times alone say as much of the machine.

    `before` and `after`: see `prediction_times`. The targets are held against the yardstick: that
    the network computes in a faster type makes a stream faster, not the yardstick shorter.
    """
    measures: list[Measure] = []
    yardstick = list(before)[-1]
    for precision in before:
        unit_ms = (before[precision], after[precision])
        a_prediction = median(unit_ms)
        fps, latency_ms = findings.stats["fps"], findings.stats["latency_ms"]
        held = precision == yardstick
        measures += [
            Measure(
                f"prediction_{precision}", f"one whole prediction in {precision}", "ms", unit_ms
            ),
            Measure(
                f"fps_{precision}",
                f"frames in the time of one prediction in {precision}",
                "",
                (fps * a_prediction / 1e3,),
                1 if held else None,
                "higher",
            ),
            Measure(
                f"latency_{precision}",
                f"capture to screen, in predictions in {precision}",
                "",
                (latency_ms / a_prediction,),
                2 if held else None,
            ),
        ]
    return tuple(measures)


def growth_measures(findings: LiveFindings) -> tuple[Measure, ...]:
    """Memory of window and renderer at the end over that after a tenth of the frames.

    Medians of a quarter of the samples each: what a single one catches is not what stays.
    """
    shown = findings.stats["shown"]
    frames = Measure("frames", "small frames, every one shown", "frames", (float(shown),))
    memory = [megabytes for _, megabytes in findings.found["memory"]]
    if len(memory) < 2:
        return (frames,)
    part = max(len(memory) // 4, 1)
    growth = median(memory[-part:]) - median(memory[:part])
    what = f"memory growth over {shown:,} small frames"
    return frames, Measure("growth_mb", what, "MB", (growth,), 20)


def record(folder: Path, frames: Iterator[LiveFrame]) -> None:
    """As the window records."""
    writer = RecordingWriter(folder, "benchmark", Colour.JPEG)
    try:
        for live in frames:
            writer.write(Entry.of(live))
    finally:
        writer.close()


def swaying_room(count: int) -> Iterator[LiveFrame]:
    """A rendered room, 480x640, shifted to and fro: no two neighbours alike, and no end to see."""
    room = render_scene(HELD_OUT_SEEDS[0])
    assert room.depth_m is not None  # a rendered room has depth
    for number in range(count):
        shift = round(SWAY_PX * np.sin(2 * np.pi * number / count))
        depth = (1000 * np.roll(room.depth_m, shift, 1)).astype(np.uint16)
        yield live_frame(
            np.roll(room.rgb, shift, 1),
            depth,
            room.intrinsics,
            name=f"room {number}",
            number=number,
            captured_s=number / FPS,
        )
