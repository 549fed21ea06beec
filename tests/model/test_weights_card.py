"""Model cards: what a checkpoint says of itself, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from cli_support import Run

from sgnet_model.config import VARIANTS
from sgnet_model.variants import build
from sgnet_model.weights import convert, read_info, save_checkpoint
from sgnet_model.weights.card import (
    Score,
    card_of,
    fitted_temperature,
    int8_ranges,
    score_text,
)

SMALL = replace(VARIANTS["sgnet-compact-smooth"], width=4, projector_channels=4, head_channels=8)
FACTS = {
    "data": "rendered rooms",
    "start": "nothing",
    "training": ["one run of 10 steps", "another"],
    "scores": [{"where": "held-out rooms", "accuracy": 0.875, "miou": 0.688, "ece": 0.02}],
    "licence": "MIT",
    "credits": ["a maker of chairs"],
    "limits": ["It knows rooms."],
}


def _file(folder: Path, provenance: dict[str, object]) -> Path:
    torch.manual_seed(0)
    path = folder / "network.safetensors"
    save_checkpoint(build(SMALL), path, provenance)
    return path


def test_facts_come_back_from_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, {"card": FACTS, "calibration": {"temperature": 1.25}})
    card = card_of(read_info(path))
    assert card.variant == "sgnet-compact-smooth"
    assert card.guidance == (
        "depth in metres, holes filled from the nearest valid pixel, smoothed with edges kept"
    )
    assert (card.data, card.start, card.licence) == ("rendered rooms", "nothing", "MIT")
    assert card.training == ("one run of 10 steps", "another")
    assert card.scores == (Score("held-out rooms", 0.875, 0.688, 0.02),)
    assert card.temperature == 1.25
    rows = list(card.rows())
    assert ("limits", "It knows rooms.") in rows
    assert ("credits", "a maker of chairs") in rows
    assert [title for title, _ in rows].count("training") == 2


def test_a_training_says_what_it_knows_without_a_card(tmp_path: Path) -> None:
    provenance = {"data": "rendered indoor scenes", "start": {"file": "a.safetensors"}, "steps": 3}
    card = card_of(read_info(_file(tmp_path, provenance)))
    assert (card.data, card.start) == ("rendered indoor scenes", "a.safetensors")
    assert (card.training, card.scores, card.temperature) == ((), (), None)


@pytest.mark.parametrize(
    "hostile",
    [
        {"card": 3, "calibration": [1]},
        {
            "card": {
                "training": "a line",
                "scores": {"where": 1},
                "data": ["x"],
                "limits": [1, None],
            }
        },
        {"card": {"scores": [3, {"where": 5, "accuracy": "many", "miou": 7}]}, "start": "here"},
        {"card": {"data": "x" * 10_000, "training": ["y"] * 10_000}},
    ],
)
def test_facts_of_another_kind_are_left_out(tmp_path: Path, hostile: dict[str, object]) -> None:
    card = card_of(read_info(_file(tmp_path, hostile)))
    for title, text in card.rows():
        assert len(title) < 20
        assert len(text) <= 2000
    assert len(card.training) <= 50
    for score in card.scores:
        assert score == Score("frames that are not named")


@pytest.mark.parametrize("value", [0, -1, 1e9, float("nan"), "warm", True, None, {"a": 1}])
def test_a_temperature_that_cannot_be_is_none(value: object) -> None:
    assert fitted_temperature({"calibration": {"temperature": value}}) is None


def test_scores_in_words() -> None:
    assert score_text(Score("two frames", 0.7, None, 0.1)) == (
        "two frames: pixel accuracy 70.0 %, calibration error 10.0 %"
    )
    assert score_text(Score("two frames")) == "two frames: not measured"


def test_convert_adds_facts_and_keeps_the_calibration(tmp_path: Path) -> None:
    source = _file(tmp_path, {"calibration": {"temperature": 2.0}})
    info = convert(source, tmp_path / "new.safetensors", facts={"card": FACTS})
    assert card_of(info).temperature == 2.0
    assert card_of(info).licence == "MIT"


def test_the_commands(run: Run, tmp_path: Path) -> None:
    source, card = _file(tmp_path, {}), tmp_path / "card.json"
    card.write_text(json.dumps(FACTS))
    target = tmp_path / "new.safetensors"
    assert run("convert", source, target, "--half", "--card", card).code == 0
    said = run("info", target).out
    assert "model card\n" in said
    assert "held-out rooms: pixel accuracy 87.5 %, mean IoU 68.8 %, calibration error 2.0 %" in said
    assert run("info", target, "--json").json["card"]["credits"] == ["a maker of chairs"]
    card.write_text("[1]")
    assert "holds no object" in run("convert", source, target, "--card", card).sentence
    card.write_text("{")
    assert "is no JSON" in run("convert", source, target, "--card", card).sentence


def test_ranges_are_pairs_of_numbers() -> None:
    held = {"calibration": {"int8_ranges": {"picture": [-2, 2.5], "stem.0": [0, 1]}}}
    assert int8_ranges(held) == {"picture": (-2.0, 2.5), "stem.0": (0.0, 1.0)}


@pytest.mark.parametrize(
    "ends",
    [None, 1.0, [], [0], [0, 1, 2], [1, 0], ["low", 1], [0, float("inf")], [0, None], {"0": 1}],
)
def test_ranges_that_cannot_be_are_none(ends: object) -> None:
    held = {"picture": [-2, 2], "stem.0": ends}
    assert int8_ranges({"calibration": {"int8_ranges": held}}) is None


@pytest.mark.parametrize("held", [{}, {"calibration": 3}, {"calibration": {"int8_ranges": [1]}}])
def test_no_ranges_are_none(held: dict[str, object]) -> None:
    assert int8_ranges(held) is None
