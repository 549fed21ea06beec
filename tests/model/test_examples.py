"""The scripts in examples/ run as they are."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import cv2
import pytest

from sgnet_model.resources import sample_dir

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def small_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundled room at a quarter of its size, as a folder of one pair."""
    folder = tmp_path_factory.mktemp("set")
    for kind, method in (("rgb", cv2.INTER_AREA), ("depth", cv2.INTER_NEAREST)):
        picture = cv2.imread(str(sample_dir("kitchen") / f"{kind}.png"), cv2.IMREAD_UNCHANGED)
        (folder / kind).mkdir()
        small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=method)
        cv2.imwrite(str(folder / kind / "1.png"), small)
    return folder


@pytest.mark.parametrize(
    ("script", "arguments", "says"),
    [
        ("predict_and_probe", ("{rgb}", "{depth}", "80,60"), "layer4.2: its taps spread over"),
        ("figure_of_taps", ("{rgb}", "{depth}", "80,60", "layer2.3", "{out}"), "written: "),
        ("taps_of_any_network", ("{rgb}", "{depth}", "80,60", "{out}"), "layer4.2.conv2: "),
        ("statistics_of_a_folder", ("{folder}",), "on the same surface"),
        ("custom_camera", (), "m away at"),
        ("s_conv_in_a_network", (), "the loss fell from 0"),
        ("train_and_score", ("{labelled}",), "mean IoU"),
        ("custom_inspection", ("{rgb}", "{depth}", "80,60"), "of 9 taps lie more than"),
    ],
)
def test_it_runs(
    script: str,
    arguments: tuple[str, ...],
    says: str,
    small_pair: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {
        "rgb": small_pair / "rgb" / "1.png",
        "depth": small_pair / "depth" / "1.png",
        "folder": small_pair,
        "labelled": sample_dir("kitchen"),
        "out": tmp_path / "taps.png",
    }
    given = [argument.format(**places) for argument in arguments]
    monkeypatch.setattr(sys, "argv", [script, *given])
    runpy.run_path(str(EXAMPLES / f"{script}.py"), run_name="__main__")
    assert says in capsys.readouterr().out
    if "{out}" in arguments:
        assert cv2.imread(str(places["out"])).shape == (120, 160, 3)


def test_each_is_tested() -> None:
    tested = {case[0] for mark in test_it_runs.pytestmark for case in mark.args[1]}
    assert {path.stem for path in EXAMPLES.glob("*.py")} == tested


def test_a_layer_that_is_not_there_is_said(
    small_pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [str(small_pair / kind / "1.png") for kind in ("rgb", "depth")]
    out = str(tmp_path / "taps.png")
    monkeypatch.setattr(sys, "argv", ["figure_of_taps", *pair, "80,60", "layer9.9", out])
    with pytest.raises(SystemExit, match=r"no layer layer9\.9: choose one of layer1\.0, "):
        runpy.run_path(str(EXAMPLES / "figure_of_taps.py"), run_name="__main__")


@pytest.mark.parametrize(
    "script",
    [
        path.stem
        for path in sorted(EXAMPLES.glob("*.py"))
        if path.stem not in ("custom_camera", "s_conv_in_a_network")
    ],
)
def test_without_arguments_it_prints_how_it_is_called(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [script])
    with pytest.raises(SystemExit, match=f"^usage: python examples/{script}.py .") as ended:
        runpy.run_path(str(EXAMPLES / f"{script}.py"), run_name="__main__")
    assert "\n" not in str(ended.value)
