"""Switches: values, what they do to an operator, to whole networks, and on the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cli_support import Run, SmallFrame
from torch import nn

from sgnet_model.config import VARIANTS
from sgnet_model.evaluation.switch_means import with_means
from sgnet_model.evaluation.synthetic import SceneSet
from sgnet_model.nn import SGNet
from sgnet_model.nn.operator import TapChange
from sgnet_model.nn.prepare import prepared
from sgnet_model.nn.s_conv import SConv
from sgnet_model.predictor import Predictor
from sgnet_model.switches import LEARNED, NO_SWITCHES, LayerSwitch, parse_switches
from sgnet_model.types import UserError
from sgnet_model.variants import build

SIZE = (64, 96)
REGULAR = parse_switches(["all:offsets=zero", "all:modulation=one"])


def _network(variant: str) -> SGNet:
    torch.manual_seed(0)
    config = replace(VARIANTS[variant], width=8, projector_channels=8, head_channels=8)
    network = build(config).eval()
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=0.3)
    return network


def _picture() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    rgb = random.integers(0, 256, (*SIZE, 3)).astype(np.uint8)
    return rgb, random.uniform(0.5, 5, SIZE).astype(np.float32)


def test_values_are_ordered_hashable_and_normal() -> None:
    two = parse_switches(["all:offsets=zero", "layer2.0:offsets=mean"])
    assert two.of("layer2.0") == LayerSwitch(offsets="mean")
    assert two.of("layer1.0") == LayerSwitch(offsets="zero")
    assert two.texts == ("all:offsets=zero", "layer2.0:offsets=mean")
    assert two.turned("all", "offsets", "learned") == NO_SWITCHES
    assert hash(two.turned("all", "offsets", "learned")) == hash(NO_SWITCHES)
    spared = two.turned("layer2.0", "offsets", "learned")
    assert not spared.of("layer2.0")
    assert spared.of("layer1.0").offsets == "zero"
    assert NO_SWITCHES.of("layer1.0") is LEARNED
    assert not NO_SWITCHES
    assert parse_switches(["a:offsets=zero"]).turned("a", "offsets", "learned") == NO_SWITCHES


@pytest.mark.parametrize(
    "text", ["", "all", "all:offsets", "all:offsets=one", "all:taps=zero", "a b:offsets=zero"]
)
def test_what_is_no_switch_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not of the form LAYER"):
        parse_switches([text])


def test_another_layer_is_refused() -> None:
    predictor = Predictor(_network("sgnet-compact"), device="cpu", size=SIZE)
    with pytest.raises(UserError, match="has no layer with taps called"):
        predictor.predict(*_picture(), switches=parse_switches(["layer9.9:offsets=zero"]))
    plain = Predictor(_network("baseline-compact"), device="cpu", size=SIZE)
    with pytest.raises(UserError, match="no layer with taps, so all:offsets=zero"):
        plain.predict(*_picture(), switches=REGULAR)


@pytest.mark.parametrize("stride", [1, 2])
def test_regular_taps_of_full_weight_are_a_convolution(stride: int) -> None:
    torch.manual_seed(0)
    layer = SConv(8, 8, stride=stride, projector_channels=8).double()
    nn.init.normal_(layer.offset_generator.weight)
    x, depth = torch.randn(2, 8, 11, 14).double(), torch.rand(2, 1, 22, 28).double()
    found = layer(x, depth, TapChange(LayerSwitch("zero", "one")))
    expected = F.conv2d(x, layer.weight, stride=stride, padding=1)
    torch.testing.assert_close(found.features, expected, rtol=0, atol=1e-12)
    assert not found.offsets.any()
    assert (found.modulation == 1).all()


def test_the_modulation_follows_the_offsets() -> None:
    """Eq. 5 reads S where the taps lie: without offsets, in the regular grid."""
    torch.manual_seed(0)
    layer = SConv(8, 8, projector_channels=8).double()
    nn.init.normal_(layer.offset_generator.weight)
    x, depth = torch.randn(1, 8, 9, 9).double(), torch.rand(1, 1, 9, 9).double()
    still = layer(x, depth, TapChange(LayerSwitch("zero")))
    nn.init.zeros_(layer.offset_generator.weight)
    torch.testing.assert_close(still.modulation, layer(x, depth).modulation)


@pytest.mark.parametrize("variant", ["sgnet-compact", "sp-og-compact", "sp-wg-compact"])
def test_a_regular_network_is_the_baseline(variant: str) -> None:
    """But for the dilation of layers 3 and 4, which S-Convs do not have."""
    network, plain = _network(variant), _network("baseline-compact")
    for name, block in plain.backbone.named_blocks():
        if name in network.geometry():
            block.conv2.dilation = block.conv2.padding = (1, 1)
    state = network.state_dict()
    plain.load_state_dict({name: state[name] for name in plain.state_dict()})
    switched = Predictor(network, device="cpu", size=SIZE).predict(*_picture(), switches=REGULAR)
    regular = Predictor(plain, device="cpu", size=SIZE).predict(*_picture())
    scale = np.abs(regular.logits).max()
    assert switched.logits == pytest.approx(regular.logits, abs=float(1e-4 * scale))
    assert switched.switches == REGULAR


@pytest.mark.parametrize(
    "variant", ["sgnet-compact", "dcnv2-compact", "dac-compact", "sp-og-compact", "sp-wg-compact"]
)
@pytest.mark.parametrize("text", ["offsets=zero", "offsets=mean", "modulation=mean"])
def test_a_prepared_network_switches_as_the_network_does(variant: str, text: str) -> None:
    network = _network(variant).double()
    switches = parse_switches([f"all:{text}"])
    rgb, depth = 20 * torch.randn(1, 3, *SIZE).double(), 4 * torch.rand(1, 1, *SIZE).double()
    changes = {name: TapChange(switches.of(name)) for name in network.geometry()}
    with torch.no_grad():
        expected = network(rgb, depth, changes)
        found = prepared(network, dtype=torch.float64)(rgb, depth, switches)
    torch.testing.assert_close(found.logits, expected.logits, rtol=1e-7, atol=1e-7)
    for name, taps in found.taps.items():
        kept = taps.offsets if "offsets" in text else taps.modulation
        constant = kept.amax((2, 3)) - kept.amin((2, 3))
        assert constant.abs().max() < 1e-9 or variant == "dac-compact", name


def test_two_streams_are_switched_by_their_own_names() -> None:
    config = replace(
        VARIANTS["hhanet-dcnv2-r101"], blocks=(1, 1, 1, 1), s_conv_blocks=((0,),) * 4, width=4,
        head_channels=8,
    )  # fmt: skip
    network = build(config).double().eval()
    for name, parameter in network.named_parameters():
        if "offset_generator" in name:
            nn.init.normal_(parameter, std=0.3)
    switches = parse_switches(["hha2.0:offsets=zero"])
    rgb, hha = torch.randn(1, 3, *SIZE).double(), torch.randn(1, 3, *SIZE).double()
    with torch.no_grad():
        expected = network(rgb, hha, {"hha2.0": TapChange(switches.of("hha2.0"))})
        found = prepared(network, dtype=torch.float64)(rgb, hha, switches)
    torch.testing.assert_close(found.logits, expected.logits)
    assert not found.taps["hha2.0"].offsets.any()
    assert found.taps["layer2.0"].offsets.any()


def test_no_switch_changes_no_bit() -> None:
    predictor = Predictor(_network("sgnet-compact"), device="cpu", size=SIZE)
    before = predictor.predict(*_picture())
    switched = predictor.predict(*_picture(), switches=REGULAR)
    after = predictor.predict(*_picture(), switches=NO_SWITCHES)
    assert np.array_equal(before.logits, after.logits)
    assert not np.array_equal(before.logits, switched.logits)


def test_a_mean_over_a_set_is_that_of_its_frames() -> None:
    predictor = Predictor(_network("sgnet-compact"), device="cpu", size=SIZE)
    scenes = SceneSet(2, 0)
    switches = with_means(parse_switches(["layer1.0:modulation=mean"]), predictor, scenes)
    shown = [scenes.load(index) for index in range(2)]
    traces = [
        predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics).trace("layer1.0")
        for frame in shown
        if frame.depth_m is not None
    ]
    mean = np.mean([trace.modulation.mean((1, 2)) for trace in traces], 0)
    means = switches.of("layer1.0").means
    assert means is not None
    assert means.modulation == pytest.approx(mean, abs=1e-5)
    trace = predictor.predict(*_picture(), switches=switches).trace("layer1.0")
    assert np.ptp(trace.modulation, axis=(1, 2)).max() == 0
    assert trace.modulation[:, 0, 0] == pytest.approx(mean, abs=1e-5)


def test_on_the_command_line(
    run: Run, small_frame: SmallFrame, small_checkpoint: Path, tmp_path: Path
) -> None:
    base = (*small_frame.flags, "--checkpoint", small_checkpoint, "--size", "96x128", "--json")
    off = ("--switch", "all:offsets=zero")
    plain = run("probe", *base, "--pixel", "60,40").json
    still = run("probe", *base, "--pixel", "60,40", *off).json
    assert (plain["switches"], still["switches"]) == ([], ["all:offsets=zero"])
    moved = [abs(tap["dx"]) for layer in plain["layers"] for tap in layer["taps"]]
    assert max(moved) > 0
    assert all(tap["dx"] == tap["dy"] == 0 for layer in still["layers"] for tap in layer["taps"])
    said = run("predict", *base, "--out", tmp_path / "out", *off).json
    assert said["switches"] == ["all:offsets=zero"]
    wrong = run("probe", *base, "--pixel", "60,40", "--switch", "all:offsets=off")
    assert "not of the form" in wrong.sentence


def test_evaluation_says_what_was_switched(run: Run, small_checkpoint: Path) -> None:
    base = ("evaluate", "--synthetic", "--count", 1, "--checkpoint", small_checkpoint)
    flags = ("--size", "64x96", "--json", "--switch", "all:offsets=mean")
    said = run(*base, *flags, "--switch", "all:modulation=one").json
    assert said["switches"] == ["all:offsets=mean", "all:modulation=one"]
    assert run(*base, "--size", "64x96", "--json").json["switches"] == []
