"""`sgnet-model predict --data`: every frame of a set, resumed where it was interrupted."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgnet_model.types import Frame, UserError

from .console import Console
from .inputs import (
    checkpoint_of,
    chosen_indices,
    load_predictor,
    load_set,
    notes_of,
    switches_of,
)
from .text import counted, remark_lines

if TYPE_CHECKING:
    from sgnet_model.prediction import Prediction
    from sgnet_model.saving.batch import BatchReport


def predict_set(
    args: argparse.Namespace, console: Console, kinds: Sequence[str], fields: Sequence[str]
) -> None:
    """Writes and reports; UserError where not one frame could be read."""
    from sgnet_model.data.frames import Subset
    from sgnet_model.saving.batch import Batch, export_all, made_with

    if args.edit:
        raise UserError("--edit names places in one picture: use it with --rgb and --depth.")
    frames = load_set(args)
    chosen = Subset(frames, chosen_indices(args, frames))
    switches, predictor = switches_of(args), load_predictor(args)

    def predict(frame: Frame) -> Prediction:
        assert frame.depth_m is not None  # `export_all` loads strictly
        return predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics, switches=switches)

    asked = (args.size, predictor.precision, args.depth_unit, args.intrinsics, switches.texts)
    settings = made_with(checkpoint_of(args), *asked, (args.data,), args.split)
    batch = Batch(args.out, kinds, fields, settings)
    with console.progress(chosen.name, "frame") as progress:
        report = export_all(chosen, predict, batch, progress)
    if report.failed and not report.written and not report.skipped:
        raise UserError(f"No frame of {frames.name} could be used: {report.failed[0][1]}")
    notes = notes_of(frames, predictor)
    if args.json:
        console.say_json(_json(args.out, notes, report))
    else:
        console.say(_text(args.out, notes, report))


def _json(folder: Path, notes: list[str], report: BatchReport) -> dict[str, Any]:
    return {
        "out": str(folder),
        "written": report.written,
        "skipped": report.skipped,
        "failed": [{"name": name, "error": error} for name, error in report.failed],
        "notes": notes,
        "remarks": [{"frame": name, "remark": text} for name, text in report.remarks],
    }


def _text(folder: Path, notes: list[str], report: BatchReport) -> str:
    before = f", {report.skipped} were there before" if report.skipped else ""
    lines = [
        f"{folder}: {counted(report.written, 'frame')} written{before}, {len(report.failed)} failed"
    ]
    lines += [f"failed: {name}: {error}" for name, error in report.failed]
    lines += [f"note: {note}" for note in notes]
    return "\n".join([*lines, *remark_lines(report.remarks)])
