"""To another frame with a probe there: the last choice counts."""

from __future__ import annotations

from typing import Any

from session_support import make_frame

from sgnet_viewer.controllers.navigation import Navigation
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session


class Bench:
    def __init__(self) -> None:
        self.session = Session()
        self.probes = Probes(self.session.document)
        self.shown: list[int] = []
        self.navigation = Navigation(self.session, self.probes, self.shown.append)
        frames: Any = [make_frame(f"{at}") for at in range(3)]
        self.session.set_frames(frames, Target(("x",)))
        self.arrive(0)

    def arrive(self, index: int) -> None:
        self.session.set_frame(index, make_frame(f"{index}"))

    @property
    def places(self) -> list[tuple[int, int]]:
        return [(probe.u, probe.v) for probe in self.probes.points]


def test_the_probe_is_placed_when_its_frame_is_there() -> None:
    bench = Bench()
    bench.navigation.go(2, (3, 4))
    assert (bench.shown, bench.places) == ([2], [])
    bench.arrive(2)
    assert bench.places == [(3, 4)]


def test_a_place_of_this_frame_is_chosen_instead() -> None:
    bench = Bench()
    bench.navigation.go(2, (3, 4))
    bench.navigation.go(0, (1, 2))
    assert bench.places == [(1, 2)]
    bench.arrive(2)
    assert bench.places == [(1, 2)]


def test_what_is_forgotten_is_not_placed() -> None:
    bench = Bench()
    bench.navigation.go(2, (3, 4))
    bench.navigation.forget()
    bench.arrive(2)
    assert bench.places == []
