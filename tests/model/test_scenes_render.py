"""A seed gives one frame; its depth, labels and intrinsics describe the same scene."""

import numpy as np
import pytest

from sgnet_model.data.palettes import NYU40
from sgnet_model.scenes import HELD_OUT_SEEDS, render_scene
from sgnet_model.scenes.generate import heights
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.rooms.wanted import WANTED
from sgnet_model.scenes.seeds import FIRST_TRAINING_SEED
from sgnet_model.types import Origin, UserError

SMALL = (48, 64)


def test_a_seed_gives_the_same_frame_twice_and_another_seed_another() -> None:
    first, second, other = (render_scene(seed, SMALL) for seed in (3, 3, 4))
    assert np.array_equal(first.rgb, second.rgb)
    assert np.array_equal(first.depth_m, second.depth_m)
    assert np.array_equal(first.labels, second.labels)
    assert not np.array_equal(first.rgb, other.rgb)


def test_a_frame_keeps_the_contract_of_its_type() -> None:
    frame = render_scene(7, (60, 80))
    assert frame.name == "scene-7"
    assert frame.rgb.shape == (60, 80, 3)
    assert frame.rgb.dtype == np.uint8
    assert frame.depth_m is not None
    assert frame.depth_m.dtype == np.float32
    assert frame.depth_m.shape == (60, 80)
    assert np.isfinite(frame.depth_m).all()
    assert frame.depth_m.min() >= 0
    assert frame.labels is not None
    assert frame.labels.dtype == np.uint8
    assert frame.labels.max() <= 40
    assert frame.label_scheme is NYU40
    assert frame.intrinsics.origin is Origin.DATASET
    assert (frame.intrinsics.width, frame.intrinsics.height) == (80, 60)


def test_the_label_numbers_are_those_of_nyu40() -> None:
    def plain(name: str) -> str:
        return name.lower().replace("_", "").replace(" ", "").replace("refridg", "refrig")

    assert [plain(label.name) for label in Label][1:] == [plain(name) for name in NYU40.classes]


def test_two_sizes_show_the_same_view() -> None:
    small, large = (render_scene(5, size, clean_depth=True) for size in (SMALL, (96, 128)))
    assert small.depth_m is not None
    assert large.depth_m is not None
    near = np.abs(large.depth_m[::2, ::2] - small.depth_m) < 0.1
    assert near.mean() > 0.8


def test_points_lifted_with_the_intrinsics_lie_on_a_level_floor() -> None:
    """The floor's pixels, lifted by clean depth and intrinsics, span a plane."""
    checked = 0
    for seed in range(20):
        frame = render_scene(seed, SMALL, clean_depth=True)
        assert frame.depth_m is not None
        floor = frame.labels == Label.FLOOR
        if floor.sum() < 200:
            continue
        camera = frame.intrinsics
        v, u = np.nonzero(floor)
        z = frame.depth_m[floor].astype(float)
        xyz = np.stack([(u - camera.cx) * z / camera.fx, (v - camera.cy) * z / camera.fy, z], 1)
        spread = np.linalg.svd(xyz - xyz.mean(0), compute_uv=False)
        assert spread[2] / np.sqrt(len(z)) < 1e-3
        checked += 1
    assert checked >= 5


def test_floor_pixels_have_no_height_and_the_ceiling_hangs_above_all() -> None:
    labels = render_scene(0, SMALL).labels
    height = heights(0, SMALL)
    assert labels is not None
    assert np.abs(height[labels == Label.FLOOR]).max(initial=0) < 1e-3
    assert height.min() > -0.01
    assert height.max() < 3.1


def test_sensed_depth_agrees_with_the_clean_one_where_it_is_not_lost() -> None:
    clean, sensed = render_scene(11, SMALL, clean_depth=True), render_scene(11, SMALL)
    assert clean.depth_m is not None
    assert sensed.depth_m is not None
    seen = sensed.depth_m > 0
    assert seen.mean() > 0.4
    error = np.abs(sensed.depth_m - clean.depth_m)[seen]
    assert np.median(error) < 0.05
    assert error.max() > 0  # it is not the clean depth itself
    assert np.array_equal(clean.labels, sensed.labels)
    assert np.array_equal(clean.rgb, sensed.rgb)


def test_every_class_is_asked_for_and_seen_within_some_hundred_scenes() -> None:
    assert set(WANTED) == set(Label) - {Label.VOID, Label.WALL, Label.FLOOR, Label.CEILING}
    seen: set[int] = set()
    for seed in range(400):
        labels = render_scene(seed, (24, 32)).labels
        assert labels is not None
        seen |= set(np.unique(labels).tolist())
        if len(seen) == 41:
            break
    assert seen == set(range(41))


def test_training_and_evaluation_seeds_are_apart() -> None:
    assert range(1_000_000) == HELD_OUT_SEEDS
    assert FIRST_TRAINING_SEED not in HELD_OUT_SEEDS


@pytest.mark.parametrize(("seed", "size"), [(-1, SMALL), (0, (8, 64)), (0, (64, 0))])
def test_impossible_scenes_are_refused_in_one_sentence(seed: int, size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match="cannot be rendered: use a seed from 0"):
        render_scene(seed, size)
