"""`docs/output.md` names every key that the commands print with --json, and every file of --out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_support import Run

from sgnet_model.inspection.registry import inspections
from sgnet_model.resources import sample_dir

PAGE = Path(__file__).resolve().parents[2] / "docs" / "output.md"
SAMPLE = sample_dir("kitchen")
FRAME = ("--rgb", SAMPLE / "rgb.png", "--depth", SAMPLE / "depth.png")
PIXEL = ("--pixel", "355,330")


@pytest.fixture
def answered(run: Run, small_checkpoint: Path) -> Run:
    """A command with the small network, fed small pictures."""
    common = ("--checkpoint", small_checkpoint, "--size", "64x96", "--device", "cpu", "--json")
    return lambda name, *words: run(name, *words, *common)


def section(title: str) -> str:
    """What the page says of one command, and of all of them."""
    parts = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S))
    return str(parts["In all of them"] + parts[title])


def unknown(title: str, values: Mapping[str, Any]) -> list[str]:
    return [key for key in values if f"`{key}`" not in section(title)]


def of_layers(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The first row of each list of layers; those of `taps` are the section probe's."""
    lists = [said.get(key) for key in ("rows", "jitter", "layers")]
    return [rows[0] for rows in lists if rows and said["inspection"] != "taps"]


def test_predict_and_probe(answered: Run, tmp_path: Path) -> None:
    edit = ("--edit", "hole", "box=300,300,80,80")
    predicted = answered("predict", *FRAME, *edit, "--out", tmp_path).json
    assert unknown("predict", predicted) == []
    for part in ("frame", "network", "flipped"):
        assert unknown("predict", predicted[part]) == []
    probed = answered("probe", *FRAME, *PIXEL).json
    assert unknown("probe", probed) == []
    for part in (probed["class"], probed["layers"][0], probed["layers"][0]["taps"][0]):
        assert unknown("probe", part) == []


def test_predict_of_a_set(answered: Run, tmp_path: Path) -> None:
    words = ("--data", SAMPLE, "--out", tmp_path, "--write", "labels")
    assert unknown("predict", answered("predict", *words).json) == []


@pytest.mark.parametrize("question", sorted(inspections()))
def test_inspect(question: str, answered: Run, tmp_path: Path) -> None:
    words = ("--count", "2") if question == "noise" else ()
    said = answered("inspect", question, *FRAME, *PIXEL, *words, "--out", tmp_path).json
    assert unknown("inspect", said) == []
    for value in [said["frame"], said["network"], said["check"], *of_layers(said)]:
        assert unknown("inspect", value) == []
    for file in said["files"]:
        name = re.sub(r"layer\d\.\d", "LAYER", file)
        assert f"`{name}`" in section("inspect") or f"`{name[:-4]}`" in section("inspect"), name


def test_inspect_list(run: Run) -> None:
    said = run("inspect", "--list", "--json").json
    assert unknown("inspect", said) == []
    for one in said["inspections"]:
        assert unknown("inspect", {one["needs"]: "", one["cost"]: "", one["name"]: ""}) == []


def test_evaluate(answered: Run) -> None:
    said = answered("evaluate", "--synthetic", "--count", "1").json
    assert unknown("evaluate", said) == []
    assert unknown("evaluate", said["boundary_iou"]) == []
    assert unknown("evaluate", said["by_depth"][0]) == []


def test_compare(answered: Run, tmp_path: Path) -> None:
    switch = ("--switch-b", "all:offsets=zero")
    frame = answered("compare", *FRAME, *PIXEL, *switch, "--out", tmp_path).json
    assert unknown("compare", frame) == []
    over = answered("compare", "--data", SAMPLE.parent, *switch).json
    assert unknown("compare", over) == []
    for part in (over["frames"][0], over["mcnemar"] or {}, over["bootstrap"] or {}):
        assert unknown("compare", part) == []
