"""The structured-light camera loses what real ones lose; data sets fill holes as they do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sgnet_model.scenes import REALISTIC, render_scene
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.materials import Material
from sgnet_model.scenes.look.shading import MaterialTable, Shader, albedo
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster, Hits
from sgnet_model.scenes.sensor import hole_filling, structured_light
from sgnet_model.scenes.thing import Placed, Thing

Float = NDArray[np.float32]
GREY = np.full((240, 320), 128, np.uint8)


def holes(distance: float, response: float) -> float:
    """Mean share of holes inside the margins over twelve frames of a flat wall."""
    depth = np.full((240, 320), distance, np.float32)
    answer = np.full_like(depth, response)
    seen = [
        structured_light.captured(depth, answer, GREY, np.random.default_rng(k)) for k in range(12)
    ]
    return float(np.mean([frame[40:-40, 40:-40] == 0 for frame in seen]))


def test_holes_come_with_weak_answers_distance_and_nearness() -> None:
    assert holes(2.0, 0.4) < 0.02
    assert holes(2.0, 0.01) > 0.6
    assert holes(7.0, 0.2) > holes(3.0, 0.2) + 0.2
    assert holes(0.25, 0.4) > 0.6


def test_most_raw_frames_have_a_margin() -> None:
    depth, answer = np.full((240, 320), 2, np.float32), np.full((240, 320), 0.4, np.float32)
    seen = [
        structured_light.captured(depth, answer, GREY, np.random.default_rng(k)) for k in range(40)
    ]
    bare = [frame for frame in seen if (frame == 0).any()]
    assert 24 <= len(bare) < 40  # the others are filled, or keep no margin
    assert np.mean([(frame[:8] == 0).mean() > 0.9 for frame in bare]) > 0.7


def facing_wall(material: Material) -> tuple[Shader, Float, Hits]:
    """A wall of one material, 2 m before the camera."""
    thing = Thing(4, 1, 4)
    thing.box((4, 0.1, 4), (0, 0, 0), Label.WALL, 0)
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    caster, table = Caster(mesh), MaterialTable.of([material])
    rays = np.array([[x, -1, 0] for x in np.linspace(0.2, 0.9, 16)], np.float32)
    hits = caster.cast(np.array([0, 2, 0], np.float32), rays)
    return Shader(mesh, table, caster, [], np.ones(3, np.float32)), rays, hits


def answer(material: Material) -> Float:
    """Mean answer of the wall over forty cameras, ray by ray."""
    stage, rays, hits = facing_wall(material)
    colour = albedo(stage.mesh, stage.table, hits, np.full(len(rays), 0.01, np.float32))
    each = [stage.response(rays, hits, colour, np.random.default_rng(k)) for k in range(40)]
    return np.mean(each, 0)


def test_what_a_surface_returns() -> None:
    def of(grey: float, **more: float) -> Float:
        return answer(Material((grey,) * 3, (grey,) * 3, grain=0, **more))

    light = of(0.6)
    assert (np.diff(light) < 0).all()  # less with slant
    assert of(0.01).mean() < 0.3 * light.mean()
    assert of(0.6, gloss=0.9).mean() < 0.7 * light.mean()
    assert of(0.6, sensor=0.15).mean() < 0.2 * light.mean()


def test_a_filled_hole_follows_what_looks_alike() -> None:
    depth = np.full((120, 160), 3.0, np.float32)
    depth[:, :80] = 1.0
    grey = np.where(depth == 1.0, 40, 220).astype(np.uint8)
    holed = depth.copy()
    holed[40:80, 60:90] = 0  # more of it in front of the edge than behind it
    filled = hole_filling.guided(holed, grey)
    assert (filled > 0).all()
    assert np.array_equal(filled[holed > 0], depth[holed > 0])
    assert np.abs(filled - depth)[44:76, 64:76].max() < 0.2
    assert np.abs(filled - depth)[44:76, 84:88].max() < 0.4


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_to_fill_leave_no_hole_and_keep_what_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    depth = rng.uniform(1, 3, (60, 80)).astype(np.float32)
    depth[rng.random(depth.shape) < 0.4] = 0
    grey = rng.integers(0, 255, depth.shape).astype(np.uint8)
    filled = hole_filling.filled_as_in_data_sets(depth, grey, rng)
    assert (filled > 0).all()
    assert np.array_equal(filled[depth > 0], depth[depth > 0])


def test_depth_without_a_value_is_left_alone() -> None:
    nothing = np.zeros((32, 32), np.float32)
    rng = np.random.default_rng(0)
    assert not hole_filling.filled_as_in_data_sets(nothing, nothing.astype(np.uint8), rng).any()


def test_realistic_rooms_have_more_holes_than_classic_ones() -> None:
    def share(**profile: object) -> float:
        frames = [render_scene(seed, (96, 128), **profile) for seed in range(16)]  # type: ignore[arg-type]
        return float(np.mean([frame.depth_m == 0 for frame in frames]))

    assert share(profile=REALISTIC) > 1.6 * share()
