"""The mean of two checkpoints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from cli_support import Run

from sgnet_model.config import VARIANTS, SGNetConfig
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, read_info, save_checkpoint
from sgnet_model.weights.card import (
    CALIBRATION,
    CARD,
    START,
    card_of,
    fitted_temperature,
    licence_of_start,
)

SMALL = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8)


def _file(folder: Path, seed: int, config: SGNetConfig = SMALL) -> Path:
    torch.manual_seed(seed)
    network = build(config)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d) and module.running_var is not None:
            module.running_var.uniform_(0.5, 2)
    path = folder / f"{seed}.safetensors"
    save_checkpoint(network, path, {"seed": seed})
    return path


def test_weights_and_statistics_are_averaged(run: Run, tmp_path: Path) -> None:
    first, second = _file(tmp_path, 1), _file(tmp_path, 2)
    target = tmp_path / "mixed.safetensors"
    words = ("--average-with", second, "--share", "0.25")
    assert run("convert", first, target, *words).code == 0
    mixed = load_checkpoint(target)
    one, two = load_checkpoint(first).state_dict(), load_checkpoint(second).state_dict()
    for key, value in mixed.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value, 0.75 * one[key] + 0.25 * two[key], msg=key)
    assert mixed.provenance["seed"] == 1
    assert mixed.provenance["averaged_with"]["file"] == second.name
    assert mixed.provenance["averaged_with"]["share"] == 0.25


def test_a_mean_keeps_no_number_that_was_measured_of_one_of_its_parts(
    run: Run, tmp_path: Path
) -> None:
    first, second, plain = _file(tmp_path, 1), _file(tmp_path, 2), tmp_path / "plain.safetensors"
    card = {"licence": "MIT", "scores": [{"on": "rooms", "miou": 0.5}]}
    known = {"seed": 1, CALIBRATION: {"temperature": 1.5}, CARD: card}
    save_checkpoint(load_checkpoint(first), first, known)
    assert run("convert", first, plain).code == 0
    assert fitted_temperature(load_checkpoint(plain).provenance) == 1.5  # the same weights
    assert run("convert", first, plain, "--average-with", second).code == 0
    kept = load_checkpoint(plain).provenance
    assert fitted_temperature(kept) is None
    assert kept[CARD] == {"licence": "MIT"}


def test_what_cannot_be_averaged(run: Run, tmp_path: Path) -> None:
    first, other = _file(tmp_path, 1), _file(tmp_path, 2, replace(SMALL, width=8))
    target = tmp_path / "mixed.safetensors"
    words = ("convert", first, target, "--average-with")
    assert "does not hold the tensors" in run(*words, other).sentence
    assert "A share of 2 cannot be taken" in run(*words, first, "--share", "2").sentence
    assert "--share is of the file of --average-with" in run(*words[:3], "--share", "0.5").sentence
    assert not target.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"output_stride": 8}, "output_stride: 8 instead of 16"),
        ({"spatial": "hha"}, "spatial: hha instead of xyz"),
        ({"fill_holes": False}, "fill_holes: False instead of True"),
    ],
)
def test_tensors_of_one_shape_that_mean_something_else(
    run: Run, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    config = replace(SMALL, spatial="xyz")
    first, other = _file(tmp_path, 1, config), _file(tmp_path, 2, replace(config, **changes))
    target = tmp_path / "mixed.safetensors"
    sentence = run("convert", first, target, "--average-with", other).sentence
    assert "is another network" in sentence
    assert said in sentence
    assert not target.exists()


def test_classes_in_another_order(run: Run, tmp_path: Path) -> None:
    first, other, target = _file(tmp_path, 1), _file(tmp_path, 2), tmp_path / "mixed.safetensors"
    network = load_checkpoint(other)
    network.scheme = replace(network.scheme, classes=network.scheme.classes[::-1])
    save_checkpoint(network, other, {})
    words = ("convert", first, target, "--average-with", other)
    assert "the same in another order" in run(*words).sentence
    assert not target.exists()


def test_another_name_and_smoothed_depth_are_averaged(run: Run, tmp_path: Path) -> None:
    """As the checkpoint from scratch was made, see checkpoints/README.md."""
    smooth = replace(SMALL, variant="sgnet-compact-smooth", smooth_depth=True)
    first, other = _file(tmp_path, 1, smooth), _file(tmp_path, 2)
    target = tmp_path / "mixed.safetensors"
    assert run("convert", first, target, "--average-with", other).code == 0
    assert load_checkpoint(target).config == smooth


def test_a_mean_has_the_licences_and_credits_of_both(run: Run, tmp_path: Path) -> None:
    first, other = _file(tmp_path, 1), _file(tmp_path, 2)
    facts = {"licence": "MIT", "credits": ["chairs"]}
    save_checkpoint(load_checkpoint(first), first, {CARD: facts})
    started = {START: {"file": "a.pth", "licence": "BSD"}, CARD: {"credits": ["chairs", "lamps"]}}
    save_checkpoint(load_checkpoint(other), other, started)
    mixed, again = tmp_path / "mixed.safetensors", tmp_path / "again.safetensors"
    assert run("convert", first, mixed, "--average-with", other).code == 0
    assert run("convert", mixed, again, "--average-with", other).code == 0
    for path in (mixed, again):
        card = card_of(read_info(path))
        assert card.licence == "MIT; BSD"
        assert card.credits == ("chairs", "lamps")
        assert licence_of_start(read_info(path).provenance) == "BSD"
        assert card.start is None  # it is the other that began with a.pth
