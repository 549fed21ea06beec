"""Every variant of the paper: its parameters, a pass forward and back, its taps, its name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from cli_support import Run

import sgnet_model.nn
from sgnet_model.config import NO_BLOCKS, R50, VARIANTS, SGNetConfig
from sgnet_model.nn import SGNet
from sgnet_model.predictor import Predictor
from sgnet_model.types import UserError
from sgnet_model.variants import build, config_of, count_parameters

# Parameters of the paper's tables, to the digit printed, and ours.
COUNTS = {
    "baseline-r101": ("56.8", 56_823_824),
    "baseline-r50": ("37.8", 37_831_696),
    "og-r101": ("56.8", 56_823_824 + 12 * 180),
    "sp-og-r101": ("57.8", 56_823_824 + 12 * (74_880 + 10_386)),
    "sp-wg-r101": ("58.2", 56_823_824 + 12 * (74_880 + 37_449)),
    "sgnet-r101-layers1": ("57.2", 57_192_161),
    "sgnet-r101-layers12": ("57.6", 57_560_690),
    "sgnet-r101-layers123": ("57.9", 57_929_603),
    "sgnet-r101": ("58.3", 58_299_284),
    "sgnet-r101-unapplied": ("58.3", 58_299_284),
    "dac-r101": ("56.8", 56_823_824),
    "hhanet-r101": ("99.4", 99_447_760),
    "sgnet-r101-aspp": ("64.7", 64_723_860),
    "sgnet-r50": ("39.3", 39_307_156),
}
# A 3x3 conv to 27 channels with bias, three times at each of the widths 64 to 512.
DCNV2 = sum(3 * (width * 9 * 27 + 27) for width in (64, 128, 256, 512))


def _small(variant: str) -> SGNetConfig:
    """Eight blocks of few channels, with the operators where the last blocks would be."""
    config = VARIANTS[variant]
    places = tuple(
        tuple(sorted({min(index, 1) for index in chosen})) for chosen in config.s_conv_blocks
    )
    return replace(
        config,
        blocks=(2, 2, 2, 2),
        s_conv_blocks=places,
        width=4,
        projector_channels=4,
        head_channels=8,
        classes=5,
    )


def _spatial(config: SGNetConfig, batch: int = 2) -> torch.Tensor | None:
    channels = config.spatial_channels
    return None if channels is None else 3 * torch.rand(batch, channels, 64, 96)


def _meta(config: SGNetConfig | str) -> SGNet:
    with torch.device("meta"):
        return build(config)


@pytest.mark.parametrize("variant", COUNTS)
def test_parameter_counts(variant: str) -> None:
    """Exactly, and as rounded in the paper."""
    printed, exact = COUNTS[variant]
    assert count_parameters(_meta(variant)) == exact
    assert f"{exact / 1e6:.1f}" == printed


def test_parameters_of_dcnv2() -> None:
    """In one stream, in two, and in half of the layers."""
    base, two_streams = COUNTS["baseline-r101"][1], COUNTS["hhanet-r101"][1]
    assert count_parameters(_meta("dcnv2-r101")) == base + DCNV2
    assert count_parameters(_meta("hhanet-dcnv2-r101")) == two_streams + 2 * DCNV2
    upper = sum(3 * (width * 9 * 27 + 27) for width in (256, 512))
    assert count_parameters(_meta("dac-dcnv2-r101")) == base + upper


def test_the_table_beside_the_code() -> None:
    """The README of the networks says what is built."""
    text = (Path(sgnet_model.nn.__file__).parent / "README.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([\w-]+)` \|.*?\| ([\d,]{9,}) \|", text, re.MULTILINE))
    assert set(told) == set(VARIANTS)
    for variant, count in told.items():
        assert count_parameters(_meta(variant)) == int(count.replace(",", "")), variant


@pytest.mark.parametrize("variant", VARIANTS)
def test_forward_and_backward(variant: str) -> None:
    """Logits, a gradient for all that can have one, a trace for each place with taps."""
    config = _small(variant)
    network = build(config).train()
    out = network(torch.randn(2, 3, 64, 96), _spatial(config))
    stride = 4 if config.head == "crisp" else config.output_stride
    assert out.logits.shape == (2, 5, 64 // stride, 96 // stride)
    assert out.logits.isfinite().all()
    assert tuple(out.taps) == config.tap_layers == tuple(network.geometry())
    for name, geometry in network.geometry().items():
        size = (64 // geometry.stride_out, 96 // geometry.stride_out)
        assert out.taps[name].offsets.shape == (2, 18, *size)
        assert out.taps[name].modulation.shape == (2, 9, *size)
    (out.logits.sum() + out.auxiliary.sum()).backward()
    idle = [n for n, p in network.named_parameters() if p.requires_grad and p.grad is None]
    thrown_away = ("projector", "offset_generator", "weight_generator")
    if "unapplied" in config.operators:
        idle = [name for name in idle if not any(part in name for part in thrown_away)]
    assert idle == []


@pytest.mark.parametrize("kind", ["unapplied", "dac"])
def test_what_equals_the_baseline(kind: str) -> None:
    """SGNet† always, DAC before a wall: the baseline's logits with the same kernels."""
    same = (kind,) * 4
    config = replace(_small("sgnet-r101"), operators=same)
    network = build(config).eval()
    baseline = build(replace(config, s_conv_blocks=NO_BLOCKS)).eval()
    baseline.load_state_dict(
        {key: value for key, value in network.state_dict().items() if key in baseline.state_dict()}
    )
    picture, wall = torch.randn(1, 3, 64, 96), torch.full((1, 1, 64, 96), 2.0)
    depth = wall if kind == "dac" else torch.rand_like(wall)
    with torch.no_grad():
        torch.testing.assert_close(
            network(picture, depth).logits, baseline(picture, wall).logits, rtol=1e-4, atol=1e-4
        )


def test_early_fusion_gives_the_stem_depth_as_a_fourth_channel() -> None:
    """Nothing else reads it: kernels of zero on that channel make it the baseline."""
    config = _small("baseline-rgbd-compact")
    network = build(config).eval()
    plain = build(replace(config, early_fusion=False)).eval()
    state = network.state_dict()
    kernel = state["backbone.stem.0.weight"]
    assert kernel.shape[1] == config.picture_channels == 4
    plain.load_state_dict(state | {"backbone.stem.0.weight": kernel[:, :3].clone()})
    picture, depth = torch.randn(1, 3, 64, 96), 3 * torch.rand(1, 1, 64, 96)
    with torch.no_grad():
        without = plain(picture, depth).logits
        assert not torch.allclose(network(picture, depth).logits, without)
        kernel[:, 3] = 0
        torch.testing.assert_close(network(picture, depth).logits, without)


def test_two_streams_are_added() -> None:
    """The decoder reads the sum of the two last maps; each stream sees its own input."""
    config = _small("hhanet-r101")
    network = build(config).eval()
    picture, hha = torch.randn(1, 3, 64, 96), _spatial(config, 1)
    with torch.no_grad():
        colour = network.backbone.colour(picture, hha).layers
        second = network.backbone.second(hha, hha).layers
        expected = network.decoder.main(colour[3] + second[3])
        torch.testing.assert_close(network(picture, hha).logits, expected)
    assert not torch.allclose(colour[3], second[3])


def test_a_second_stream_on_depth() -> None:
    """Its stem takes as many channels as the spatial information has."""
    config = replace(_small("hhanet-r101"), spatial="depth")
    network = build(config).eval()
    assert network.backbone.second.stem[0].weight.shape[1] == 1
    with torch.no_grad():
        assert network(torch.randn(1, 3, 64, 96), _spatial(config, 1)).logits.isfinite().all()


@pytest.mark.parametrize("variant", ["baseline-r50", "dac-dcnv2-r101", "hhanet-dcnv2-r101"])
def test_traces_of_a_prediction(variant: str) -> None:
    """Rivals' taps reach the viewer; a network without any predicts all the same."""
    predictor = Predictor(build(_small(variant)), device="cpu", size=(64, 96))
    picture = np.random.default_rng(0).integers(0, 255, (48, 70, 3), np.uint8)
    prediction = predictor.predict(picture, np.full((48, 70), 2.0, np.float32))
    assert prediction.labels.shape == (48, 70)
    assert tuple(t.name for t in prediction.traces) == predictor.network.config.tap_layers
    assert bool(prediction.traces) == (variant != "baseline-r50")


def test_table_1_and_2_places() -> None:
    """Blocks of layer 3, and first layers, as the paper has them."""
    assert VARIANTS["sgnet-r101-layer3-20-21-22"].s_conv_layers == (
        *("layer3.20", "layer3.21", "layer3.22"),
    )
    assert VARIANTS["sgnet-r101-layer3-0"].s_conv_layers == ("layer3.0",)
    two = VARIANTS["sgnet-r101-layers12"].s_conv_layers
    assert two == VARIANTS["sgnet-r101"].s_conv_layers[:6]
    assert VARIANTS["dcnv2-r101"].s_conv_layers == ()
    assert VARIANTS["dcnv2-r101"].tap_layers == VARIANTS["sgnet-r101"].s_conv_layers
    two_streams = VARIANTS["hhanet-dcnv2-r101"].tap_layers
    assert (two_streams[0], two_streams[12], two_streams[-1]) == ("layer1.0", "hha1.0", "hha4.2")


def test_cityscapes() -> None:
    """Nineteen classes with their names, at output stride 8 with ASPP."""
    network = _meta("sgnet-8s-r101-aspp-cityscapes")
    assert network.scheme.name == "cityscapes19"
    assert (network.config.head, network.config.output_stride) == ("aspp", 8)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"operators": ("s_conv", "s_conv", "conv", "s_conv")}, "name four of s_conv"),
        ({"operators": ("s_conv",)}, "name four of"),
        ({"operators": ("dac",) * 4, "spatial": "hha"}, "needs depth, not hha"),
        ({"operators": ("dac",) * 4, "spatial": "feature"}, "needs depth, not feature"),
        ({"two_streams": True, "spatial": "feature"}, "information of its own"),
        ({"early_fusion": True, "spatial": "feature"}, "Early fusion"),
        ({"early_fusion": True, "two_streams": True, "spatial": "hha"}, "Early fusion"),
    ],
)
def test_configurations_that_make_no_sense(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        replace(VARIANTS["sgnet-r101"], **changes)  # type: ignore[arg-type]


def test_configurations_travel_as_json() -> None:
    """And one written before there were operators gets S-Convs in one stream."""
    for config in VARIANTS.values():
        assert SGNetConfig.from_dict(config.to_dict()) == config
    old = VARIANTS["sgnet-r50"].to_dict()
    del old["operators"], old["two_streams"], old["smooth_depth"], old["early_fusion"]
    assert SGNetConfig.from_dict(old) == VARIANTS["sgnet-r50"]
    assert SGNetConfig.from_dict(old).blocks == R50


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(UserError, match="dcnv2-r101") as caught:
        config_of("dcn-r101")
    assert set(caught.value.details.split("\n")) == set(VARIANTS)


@pytest.mark.parametrize("variant", ["baseline-r50", "dac-dcnv2-r101", "hhanet-dcnv2-r101"])
def test_info(run: Run, variant: str) -> None:
    """As JSON and as text."""
    said = run("info", variant, "--json").json
    assert said["variant"] == variant
    assert said["tap_layers"] == list(VARIANTS[variant].tap_layers)
    text = run("info", variant).out
    assert ("dac, dac, dcnv2, dcnv2" in text) == (variant == "dac-dcnv2-r101")
    assert ("streams" in text) == VARIANTS[variant].two_streams
