"""The long live run: what grew is found, and the real program is watched."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from window_support import write_checkpoint

from sgnet_model.types import UserError
from sgnet_viewer.benchmark import soak
from sgnet_viewer.benchmark.soak import ProgramTotals, growth

FLAT = tuple(ProgramTotals(float(number), 900.0, 40, 60) for number in range(40))


def met(looks: tuple[ProgramTotals, ...]) -> dict[str, bool | None]:
    return {measure.name: measure.met for measure in growth(looks)}


def test_a_flat_run_meets_every_target() -> None:
    assert met(FLAT) == {
        "seconds": None,
        "growth_mb": True,
        "growth_threads": True,
        "growth_files": True,
    }


@pytest.mark.parametrize(("name", "step"), [("megabytes", 3.0), ("threads", 1), ("files", 1)])
def test_what_grows_is_named(name: str, step: float) -> None:
    looks = tuple(
        replace(look, **{name: getattr(look, name) + number * step})
        for number, look in enumerate(FLAT)
    )
    measure = {"megabytes": "growth_mb", "threads": "growth_threads", "files": "growth_files"}[name]
    assert [name for name, is_met in met(looks).items() if is_met is False] == [measure]


def test_what_loads_at_the_start_is_no_growth() -> None:
    loading = tuple(replace(look, megabytes=look.elapsed_s * 50) for look in FLAT[:10])
    assert met((*loading, *FLAT[10:]))["growth_mb"]


def test_refusals() -> None:
    with pytest.raises(UserError, match="Nothing was seen"):
        growth(FLAT[:3])
    for seconds in (1, 1e9):
        with pytest.raises(UserError, match="cannot be measured"):
            soak.run(Namespace(seconds=seconds))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_real_program_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one: its window and renderer, their threads and files."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(soak, "RECORDED", 5)
    checkpoint = write_checkpoint(tmp_path / "small.safetensors")
    looks = soak.soak(6, "--checkpoint", str(checkpoint), "--device", "cpu", "--size", "96x128")
    assert len(looks) >= 4
    assert max(look.megabytes for look in looks) > 50
    assert max(look.threads for look in looks) > 4
    assert max(look.files for look in looks) > 10
    assert {measure.name for measure in growth(looks)} >= {"growth_mb", "growth_threads"}
