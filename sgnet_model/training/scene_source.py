"""Where a run on rendered scenes has its frames from, and what of that a continued run keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sgnet_model.scenes import (
    CLASSIC,
    FIRST_TRAINING_SEED,
    Profile,
    profile_named,
    render_scene,
    training_profile,
)
from sgnet_model.types import Frame, UserError
from sgnet_model.untrusted import whole

from .saving import taking_up
from .start import Tell

GOLDEN = 0.618034  # its multiples are spread evenly over 0..1


@dataclass(frozen=True, slots=True)
class SceneSource:
    """Frame i of an endless source: scene `start` + i, rendered when asked for.

    `classic_share`: of the frames, spread evenly, that the classic generator draws; `profile`: what
    draws the others.
    """

    size: tuple[int, int]
    start: int
    profile: Profile = field(default_factory=training_profile)
    classic_share: float = 0.0

    def __call__(self, index: int) -> Frame:
        classic = (index * GOLDEN) % 1 < self.classic_share
        profile = CLASSIC if classic else self.profile
        return render_scene(self.start + index, self.size, profile=profile)


@dataclass(frozen=True, slots=True)
class RunScenes:
    """What a run's scenes are: their generator, the first one's seed, and how many lanes share them
    out (see `batches`)."""

    profile: Profile
    first_seed: int
    lanes: int

    def to_dict(self) -> dict[str, Any]:
        """What is kept with the run's state."""
        return {
            "profile": self.profile.name,
            "first_seed": self.first_seed,
            "lanes": self.lanes,
        }


def run_scenes(
    profile: Profile | None,
    first_seed: int | None,
    lanes: int,
    saved: Mapping[str, Any] | None,
    path: Path,
    tell: Tell,
) -> RunScenes:
    """As asked for, else (None) as the run was `saved` at `path`, else as usual.

    `saved`: `RunScenes.to_dict`; None for a new run, empty for one that an earlier version saved.
    UserError where another generator or seed is asked for than the saved run's; `tell` is given a
    sentence where its frames may be others from here on.
    """
    if not saved:
        seed = FIRST_TRAINING_SEED if first_seed is None else first_seed
        new = RunScenes(profile or training_profile(), seed, lanes)
        if saved is not None:
            tell(
                f"{path} does not say which scenes its run was trained on: it goes on with "
                f"{new.profile.name} ones from seed {seed}."
            )
        return new
    before = _read(saved, path)
    if profile not in (None, before.profile):
        raise UserError(
            f"{path} was trained on {before.profile.name} scenes: leave out --profile "
            f"{profile.name} to continue, or choose another folder."
        )
    if first_seed not in (None, before.first_seed):
        raise UserError(
            f"{path} was trained on scenes from seed {before.first_seed}: leave out --first-seed "
            f"{first_seed} to continue, or choose another folder."
        )
    if lanes != before.lanes:
        tell(
            f"The run was saved with {before.lanes} loaders in all and goes on with {lanes}: its "
            "scenes are from here on others than in a run without a break."
        )
    return replace(before, lanes=lanes)


def _read(saved: Mapping[str, Any], path: Path) -> RunScenes:
    with taking_up(path):
        profile = profile_named(str(saved["profile"]))
        return RunScenes(profile, whole(saved["first_seed"], 0), whole(saved["lanes"], 1))
