"""What the realistic scenes have that the classic ones lack: views, prints, folds, glass."""

from __future__ import annotations

import numpy as np
import pytest

from sgnet_model.scenes import CLASSIC, REALISTIC
from sgnet_model.scenes.furniture.joinery import fronts
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look import detail
from sgnet_model.scenes.look.lights import MOST, lights_of
from sgnet_model.scenes.look.materials import Material, Palette, any_colour, real_colour
from sgnet_model.scenes.look.shading import MaterialTable, folded
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.profile import Profile
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms import annex
from sgnet_model.scenes.rooms.annex import doorway
from sgnet_model.scenes.rooms.openings import Hole
from sgnet_model.scenes.rooms.room import Room
from sgnet_model.scenes.rooms.shell import WALL_THICKNESS, shell
from sgnet_model.scenes.sensor import optics
from sgnet_model.scenes.thing import Placed, Thing


def palette(seed: int = 0, profile: Profile = REALISTIC) -> Palette:
    return Palette(np.random.default_rng(seed), profile=profile)


def saturation(colour: tuple[float, float, float]) -> float:
    return (max(colour) - min(colour)) / max(max(colour), 1e-6)


def test_one_colour_in_ten_is_saturated_and_bright() -> None:
    def share(draw: object) -> float:
        colours = [draw(np.random.default_rng(k)) for k in range(600)]  # type: ignore[operator]
        strong = [c for c in colours if saturation(c) > 0.4 and not c[0] >= c[1] >= c[2]]
        return len(strong) / len(colours)

    assert 0.04 < share(real_colour) < 0.14
    assert share(any_colour) > 0.2


def test_an_open_door_shows_a_room_behind_the_wall() -> None:
    seen = []
    for seed in range(12):
        room = Room(4, 4, 2.6, palette(seed))
        room.paint = room.palette.paint()
        room.lamps = [(0.0, 0.0, 2.4)] * 3
        if not doorway(room):
            continue
        mesh = assemble(shell(room) + room.placed)
        wall, hole = room.holes[0]
        along = (hole.x0 + hole.x1) / 2
        near, far = (np.array(room.on_wall(wall, along, d)[:2]) for d in (0.5, 1.5))
        x, y = near
        out = np.array([*(near - far), 0.0])
        distance, part = Caster(mesh).distance(
            np.array([x, y, 1.9], np.float32), out[None].astype(np.float32)
        )
        assert part[0] >= 0
        seen.append(float(distance[0]))
        lights, _ = lights_of(room)
        assert len(lights) <= MOST
        assert any(np.abs(light.position[:2]).max() > 2.3 for light in lights)
    assert len(seen) > 8
    assert np.median(seen) > 1.5  # metres beyond the wall, not the leaf of a shut door


def test_the_room_behind_a_door_begins_where_the_wall_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end_of_side_walls(thickness: float) -> float:
        monkeypatch.setattr(annex, "WALL_THICKNESS", thickness)
        thing = annex._behind(palette(3), Hole(-0.5, 0.5, 0.0, 2.1), (2.0, 3.0, 2.6))
        side = thing.parts[0]
        return float(side.centre[1] + side.size[1] / 2)

    assert end_of_side_walls(WALL_THICKNESS) == pytest.approx(-WALL_THICKNESS)
    assert end_of_side_walls(0.5) == pytest.approx(-0.5)


def test_a_room_without_a_wall_for_it_gets_no_door() -> None:
    room = Room(0.9, 0.9, 2.6, palette())
    assert not doorway(room)
    assert not room.placed


@pytest.mark.parametrize("style", [1, 2])
def test_panels_stand_out_of_their_front(style: int) -> None:
    thing = Thing(1, 0.5, 1)
    detail.panel(thing, (-0.3, 0.3, 0.2, 0.9), 0.4, Label.CABINET, 0, style)
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    assert mesh.vertices[:, 1].min() == pytest.approx(0.4, abs=1e-6)
    assert 0.405 < mesh.vertices[:, 1].max() < 0.43
    assert np.abs(mesh.vertices[:, 0]).max() <= 0.3 + 1e-6
    assert set(mesh.label) == {Label.CABINET}


def test_glazed_fronts_reflect_and_return_no_pattern() -> None:
    p = palette(1)
    thing = Thing(1, 0.5, 2)
    detail.pane(thing, p, (-0.3, 0.3, 0.2, 1.2), 0.4, Label.CABINET, 0)
    glass = p.materials[thing.parts[-1].material]
    assert glass.mirror > 0.04
    assert glass.sensor < 0.5
    assert glass.image is not None


def test_realistic_fronts_have_more_relief_than_classic_ones() -> None:
    def parts(profile: Profile) -> float:
        counts = []
        for seed in range(12):
            thing = Thing(1, 0.5, 1)
            p = palette(seed, profile)
            fronts(thing, p, (-0.5, 0.5, 0.1, 0.9), 0.4, (2, 1), Label.CABINET, 0)
            counts.append(len(thing.parts))
        return float(np.mean(counts))

    assert parts(REALISTIC) > parts(CLASSIC) + 2


@pytest.mark.parametrize("draw", [detail.photograph_of, detail.page, detail.cloud])
def test_prints_are_reflectances_with_contrast(draw) -> None:  # type: ignore[no-untyped-def]
    images = [draw(np.random.default_rng(k)) for k in range(6)]
    for image in images:
        assert image.shape == (detail.SIZE, detail.SIZE, 3)
        assert image.dtype == np.float32
        assert 0 <= image.min() <= image.max() <= 0.95
    assert np.mean([image.std() for image in images]) > 0.08
    assert np.array_equal(images[0], draw(np.random.default_rng(0)))


def test_folds_waver_the_normals_of_cloth_alone() -> None:
    thing = Thing(2, 1, 1)
    thing.box((1, 0.1, 1), (-0.6, 0, 0.5), Label.BED, 0)
    thing.box((1, 0.1, 1), (0.6, 0, 0.5), Label.WALL, 1)
    mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
    grey = (0.5,) * 3
    table = MaterialTable.of([Material(grey, grey, folds=1.0), Material(grey, grey)])
    x = np.linspace(-1, 1, 41, dtype=np.float32)
    rays = np.stack([x, np.full_like(x, -3), np.full_like(x, 0.5)], 1)
    hits = Caster(mesh).cast(np.array([0, 3, 0], np.float32), rays)
    shaped = folded(mesh, table, hits)
    cloth = hits.part == 0
    moved = np.abs(shaped.normal - hits.normal).max(1)
    assert moved[cloth].mean() > 0.03
    assert moved[~cloth].max() == 0
    assert np.allclose(np.linalg.norm(shaped.normal[hits.part >= 0], axis=1), 1, atol=1e-5)
    assert np.array_equal(shaped.distance, hits.distance)


def test_a_lamp_spills_its_light_and_some_hands_shake() -> None:
    radiance = np.full((120, 160, 3), 0.05, np.float32)
    radiance[50:70, 70:90] = 20.0
    ring = (slice(40, 48), slice(70, 90))
    plain, glaring = (
        np.mean(
            [
                optics.photograph(radiance, np.random.default_rng(k), profile)[ring].mean()
                for k in range(8)
            ]
        )
        for profile in (CLASSIC, REALISTIC)
    )
    assert glaring > plain + 3
