"""Textures, light, lens and depth sensor: each does what its docstring says, measurably."""

import numpy as np
import pytest

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.lights import Light
from sgnet_model.scenes.look.materials import Material, Palette, any_colour
from sgnet_model.scenes.look.occlusion import Visibility, sphere
from sgnet_model.scenes.look.pictures import drawing
from sgnet_model.scenes.look.shading import MaterialTable, albedo
from sgnet_model.scenes.look.textures import LEVELS, SIZE, atlas
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.sensor import depth_sensor, optics
from sgnet_model.scenes.thing import Placed, Thing


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_each_pattern_keeps_its_mean_over_its_reductions() -> None:
    bank = atlas()
    for starts in bank.starts:
        means = [
            bank.texels[start : start + (SIZE >> level) ** 2].mean()
            for level, start in enumerate(starts)
        ]
        assert len(means) == LEVELS
        assert np.ptp(means) < 1.5


def test_no_pattern_is_empty_and_flat_is_flat() -> None:
    bank = atlas()
    for kind, members in bank.kinds.items():
        for index in members:
            start = bank.starts[index, 0]
            spread = np.ptp(bank.texels[start : start + SIZE * SIZE])
            assert (spread == 0) == (kind == "flat")


def plate_and_cube() -> tuple[Thing, Caster]:
    """A 4 m plate at z = 0 with a 1 m cube in its middle, 0.5 m above it."""
    thing = Thing(4, 4, 2)
    thing.box((4, 4, 0.1), (0, 0, -0.05), Label.FLOOR, 0)
    thing.box((1, 1, 1), (0, 0, 1.0), Label.BOX, 1)
    return thing, Caster(assemble([Placed(thing, (0, 0, 0), 0.0)]))


def test_rays_meet_the_right_part_at_the_right_distance() -> None:
    _, caster = plate_and_cube()
    down = np.array([[0, 0, -1], [1.5, 0, -5], [0, 0, 1]], np.float32)
    hits = caster.cast(np.array([0, 0, 5], np.float32), down)
    assert hits.distance[:2] == pytest.approx([3.5, 1.0])
    assert hits.part.tolist() == [1, 0, -1]
    assert np.allclose(hits.normal[:2], [0, 0, 1])
    assert np.allclose(hits.point[0], [0, 0, 1.5])


def test_the_cube_shades_the_plate_below_it_only() -> None:
    _, caster = plate_and_cube()
    grid = np.linspace(-1.9, 1.9, 64, dtype=np.float32)
    x, y = np.meshgrid(grid, grid)
    rays = np.stack([x.ravel(), y.ravel(), np.full(x.size, -0.2)], 1).astype(np.float32)
    hits = caster.cast(np.array([0, 0, 0.2], np.float32), rays)
    sight = Visibility(caster, hits, (64, 64), rng())
    light = Light(np.array([0, 0, 4], np.float32), np.ones(3, np.float32), 0.02)
    free = sight.shadow(light).reshape(64, 64)
    assert free[32, 32] == 0
    assert free[2, 2] == 1
    open_sky = sight.openness().reshape(64, 64)
    assert open_sky[32, 32] < 0.8 * open_sky[2, 2]


def test_sphere_points_are_unit_and_balanced() -> None:
    points = sphere(16, rng())
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=1e-5)
    assert np.abs(points.mean(0)).max() < 0.1


def test_a_pattern_has_a_width() -> None:
    with pytest.raises(ValueError, match="period is 0 m"):
        Material((0.2, 0.5, 0.7), (0.2, 0.5, 0.7), period=0)


def test_albedo_shows_the_material_and_an_image_upright() -> None:
    picture = np.zeros((8, 8, 3), np.float32)
    picture[:4] = (0.9, 0.1, 0.1)  # its upper half is red
    materials = [
        Material((0.2, 0.5, 0.7), (0.2, 0.5, 0.7), grain=0),
        Material((0, 0, 0), (0, 0, 0), grain=0, image=picture),
    ]
    thing = Thing(2, 1, 1)
    thing.box((1, 0.1, 1), (-1, 0, 0.5), Label.WALL, 0)
    thing.box((1, 0.1, 1), (1, 0, 0.5), Label.PICTURE, 1)
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    rays = np.array([[-1, -3, 0.5], [1, -3, 0.8], [1, -3, 0.2]], np.float32)
    hits = Caster(mesh).cast(np.array([0, 3, 0], np.float32), rays)
    colour = albedo(mesh, MaterialTable.of(materials), hits, np.full(3, 0.01, np.float32))
    assert np.allclose(colour[0], [0.2, 0.5, 0.7], atol=0.01)
    assert np.allclose(colour[1], [0.9, 0.1, 0.1], atol=0.05)
    assert np.allclose(colour[2], 0, atol=0.05)


def test_materials_stay_within_the_reflectances_of_real_things() -> None:
    palette = Palette(rng(1))
    for _ in range(50):
        for make in (palette.wood, palette.fabric, palette.metal, palette.anything):
            material = palette.materials[make()]
            assert 0 <= min(material.colour) <= max(material.colour) <= 0.95
    colours = np.array([any_colour(rng(k)) for k in range(200)])
    assert colours.std(0).min() > 0.15


def test_twins_are_alike() -> None:
    palette = Palette(rng(2))
    first, second = (palette.materials[palette.twin(5).fabric()] for _ in range(2))
    assert (first.colour, first.pattern) == (second.colour, second.pattern)
    assert drawing(rng(1)).shape == (96, 96, 3)


def test_a_photograph_brightens_a_dim_scene_and_is_repeatable() -> None:
    ramp = np.linspace(0.001, 0.02, 64, dtype=np.float32)[None, :, None]
    dim = np.broadcast_to(ramp, (48, 64, 3)).astype(np.float32)
    taken = optics.photograph(dim, rng())
    assert taken.dtype == np.uint8
    assert np.array_equal(taken, optics.photograph(dim, rng()))
    columns = taken.mean((0, 2))
    assert columns[-8:].mean() > columns[:8].mean() + 40


def test_the_undistortion_border_is_a_thin_frame() -> None:
    outside = optics.undistortion_border((480, 640), rng())
    assert outside[0].all()
    assert outside[:, -1].all()
    assert not outside[15:-15, 15:-15].any()


def flat_wall(distance: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((240, 320), distance, np.float32)


def test_depth_steps_grow_with_the_square_of_the_distance() -> None:
    ones = np.ones((240, 320), np.float32)
    steps = {}
    for distance in (1.0, 2.0, 4.0):
        seen = depth_sensor.sensed(flat_wall(distance), ones, ones, rng(4))
        levels = np.unique(seen[seen > 0])
        assert levels.size > 1
        steps[distance] = np.diff(levels).min()
        unit = depth_sensor.FOCAL_BASELINE * depth_sensor.STEPS
        assert np.allclose(unit / levels, np.rint(unit / levels), atol=1e-2)
    assert steps[2.0] / steps[1.0] == pytest.approx(4, rel=0.2)
    assert steps[4.0] / steps[2.0] == pytest.approx(4, rel=0.2)


def holes(depth: np.ndarray, facing: float = 1.0, visible: float = 1.0) -> float:  # type: ignore[type-arg]
    """Mean share of holes over twelve draws."""
    ones = np.ones_like(depth)
    each = [
        (depth_sensor.sensed(depth, facing * ones, visible * ones, rng(k)) == 0)[60:-40, 60:-40]
        for k in range(12)
    ]
    return float(np.mean(each))


def test_holes_come_with_darkness_grazing_angles_distance_and_nearness() -> None:
    plain = holes(flat_wall(2.0))
    assert plain < 0.1
    assert holes(flat_wall(2.0), visible=0.1) > plain + 0.3
    assert holes(flat_wall(2.0), facing=0.03) > plain + 0.3
    assert holes(flat_wall(10.5)) > 0.7
    assert holes(flat_wall(0.2)) > 0.7


def test_a_near_edge_casts_a_shadow_on_one_side_and_frays() -> None:
    depth = flat_wall(3.0)
    depth[:, 120:200] = 1.0
    ones = np.ones_like(depth)
    lost = np.mean([depth_sensor.sensed(depth, ones, ones, rng(k)) == 0 for k in range(12)], 0)
    left, right = lost[60:-40, 100:118].mean(), lost[60:-40, 202:220].mean()
    # The projector stands to the left of the camera: what is near hides its light on its right.
    assert right > left + 0.3
    seen = depth_sensor.sensed(depth, ones, ones, rng(0))
    columns = [np.flatnonzero((row > 0.5) & (row < 1.5)) for row in seen[60:-40]]
    assert len({int(c[0]) for c in columns if len(c)}) > 1


def test_depth_without_a_surface_stays_a_hole() -> None:
    depth = flat_wall(2.0)
    depth[100:110] = 0
    ones = np.ones_like(depth)
    assert all(
        (depth_sensor.sensed(depth, ones, ones, rng(k))[102:108] == 0).all() for k in range(8)
    )
