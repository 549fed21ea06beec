"""Files by turns: every frame once in each epoch, in an order drawn anew for each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MOST_IN_A_ROW = 100  # bad frames before a run gives up


@dataclass(frozen=True, slots=True)
class EpochPlan:
    """A `BatchPlan` for `frames` files. The n-th sample of a run is number n mod F of epoch n // F.

    A batch may begin in one epoch and end in the next. A sample's order and draws depend on
    (seed, n) alone, so that P processes with a P-th of the batch each take what one would.
    """

    seed: int
    batch: int
    frames: int

    def slots(self, step: int) -> list[tuple[int, np.random.Generator]]:
        """See `BatchPlan`."""
        first = step * self.batch
        return [self._sample(number) for number in range(first, first + self.batch)]

    def oldest(self, step: int) -> int:  # noqa: ARG002 - one protocol
        """Nothing is kept: a frame comes back after a whole epoch."""
        return self.frames

    def instead(self, index: int) -> Iterable[int]:
        """The frames that follow in the set."""
        tries = min(self.frames, MOST_IN_A_ROW)
        return ((index + ahead) % self.frames for ahead in range(1, tries))

    def _sample(self, number: int) -> tuple[int, np.random.Generator]:
        epoch, place = divmod(number, self.frames)
        order = _order(self.seed, epoch, self.frames)
        return int(order[place]), np.random.default_rng((self.seed, 0, number))


def steps_of(epochs: float, frames: int, batch: int) -> int:
    """Steps of `batch` pictures that show every frame `epochs` times: epochs F / batch, up."""
    return max(1, math.ceil(epochs * frames / batch - 1e-9))


@lru_cache(maxsize=4)
def _order(seed: int, epoch: int, frames: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, 1, epoch)).permutation(frames)
