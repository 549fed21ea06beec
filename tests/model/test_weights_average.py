"""The mean of two checkpoints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from cli_support import Run

from sgnet_model.config import VARIANTS, SGNetConfig
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, save_checkpoint
from sgnet_model.weights.card import CALIBRATION, CARD, fitted_temperature

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
