"""Several processes that share one piece of work, as `torchrun` starts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from .types import UserError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among all: `rank` of `world`. Rank 0 leads: it alone writes and talks.

    Its methods are collective: every process calls them in the same order, and a UserError in one
    of them is raised in all, so that none waits for another that has left.
    """

    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def gathered(self, own: T) -> list[T]:
        """Every process's value, by rank, None too."""
        if self.world == 1:
            return [own]
        from torch.distributed import all_gather_object

        values: list[Any] = [None] * self.world
        all_gather_object(values, own)
        return values

    def attempt(self, make: Callable[[], T]) -> T:
        """What `make` returns here, if it succeeds everywhere."""
        made, error = _tried(make)
        failed = [found for found in self.gathered(error) if found is not None]
        if failed:
            raise UserError(*failed[0])
        return cast(T, made)

    def from_leader(self, make: Callable[[], T]) -> T:
        """What `make` returns in rank 0, in every process; the others do not call it."""
        made = self.attempt(lambda: make() if self.leads else None)
        return cast(T, self.gathered(made)[0])


ALONE = Ranks()


def _tried(make: Callable[[], T]) -> tuple[T | None, tuple[str, str] | None]:
    """The result, or the sentence and the details of a UserError."""
    try:
        return make(), None
    except UserError as error:
        return None, (str(error), error.details)
