"""A temperature that is known is found, kept in the checkpoint, and taken by the predictor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from cli_support import Run

from sgnet_model.config import VARIANTS
from sgnet_model.data.palettes import SUN37
from sgnet_model.evaluation.temperature import calibrated, checked, sampled_logits
from sgnet_model.nn.prepare.int8 import calibration, places_of
from sgnet_model.predictor import Predictor
from sgnet_model.scenes import render_scene
from sgnet_model.types import FloatArray, UInt8Array, UserError
from sgnet_model.variants import build
from sgnet_model.weights import load_checkpoint, save_checkpoint
from sgnet_model.weights.card import int8_ranges

SMALL = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8)


def _known(temperature: float, count: int = 40_000) -> tuple[FloatArray, UInt8Array]:
    """Logits whose softmax at `temperature` is the chance that each class is the truth."""
    random = np.random.default_rng(0)
    logits = (3 * random.standard_normal((count, 5))).astype(np.float32)
    chances = np.exp(logits / temperature)
    chances /= chances.sum(1, keepdims=True)
    drawn = (chances.cumsum(1) > random.random((count, 1))).argmax(1)
    return logits, (drawn + 1).astype(np.uint8)


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.5])
def test_a_known_temperature_is_found(temperature: float) -> None:
    logits, truth = _known(temperature)
    found = calibrated(logits, truth)
    assert found.temperature == pytest.approx(temperature, rel=0.05)
    assert found.ece_after < 0.015
    assert found.pixels == 40_000
    if temperature != 1:
        assert found.ece_after < 0.4 * found.ece_before


def _predictor(provenance: dict[str, object]) -> Predictor:
    torch.manual_seed(0)
    return Predictor(build(SMALL, provenance=provenance).eval(), size=(96, 128))


def test_the_predictor_divides_by_the_checkpoints_temperature() -> None:
    frame = render_scene(5, (96, 128))
    assert frame.depth_m is not None
    plain = _predictor({}).predict(frame.rgb, frame.depth_m)
    cooled = _predictor({"calibration": {"temperature": 0.5}}).predict(frame.rgb, frame.depth_m)
    assert (cooled.labels == plain.labels).mean() > 0.999
    assert np.array_equal(cooled.logits, plain.logits)
    assert (cooled.temperature, plain.temperature) == (0.5, 1.0)
    assert cooled.confidence.mean() > plain.confidence.mean()
    for prediction in (plain, cooled):
        best = prediction.probabilities.max(0)
        np.testing.assert_allclose(prediction.confidence, best, rtol=1e-3, atol=1e-4)
        at = prediction.probabilities_at(40, 30)
        np.testing.assert_allclose(at, prediction.probabilities[:, 30, 40], rtol=1e-3, atol=1e-4)


def test_pixels_without_a_label_do_not_count() -> None:
    frame = render_scene(5, (96, 128))
    assert frame.labels is not None
    half = frame.labels.copy()
    half[:, 64:] = 0
    predictor = _predictor({})
    logits, truth = sampled_logits(predictor, [replace(frame, labels=half)], pixels=96 * 128)
    assert len(logits) == len(truth) == (half > 0).sum()
    assert (truth == half[half > 0]).all()
    with pytest.raises(UserError, match="No pixel"):
        sampled_logits(predictor, [replace(frame, labels=np.zeros_like(half))])


def test_a_check_counts_frame_by_frame_what_it_would_count_at_once() -> None:
    frames, predictor = [render_scene(seed, (96, 128)) for seed in (5, 6)], _predictor({})
    logits, truth = sampled_logits(predictor, frames)
    fitted = calibrated(logits, truth)
    counted = checked(predictor, frames, fitted.temperature)
    assert (counted.temperature, counted.pixels) == (fitted.temperature, len(truth))
    assert counted.ece_before == pytest.approx(fitted.ece_before)
    assert counted.ece_after == pytest.approx(fitted.ece_after)
    blank = replace(frames[0], labels=np.zeros((96, 128), np.uint8))
    with pytest.raises(UserError, match="No pixel"):
        checked(predictor, [blank], 1.0)


def test_labels_of_other_classes_are_refused() -> None:
    frame, predictor = render_scene(5, (96, 128)), _predictor({})
    fewer = Predictor(build(replace(SMALL, classes=37)).eval(), size=(96, 128))
    with pytest.raises(UserError, match="nyu40 with 40 classes and the network knows 37"):
        sampled_logits(fewer, [frame])
    with pytest.raises(UserError, match="37 classes and the network knows 40"):
        checked(predictor, [replace(frame, label_scheme=SUN37)], 1.0)


def _write_frame(folder: Path) -> None:
    """A rendered one, in folders as a set has them."""
    frame = render_scene(6, (96, 128))
    assert frame.depth_m is not None
    for kind, image in (
        ("rgb", frame.rgb[..., ::-1]),
        ("depth", (frame.depth_m * 1000).astype(np.uint16)),
        ("labels", frame.labels),
    ):
        (folder / kind).mkdir(parents=True)
        cv2.imwrite(str(folder / kind / "0001.png"), image)


def test_a_check_that_fails_leaves_the_fit(run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "in.safetensors", tmp_path / "out.safetensors"
    save_checkpoint(build(SMALL), source, {"steps": 3})
    pair = tmp_path / "frames"
    command = ("calibrate", source, target, "--count", "1", "--check", pair)
    assert "does not exist" in run(*command).sentence
    assert not target.exists()  # seen before the work
    nowhere = ("calibrate", source, tmp_path / "nowhere" / "out.safetensors", "--count", "1000000")
    assert "cannot be written" in run(*nowhere).sentence
    _write_frame(pair)
    (pair / "labels" / "0001.png").unlink()
    said = run(*command).sentence
    assert "no depth or no labels" in said
    assert f"The temperature is kept in {target}, without the check." in said
    kept = load_checkpoint(target).provenance["calibration"]
    assert kept["temperature"] > 0
    assert "checked" not in kept


def test_the_command_writes_a_calibrated_copy(run: Run, tmp_path: Path) -> None:
    torch.manual_seed(0)
    source, target = tmp_path / "in.safetensors", tmp_path / "out.safetensors"
    save_checkpoint(build(SMALL), source, {"steps": 3})
    pair = tmp_path / "frames"
    _write_frame(pair)
    told = run("calibrate", source, target, "--count", "1", "--check", pair, "--json").json
    assert told["fitted_on"] == "1 scenes from seed 998000"
    assert set(told["checked"]) == {"frames", "ece_before", "ece_after", "pixels"}
    network = load_checkpoint(target)
    assert network.provenance["steps"] == 3
    assert network.provenance["calibration"]["temperature"] == told["temperature"]
    assert network.provenance["calibration"]["checked"] == told["checked"]
    assert network.provenance["calibration"]["int8_ranges"] == {}  # too narrow for bytes
    assert "do not all" not in run("calibrate", source, target, "--count", "0").sentence
    assert "does not end in" in run("calibrate", source, tmp_path / "a.pth").sentence


def test_the_copy_holds_the_ranges_of_its_maps(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "ROOMS", 1)  # each takes a second
    source, target = tmp_path / "in.safetensors", tmp_path / "out.safetensors"
    first = ((0,), (), (), ())
    save_checkpoint(
        build(replace(SMALL, width=16, blocks=(1, 1, 1, 1), s_conv_blocks=first)), source
    )
    told = run("calibrate", source, target, "--count", "1", "--json").json
    assert "int8_ranges" not in told
    network = load_checkpoint(target)
    held = int8_ranges(network.provenance)
    assert held is not None
    assert set(held) == set(places_of(network.config))
