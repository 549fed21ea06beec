"""What the user chose to open, and the network that is to look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sgnet_model.config import PAPER_SIZE
from sgnet_model.switches import NO_SWITCHES, Switches


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Which network computes where, how large a picture it is fed, and what it does without.

    `checkpoint`: None is the bundled one. `size`: (height, width), None is each picture's own.
    `precision`: "auto" is fp32 for frames that stay, so that their taps are those of
    `sgnet-model probe`, and for streams what is fastest: see `predictor.automatic_precision`.
    `switches`: layers without their offsets or their modulation.
    """

    checkpoint: Path | None = None
    device: str = "auto"
    size: tuple[int, int] | None = PAPER_SIZE
    precision: str = "auto"
    switches: Switches = NO_SWITCHES


@dataclass(frozen=True, slots=True)
class Target:
    """What to open. `paths`: one file or folder, or a picture and its depth.

    `sample`: instead of paths, a sample's name; "" is the first one, None is no sample.
    `unit`, `intrinsics` ("fx,fy,cx,cy" or a file): "" is guessed. `cameras`: of single frames, by
    index, in the place of the set's.
    """

    paths: tuple[str, ...] = ()
    sample: str | None = None
    unit: str = ""
    intrinsics: str = ""
    cameras: tuple[tuple[int, str], ...] = ()

    def camera_of(self, index: int) -> str:
        """What was given for this frame alone; "" for nothing."""
        return dict(self.cameras).get(index, "")

    def with_camera(self, index: int, text: str) -> Target:
        """With another camera for one frame; "" for that of the set."""
        others = tuple((at, camera) for at, camera in self.cameras if at != index)
        return replace(self, cameras=(*others, (index, text)) if text else others)

    @property
    def title(self) -> str:
        """For progress and titles."""
        if self.sample is not None:
            return self.sample or "the sample"
        return Path(self.paths[0]).name if self.paths else "nothing"
