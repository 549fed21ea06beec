"""What hangs from the ceiling stays below it, and the room's lamps shine from there."""

from dataclasses import replace

import numpy as np
import pytest

from sgnet_model.scenes import CLASSIC, REALISTIC, Profile
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.lights import MOST, lights_of
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms.ceiling import dome, hang_lights, panel, pendant, soffit
from sgnet_model.scenes.rooms.openings import Hole, window
from sgnet_model.scenes.rooms.room import Room
from sgnet_model.scenes.thing import Placed, Thing


def room(seed: int, profile: Profile = CLASSIC) -> Room:
    return Room(4, 5, 2.6, Palette(np.random.default_rng(seed), profile=profile))


@pytest.mark.parametrize("maker", [panel, dome, pendant])
def test_fittings_hang_below_their_origin(maker) -> None:  # type: ignore[no-untyped-def]
    for seed in range(6):
        thing = maker(Palette(np.random.default_rng(seed)))
        mesh = assemble([Placed(thing, (0, 0, 0), 0.0)])
        assert mesh.vertices[:, 2].max() < 0.01
        assert mesh.vertices[:, 2].min() > -1.6


def test_lamps_hang_inside_the_room_under_the_ceiling() -> None:
    counts = set()
    for seed in range(30):
        made = room(seed)
        hang_lights(made)
        counts.add(len(made.lamps))
        for x, y, z in made.lamps:
            assert abs(x) < 2
            assert abs(y) < 2.5
            assert 1 < z < 2.6
    assert counts >= {1, 2, 3, 4}


def test_a_lamp_hangs_below_its_fitting_outside_of_classic_scenes() -> None:
    """Else an opaque ball keeps its light in."""

    def inside(profile: Profile) -> int:
        count = 0
        for seed in range(60):
            made = room(seed, profile)
            hang_lights(made)
            lows = [placed.at[2] + _lowest(placed.thing) for placed in made.placed]
            count += bool(lows) and made.lamps[0][2] > min(lows)
        return count

    assert inside(CLASSIC) > 0
    assert inside(REALISTIC) == 0


def _lowest(thing: Thing) -> float:
    return float(assemble([Placed(thing, (0, 0, 0), 0.0)]).vertices[:, 2].min())


def test_the_lamps_that_are_lit_share_a_rooms_power() -> None:
    """Three of four are: classic scenes lose the fourth's."""
    powers = []
    for profile in (CLASSIC, replace(CLASSIC, revised=True)):
        made = room(1, profile)
        made.lamps = [(0.0, 0.0, 2.4)] * 4
        powers.append(sum(light.colour for light in lights_of(made)[0]))
    assert powers[1] == pytest.approx(powers[0] * 4 / 3)


def test_windows_add_daylight_and_ceiling_lights_are_limited() -> None:
    dark = room(1)
    dark.lamps = [(0.0, 0.0, 2.4)] * 4
    assert len(lights_of(dark)[0]) == MOST
    counts = []
    for seed in range(20):
        bright = room(seed)
        bright.lamps = [(0.0, 0.0, 2.4)]
        bright.holes.append((0, Hole(-0.5, 0.5, 1.0, 2.0)))
        lights, ambient = lights_of(bright)
        counts.append(len(lights))
        assert (ambient > 0).all()
        assert all(np.abs(light.position[:2]).max() < 2.5 for light in lights)
    assert set(counts) == {1, 2}


def test_a_soffit_runs_along_one_wall_up_to_the_ceiling() -> None:
    made = room(3)
    soffit(made, 7)
    mesh = assemble(made.placed)
    assert set(mesh.label) == {Label.WALL}
    assert set(mesh.material) == {7}
    assert mesh.vertices[:, 2].max() == pytest.approx(2.6)
    assert mesh.vertices[:, 2].min() > 2.1
    x, y = np.abs(mesh.vertices[:, 0]).max(), np.abs(mesh.vertices[:, 1]).max()
    assert x == pytest.approx(2.0, abs=1e-4) or y == pytest.approx(2.5, abs=1e-4)


def test_labels_of_blinds_are_outlines_outside_of_classic_scenes() -> None:
    """A pixel between two slats shows the view, and is of the blinds."""
    hole = Hole(-0.5, 0.5, 1.0, 2.0)
    heights = np.linspace(1.75, 1.95, 120)  # drawn down that far at least
    rays = np.stack([np.zeros(120), np.full(120, -2.0), heights - 1.6], 1).astype(np.float32)
    mixed = {}
    for profile in (CLASSIC, REALISTIC):
        mixed[profile.name] = 0
        for seed in range(12):
            made = window(Palette(np.random.default_rng(seed), profile=profile), hole, Label.BLINDS)
            mesh = assemble([Placed(made, (0, 0, 0), 0.0)])
            _, part = Caster(mesh).distance(np.array([0, 2, 1.6], np.float32), rays)
            mixed[profile.name] += len(set(mesh.label[part[part >= 0]])) > 1
    assert mixed["classic"] > 0
    assert mixed["realistic"] == 0
