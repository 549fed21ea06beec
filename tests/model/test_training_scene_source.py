"""Which generator draws a run's scenes, and what of that a continued run keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sgnet_model.scenes import CLASSIC, FIRST_TRAINING_SEED, REALISTIC, training_profile
from sgnet_model.training import scene_source
from sgnet_model.training.batches import lanes_of
from sgnet_model.training.distributed import ALONE, Ranks
from sgnet_model.training.scene_source import RunScenes, SceneSource, run_scenes
from sgnet_model.types import UserError

PATH = Path("state.pt")
SAVED = RunScenes(REALISTIC, 2_000_000, 2).to_dict()


@pytest.mark.parametrize("lanes", [1, 2, 3, 4, 8])
def test_each_lane_has_its_share_of_classic_scenes(
    monkeypatch: pytest.MonkeyPatch, lanes: int
) -> None:
    """A lane takes every L-th frame, and batches follow each other within a lane."""
    monkeypatch.setattr(
        scene_source, "render_scene", lambda _seed, _size, profile: profile is CLASSIC
    )
    source = SceneSource((32, 48), FIRST_TRAINING_SEED, REALISTIC, 0.3)
    for lane in range(lanes):
        classic = np.array([bool(source(k * lanes + lane)) for k in range(400)])
        assert classic.mean() == pytest.approx(0.3, abs=0.02)
        for part in np.split(classic, 5):
            assert part.mean() == pytest.approx(0.3, abs=0.08)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_or_all_of_the_scenes_are_classic(
    monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(scene_source, "render_scene", lambda _seed, _size, profile: profile)
    source = SceneSource((32, 48), FIRST_TRAINING_SEED, REALISTIC, share)
    assert {source(k).name for k in range(100)} == {("realistic", "classic")[int(share)]}


def _run_scenes(*asked: Any, saved: dict[str, Any] | None) -> tuple[RunScenes, list[str]]:
    said: list[str] = []
    return run_scenes(*asked, saved, PATH, said.append), said


def test_what_is_not_asked_for_is_as_usual_or_as_saved() -> None:
    usual = RunScenes(training_profile(), FIRST_TRAINING_SEED, 1)
    assert _run_scenes(None, None, 1, saved=None) == (usual, [])
    assert _run_scenes(REALISTIC, 7_000_000, 1, saved=None) == (
        RunScenes(REALISTIC, 7_000_000, 1),
        [],
    )
    before = RunScenes(REALISTIC, 2_000_000, 2)
    assert _run_scenes(None, None, 2, saved=SAVED) == (before, [])
    assert _run_scenes(REALISTIC, 2_000_000, 2, saved=SAVED) == (before, [])


def test_other_scenes_are_refused() -> None:
    with pytest.raises(UserError, match="trained on realistic scenes: leave out --profile classic"):
        _run_scenes(CLASSIC, None, 2, saved=SAVED)
    with pytest.raises(UserError, match="from seed 2000000: leave out --first-seed 1000000"):
        _run_scenes(None, FIRST_TRAINING_SEED, 2, saved=SAVED)
    with pytest.raises(UserError, match="not a saved run"):
        _run_scenes(None, None, 2, saved={"profile": "realistic", "first_seed": -1, "lanes": 2})


def test_other_loaders_are_said_and_kept() -> None:
    made, said = _run_scenes(None, None, 4, saved=SAVED)
    assert made == RunScenes(REALISTIC, 2_000_000, 4)
    assert "saved with 2 loaders in all and goes on with 4" in said[0]


def test_a_run_of_an_earlier_version_goes_on_as_asked() -> None:
    made, said = _run_scenes(CLASSIC, None, 1, saved={})
    assert made == RunScenes(CLASSIC, FIRST_TRAINING_SEED, 1)
    assert "goes on with classic ones from seed 1000000" in said[0]


def test_a_process_without_workers_is_its_own_loader() -> None:
    assert [lanes_of(workers, ALONE) for workers in (0, 1, 3)] == [1, 1, 3]
    assert lanes_of(2, Ranks(1, 4)) == 8
