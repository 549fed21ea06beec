"""Batches that depend on the step alone, so that a resumed run sees what an unbroken one would.

Step k belongs to one of L lanes, k mod L, one for each loader worker of each process. A lane owns
every L-th frame, so no frame is rendered twice. The n-th sample of a lane takes a frame drawn from
a window that moves on by one frame every `reuse` samples; its draws and its augmentation come from
a generator seeded with (seed, step, slot). Nothing is carried from step to step but a cache.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from sgnet_model.config import SGNetConfig
from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.types import Frame, UserError

from .augment import Sample, augment
from .distributed import ALONE, Party
from .settings import TrainSettings
from .stopping import ignore_ctrl_c

VOID = 255  # in label tensors; classes are 0..C-1
POOL = 64  # frames of a lane's window

# Frame i of an endless source: always the same for the same i, from any process. Files on disk
# would give theirs by turns.
FrameAt = Callable[[int], Frame]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`rgb`: (N, 3, h, w). `spatial`: (N, c', h, w) or None. `labels`: (N, h, w) int64."""

    rgb: Tensor
    spatial: Tensor | None
    labels: Tensor


@dataclass(frozen=True, slots=True)
class Plan:
    """Which frames a step takes. Pure: no state, the same answer in every process."""

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


class StepBatches(IterableDataset[Batch]):
    """Whole batches of the steps first, first + 1, ..., shared out among processes and workers.

    With several processes, process r of P makes step k P + r of the plan; worker w of W makes
    every W-th of those.
    """

    def __init__(
        self,
        frame_at: FrameAt,
        config: SGNetConfig,
        settings: TrainSettings,
        *,
        reuse: int = 1,
        workers: int = 0,
        party: Party = ALONE,
    ) -> None:
        super().__init__()
        self.frame_at = frame_at
        self.config = config
        self.settings = settings
        self.party = party
        self.workers = max(workers, 1)
        lanes = self.workers * party.world
        self.plan = Plan(settings.seed, settings.batch, lanes, reuse)
        self.first = 0

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        stride = info.num_workers if info else 1
        step = self.first + (info.id if info else 0)
        kept: dict[int, Sample] = {}
        while True:
            yield self.batch(step, kept)
            step += stride

    def batch(self, step: int, kept: dict[int, Sample] | None = None) -> Batch:
        """This process's part of global step `step`. `kept`: frames that may be taken again."""
        kept = {} if kept is None else kept
        own = step * self.party.world + self.party.rank
        parts = []
        for index, random in self.plan.slots(own):
            if index not in kept:
                kept[index] = _sample(self.frame_at(index))
            parts.append(self._tensors(augment(kept[index], self.settings.augment, random)))
        for index in [index for index in kept if index < self.plan.oldest(own)]:
            del kept[index]
        rgb, labels, *spatial = (torch.stack(same) for same in zip(*parts, strict=True))
        return Batch(rgb, spatial[0] if spatial else None, labels)

    def _tensors(self, sample: Sample) -> tuple[Tensor, ...]:
        rgb, depth, labels = sample
        size = (labels.shape[0], labels.shape[1])
        camera = guess_intrinsics(size[1], size[0])
        spatial = spatial_tensor(depth, camera, size, self.config)
        target = torch.from_numpy(labels.astype(np.int64) - 1)
        target[target < 0] = VOID
        parts = (rgb_tensor(rgb, size)[0], target)
        return parts if spatial is None else (*parts, spatial[0])


def load(batches: StepBatches, first: int, workers: int) -> Iterator[Batch]:
    """The batches from step `first` on, made by `workers` processes; 0 makes them in this one."""
    batches.first = first
    loader = DataLoader(
        batches,
        batch_size=None,  # they come whole
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        multiprocessing_context="spawn" if workers else None,
        worker_init_fn=_start_worker,
    )
    yield from loader


def _start_worker(_number: int) -> None:
    """Ctrl+C is the leader's; and a worker leaves without tearing its libraries down.

    It holds nothing to save, and a library whose threads still run when its destructors do aborts
    the process, which the loader reports as a crash.
    """
    ignore_ctrl_c()
    atexit.register(os._exit, 0)


def _sample(frame: Frame) -> Sample:
    if frame.depth_m is None or frame.labels is None:
        raise UserError(
            f"Frame {frame.name} has no {'depth' if frame.depth_m is None else 'labels'}: "
            "training needs both for every frame."
        )
    return frame.rgb, frame.depth_m, frame.labels
