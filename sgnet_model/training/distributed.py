"""Several processes that train one network, as `torchrun` starts them.

Each process takes its own part of a step's batch. Losses are divided by what *all* processes
counted, so that N processes compute what one would on the batches put together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from sgnet_model.ranks import ALONE, Ranks

T = TypeVar("T")
TIMEOUT = timedelta(hours=2)  # the others wait while the first process validates


@contextmanager
def joined(device: torch.device) -> Iterator[tuple[Ranks, torch.device]]:
    """This process's place and device; alone where `torchrun` did not start it."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield ALONE, device
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size()), device
    finally:
        dist.destroy_process_group()


def summed(values: Tensor, ranks: Ranks) -> Tensor:
    """Summed over all processes, in place; a collective call."""
    if ranks.world > 1:
        dist.all_reduce(values)
    return values


def broadcast(value: T, ranks: Ranks) -> T:
    """What rank 0 gave, in every process; a collective call. What the others give is dropped."""
    if ranks.world == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box, src=0)
    return box[0]
