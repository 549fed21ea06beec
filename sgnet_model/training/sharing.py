"""What a loader's worker hands over goes through shared memory, and there may be too little.

torch moves tensors there in a thread of its own, where a failure is lost and the trainer waits
for ever. Moved beforehand, by the worker itself, it is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor

from sgnet_model.types import UserError


def share(tensors: Iterable[Tensor]) -> None:
    """Moves each into shared memory. UserError where there is too little of it, or none."""
    for tensor in tensors:
        try:
            tensor.share_memory_()  # type: ignore[no-untyped-call]
        except (RuntimeError, OSError) as error:
            size = tensor.numel() * tensor.element_size() / 1e6
            raise UserError(
                f"A loader of training frames needs {size:.0f} MB more of shared memory (/dev/shm) "
                "and does not get it: make room there or enlarge it (--shm-size for a container), "
                "or load without processes (--workers 0)."
            ) from error
