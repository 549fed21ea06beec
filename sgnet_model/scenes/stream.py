"""Scenes as an endless stream for training: rendered in the workers, never on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch.utils.data import IterableDataset, get_worker_info

from sgnet_model.types import Frame, UserError

from .generate import render_scene
from .seeds import FIRST_TRAINING_SEED


class SceneStream(IterableDataset[Any]):
    """Yields scenes `start`, `start + 1`, ... (each through `transform`, if given).

    Worker w of W takes every W-th seed, so that the loader's round robin keeps their order; in
    distributed training `rank` of `world` does the same one level up. `count` ends the stream.
    """

    def __init__(
        self,
        size: tuple[int, int] = (480, 640),
        start: int = FIRST_TRAINING_SEED,
        count: int | None = None,
        transform: Callable[[Frame], Any] | None = None,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        if not 0 <= rank < world:
            raise UserError(f"Rank {rank} of {world} does not exist: use 0 to {world - 1}.")
        self.size, self.start, self.count = size, start, count
        self.transform, self.rank, self.world = transform, rank, world

    def __iter__(self) -> Iterator[Any]:
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        step = self.world * workers
        index = self.rank + self.world * worker
        while self.count is None or index < self.count:
            frame = render_scene(self.start + index, self.size)
            yield self.transform(frame) if self.transform else frame
            index += step
