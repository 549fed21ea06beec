"""Scores on rendered scenes that no training run has seen."""

from __future__ import annotations

from sgnet_model.data.frames import FrameSet
from sgnet_model.scenes import CLASSIC, HELD_OUT_SEEDS, Profile, render_scene
from sgnet_model.types import Frame, UserError

SCENE_SIZE = (480, 640)  # rendered; the predictor resizes to its own


class SceneSet(FrameSet):
    """Scenes first_seed, first_seed + 1, ..., rendered when they are loaded."""

    def __init__(self, count: int, first_seed: int, profile: Profile = CLASSIC) -> None:
        check_held_out(count, first_seed)
        kind = "scenes" if profile == CLASSIC else f"{profile.name} scenes"
        super().__init__(f"{count} {kind} from seed {first_seed}")
        self._profile = profile
        self._seeds = range(first_seed, first_seed + count)

    def __len__(self) -> int:
        return len(self._seeds)

    def frame_name(self, index: int) -> str:
        """The seed."""
        return f"scene {self._seeds[index]}"

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002  depth is always good
        """Renders it."""
        return render_scene(self._seeds[index], SCENE_SIZE, profile=self._profile)

    def split(self, name: str) -> SceneSet:
        """There is none."""
        raise UserError(f"Rendered scenes have no split {name!r}: choose them by --seed.")

    def scene(self, index: int) -> str:
        """Each frame is a scene of its own."""
        return self.frame_name(index)


def check_held_out(count: int, first_seed: int) -> None:
    """Refuse seeds that training may have seen."""
    last = first_seed + count - 1
    if count < 1 or first_seed not in HELD_OUT_SEEDS or last not in HELD_OUT_SEEDS:
        raise UserError(
            f"{count} scenes from seed {first_seed} are not all held out: choose seeds from "
            f"{HELD_OUT_SEEDS.start} to {HELD_OUT_SEEDS.stop - 1}, and at least one scene."
        )
