"""`sgnet-model evaluate`: scores on frames with ground truth."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sgnet_model.evaluation.frame_scores import STATE_NAME
from sgnet_model.types import UserError

from .console import Console
from .evaluate_options import DEFAULT_COUNT, EPILOG, TEXT, add_options
from .inputs import checkpoint_of, edits_of, frames_of, switches_of
from .parser import Commands, add_command, settle_source
from .report import check_request, make_report, networks_beside
from .scores import results_text

if TYPE_CHECKING:
    import torch

    from sgnet_model.data.frames import FrameSet
    from sgnet_model.evaluation.frames import Tally
    from sgnet_model.evaluation.multiscale import MultiScale
    from sgnet_model.evaluation.outcomes import FrameError
    from sgnet_model.evaluation.results import Results, Settings
    from sgnet_model.evaluation.resume import ResumeFile
    from sgnet_model.ranks import Ranks


def add(commands: Commands) -> None:
    """Registers the command."""
    parser = add_command(commands, "evaluate", TEXT, EPILOG)
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> None:
    """Scores, prints, and writes the report. Of several processes only rank 0 prints."""
    from sgnet_model.devices import choose_device
    from sgnet_model.training.distributed import joined

    device, notice = choose_device(args.device)
    with joined(device) as (ranks, device):
        try:
            _run(args, console, ranks, device, notice)
        except UserError:
            if ranks.leads:
                raise
            raise SystemExit(2) from None  # the leader reports it


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be scored, and by whom. `beside`: networks that the report shows too."""

    frames: FrameSet
    voter: MultiScale
    notes: tuple[str, ...]
    beside: Mapping[str, MultiScale]

    @property
    def classes(self) -> tuple[str, ...]:
        return self.voter.predictor.network.scheme.classes


def _run(
    args: argparse.Namespace,
    console: Console,
    ranks: Ranks,
    device: torch.device,
    notice: str | None,
) -> None:
    from sgnet_model.evaluation.frames import Tally

    task = ranks.attempt(lambda: _task(args, device, notice))
    task = _with_means(task, console, ranks)
    journal = ranks.from_leader(lambda: _journal(args, task))
    tally = ranks.from_leader(journal.load) if journal else Tally.empty(len(task.classes))
    resumed = len(tally.frames)
    stopped = _score(args, console, ranks, task, journal, tally)
    if ranks.leads:
        results = _results(args, ranks, task, tally, resumed, stopped)
        _tell(args, console, task, results, stopped)


def _tell(
    args: argparse.Namespace,
    console: Console,
    task: _Task,
    results: Results,
    stopped: FrameError | None,
) -> None:
    """Report and words; raises what stopped the evaluation once the report is written.

    Scores are printed also where the report cannot be written: hours may have gone into them.
    """
    report, failed = None, None
    try:
        report = args.report and make_report(
            args, console, results, task.frames, task.voter, task.beside
        )
    except UserError as error:
        failed = error
    if stopped is not None and failed is None:
        raise UserError(f"{stopped} The report of what was scored is {report}.", stopped.details)
    if args.json:
        console.say_json({**results.summary_json(), "report": report and str(report)})
    else:
        console.say(results_text(results) + (f"\nreport: {report}" if report else ""))
    if failed is not None:
        raise failed


def _task(args: argparse.Namespace, device: torch.device, notice: str | None) -> _Task:
    from sgnet_model.evaluation.multiscale import MultiScale
    from sgnet_model.evaluation.predictions import refuse_own_files
    from sgnet_model.predictor import Predictor

    settle_source(args, DEFAULT_COUNT)
    frames = _edited(args, frames_of(args))
    check_request(args, frames)
    if args.predictions is not None:
        refuse_own_files(args.predictions, frames)
    switches = switches_of(args)
    predictor = Predictor.load(
        checkpoint_of(args), device=device, size=args.size, precision=args.precision
    )
    notes = (*frames.notes, *([notice] if notice else []))
    switches.check(predictor.network.config.tap_layers)
    voter = MultiScale(predictor, tuple(args.scales), args.flip, switches, args.rescale)
    return _Task(frames, voter, notes, networks_beside(args, voter))


def _edited(args: argparse.Namespace, frames: FrameSet) -> FrameSet:
    """With --edit; UserError where there are several frames: a region is one frame's."""
    from sgnet_model.evaluation.edited import EditedSet

    edits = edits_of(args)
    if not edits:
        return frames
    if len(frames) != 1:
        raise UserError(
            f"--edit changes the depth of one frame, and {frames.name} has {len(frames)}: name a "
            "folder that holds one, or leave --edit out."
        )
    return EditedSet(frames, edits)


def _with_means(task: _Task, console: Console, ranks: Ranks) -> _Task:
    """The task, where a switch asks for a mean with that of the whole set."""
    from sgnet_model.evaluation.switch_means import with_means

    voter = task.voter
    if not voter.switches.wants_means:
        return task
    with console.progress("measuring means", "frame") as show:
        switches = with_means(voter.switches, voter.predictor, task.frames, ranks, show)
    return replace(task, voter=replace(voter, switches=switches))


def _score(
    args: argparse.Namespace,
    console: Console,
    ranks: Ranks,
    task: _Task,
    journal: ResumeFile | None,
    tally: Tally,
) -> FrameError | None:
    """Into the tally. Returns the frame that stopped it, where a report is to be written."""
    from sgnet_model.evaluation.frames import evaluate_frames
    from sgnet_model.evaluation.multiscale import classifier
    from sgnet_model.evaluation.outcomes import FrameError
    from sgnet_model.evaluation.predictions import PredictionFolder

    scheme = task.voter.predictor.network.scheme
    folder = PredictionFolder(args.predictions, scheme) if args.predictions else None
    try:
        with console.progress("evaluating", "frame") as show:
            evaluate_frames(
                task.frames,
                classifier(task.voter),
                scheme,
                on_error=args.on_error,
                tally=tally,
                keep=folder.keep if folder else None,
                journal=journal,
                progress=show,
                ranks=ranks,
            )
    except FrameError as error:
        if args.report is None or not tally.frames:
            raise
        return error
    return None


def _journal(args: argparse.Namespace, task: _Task) -> ResumeFile | None:
    """The file an interrupted evaluation continues from; None where none was asked for."""
    from sgnet_model.evaluation.frames import unique_names
    from sgnet_model.evaluation.resume import ResumeFile, digest_of_file, digest_of_names

    path = args.resume or (args.predictions / STATE_NAME if args.predictions else None)
    if path is None:
        return None
    identity = {
        "data": task.frames.name,
        "frames": digest_of_names(unique_names(task.frames)),
        "checkpoint": digest_of_file(checkpoint_of(args)),
        "scales": args.scales,
        "flip": args.flip,
        "size": args.size,
        "precision": args.precision,
        "depth unit": args.depth_unit,
        "intrinsics": args.intrinsics,
        "rescale": args.rescale,
        "label offset": args.label_offset,
        "switches": list(task.voter.switches.texts) or None,  # absent from older files
        "edits": list(edits_of(args).texts) or None,
    }
    return ResumeFile(path, identity, len(task.classes))


def _results(
    args: argparse.Namespace,
    ranks: Ranks,
    task: _Task,
    tally: Tally,
    resumed: int,
    stopped: FrameError | None,
) -> Results:
    from sgnet_model.evaluation.outcomes import Skipped
    from sgnet_model.evaluation.results import Results, score_values
    from sgnet_model.machine import describe_machine

    return Results(
        settings=_settings(args, ranks, task),
        scores=score_values(tally.matrix, task.classes),
        frames=len(task.frames),
        scored=len(tally.frames),
        resumed=resumed,
        skipped=tuple(tally.skipped),
        stopped=None if stopped is None else Skipped(stopped.frame, stopped.reason),
        remarks=tally.remarks(),
        notes=task.notes,
        machine=describe_machine(task.voter.predictor.device),
        matrix=tally.matrix,
        frame_scores=tally.frames,
        more={} if tally.more is None else tally.more.to_json(),
    )


def _rendered_name(args: argparse.Namespace) -> str:
    plain = args.profile == "classic"
    return "rendered scenes" if plain else f"rendered scenes ({args.profile})"


def _settings(args: argparse.Namespace, ranks: Ranks, task: _Task) -> Settings:
    from sgnet_model.evaluation.results import Settings
    from sgnet_model.resources import sha256
    from sgnet_model.weights import read_info

    checkpoint, predictor = checkpoint_of(args), task.voter.predictor
    return Settings(
        data=_rendered_name(args) if args.synthetic else task.frames.name,
        split=args.split,
        count=args.count if args.synthetic else None,
        seed=args.seed if args.synthetic else None,
        variant=predictor.network.config.variant,
        parameters=read_info(checkpoint).parameters,
        scheme=predictor.network.scheme.name,
        checkpoint=checkpoint.name,
        sha256=sha256(checkpoint),
        scales=tuple(args.scales),
        flip=args.flip,
        size=args.size,
        precision=args.precision,
        device=str(predictor.device),
        processes=ranks.world,
        on_error=args.on_error,
        switches=task.voter.switches.texts,
        edits=edits_of(args).texts,
        rescale=args.rescale,
    )
