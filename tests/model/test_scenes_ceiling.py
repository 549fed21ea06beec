"""What hangs from the ceiling stays below it, and the room's lamps shine from there."""

import numpy as np
import pytest

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.look.lights import MOST, lights_of
from sgnet_model.scenes.look.materials import Palette
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rooms.ceiling import dome, hang_lights, panel, pendant, soffit
from sgnet_model.scenes.rooms.openings import Hole
from sgnet_model.scenes.rooms.room import Room
from sgnet_model.scenes.thing import Placed


def room(seed: int) -> Room:
    return Room(4, 5, 2.6, Palette(np.random.default_rng(seed)))


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
