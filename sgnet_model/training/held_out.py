"""A part of a training split kept apart: the best weights are chosen on it, not on the test split.

Frames of one place follow each other in most sets, and sensors do too. So the split is cut into
stretches, and the end of each is held out: all of the set is represented, and few frames have a
neighbour of their own place on the other side.
"""

from __future__ import annotations

STRETCHES = 10


def held_out(count: int, share: float) -> list[int]:
    """The indices that are held out of `count` frames: share x count of them, rounded down."""
    wanted = int(share * count + 1e-9)
    bounds = [count * place // STRETCHES for place in range(STRETCHES + 1)]
    quotas = [wanted * place // STRETCHES for place in range(STRETCHES + 1)]
    return [
        index
        for place in range(STRETCHES)
        for index in range(
            bounds[place + 1] - (quotas[place + 1] - quotas[place]), bounds[place + 1]
        )
    ]


def left_in(count: int, share: float) -> list[int]:
    """The indices that `held_out` leaves."""
    out = set(held_out(count, share))
    return [index for index in range(count) if index not in out]
