"""An endless stream of augmented batches from frames rendered on the fly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from sgnet_model.config import SGNetConfig
from sgnet_model.data.intrinsics import guess_intrinsics
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.types import Frame

from .augment import Sample, augment
from .settings import TrainSettings

VOID = 255  # in label tensors; classes are 0..C-1


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`rgb`: (N, 3, h, w). `spatial`: (N, c', h, w) or None. `labels`: (N, h, w) int64."""

    rgb: Tensor
    spatial: Tensor | None
    labels: Tensor


class AugmentedStream(IterableDataset[tuple[Tensor, ...]]):
    """Each frame of a stream used `reuse` times, a fresh augmentation each time.

    A pool of `pool` frames spreads the uses of one frame over time. `frames` divides itself among
    the loader's workers, as `SceneStream` does.
    """

    def __init__(
        self,
        frames: Iterable[Frame],
        config: SGNetConfig,
        settings: TrainSettings,
        *,
        reuse: int = 1,
        pool: int = 64,
    ) -> None:
        super().__init__()
        self.frames = frames
        self.config = config
        self.settings = settings
        self.reuse = reuse
        self.pool = pool

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        info = get_worker_info()
        random = np.random.default_rng((self.settings.seed, info.id if info else 0))
        pool: list[Sample] = []
        for frame in self.frames:
            if len(pool) < self.pool:
                pool.append(_sample(frame))
            else:
                pool[int(random.integers(self.pool))] = _sample(frame)
            for _ in range(self.reuse):
                chosen = pool[int(random.integers(len(pool)))]
                yield self._tensors(augment(chosen, self.settings.augment, random))

    def _tensors(self, sample: Sample) -> tuple[Tensor, ...]:
        rgb, depth, labels = sample
        size = (labels.shape[0], labels.shape[1])
        camera = guess_intrinsics(size[1], size[0])
        spatial = spatial_tensor(depth, camera, size, self.config)
        target = torch.from_numpy(labels.astype(np.int64) - 1)
        target[target < 0] = VOID
        parts = (rgb_tensor(rgb, size)[0], target)
        return parts if spatial is None else (*parts, spatial[0])


def batches(stream: AugmentedStream, workers: int) -> Iterator[Batch]:
    """Collated in `workers` processes; 0 renders in this one."""
    loader = DataLoader(
        stream,
        batch_size=stream.settings.batch,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        multiprocessing_context="spawn" if workers else None,
    )
    for rgb, labels, *spatial in loader:
        yield Batch(rgb, spatial[0] if spatial else None, labels)


def _sample(frame: Frame) -> Sample:
    assert frame.depth_m is not None  # scenes always have both
    assert frame.labels is not None
    return frame.rgb, frame.depth_m, frame.labels
