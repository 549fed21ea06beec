"""What an edit of depth changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sgnet_model.edits import Mask
from sgnet_model.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Flips:
    """Shares (0..1) of the pixels inside and outside an edit whose class changed; None where there
    are no such pixels."""

    inside: float | None
    outside: float | None

    def to_json(self) -> dict[str, float | None]:
        """Under the key `flipped`."""
        return asdict(self)


def flips(before: Prediction, after: Prediction, edited: Mask) -> Flips:
    """`edited`: (H, W), True where the edits may have changed depth."""
    flipped = before.labels != after.labels
    inside, outside = flipped[edited], flipped[~edited]
    return Flips(
        float(inside.mean()) if inside.size else None,
        float(outside.mean()) if outside.size else None,
    )
