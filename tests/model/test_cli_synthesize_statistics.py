"""`synthesize --statistics` measures scenes and data sets, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgnet_model.cli import main
from sgnet_model.cli.parser import SCENE_PROFILES
from sgnet_model.scenes import PROFILES, synthesize

SIZE = ("--size", "48x64")


def test_scenes_are_measured_without_being_written(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["synthesize", "--statistics", "--count", "2", "--seed", "3", *SIZE])
    told = capsys.readouterr().out
    assert code == 0
    assert "| quantity | classic scenes |" in told
    assert "| depth holes: whole picture / inside |" in told
    assert "| wall | 26.1" in told


def test_what_a_narrow_picture_does_not_have_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["synthesize", "--statistics", "--count", "1", "--seed", "0", "--size", "480x40"]
    assert main([*command, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["statistics"].values()
    assert "holes" in found
    assert "holes_inside" not in found
    assert main(command) == 0
    (row,) = [x for x in capsys.readouterr().out.splitlines() if x.startswith("| depth holes")]
    assert row.endswith(" - |")


def test_a_written_set_has_the_numbers_of_its_scenes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synthesize(tmp_path / "set", 2, 3, (96, 128))
    command = ["synthesize", "--statistics", "--count", "2", "--seed", "3", "--size", "96x128"]
    assert main([*command, "--data", str(tmp_path / "set"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["statistics"]
    scenes, data = found.values()
    assert scenes["frames"] == data["frames"] == 2
    assert data["chroma"] == scenes["chroma"]
    assert data["holes"] == scenes["holes"]
    assert data["depth_50"] == pytest.approx(scenes["depth_50"], abs=0.002)


def test_profiles_are_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rooms"
    command = ["synthesize", str(out), "--count", "1", "--seed", "4", "--profile", "realistic"]
    assert main([*command, *SIZE]) == 0
    assert "1 scenes of 64 x 48" in capsys.readouterr().out
    assert json.loads((out / "scenes.json").read_text())["profile"] == "realistic"
    assert tuple(PROFILES) == SCENE_PROFILES


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--count", "2", "--seed", "0"], "name one, or add --statistics"),
        (["--statistics"], "give --count and --seed"),
        (["--statistics", "--count", "2"], "give --count and --seed"),
        (["out", "--count", "1", "--seed", "0", "--data", "x"], "--data is for --statistics"),
    ],
)
def test_what_is_missing_is_said(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesize", *words]) == 2
    assert sentence in capsys.readouterr().err
