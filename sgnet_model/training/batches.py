"""Batches that depend on the step alone, so that a resumed run sees what an unbroken one would.

Step k belongs to one of L lanes, k mod L, one for each loader worker of each process. A lane owns
every L-th frame, so no frame is rendered twice. The n-th sample of a lane takes a frame drawn from
a window that moves on by one frame every `reuse` samples; its draws and its augmentation come from
a generator seeded with (seed, step, slot). Nothing is carried from step to step but a cache.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from sgnet_model.config import SGNetConfig
from sgnet_model.evaluation.outcomes import OnError, Skipped
from sgnet_model.preprocess import hha_tensor, rgb_tensor, spatial_tensor
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.types import Frame, UserError

from .augment import Sample, augment
from .settings import TrainSettings
from .sharing import share
from .stopping import serve_trainer
from .whole_hha import HhaAt, made_hha

VOID = 255  # in label tensors; classes are 0..C-1
POOL = 64  # frames of a lane's window

# Frame i: always the same for the same i, from any process.
FrameAt = Callable[[int], Frame]


class BadFrame(UserError):
    """A frame that cannot be trained on; others may be."""

    def __init__(self, frame: str, reason: str) -> None:
        super().__init__(
            f"Frame {frame} cannot be trained on (--on-error skip goes on without it): {reason}"
        )
        self.skipped = Skipped(frame, reason)

    def __reduce__(self) -> tuple[type[BadFrame], tuple[str, str]]:
        return BadFrame, (self.skipped.frame, self.skipped.reason)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`rgb`: (N, 3, h, w). `spatial`: (N, c', h, w) or None. `labels`: (N, h, w) int64.

    `skipped`: frames in whose places others stand.
    """

    rgb: Tensor
    spatial: Tensor | None
    labels: Tensor
    skipped: tuple[Skipped, ...] = ()


class BatchPlan(Protocol):
    """Which frames a step takes. Pure: no state, the same answer in every process."""

    def oldest(self, step: int) -> int:
        """The lowest frame index worth keeping after `step`."""

    def slots(self, step: int) -> list[tuple[int, np.random.Generator]]:
        """For each picture of the batch: its frame's index and the generator of its draws."""

    def instead(self, index: int) -> Iterable[int]:
        """Frames that may stand in for one that cannot be used, in turn."""


@dataclass(frozen=True, slots=True)
class EndlessPlan:
    """A `BatchPlan` for an endless source, whose frames cost more to make than to augment."""

    seed: int
    batch: int
    lanes: int = 1
    reuse: int = 1
    pool: int = POOL

    def oldest(self, step: int) -> int:
        """The lowest frame index that this step's lane may still take, then or later."""
        round_, lane = divmod(step, self.lanes)
        newest = self.batch - 1 + round_ * self.batch // self.reuse
        return max(0, newest - self.pool + 1) * self.lanes + lane

    def slots(self, step: int) -> list[tuple[int, np.random.Generator]]:
        """For each picture of the batch: its frame's index and the generator of its draws."""
        round_, lane = divmod(step, self.lanes)
        chosen = []
        for slot in range(self.batch):
            random = np.random.default_rng((self.seed, step, slot))
            # One batch ahead, so that the very first one already has different frames.
            newest = self.batch - 1 + (round_ * self.batch + slot) // self.reuse
            index = newest - int(random.integers(min(self.pool, newest + 1)))
            chosen.append((index * self.lanes + lane, random))
        return chosen

    def instead(self, index: int) -> Iterable[int]:  # noqa: ARG002 - one protocol
        """None: what is rendered can be used."""
        return ()


def lanes_of(workers: int, ranks: Ranks) -> int:
    """One for each loader of each process; without workers a process is its own."""
    return max(workers, 1) * ranks.world


class StepBatches(IterableDataset["Batch | UserError"]):
    """Whole batches of the steps first, first + 1, ..., shared out among processes and workers.

    With several processes, process r of P makes step k P + r of the plan; worker w of W makes
    every W-th of those. `plan`: None for an `EndlessPlan`. `on_error`: whether a `BadFrame` ends
    the stream or gives its place to another. `hha_at`: where networks guided by HHA have theirs
    from.
    """

    def __init__(
        self,
        frame_at: FrameAt,
        config: SGNetConfig,
        settings: TrainSettings,
        *,
        reuse: int = 1,
        workers: int = 0,
        ranks: Ranks = ALONE,
        plan: BatchPlan | None = None,
        on_error: OnError = "stop",
        hha_at: HhaAt = made_hha,
    ) -> None:
        super().__init__()
        self.frame_at = frame_at
        self.config = config
        self.settings = settings
        self.ranks = ranks
        self.on_error = on_error
        self.hha_at = hha_at
        lanes = lanes_of(workers, ranks)
        self.plan: BatchPlan = plan or EndlessPlan(settings.seed, settings.batch, lanes, reuse)
        self.first = 0

    def __iter__(self) -> Iterator[Batch | UserError]:
        """An error for the user comes as a value: a loader would bury it in a traceback."""
        info = get_worker_info()
        stride = info.num_workers if info else 1
        step = self.first + (info.id if info else 0)
        kept: dict[int, Sample] = {}
        while True:
            try:
                made: Batch | UserError = (
                    self._shared(step, kept) if info else self.batch(step, kept)
                )
            except UserError as error:
                made = error
            yield made
            step += stride

    def batch(self, step: int, kept: dict[int, Sample] | None = None) -> Batch:
        """This process's part of global step `step`. `kept`: frames that may be taken again."""
        kept = {} if kept is None else kept
        own = step * self.ranks.world + self.ranks.rank
        parts = []
        skipped: list[Skipped] = []
        for index, random in self.plan.slots(own):
            if index not in kept:
                kept[index] = self._usable(index, skipped)
            parts.append(self._tensors(augment(kept[index], self.settings.augment, random)))
        for index in [index for index in kept if index < self.plan.oldest(own)]:
            del kept[index]
        rgb, labels, *spatial = (torch.stack(same) for same in zip(*parts, strict=True))
        return Batch(rgb, spatial[0] if spatial else None, labels, tuple(skipped))

    def _shared(self, step: int, kept: dict[int, Sample]) -> Batch:
        """In a worker: what it hands over lies in memory that the trainer sees."""
        made = self.batch(step, kept)
        share(part for part in (made.rgb, made.spatial, made.labels) if part is not None)
        return made

    def _usable(self, index: int, skipped: list[Skipped]) -> Sample:
        """The frame, or where bad ones are skipped the next good one."""
        try:
            return self._sample(index)
        except BadFrame as error:
            if self.on_error == "stop":
                raise
            skipped.append(error.skipped)
        for other in self.plan.instead(index):
            try:
                return self._sample(other)
            except BadFrame as error:
                skipped.append(error.skipped)
        raise UserError(
            f"{len(skipped)} frames in a row cannot be trained on; the first, {skipped[0].frame}: "
            f"{skipped[0].reason}"
        )

    def _sample(self, index: int) -> Sample:
        frame = self.frame_at(index)
        if frame.depth_m is None or frame.labels is None:
            raise UserError(
                f"Frame {frame.name} has no {'depth' if frame.depth_m is None else 'labels'}: "
                "training needs both for every frame."
            )
        picture = self.hha_at(index, frame) if self.config.spatial == "hha" else None
        return Sample(frame.rgb, frame.depth_m, frame.labels, frame.intrinsics, picture)

    def _tensors(self, sample: Sample) -> tuple[Tensor, ...]:
        rgb, depth, labels, camera, picture = sample
        size = (labels.shape[0], labels.shape[1])
        spatial = (
            spatial_tensor(depth, camera, size, self.config)
            if picture is None
            else hha_tensor(picture)
        )
        target = torch.from_numpy(labels.astype(np.int64) - 1)
        target[target < 0] = VOID
        parts = (rgb_tensor(rgb, size)[0], target)
        return parts if spatial is None else (*parts, spatial[0])


def load(batches: StepBatches, first: int, workers: int) -> Iterator[Batch]:
    """The batches from step `first` on, made by `workers` processes; 0 makes them in this one.

    Raises UserError where a frame cannot be used.
    """
    batches.first = first
    # NumPy's threads spin while they wait, and a worker is alone on its core. Read when NumPy is
    # loaded: by the workers, no longer by this process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    loader = DataLoader(
        batches,
        batch_size=None,  # they come whole
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        multiprocessing_context="spawn" if workers else None,
        worker_init_fn=_start_worker,
    )
    for made in loader:
        if isinstance(made, UserError):
            raise made
        yield made


def _start_worker(_number: int) -> None:
    """Signals are the leader's; and a worker leaves without tearing its libraries down.

    It holds nothing to save, and a library whose threads still run when its destructors do aborts
    the process, which the loader reports as a crash.
    """
    serve_trainer()
    atexit.register(os._exit, 0)
