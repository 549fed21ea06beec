"""A recipe of the paper on a data set's files, from the first step or from where it was left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sgnet_model.data.frames import FrameSet, Subset
from sgnet_model.evaluation.outcomes import OnError, Skipped
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.types import Frame, UserError
from sgnet_model.variants import build
from sgnet_model.weights.start import StartReport

from .batches import BadFrame, Batch, StepBatches, load
from .board import Board
from .class_weights import ClassShares, measure_shares, weighed
from .data_recipes import DataRecipe, fitted
from .epochs import EpochPlan
from .files import FileFrames, FileHha, Files
from .held_out import held_out, left_in
from .loop import Trainer
from .modes import check_batch, synchronises
from .settings import TrainSettings
from .start import Tell, load_start, start_origin
from .validation import FrameValidation
from .whole_hha import KeptHha

HHA_FOLDER = "hha"  # in a run's folder: HHA of whole frames, made once


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """An opened data set: the part to learn from, and the one to validate on, if any."""

    files: Files
    train: FrameSet
    val: FrameSet | None
    val_split: str | None
    on_error: OnError = "stop"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """What a training left. `skipped`: the bad frames of all processes, each once."""

    trainer: Trainer
    start: StartReport | None
    skipped: tuple[Skipped, ...]


def open_data(
    files: Files, recipe: DataRecipe, val_split: str | None = None, on_error: OnError = "stop"
) -> TrainingData:
    """Both parts of the set, opened once; no picture is read.

    `files.split` None: "train" where the set has such a part, else all of it. `val_split` None:
    `recipe.val_share` of the training frames (none where that is less than one). Raises UserError.
    """
    whole = replace(files, split=None).open()
    parts = whole.splits()
    split = files.split or ("train" if "train" in parts else None)
    train = whole if split is None else whole.split(split)
    if not len(train):
        raise UserError(f"{train.name} has no frames to train on: choose another set or split.")
    if val_split is not None and val_split == split:
        raise UserError(
            f"{split!r} is both trained and validated on: choose another --split or --val-split."
        )
    files = replace(files, split=split)
    if val_split is not None:
        return TrainingData(files, train, whole.split(val_split), val_split, on_error)
    return _held_out(TrainingData(files, train, None, None, on_error), recipe.val_share)


def _held_out(data: TrainingData, share: float) -> TrainingData:
    """With a share of the training frames to validate on instead."""
    if not 0 <= share < 1:
        raise UserError(f"{share:g} of the frames cannot be held out: give a share from 0 to 0.99.")
    count = len(data.train)
    out = held_out(count, share)
    if not out:
        return data
    name = f"{share:.3g} of {data.train.name}"
    return replace(
        data,
        files=replace(data.files, held_out=share),
        train=Subset(data.train, left_in(count, share)),
        val=Subset(data.train, out, name),
        val_split=name,
    )


def train_on_files(
    recipe: DataRecipe,
    data: TrainingData,
    folder: Path,
    *,
    start: Path | None = None,
    workers: int = 1,
    device: torch.device | None = None,
    ranks: Ranks = ALONE,
    board: Board | None = None,
    shares: ClassShares | None = None,
    tell: Tell = lambda _sentence: None,
) -> TrainingRun:
    """Run, or continue, a recipe in `folder`; frames are read by `workers` processes.

    The same recipe and data give the same batches, however many workers and processes share them
    and wherever a run was interrupted. `start`: weights to begin with (see `weights.start_from`);
    a run that is continued has its own. `shares`: how frequent the classes are, where they should
    not be measured, or those of a run that is continued not be kept. `tell` is given sentences as
    things happen. Raises UserError.
    """
    settings = fitted(recipe, len(data.train), ranks.world)
    device = device or torch.device("cpu")
    check_batch(
        recipe.config, settings.batch, settings, synchronises(settings, device, ranks.world)
    )
    for note in data.train.notes:
        tell(note)
    torch.manual_seed(settings.seed)
    network = build(recipe.config)
    report = load_start(network, start, folder, ranks, tell, settings.s_conv_start)
    source = FileFrames(data.files, network.scheme, data.train)
    validation = _validation(data, recipe, device)
    trainer = Trainer(
        network,
        settings,
        folder,
        _provenance(recipe, data, start_origin(report, folder)),
        device,
        ranks=ranks,
        board=board,
        validation=validation,
    )
    trainer.resume()
    trainer.class_weights = weighed(
        settings.class_weights,
        trainer.class_weights,
        shares,
        lambda: _measured(source, settings, data.on_error),
        ranks,
        tell,
    )
    stream = _stream(source, recipe, settings, workers, ranks, data.on_error, folder / HHA_FOLDER)
    skipped = _learn(trainer, stream, workers, tell)
    if validation is not None:
        skipped |= {one.frame: one for one in validation.skipped}
    everyones = {name: one for own in ranks.gathered(skipped) for name, one in own.items()}
    return TrainingRun(trainer, report, tuple(everyones.values()))


def _validation(
    data: TrainingData, recipe: DataRecipe, device: torch.device
) -> FrameValidation | None:
    if data.val is None:
        return None
    return FrameValidation(data.val, recipe.test_size, device, data.on_error)


def _stream(
    source: FileFrames,
    recipe: DataRecipe,
    settings: TrainSettings,
    workers: int,
    ranks: Ranks,
    on_error: OnError,
    hha: Path,
) -> StepBatches:
    plan = EpochPlan(settings.seed, settings.batch, len(source.frames))
    return StepBatches(
        source,
        recipe.config,
        settings,
        workers=workers,
        ranks=ranks,
        plan=plan,
        on_error=on_error,
        hha_at=FileHha(source, KeptHha(hha)),
    )


def _learn(trainer: Trainer, stream: StepBatches, workers: int, tell: Tell) -> dict[str, Skipped]:
    """To the last step, or to Ctrl+C; the bad frames that were met, by name."""
    skipped: dict[str, Skipped] = {}
    if trainer.step < trainer.settings.steps:
        trainer.run(_watched(load(stream, trainer.step, workers), skipped, tell))
    return skipped


def _watched(batches: Iterator[Batch], skipped: dict[str, Skipped], tell: Tell) -> Iterator[Batch]:
    """The batches; each bad frame is reported when it is met first, and kept in `skipped`."""
    for batch in batches:
        for one in batch.skipped:
            if one.frame not in skipped:
                skipped[one.frame] = one
                tell(f"Skipped {one.frame}: {one.reason}")
        yield batch


def _measured(source: FileFrames, settings: TrainSettings, on_error: OnError) -> ClassShares:
    """How frequent the classes are, on frames evenly spread over the set."""
    count = min(len(source.frames), settings.weight_frames)
    indices = np.linspace(0, len(source.frames) - 1, count).round().astype(int)
    frames = _usable(source, [int(index) for index in indices], on_error)
    return measure_shares(frames, len(source.scheme.classes))


def _usable(source: FileFrames, indices: list[int], on_error: OnError) -> Iterator[Frame]:
    for index in indices:
        try:
            yield source(index)
        except BadFrame:
            if on_error == "stop":
                raise


def _provenance(
    recipe: DataRecipe, data: TrainingData, start: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "data": data.train.name,
        "frames": len(data.train),
        "validated_on": data.val_split,
        "epochs": recipe.epochs,
        "start": start,
    }
