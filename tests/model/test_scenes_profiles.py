"""Two generators: the classic one stays as it was, the realistic one follows real frames."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sgnet_model.scenes import (
    CLASSIC,
    FIRST_TRAINING_SEED,
    PROFILES,
    REALISTIC,
    profile_named,
    render_scene,
    training_profile,
)
from sgnet_model.scenes.generate import heights
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.rooms.arrange import furnished_room
from sgnet_model.scenes.rooms.shares import NYUV2, URGENCY
from sgnet_model.scenes.rooms.wanted import WANTED
from sgnet_model.training.scene_source import SceneSource
from sgnet_model.types import UserError

SMALL = (48, 64)


@pytest.mark.parametrize(("name", "seed"), [("living-room", 122), ("kitchen", 2081)])
def test_the_bundled_samples_are_still_what_the_classic_generator_draws(
    name: str, seed: int
) -> None:
    folder = Path(__file__).parents[2] / "assets" / "samples" / name
    rgb, labels = (
        cv2.imread(str(folder / f"{kind}.png"), cv2.IMREAD_UNCHANGED) for kind in ("rgb", "labels")
    )
    frame = render_scene(seed)
    assert (labels == frame.labels).mean() > 0.999  # another NumPy may round elsewhere
    assert np.abs(rgb[..., ::-1].astype(int) - frame.rgb).mean() < 1


def test_a_seed_gives_one_realistic_frame_and_it_is_not_the_classic_one() -> None:
    first, second = (render_scene(3, SMALL, profile=REALISTIC) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert np.array_equal(first.depth_m, second.depth_m)
    assert np.array_equal(first.labels, second.labels)
    assert not np.array_equal(first.labels, render_scene(3, SMALL).labels)


def test_names_of_generators() -> None:
    assert profile_named("classic") is CLASSIC
    assert set(PROFILES) == {"classic", "realistic", "furnished"}
    with pytest.raises(UserError, match="classic or realistic or furnished"):
        profile_named("baroque")


def test_training_sees_realistic_scenes() -> None:
    taken = SceneSource(SMALL, FIRST_TRAINING_SEED)(2)
    expected = render_scene(FIRST_TRAINING_SEED + 2, SMALL, profile=training_profile())
    assert np.array_equal(taken.rgb, expected.rgb)


def test_every_class_is_seen_within_some_hundred_realistic_scenes() -> None:
    seen: set[int] = set()
    for seed in range(400):
        labels = render_scene(seed, (24, 32), clean_depth=True, profile=REALISTIC).labels
        assert labels is not None
        seen |= set(np.unique(labels).tolist())
        if len(seen) == 41:
            break
    assert seen == set(range(41))


def test_heights_are_those_of_the_picture() -> None:
    frame = render_scene(8, SMALL, clean_depth=True, profile=REALISTIC)
    metres = heights(8, SMALL, REALISTIC)
    assert metres[frame.labels == Label.FLOOR] == pytest.approx(0, abs=0.03)
    assert (metres[frame.labels == Label.CEILING] > 2).all()


def test_the_shares_name_every_class_once_and_sum_to_one() -> None:
    assert list(NYUV2) == [label for label in Label if label is not Label.VOID]
    assert sum(NYUV2.values()) == pytest.approx(1, abs=0.002)
    assert set(URGENCY) == set(WANTED)


def test_rugs_are_rare_and_lie_on_the_floor() -> None:
    rooms = 60
    rugs = 0
    for seed in range(rooms):
        room, placed = furnished_room(np.random.default_rng(seed), Label.CHAIR, REALISTIC)
        mats = [
            (each, part)
            for each in placed
            for part in each.thing.parts
            if part.label == Label.FLOOR_MAT
        ]
        rugs += bool(mats)
        for each, part in mats:
            assert each.at[2] + part.centre[2] + part.size[2] / 2 < 0.03
            assert abs(each.at[0]) < room.width / 2
    assert 0 < rugs < 0.25 * rooms
