"""`sgnet-model probe`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_support import SIZE, Run, SmallFrame

from sgnet_model.config import NO_BLOCKS, SGNetConfig
from sgnet_model.data.pair import load_pair
from sgnet_model.prediction import Prediction
from sgnet_model.predictor import Predictor
from sgnet_model.variants import build
from sgnet_model.weights import save_checkpoint

NETWORK = (96, 128)
LAYER_KEYS = {"name", "stride_in", "stride_out", "index", "taps", "spread_px", "spread_m"}
TAP_KEYS = {"x", "y", "dx", "dy", "modulation", "outside", "partly_outside"}


def ask(run: Run, frame: SmallFrame, checkpoint: Path, *flags: object) -> Any:
    size = f"{NETWORK[0]}x{NETWORK[1]}"
    command = ("probe", *frame.flags, "--checkpoint", checkpoint, "--size", size, *flags)
    return run(*command)


@pytest.fixture
def prediction(small_frame: SmallFrame, small_checkpoint: Path) -> Prediction:
    frame = load_pair(small_frame.rgb, small_frame.depth)
    assert frame.depth_m is not None
    predictor = Predictor.load(small_checkpoint, device="cpu", size=NETWORK)
    return predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)


def test_layers_and_their_promised_keys(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path
) -> None:
    said = ask(run, small_frame, small_checkpoint, "--pixel", "60,40", "--json").json
    names = [layer["name"] for layer in said["layers"]]
    assert names[0] == "layer1.0"
    assert len(names) == 12
    for layer in said["layers"]:
        assert set(layer) >= LAYER_KEYS
        assert len(layer["taps"]) == 9
        assert all(set(tap) >= TAP_KEYS for tap in layer["taps"])


def test_taps_are_in_pixels_of_the_original_picture(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, prediction: Prediction
) -> None:
    """layer3.0 reads stride 8, writes stride 16; a network pixel is 100/128 picture pixels wide."""
    said = ask(run, small_frame, small_checkpoint, "--pixel", "60,40", "--json").json
    layer = next(layer for layer in said["layers"] if layer["name"] == "layer3.0")
    # Network pixel: 60.5 * 128/100 - 0.5 = 76.94 and 40.5 * 96/72 - 0.5 = 53.5;
    # over 16: 4.81 and 3.34.
    assert layer["index"] == [3, 5]
    assert (layer["stride_in"], layer["stride_out"]) == (8, 16)
    trace = prediction.trace("layer3.0")
    for k, tap in enumerate(layer["taps"]):
        dy, dx = trace.offsets[2 * k : 2 * k + 2, 3, 5]
        assert (tap["dy"], tap["dx"]) == pytest.approx((dy, dx), abs=1e-5)
        x = 8 * (5 * 2 - 1 + k % 3 + dx)
        y = 8 * (3 * 2 - 1 + k // 3 + dy)
        assert tap["x"] == pytest.approx((x + 0.5) * 100 / 128 - 0.5, abs=1e-3)
        assert tap["y"] == pytest.approx((y + 0.5) * 72 / 96 - 0.5, abs=1e-3)
        assert tap["modulation"] == pytest.approx(trace.modulation[k, 3, 5], abs=1e-5)


def test_classes_depth_and_place(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, prediction: Prediction
) -> None:
    flags = ("--pixel", "60,40", "--intrinsics", "100,100,50,36", "--json")
    said = ask(run, small_frame, small_checkpoint, *flags).json
    z = int(1000 + 2000 * 60 / (SIZE[1] - 1)) / 1000
    assert said["depth"] == pytest.approx(z)
    assert said["xyz"] == pytest.approx([10 * z / 100, 4 * z / 100, z], rel=1e-4)
    probabilities = prediction.probabilities[:, 40, 60]
    best = np.argsort(-probabilities)[:5]
    assert [score["index"] for score in said["top"]] == best.tolist()
    assert [score["probability"] for score in said["top"]] == pytest.approx(
        probabilities[best], rel=1e-3
    )
    assert said["class"]["index"] == prediction.labels[40, 60]
    assert said["class"]["id"] == said["class"]["index"] + 1


def test_a_hole_in_the_depth_is_null(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path
) -> None:
    said = ask(run, small_frame, small_checkpoint, "--pixel", "0,0", "--json").json
    assert said["depth"] is None
    assert said["xyz"] is None
    first = said["layers"][0]
    assert first["spread_m"] is None
    assert first["spread_px"] > 0
    assert any(tap["outside"] for layer in said["layers"] for tap in layer["taps"])


def test_the_table_and_one_layers_taps(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path
) -> None:
    outcome = ask(run, small_frame, small_checkpoint, "--pixel", "60,40", "--layer", "layer2.0")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("layer")] == ["layer", "layer2.0"]
    assert next(line for line in lines if line.startswith("layer2.0")).split()[1:4] == [
        *("4", "to", "8")
    ]
    start = next(number for number, line in enumerate(lines) if line.startswith("tap"))
    assert [line.split()[0] for line in lines[start + 1 : start + 10]] == list("012345678")


@pytest.mark.parametrize("pixel", ["100,10", "10,72", "-1,3"])
def test_a_pixel_outside_the_picture(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, pixel: str
) -> None:
    outcome = ask(run, small_frame, small_checkpoint, f"--pixel={pixel}", "--json")
    assert f"Pixel {pixel} lies outside the picture of 100x72" in outcome.sentence


@pytest.mark.parametrize("pixel", ["10", "1.5,2", "a,b", "1,2,3", ""])
def test_a_pixel_that_is_none(run: Run, small_frame: SmallFrame, pixel: str) -> None:
    assert "like 200,300" in run("probe", *small_frame.flags, "--pixel", pixel).sentence


def test_a_layer_that_is_none(run: Run, small_frame: SmallFrame, small_checkpoint: Path) -> None:
    outcome = ask(run, small_frame, small_checkpoint, "--pixel", "1,1", "--layer", "layer9")
    assert "choose one of layer1.0, layer1.1" in outcome.sentence


def test_a_network_without_taps_says_so(run: Run, small_frame: SmallFrame, tmp_path: Path) -> None:
    plain = tmp_path / "plain.safetensors"
    config = SGNetConfig(
        "plain", (1, 1, 1, 1), NO_BLOCKS, width=8, projector_channels=4, head_channels=8
    )
    save_checkpoint(build(config), plain, {})
    asked = ask(run, small_frame, plain, "--pixel", "50,40")
    assert asked.code == 0
    assert "no layer with taps" in asked.out
    layer = ("--pixel", "50,40", "--layer", "layer1.0")
    assert "has no layer with taps: leave" in ask(run, small_frame, plain, *layer).sentence
    composed = ("inspect", "composed", *small_frame.flags, *layer, "--checkpoint", plain)
    assert "has no layer with taps: leave" in run(*composed, "--size", "96x128").sentence
    film = ("film", *small_frame.flags, "--layers", "--out", tmp_path / "a.mp4")
    said = run(*film, "--checkpoint", plain, "--size", "96x128").sentence
    assert "no layer with taps" in said
